// The state machines: their diagrams against the tables in core/trace/vocabulary.h, their paths
// against what state_at says at every cursor.
#include "viz/model/state_machines.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "tests/viz/model/layout_checks.h"
#include "tests/viz/model/recorded.h"
#include "tests/viz/model/scene.h"
#include "viz/model/state_diagram.h"

namespace roundtrip::viz {
namespace {

constexpr std::array<MachineId, machine_count> ids = {MachineId::Connection, MachineId::ServerTcp,
                                                      MachineId::ClientTcp, MachineId::Task};
constexpr DiagramSizes sizes{120, 160, 44, 16};

// Wide enough as they are, and so narrow that TCP's is turned.
std::vector<Diagram> diagrams_of(MachineId id) {
  std::vector<Diagram> made;
  for (const Rect& area : {Rect{5, 5, 640, 220}, Rect{5, 5, 420, 300}, Rect{5, 5, 1200, 800}}) {
    auto diagram = place_diagram(machine_of(id), area, sizes);
    REQUIRE(diagram);
    for (const Rect& node : diagram->nodes) CHECK(lies_in(node, area));
    for (const DiagramEdge& edge : diagram->edges) {
      for (const Point& point : edge.points) CHECK(lies_in({point.x, point.y, 0, 0}, area));
    }
    made.push_back(std::move(*diagram));
  }
  return made;
}

template <class State>
std::set<std::pair<std::uint32_t, std::uint32_t>> table_of(std::size_t states) {
  std::set<std::pair<std::uint32_t, std::uint32_t>> moves;
  for (std::uint32_t from = 0; from < states; ++from) {
    for (std::uint32_t to = 0; to < states; ++to) {
      if (trace::may_follow(static_cast<State>(from), static_cast<State>(to))) {
        moves.emplace(from, to);
      }
    }
  }
  return moves;
}

TEST_CASE("states: a diagram draws the table's states and moves, each once, and no others") {
  for (const MachineId id : ids) {
    const Machine& machine = machine_of(id);
    CAPTURE(machine.name);
    CHECK(machine.places.size() == machine.states.size());
    const auto wanted = id == MachineId::Connection ? table_of<trace::ConnectionState>(6)
                        : id == MachineId::Task     ? table_of<trace::TaskState>(6)
                                                    : table_of<trace::TcpState>(11);
    for (const Diagram& diagram : diagrams_of(id)) {
      std::set<std::pair<std::uint32_t, std::uint32_t>> drawn;
      for (const DiagramEdge& edge : diagram.edges) {
        CHECK(drawn.emplace(edge.from, edge.to).second);
      }
      CHECK(drawn == wanted);
      CHECK(diagram.nodes.size() == machine.states.size());
    }
  }
}

// Whether a line comes more than a hair into a box.
bool enters(Point from, Point to, const Rect& box) {
  const Rect inside = box.inset(1);
  for (int step = 0; step <= 200; ++step) {
    const float share = static_cast<float>(step) / 200;
    if (inside.contains(
            Point{from.x + share * (to.x - from.x), from.y + share * (to.y - from.y)})) {
      return true;
    }
  }
  return false;
}

TEST_CASE("states: boxes stand apart, and no line goes through a box that it is not about") {
  for (const MachineId id : ids) {
    CAPTURE(machine_of(id).name);
    for (const Diagram& diagram : diagrams_of(id)) {
      check_apart(diagram.nodes);
      for (const DiagramEdge& edge : diagram.edges) {
        CAPTURE(machine_of(id).states[edge.from]);
        CAPTURE(machine_of(id).states[edge.to]);
        for (std::size_t i = 1; i < edge.points.size(); ++i) {
          for (const Rect& node : diagram.nodes) {
            CHECK(!enters(edge.points[i - 1], edge.points[i], node));
          }
        }
        // From the edge of the one to the edge of the other.
        CHECK(diagram.nodes[edge.from].inset(-1).contains(edge.points.front()));
        CHECK(diagram.nodes[edge.to].inset(-1).contains(edge.points.back()));
      }
    }
  }
}

TEST_CASE("states: no two lines lie upon each other on their way through the streets") {
  for (const MachineId id : ids) {
    CAPTURE(machine_of(id).name);
    for (const Diagram& diagram : diagrams_of(id)) {
      // Upright and level parts between corners.
      std::vector<Rect> parts;
      for (const DiagramEdge& edge : diagram.edges) {
        for (std::size_t i = 2; i + 1 < edge.points.size(); ++i) {
          const Point from = edge.points[i - 1];
          const Point to = edge.points[i];
          parts.push_back(Rect::from_corners(std::min(from.x, to.x), std::min(from.y, to.y),
                                             std::max(from.x, to.x), std::max(from.y, to.y)));
        }
      }
      for (std::size_t one = 0; one < parts.size(); ++one) {
        for (std::size_t other = one + 1; other < parts.size(); ++other) {
          const bool both_upright = parts[one].w < 0.5f && parts[other].w < 0.5f;
          const bool both_level = parts[one].h < 0.5f && parts[other].h < 0.5f;
          if (!both_upright && !both_level) continue;
          CHECK_FALSE(parts[one].inset(-0.75f).overlaps(parts[other].inset(-0.75f)));
        }
      }
    }
  }
}

// What the paths lead to is what the state at the cursor says.
void check_paths(const TraceView& view, std::uint32_t conn, std::uint64_t event) {
  CAPTURE(event + 1);
  const ConnectionPaths found = paths_of(view, conn, event);
  const trace::ConnectionStateAt state = view.states.connection_at(conn, event);
  CHECK(found.of(MachineId::Connection).state() == static_cast<std::uint32_t>(state.state));
  const auto code = [](const std::optional<trace::TcpState>& tcp) {
    return tcp ? std::optional(static_cast<std::uint32_t>(*tcp)) : std::nullopt;
  };
  CHECK(found.of(MachineId::ServerTcp).state() == code(state.server_tcp));
  CHECK(found.of(MachineId::ClientTcp).state() == code(state.client_tcp));
  const auto scheduler = view.states.scheduler_at(event);
  const auto task = scheduler.tasks.find(found.task);
  const auto at = found.of(MachineId::Task).state();
  if (task != scheduler.tasks.end()) {
    CHECK(at == static_cast<std::uint32_t>(task->second.state));
  } else if (at) {
    CHECK(*at == static_cast<std::uint32_t>(trace::TaskState::Done));
  }
  for (const MachineId id : ids) {
    const MachinePath& path = found.of(id);
    for (std::size_t i = 1; i < path.moves.size(); ++i) {
      CHECK(path.moves[i].from == path.moves[i - 1].to);
      CHECK(path.moves[i].event <= event);
    }
  }
}

TEST_CASE("states: the paths lead where state_at is (scenarios, every cursor)") {
  for (const char* scenario : {"01-hello", "02-keep-alive", "03-close", "04-bad-request"}) {
    CAPTURE(scenario);
    const Recorded told(scenario);
    for (std::uint64_t event = 0; event < told.view.end(); event += 3) {
      const Focus focus = focus_at(told.view, event, {});
      if (focus.conn != 0) check_paths(told.view, focus.conn, event);
    }
  }
}

TEST_CASE("states: the times in all states make up the time since the connection began (01)") {
  const Recorded told("01-hello");
  const std::uint64_t now = told.view.end() - 1;
  const ConnectionPaths found = paths_of(told.view, 1, now);
  const MachinePath& path = found.of(MachineId::Connection);
  Duration sum;
  for (std::uint32_t state = 0; state < 6; ++state) {
    sum += stay_in(told.view, path, state, now).length;
  }
  const Instant began = told.trace[told.index.connection(1)->first].time;
  CHECK(sum == told.trace[now].time - began);
}

TEST_CASE("states: a move's numbers are its places in the path (02)") {
  const Recorded told("02-keep-alive");
  const auto path = paths_of(told.view, 1, told.view.end() - 1).of(MachineId::Connection);
  const auto numbers = [&](trace::ConnectionState from, trace::ConnectionState to) {
    return passes_of(path, static_cast<std::uint32_t>(from), static_cast<std::uint32_t>(to))
        .numbers;
  };
  using enum trace::ConnectionState;
  CHECK(numbers(New, Established) == std::vector<std::size_t>{1});
  CHECK(numbers(Established, ServingRequest) == std::vector<std::size_t>{2});
  CHECK(numbers(ServingRequest, Idle) == std::vector<std::size_t>{3, 5, 7});
  CHECK(numbers(Idle, ServingRequest) == std::vector<std::size_t>{4, 6});
  CHECK(numbers(Idle, Closing) == std::vector<std::size_t>{8});
  CHECK(numbers(Closed, New).empty());
}

TEST_CASE("states: of a long connection the newest moves are followed, and it is said so") {
  const Scene scene([](trace::Story& story) {
    story.startup();
    auto conn = story.open();
    while (story.events().size() < 4 * most_moves_looked_at) {
      story.ask(conn, trace::Story::curl_request("/hello"), "Hello, World!");
    }
  });
  for (std::uint64_t event = scene.trace.end() - 60; event < scene.trace.end(); event += 7) {
    check_paths(scene.view, 1, event);
  }
  CHECK(paths_of(scene.view, 1, scene.trace.end() - 1).of(MachineId::Connection).cut);
  CHECK(!paths_of(scene.view, 1, most_moves_looked_at / 2).of(MachineId::Connection).cut);
}

}  // namespace
}  // namespace roundtrip::viz
