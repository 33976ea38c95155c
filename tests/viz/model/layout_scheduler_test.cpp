#include "viz/model/layout_scheduler.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>

#include "tests/viz/model/picture_texts.h"
#include "tests/viz/model/recorded.h"
#include "tests/viz/model/scene.h"
#include "viz/model/format.h"
#include "viz/model/scheduler_facts.h"
#include "viz/model/timeline_lanes.h"

namespace roundtrip::viz {
namespace {

using trace::EventNumber;
using trace::ParkReason;
using trace::Phase;
using trace::Story;
using trace::Subject;
using trace::TaskState;
using trace::WakeSource;

constexpr Rect large{0, 0, 1100, 700};
constexpr Rect huge{0, 0, 1100, 1400};

Picture at(const TraceView& view, std::uint64_t event, const ViewState& state = {},
           const Rect& area = large) {
  return layout_scheduler(view, {event, {}}, state, plain_ruler(), area);
}

std::uint64_t last(const Scene& scene) { return scene.view.end() - 1; }

// The labels of all bars: runs, slots and sources.
std::string bars_of(const Picture& picture) {
  std::string text;
  for (const PictureBar& bar : picture.bars) text += plain(bar.label.text) + "\n";
  return text;
}

const PictureBar* bar_saying(const Picture& picture, std::string_view text) {
  for (const PictureBar& bar : picture.bars) {
    if (plain(bar.label.text) == text) return &bar;
  }
  return nullptr;
}

const PictureBox* box_beginning(const Picture& picture, std::string_view title) {
  for (const PictureBox& box : picture.boxes) {
    if (plain(box.title_text()).starts_with(title)) return &box;
  }
  return nullptr;
}

TEST_CASE("scheduler: workers, queues and waiting tasks are those of the state (recordings)") {
  for (const char* scenario : {"01-hello", "03-close", "10-post-json", "11-upload", "12-timeout"}) {
    CAPTURE(scenario);
    const Recorded told(scenario);
    for (std::uint64_t event = 0; event < told.view.end(); event += 3) {
      CAPTURE(event + 1);
      const SchedulerNow now = scheduler_now(told.view, {event, {}}, {});
      const trace::SchedulerAt state = told.states.scheduler_at(event);
      std::size_t running = 0;
      std::uint64_t queued = 0;
      for (const WorkerNow& worker : now.workers) {
        const auto runs = state.running.find(worker.number);
        CHECK(worker.task == (runs == state.running.end() ? 0 : runs->second));
        running += worker.task != 0 ? 1 : 0;
        queued += worker.queued;
        if (worker.run != trace::no_event) CHECK(worker.run <= event);
        if (worker.busy) CHECK((*worker.busy >= Duration{} && *worker.busy <= now.shown));
      }
      CHECK(running == state.running.size());
      std::uint64_t ready = 0;
      std::uint64_t blocking = 0;
      std::uint64_t parked = 0;
      std::uint64_t asleep = 0;
      for (const auto& [number, task] : state.tasks) {
        ready += task.state == TaskState::Runnable ? 1 : 0;
        blocking += task.state == TaskState::Blocking ? 1 : 0;
        parked += task.state == TaskState::Parked ? 1 : 0;
        asleep += task.state == TaskState::Parked && task.waits_for == ParkReason::Sleep ? 1 : 0;
      }
      CHECK(now.ready.count == ready);
      CHECK(now.ready.count == queued);
      CHECK(now.blocking.count == blocking);
      CHECK(now.poller.count + now.queued_for_pool.count + now.others.count + asleep == parked);
      for (const TasksWaiting* list : {&now.ready, &now.poller, &now.timers, &now.blocking}) {
        CHECK(list->named.size() == std::min<std::uint64_t>(list->count, most_named_tasks));
        for (const TaskWaits& one : list->named) CHECK(one.since <= event);
      }
      for (std::size_t i = 1; i < now.timers.named.size(); ++i) {
        CHECK(now.timers.named[i - 1].due <= now.timers.named[i].due);
      }
    }
  }
}

TEST_CASE("scheduler: every fact of a task is seen where it happens (recordings)") {
  for (const char* scenario : {"01-hello", "10-post-json", "12-timeout"}) {
    CAPTURE(scenario);
    const Recorded told(scenario);
    for (std::uint64_t event = 0; event < told.view.end(); ++event) {
      const Phase phase = told.trace[event].phase;
      const bool shown = phase == Phase::TaskRunnable || phase == Phase::TaskRun ||
                         phase == Phase::TaskBlocking || phase == Phase::TaskPark;
      if (!shown) continue;
      const auto reason = told.trace[event].arg("on");
      // A sleep without a limit of its own would be named nowhere.
      if (reason == static_cast<std::uint64_t>(ParkReason::Sleep) &&
          !told.trace[event].arg("deadline")) {
        continue;
      }
      CAPTURE(event + 1);
      CHECK(anything_at_cursor(at(told.view, event, {}, huge)));
    }
  }
}

TEST_CASE("scheduler: how busy a worker was is the sum of its runs in the window (recordings)") {
  for (const char* scenario : {"03-close", "11-upload"}) {
    const Recorded told(scenario);
    for (std::uint32_t worker = 1; worker <= told.index.worker_count(); ++worker) {
      for (std::uint64_t from = 0; from + 1 < told.view.end(); from += 37) {
        for (std::uint64_t to = from; to < told.view.end(); to += 53) {
          const TimeWindow window{told.trace[from].time, told.trace[to].time};
          Duration sum{};
          for (const EventNumber run : told.index.worker_runs(worker)) {
            const EventNumber end = told.index.partner(run);
            const Instant over = end == trace::no_event ? window.to : told.trace[end].time;
            const Instant begun = std::max(told.trace[run].time, window.from);
            sum += std::max(Duration{}, std::min(over, window.to) - begun);
          }
          CAPTURE(worker);
          CHECK(told.lanes.busy(worker, window) == sum);
        }
      }
    }
  }
}

TEST_CASE("scheduler: a task that is stolen waits in the queue of who took it, and runs there") {
  std::uint64_t queued = 0;
  std::uint64_t stolen = 0;
  const Scene scene([&](Story& story) {
    story.startup(8080, 2);
    const Subject first{story.spawn("first")};
    const Subject second{story.spawn("second", first.task)};
    queued = story.events().size() - 1;
    story.begin<Phase::TaskRun>(first, 1U);
    story.instant<Phase::TaskStolen>(second, 1U, 2U);
    stolen = story.events().size() - 1;
    story.begin<Phase::TaskRun>(second, 2U);
  });
  const auto queue_of = [&](std::uint64_t event, std::size_t worker) {
    return scheduler_now(scene.view, {event, {}}, {}).workers[worker].queue;
  };
  const std::uint32_t second = scene.trace[stolen].task;
  CHECK(queue_of(queued, 0).size() == 2);
  CHECK(queue_of(stolen, 0).empty());
  CHECK(queue_of(stolen, 1) == std::vector<std::uint32_t>{second});
  CHECK(bar_saying(at(scene.view, stolen), fmt::format("task {}", second)) != nullptr);
  const Picture after = at(scene.view, last(scene));
  CHECK(scheduler_now(scene.view, {last(scene), {}}, {}).workers[1].task == second);
  CHECK(bar_saying(after, fmt::format("task {} second", second)) != nullptr);
  // How long it was ready counts from when it could have run, not from the theft.
  const SchedulerNow now = scheduler_now(scene.view, {stolen, {}}, {});
  REQUIRE(now.ready.count == 1);
  CHECK(scene.trace[now.ready.named[0].since].phase == Phase::TaskRunnable);
}

TEST_CASE("scheduler: a long run queue shows who is next, and counts the others") {
  constexpr std::uint32_t tasks = 3'000;
  const Scene scene([](Story& story) {
    story.startup();
    for (std::uint32_t i = 0; i < tasks; ++i) story.spawn("job");
  });
  const SchedulerNow now = scheduler_now(scene.view, {last(scene), {}}, {});
  CHECK(now.ready.count == tasks);
  const Picture picture = at(scene.view, last(scene));
  const std::uint32_t next = now.workers[0].queue.front();
  CHECK(bar_saying(picture, fmt::format("task {}", next)) != nullptr);
  CHECK(says(bars_of(picture), " more"));
  std::uint64_t named = 0;
  std::uint64_t more = 0;
  for (const PictureBar& bar : picture.bars) {
    const std::string label = plain(bar.label.text);
    if (label.starts_with("task ")) ++named;
    if (label.starts_with("and ")) more = std::stoull(label.substr(4));
  }
  CHECK(named + more == tasks);
  CHECK(box_beginning(picture, fmt::format("Ready, not running: {}", tasks)) != nullptr);
  CHECK(picture.bars.size() < 40);
}

TEST_CASE("scheduler: of 5,000 parked tasks few are named, all counted, the next is due first") {
  constexpr std::uint32_t tasks = 5'000;
  const Scene scene([](Story& story) {
    story.startup();
    for (std::uint32_t i = 0; i < tasks; ++i) {
      const Subject who{story.spawn("job")};
      story.begin<Phase::TaskRun>(who, 1U);
      // The last of the first ones is due first.
      story.instant<Phase::TaskPark>(who, Duration::seconds(5'000 - (i < 3'000 ? i : 0)),
                                     ParkReason::Readable, 7 + static_cast<int>(i));
      story.end<Phase::TaskRun>(who);
    }
  });
  const SchedulerNow now = scheduler_now(scene.view, {last(scene), {}}, {});
  CHECK(now.poller.count >= tasks);
  CHECK(now.poller.named.size() == most_named_tasks);
  REQUIRE(!now.timers.named.empty());
  CHECK_FALSE(now.timers_compared);
  for (const TaskWaits& one : now.timers.named) CHECK(now.timers.named.front().due <= one.due);
  const std::uint32_t soonest = now.timers.named.front().task;
  const EventNumber parked = now.timers.named.front().since;
  CHECK(scene.trace[parked].task == soonest);
  CHECK(scene.trace[parked].arg("deadline") ==
        static_cast<std::uint64_t>(Duration::seconds(5'000 - 2'999).ns));
  const Picture picture = at(scene.view, last(scene), {}, huge);
  const PictureBox* timers = box_beginning(picture, "Timers");
  REQUIRE(timers != nullptr);
  CHECK(says(joined(timers->words), "first 4000 tasks"));
  std::size_t parts = picture.bars.size() + picture.notes.size();
  for (const PictureBox& box : picture.boxes) parts += box.rows.size() + box.words.size();
  CHECK(parts < 150);
}

TEST_CASE("scheduler: the arrow leads from who woke to where the woken task is") {
  std::uint64_t spawned = 0;
  std::uint64_t runs = 0;
  std::uint64_t waits = 0;
  std::uint64_t polled = 0;
  const Scene scene([&](Story& story) {
    story.startup(8080, 2);
    const Subject maker{story.spawn("maker")};
    story.begin<Phase::TaskRun>(maker, 2U);
    const Subject made{story.spawn("made", maker.task)};
    spawned = story.events().size() - 1;
    story.begin<Phase::TaskRun>(made, 1U);
    runs = story.events().size() - 1;
    story.park(made);
    waits = story.events().size() - 1;
    story.instant<Phase::TaskRunnable>(made, WakeSource::Poller, trace::absent, 1U, 0U);
    polled = story.events().size() - 1;
  });
  const auto ends = [](const Picture& picture) {
    const bool any = !picture.lines.empty();
    return any ? std::optional(std::pair(picture.lines.front().from, picture.lines.back().to))
               : std::nullopt;
  };
  const auto beside = [](const PictureBar* bar, Point point) {
    return bar != nullptr && bar->rect.inset(-1).contains(point);
  };
  const std::string made = fmt::format("task {}", scene.trace[spawned].task);
  const Picture queued = at(scene.view, spawned);
  REQUIRE(ends(queued));
  CHECK(beside(bar_saying(queued, fmt::format("task {} maker", scene.trace[spawned].task - 1)),
               ends(queued)->first));
  CHECK(beside(bar_saying(queued, made), ends(queued)->second));
  CHECK(queued.lines.back().head);
  CHECK(queued.lines.back().link.at_cursor);
  const Picture running = at(scene.view, runs);
  REQUIRE(ends(running));
  CHECK(beside(bar_saying(running, made + " made"), ends(running)->second));
  CHECK_FALSE(running.lines.back().link.at_cursor);
  // Parked again, it is nowhere that an arrow could lead to.
  CHECK_FALSE(ends(at(scene.view, waits)));
  const Picture woken = at(scene.view, polled);
  REQUIRE(ends(woken));
  const auto poller = std::find_if(
      woken.bars.begin(), woken.bars.end(),
      [](const PictureBar& bar) { return bar.label.text.starts_with("poller"); });
  REQUIRE(poller != woken.bars.end());
  CHECK(poller->rect.inset(-1).contains(ends(woken)->first));
  CHECK(value_of(woken, "The last wake", "by") == "the poller");
  CHECK(value_of(queued, "The last wake", "made by") ==
        fmt::format("task {} maker", scene.trace[spawned].task - 1));
}

TEST_CASE("scheduler: no arrow goes through a word (recordings, sizes)") {
  for (const char* scenario : {"03-close", "10-post-json", "12-timeout"}) {
    const Recorded told(scenario);
    std::size_t arrows = 0;
    for (const Rect& area : {story_place, large}) {
      for (std::uint64_t event = 0; event < told.view.end(); event += 2) {
        const Picture picture = at(told.view, event, {}, area);
        arrows += picture.lines.empty() ? 0 : 1;
        for (const PictureLine& line : picture.lines) {
          const Rect way = Rect::from_corners(
              std::min(line.from.x, line.to.x), std::min(line.from.y, line.to.y),
              std::max(line.from.x, line.to.x) + 1, std::max(line.from.y, line.to.y) + 1);
          CAPTURE(event + 1);
          for (const PictureNote& note : picture.notes) CHECK_FALSE(way.overlaps(note.text.rect));
          for (const PictureBar& bar : picture.bars) {
            CHECK_FALSE(way.overlaps(bar.rect.inset(1.5f)));
          }
          for (const PictureBox& box : picture.boxes) CHECK_FALSE(way.overlaps(box.rect));
        }
      }
    }
    CHECK(arrows > 10);
  }
}

TEST_CASE("scheduler: of many workers those that do something have a lane, the rest is counted") {
  constexpr std::uint32_t workers = 64;
  const Scene scene([](Story& story) {
    story.startup(8080, workers);
    const Subject who{story.spawn("job")};
    story.begin<Phase::TaskRun>(who, 60U);
  });
  const Picture picture = at(scene.view, last(scene));
  const std::string notes = notes_of(picture);
  CHECK(says(notes, "worker 60\n"));
  std::uint64_t lanes = 0;
  for (const PictureNote& note : picture.notes) {
    lanes += note.text.text.starts_with("worker ") ? 1 : 0;
  }
  CHECK(says(notes, fmt::format("and {} more workers\n", workers - lanes)));
}

TEST_CASE("scheduler: only one request shows its tasks and the workers that they ran on (12)") {
  const Recorded told("12-timeout");
  ViewState state;
  state.only_request = 1;
  const RequestLanes own = lanes_of_request(told.view, 1);
  REQUIRE(own.tasks.size() == 2);  // the connection's, and the handler's beyond the limit
  const auto is_own = [&](std::uint32_t task) {
    return std::find(own.tasks.begin(), own.tasks.end(), task) != own.tasks.end();
  };
  for (std::uint64_t event = 0; event < told.view.end(); event += 5) {
    const SchedulerNow now = scheduler_now(told.view, {event, {}}, state);
    CHECK(now.workers.size() == own.workers.size());
    for (const TasksWaiting* list : {&now.ready, &now.poller, &now.timers, &now.others}) {
      for (const TaskWaits& one : list->named) CHECK(is_own(one.task));
    }
    if (now.wake.event != trace::no_event) CHECK(is_own(now.wake.task));
  }
}

TEST_CASE("scheduler: where each task has a thread there are no workers, and nothing of a poller") {
  const Scene scene([](Story& story) {
    story.begin<Phase::StartupRuntimeInit>({}, 0U, 0U, trace::Model::Threads,
                                           std::uint64_t{8} << 20);
    story.end<Phase::StartupRuntimeInit>({});
    story.instant<Phase::TaskCreated>({1}, story.symbol("accept loop"), 64U);
    story.instant<Phase::TaskRunnable>({1}, WakeSource::Spawn);
    story.begin<Phase::TaskRun>({1});
    story.instant<Phase::TaskPark>({1}, trace::absent, ParkReason::Acceptable, 5);
    story.end<Phase::TaskRun>({1});
  });
  const Picture picture = at(scene.view, last(scene));
  CHECK(says(joined(picture.sentence), "a thread of its own"));
  CHECK(picture.bars.empty());
  CHECK(value_of(picture, "In poll(2): 1", "task 1 accept loop") == "a client, fd 5");
  CHECK(dump(picture).find("epoll") == std::string::npos);
}

TEST_CASE("scheduler: a trace without its facts says that they were not recorded") {
  const Scene scene([](Story& story) { story.instant<Phase::StartupMain>({}); });
  const Picture picture = at(scene.view, 0);
  CHECK(says(joined(picture.sentence), "not recorded"));
  CHECK(picture.boxes.empty());
}

}  // namespace
}  // namespace roundtrip::viz
