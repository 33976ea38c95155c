#include "viz/model/layout_spawn.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cmath>

#include "tests/viz/model/picture_texts.h"
#include "tests/viz/model/recorded.h"
#include "tests/viz/model/scene.h"
#include "viz/model/format.h"

namespace roundtrip::viz {
namespace {

using trace::Phase;

constexpr Rect large{0, 0, 1100, 600};

Picture at(const TraceView& view, std::uint64_t event, const Rect& area = large) {
  return picture_at(view, "spawn", event, area);
}

TEST_CASE("spawn: the accept loop asks, parks, is woken, takes one and asks again (01)") {
  const Recorded told("01-hello");
  const auto line = [&](std::uint64_t event, std::string_view name) {
    return value_of(at(told.view, event), "Accept loop", name);
  };
  const std::uint64_t connect = event_of(told.view, Phase::ConnectionConnect);
  CHECK(line(connect, "before") == "EAGAIN: parks");
  CHECK(line(connect, "accept4") == "not yet");
  const std::uint64_t asks = event_of(told.view, Phase::ConnectionAccept, 2);
  CHECK(line(asks, "woken by") == "the poller");
  CHECK(line(asks, "accept4") == "asks the kernel");
  const std::uint64_t end = event_of(told.view, Phase::ConnectionAccept, 2, true);
  REQUIRE(told.trace[end].arg("fd"));
  CHECK(line(end, "accept4") == fmt::format("fd {}", *told.trace[end].arg("fd")));
  CHECK(line(end, "makes") == "not yet");
  CHECK(line(event_of(told.view, Phase::ConnectionObject), "makes") == "object");
  const std::uint64_t spawned = event_of(told.view, Phase::ConnectionTaskSpawned);
  CHECK(line(spawned, "makes") ==
        fmt::format("object, task {}", *told.trace[spawned].arg("spawned")));
  CHECK(line(spawned, "again") == "not yet");
  CHECK(line(event_of(told.view, Phase::ConnectionAccept, 3), "again") == "asks the kernel");
  CHECK(line(event_of(told.view, Phase::ConnectionAccept, 3, true), "again") == "EAGAIN: nobody");
  CHECK(line(event_of(told.view, Phase::TaskPark, 2), "again") == "EAGAIN: parks");
  CHECK(line(event_of(told.view, Phase::TaskPark, 2), "now") == "waits for a client");
}

TEST_CASE("spawn: a loop that finds another client at once does not park between them") {
  using namespace trace;
  const Scene scene([](Story& story) {
    story.startup();
    const auto accept = [&](std::uint32_t conn) {
      story.begin<Phase::ConnectionAccept>({1});
      story.end<Phase::ConnectionAccept>({1, conn}, 5 + conn);
      story.instant<Phase::ConnectionObject>({1, conn}, absent, absent, 5 + conn);
    };
    story.wake({1});
    accept(1);
    accept(2);
    story.begin<Phase::ConnectionAccept>({1});
    story.end<Phase::ConnectionAccept>({1}, absent, 11U);
    story.park({1}, ParkReason::Acceptable);
  });
  ViewState state;
  state.chosen = {1, 0};
  const std::uint64_t last = scene.view.end() - 1;
  const Picture first = layout_spawn(scene.view, {last, {}}, state, plain_ruler(), large);
  CHECK(value_of(first, "Accept loop", "accept4") == "fd 6");
  CHECK(value_of(first, "Accept loop", "again") == "the next: fd 7");
  state.chosen = {2, 0};
  const Picture second = layout_spawn(scene.view, {last, {}}, state, plain_ruler(), large);
  CHECK(value_of(second, "Accept loop", "before") == "");
  CHECK(value_of(second, "Accept loop", "accept4") == "fd 7");
  CHECK(value_of(second, "Accept loop", "again") == "EAGAIN: parks");
}

TEST_CASE("spawn: the new task is created, runnable, running, and ended (01)") {
  const Recorded told("01-hello");
  const std::uint64_t spawned = event_of(told.view, Phase::ConnectionTaskSpawned);
  const Picture made = at(told.view, spawned);
  CHECK(value_of(made, "1 created", "frame") ==
        fmt::format("{} B", *told.trace[spawned].arg("frame")));
  CHECK(value_of(made, "3 running", "first on") == "not yet");
  CHECK(value_of(made, "3 running", "now") == "not yet");
  CHECK(box_titled(made, "3 running")->progress == Progress::Ahead);
  const std::uint64_t runs = event_of(told.view, Phase::ConnectionFirstRun);
  const Picture running = at(told.view, runs);
  CHECK(value_of(running, "3 running", "first on") ==
        fmt::format("worker {}", *told.trace[runs].arg("worker")));
  CHECK(value_of(running, "3 running", "now") ==
        fmt::format("on worker {}", *told.trace[runs].arg("worker")));
  // From runnable to the first run on a worker.
  std::uint64_t runnable = runs;
  while (told.trace[runnable].phase != Phase::TaskRunnable) --runnable;
  std::uint64_t run = runs;
  while (told.trace[run].phase != Phase::TaskRun) --run;
  CHECK(value_of(running, "2 runnable", "waits") ==
        "[" + plain(duration(told.trace[run].time - told.trace[runnable].time).text()) + "]");
  const Picture ended = at(told.view, event_of(told.view, Phase::LifecycleTaskExit));
  CHECK(value_of(ended, "3 running", "served") == "1 request");
  CHECK(value_of(at(told.view, event_of(told.view, Phase::TaskDone)), "3 running", "now") ==
        "done");
  REQUIRE(running.arrows.size() == 3);
  for (const PictureArrow& arrow : running.arrows) CHECK(arrow.done);
}

TEST_CASE("spawn: a task that goes on at another worker is said to run there (01)") {
  const Recorded told("01-hello");
  const std::uint64_t first = event_of(told.view, Phase::ConnectionFirstRun);
  const std::uint64_t split = event_of(told.view, Phase::ReadLineSplit);
  std::uint64_t run = split;
  while (told.trace[run].phase != Phase::TaskRun || told.trace[run].ends()) --run;
  REQUIRE(told.trace[run].arg("worker") != told.trace[first].arg("worker"));
  const Picture picture = at(told.view, split);
  CHECK(value_of(picture, "3 running", "first on") ==
        fmt::format("worker {}", *told.trace[first].arg("worker")));
  CHECK(value_of(picture, "3 running", "now") ==
        fmt::format("on worker {}", *told.trace[run].arg("worker")));
}

TEST_CASE("spawn: the memory's parts fill one bar, and the capacity is said as arithmetic (01)") {
  const Recorded told("01-hello");
  const std::uint64_t event = event_of(told.view, Phase::ConnectionMemory);
  const trace::Event& memory = told.trace[event];
  std::uint64_t sum = 0;
  std::vector<std::uint64_t> parts;
  for (std::size_t i = 0; i < memory.row().arg_count(); ++i) {
    if (memory.arg(i).value_or(0) > 0) parts.push_back(*memory.arg(i));
    sum += memory.arg(i).value_or(0);
  }
  for (const Rect& area : {large, story_place}) {
    const Picture picture = at(told.view, event, area);
    CHECK(value_of(picture, "Memory of it", "in all") == fmt::format("[{} bytes]", sum));
    const auto bars = bars_in(picture, "Memory of it");
    REQUIRE(bars.size() == parts.size());
    float whole = 0;
    for (const PictureBar& bar : bars) whole += bar.rect.w;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const double share = static_cast<double>(parts[i]) / static_cast<double>(sum);
      // Rounded, and a hair of the ground between two.
      CHECK(std::abs(bars[i].rect.w - share * whole) <= 2);
    }
    std::string name;
    for (const PictureRow& row : box_titled(picture, "Memory of it")->rows) {
      if (says(row.name.text, "GiB")) name = plain(row.name.text + row.value.text);
    }
    CHECK(name ==
          fmt::format("by memory alone: 1 GiB / {} =[{} connections]", sum, 1073741824 / sum));
  }
}

TEST_CASE("spawn: before the memory was told nothing is added up (01)") {
  const Recorded told("01-hello");
  const Picture picture = at(told.view, event_of(told.view, Phase::ConnectionObject));
  CHECK(value_of(picture, "Memory of it", "in all") == "not yet");
  CHECK(bars_in(picture, "Memory of it").empty());
}

TEST_CASE("spawn: where four boxes have no room side by side they stand as cards (01)") {
  const Recorded told("01-hello");
  const std::uint64_t runs = event_of(told.view, Phase::ConnectionFirstRun);
  const Picture narrow = picture_at(told.view, "spawn", runs, {0, 0, 400, 700});
  CHECK(box_titled(narrow, "The new task") != nullptr);
  CHECK(value_of(narrow, "The new task", "now") ==
        fmt::format("on worker {}", *told.trace[runs].arg("worker")));
  // Where not even these have room, the one of the last event does.
  const Picture low = picture_at(told.view, "spawn", runs, {0, 0, 400, 220});
  CHECK(box_titled(low, "The new task") != nullptr);
  CHECK(says(notes_of(low), "more"));
}

TEST_CASE("server: what the number of clients is bounded by is said (01)") {
  const Recorded told("01-hello");
  const std::uint64_t event = event_of(told.view, Phase::ConnectionMemory);
  const Picture server = picture_at(told.view, "server", event, {0, 0, 1200, 700});
  CHECK(says(value_of(server, "Server ready", "descriptors for"), "clients"));
}

}  // namespace
}  // namespace roundtrip::viz
