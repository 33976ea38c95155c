// What a task does, as states in its lane; a request alone; the way between a run's two lanes.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>

#include "tests/viz/model/picture_texts.h"
#include "tests/viz/model/recorded.h"
#include "tests/viz/model/scene.h"
#include "viz/model/actions.h"
#include "viz/model/commands.h"
#include "viz/model/layout_timeline.h"
#include "viz/model/scheduler_facts.h"
#include "viz/model/timeline_lanes.h"

namespace roundtrip::viz {
namespace {

using trace::EventNumber;
using trace::Phase;
using trace::TaskState;

constexpr Rect tall{0, 0, 1600, 1400};

TimelineLayout timeline(const TraceView& view, std::uint64_t event, const ViewState& state = {},
                        const Rect& area = tall) {
  return layout_timeline(view, {event, {}}, state, plain_ruler(), area);
}

TEST_CASE("timeline: a task's lane tells its state at every moment (recordings, zoomed)") {
  for (const char* scenario : {"01-hello", "10-post-json", "12-timeout"}) {
    CAPTURE(scenario);
    const Recorded told(scenario);
    std::size_t compared = 0;
    for (std::uint64_t event = 20; event < told.view.end(); event += 9) {
      ViewState state;
      const Instant here = told.trace[event].time;
      state.window = TimeWindow{here - Duration::microseconds(30),
                                here + Duration::microseconds(60)};
      const auto layout = timeline(told.view, event, state);
      const auto tasks = told.states.scheduler_at(event).tasks;
      for (const TimelineBar& bar : layout.bars) {
        if (!bar.state || bar.count > 1 || bar.event > event) continue;
        const auto& row = told.lanes.rows(bar.lane)[LaneIndex::state_row];
        const auto* next = std::upper_bound(row.begin(), row.end(), bar.event);
        const bool over = bar.last != trace::no_event && bar.last <= event && bar.last != bar.event;
        if ((next != row.end() && *next <= event) || over) continue;
        const auto found = tasks.find(bar.lane.number);
        CAPTURE(event + 1);
        CAPTURE(bar.lane.number);
        const TaskState now = found == tasks.end() ? TaskState::Done : found->second.state;
        CHECK(*bar.state == now);
        ++compared;
      }
    }
    CHECK(compared > 10);
  }
}

TEST_CASE("timeline: states count every fact of the scheduler once, however small (zoomed)") {
  const Scene scene(tell_busy);
  ViewState state;
  Cursor cursor{scene.trace.end() / 2, {}};
  for (int zoom = 0; zoom < 12; ++zoom) {
    const auto layout = layout_timeline(scene.view, cursor, state, plain_ruler(), tall);
    REQUIRE(layout.scroll_px == 0);
    const TimeWindow window = layout.scale.window();
    for (const TimelineLane& lane : layout.lanes) {
      if (lane.key.kind != LaneKind::Task) continue;
      const auto& row = scene.lanes.rows(lane.key)[LaneIndex::state_row];
      std::uint64_t expected = 0;
      for (std::size_t i = 0; i < row.size(); ++i) {
        const trace::Event& fact = scene.trace[row[i]];
        std::optional<Instant> end;
        if (i + 1 < row.size()) end = scene.trace[row[i + 1]].time;
        const EventNumber partner = fact.begins() ? scene.index.partner(row[i]) : trace::no_event;
        if (partner != trace::no_event) {
          end = end ? std::min(*end, scene.trace[partner].time) : scene.trace[partner].time;
        }
        if (fact.phase == Phase::TaskDone) end = fact.time;
        const bool last_before = i + 1 == row.size() || scene.trace[row[i + 1]].time >= window.from;
        const bool reaches = fact.time < window.from && last_before && (!end || *end > window.from);
        expected += window.contains(fact.time) || reaches ? 1 : 0;
      }
      std::uint64_t shown = 0;
      for (const TimelineBar& bar : layout.bars) {
        if (bar.lane == lane.key && bar.row == LaneIndex::state_row) shown += bar.count;
      }
      CHECK(shown == expected);
    }
    apply(state, cursor, scene.view, Zoom{2, {}});
  }
}

TEST_CASE("timeline: a state says what a task waits for, and on which worker it runs (10)") {
  const Recorded told("10-post-json");
  ViewState state;
  state.by_chapter = true;
  const std::uint64_t call = event_of(told.view, Phase::TaskBlocking);
  const auto says_it = [&](TaskState what, std::string_view words) {
    const auto layout = timeline(told.view, call, state, {0, 0, 3000, 1400});
    return std::any_of(layout.bars.begin(), layout.bars.end(), [&](const TimelineBar& bar) {
      return bar.state == what && bar.label.text == words;
    });
  };
  CHECK(says_it(TaskState::Parked, "waits for a call that blocks"));
  const auto worker = told.trace[event_of(told.view, Phase::TaskRun, 2)].arg("worker");
  REQUIRE(worker);
  CHECK(says_it(TaskState::Running, fmt::format("on worker {}", *worker)));
  state.fold_longer_than = Duration::seconds(1);
  CHECK(says_it(TaskState::Blocking, "on pool thread 1"));
}

TEST_CASE("timeline: a handler's own task says whose connection it is (12)") {
  const Recorded told("12-timeout");
  const EventNumber made = static_cast<EventNumber>(event_of(told.view, Phase::TaskCreated, 3));
  const trace::Event& task = told.trace[made];
  REQUIRE(told.trace.symbols().text({static_cast<std::uint32_t>(*task.arg("name"))}) == "slow");
  const LaneKey lane{LaneKind::Task, task.task};
  CHECK(lane_name(told.view, lane) ==
        fmt::format("task {} slow of connection {}", task.task, task.conn));
  CHECK(lane_name(told.view, lane, LaneNaming::Short) == fmt::format("task {} slow", task.task));
}

TEST_CASE("timeline: only one request keeps its tasks and the lanes that they touched (03, 12)") {
  for (const char* scenario : {"03-close", "12-timeout"}) {
    CAPTURE(scenario);
    const Recorded told(scenario);
    for (const std::uint32_t request : told.index.requests()) {
      CAPTURE(request);
      const auto* summary = told.index.request(request);
      ViewState state;
      Cursor cursor{summary->first, {}};
      apply(state, cursor, told.view, OnlyRequest{request});
      const auto layout = timeline(told.view, cursor.event, state);
      const RequestLanes own = lanes_of_request(told.view, request);
      std::size_t tasks = 0;
      for (const TimelineLane& lane : layout.lanes) {
        CAPTURE(lane.name.text);
        CHECK(own.has(lane.key));
        tasks += lane.key.kind == LaneKind::Task ? 1 : 0;
      }
      CHECK(tasks == own.tasks.size());
      CHECK(says(layout.more.text, fmt::format("equest {}", request)));
      // Each of its facts stands in a lane that is shown.
      const auto* conn = told.index.connection(summary->conn);
      for (const EventNumber event : conn->events) {
        if (told.trace[event].request != request) continue;
        const std::uint32_t task = told.trace[event].task;
        if (task != 0) CHECK(own.has({LaneKind::Task, task}));
      }
      apply(state, cursor, told.view, Undo{});
      CHECK(state.only_request == 0);
      apply(state, cursor, told.view, Redo{});
      CHECK(state.only_request == request);
      apply(state, cursor, told.view, ClearSelection{});
      CHECK(state.only_request == 0);
    }
  }
}

TEST_CASE("timeline: from a run to its worker's lane and back, each in sight (12)") {
  const Recorded told("12-timeout");
  const std::uint64_t step = event_of(told.view, Phase::HandleHandler);
  ViewState state;
  state.by_chapter = true;
  Cursor cursor{step, {}};
  const auto press = [&] {
    const auto action = row_of(Command::BetweenLanes).action({told.view, cursor, state, {}});
    REQUIRE(action);
    apply(state, cursor, told.view, *action);
  };
  const auto in_sight = [&](LaneKind kind) {
    const auto layout = timeline(told.view, cursor.event, state, {0, 0, 1000, 190});
    return std::any_of(layout.bars.begin(), layout.bars.end(), [&](const TimelineBar& bar) {
      return bar.lane.kind == kind && bar.at_cursor;
    });
  };
  press();
  const trace::Event& run = told.trace[cursor.event];
  CHECK(run.phase == Phase::TaskRun);
  CHECK(run.task == told.trace[step].task);
  CHECK(cursor.event < step);
  CHECK(in_sight(LaneKind::Worker));
  press();
  CHECK(in_sight(LaneKind::Task));
  press();
  CHECK(in_sight(LaneKind::Worker));
}

TEST_CASE("timeline: a wake that is hovered has an arrow from who woke (12)") {
  const Recorded told("12-timeout");
  // The handler's task ends, and wakes the connection's.
  std::uint64_t wake = 0;
  while (told.trace[wake].phase != Phase::TaskRunnable ||
         told.trace[wake].arg("source") != static_cast<std::uint64_t>(trace::WakeSource::Task)) {
    ++wake;
  }
  ViewState state;
  state.window = TimeWindow{told.trace[wake].time - Duration::microseconds(40),
                            told.trace[wake].time + Duration::microseconds(40)};
  const auto from_waker = [&](const TimelineLayout& layout) {
    return std::any_of(layout.flows.begin(), layout.flows.end(), [&](const TimelineFlow& flow) {
      return flow.effect == wake && told.trace[flow.cause].task == told.trace[wake].arg("by");
    });
  };
  CHECK_FALSE(from_waker(timeline(told.view, wake + 6, state)));
  state.hovered_event = wake;
  CHECK(from_waker(timeline(told.view, wake + 6, state)));
}

TEST_CASE("request: on a worker, in run queues and parked add up to it (recordings)") {
  std::size_t queued = 0;
  for (const char* scenario : {"02-keep-alive", "03-close", "10-post-json", "11-upload",
                               "12-timeout", "15-pipelining"}) {
    CAPTURE(std::string(scenario));
    const Recorded told(scenario);
    for (const std::uint32_t request : told.index.requests()) {
      const RequestRow row = request_row(told.index, request, told.view.end() - 1);
      if (!row.took) continue;
      CAPTURE(request);
      REQUIRE(row.ran);
      REQUIRE(row.queued);
      CHECK(*row.ran + *row.queued + *row.parked() == *row.took);
      CHECK(*row.parked() >= Duration{});
      // The time in queues is that from each wake, or from where it left its worker after that, to
      // the run that came of it; none where another worker had taken it up before it had left.
      Duration sum{};
      std::optional<Instant> ready;
      int runs = 1;
      const std::uint32_t task = told.trace[row.begun].task;
      for (const EventNumber event : told.index.task(task)->events) {
        if (event < row.begun || event > row.finished) continue;
        const trace::Event& fact = told.trace[event];
        if (fact.phase == Phase::TaskRunnable) ready = fact.time;
        if (fact.phase != Phase::TaskRun) continue;
        if (fact.ends()) {
          --runs;
          if (ready) ready = std::max(*ready, fact.time);
          continue;
        }
        if (runs++ == 0 && ready) sum += fact.time - *ready;
        ready.reset();
      }
      CHECK(row.queued->ns == sum.ns);
      queued += *row.queued > Duration{} ? 1 : 0;
      // What is kept of it is the same.
      CHECK(told.view.statistics.requests().row(request)->queued == row.queued);
    }
  }
  CHECK(queued > 3);
}

}  // namespace
}  // namespace roundtrip::viz
