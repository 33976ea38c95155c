#include "viz/model/layout_scheduler.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "viz/model/arg_words.h"
#include "viz/model/cards.h"
#include "viz/model/describe.h"
#include "viz/model/format.h"
#include "viz/model/scheduler_lanes.h"
#include "viz/model/timeline_lanes.h"

namespace roundtrip::viz {

using trace::EventNumber;
using trace::Group;
using trace::no_event;
using trace::Provenance;
using trace::WakeSource;

namespace {

constexpr std::string_view not_recorded = "not recorded";

struct Builder {
  const SchedulerNow& now;
  const TraceView& view;
  const Cursor& cursor;
  PictureMaker& maker;
  float room_px = 0;  // of words in the narrowest card that there may be

  std::string name(std::uint32_t task) const;
  Told since(EventNumber event) const;
  template <class Value>
  void list(const TasksWaiting& tasks, Telling telling, std::string_view none, Value value) const;
  void in_go(Telling telling, std::string_view words) const {
    if (telling == Telling::Full) maker.words(words, Voice::Quiet);
  }
  void wake(Telling telling) const;
  void ready(Telling telling) const;
  void poller(Telling telling) const;
  void timers(Telling telling) const;
  void pool(Telling telling) const;
  void others(Telling telling) const;
};

std::string Builder::name(std::uint32_t task) const {
  const LaneKey lane{LaneKind::Task, task};
  std::string whole = lane_name(view, lane);
  const bool fits = maker.ruler().width(whole, Voice::Mono) <= room_px;
  return fits ? whole : lane_name(view, lane, LaneNaming::Short);
}

float narrowest_card(const Ruler& ruler, float width) {
  const auto columns = static_cast<float>(most_card_columns);
  return (width - ruler.space(2) * (columns - 1)) / columns - 2 * ruler.space(3) - columns;
}

// How long ago, counted to the cursor.
Told Builder::since(EventNumber event) const {
  Told told{{}, Provenance::Derived, event, {}, not_recorded};
  if (event == no_event || !view.has(event)) return told;
  const Duration running = time_between(view, event, cursor.event).running;
  told.text = duration(running).text();
  return told;
}

// A row for each task that is named, as far as the card tells; the others are counted.
template <class Value>
void Builder::list(const TasksWaiting& tasks, Telling telling, std::string_view none,
                   Value value) const {
  constexpr std::array<std::size_t, 3> most = {2, 4, most_named_tasks};
  if (tasks.count == 0) {
    maker.words(none, Voice::Quiet);
    return;
  }
  const std::size_t shown =
      std::min(tasks.named.size(), most[static_cast<std::size_t>(telling)]);
  for (std::size_t i = 0; i < shown; ++i) {
    maker.row(name(tasks.named[i].task), value(tasks.named[i]));
  }
  if (tasks.count <= shown) return;
  maker.words(fmt::format("and {} more", count(static_cast<std::int64_t>(tasks.count - shown))),
              Voice::Quiet);
}

void Builder::wake(Telling telling) const {
  const WakeNow& last = now.wake;
  if (last.event == no_event) {
    maker.row("woken", {});
    return;
  }
  maker.happened(last.event);
  maker.row("woken", Told{name(last.task), {}, last.event});
  Told by{{}, {}, last.event, {}, not_recorded};
  if (last.by) {
    by.text = *last.by == last.task ? "itself: it gave way" : name(*last.by);
  } else if (last.source == WakeSource::Spawn) {
    by.text = "the program, no task";
  } else if (last.source) {
    by.text = plain_word_of(trace::Unit::WakeSourceUnit, *last.source);
  }
  maker.row(last.source == WakeSource::Spawn ? "made by" : "by", by);
  if (telling != Telling::Short && now.model == trace::Model::Tasks) {
    Told queue{{}, {}, last.event, {}, not_recorded};
    if (last.worker != 0) queue.text = fmt::format("worker {}", last.worker);
    maker.row("into the queue of", queue);
  }
  if (last.run != no_event) {
    maker.row("ran after", Told{apart_text(view, last.event, last.run), {}, last.run});
  } else {
    maker.row("has waited", since(last.event));
  }
  in_go(telling, "In Go: runtime.ready puts it into a P's queue.");
}

void Builder::ready(Telling telling) const {
  list(now.ready, telling, "No ready task waits for a worker.",
       [this](const TaskWaits& one) { return since(one.since); });
  if (now.model != trace::Model::Tasks) {
    in_go(telling, "Each may run, and waits for the kernel to give its thread a processor.");
    return;
  }
  in_go(telling, "A ready task waits only for a worker: this is the time in run queues. In Go: a "
                 "runnable G in a P's queue of 256 places; the queues here have no limit.");
}

void Builder::poller(Telling telling) const {
  list(now.poller, telling, "No task waits for the kernel.", [](const TaskWaits& one) {
    Told told{{}, {}, one.since, {}, not_recorded};
    if (!one.reason) return told;
    told.text = plain_word_of(trace::Unit::ParkReasonUnit, *one.reason);
    if (one.fd) *told.text += fmt::format(", fd {}", *one.fd);
    return told;
  });
  in_go(telling, now.model == trace::Model::Tasks
                     ? "epoll says when a descriptor is ready. In Go: the netpoller."
                     : "Each thread waits in poll(2) for its own descriptor.");
}

void Builder::timers(Telling telling) const {
  const Instant here = view.trace[cursor.event].time;
  list(now.timers, telling, "No task has a time limit.", [here](const TaskWaits& one) {
    const Duration left = *one.due - here;
    if (left <= Duration{}) return Told{"due", Provenance::Derived, one.since};
    return Told{duration(left).text(), Provenance::Derived, one.since};
  });
  if (!now.timers_compared) {
    maker.words(fmt::format("Of the first {} tasks that wait.",
                            count(static_cast<std::int64_t>(most_deadlines))),
                Voice::Quiet);
  }
  in_go(telling, "What is left of each wait's limit. In Go: the timers of a P.");
}

void Builder::pool(Telling telling) const {
  list(now.blocking, telling, "No call blocks a thread.", [this](const TaskWaits& one) {
    if (!view.has(one.since)) return Told{{}, {}, no_event, {}, not_recorded};
    const trace::Event& call = view.trace[one.since];
    const EventNumber end = view.index.partner(one.since);
    if (end != no_event && end <= cursor.event) return Told{"is over", {}, end};
    const auto thread = call.arg("thread");
    if (!thread) return Told{{}, {}, one.since, {}, not_recorded};
    return Told{fmt::format("on thread {}", *thread), {}, one.since};
  });
  maker.row("wait for a thread",
            Told{count(static_cast<std::int64_t>(now.queued_for_pool.count)), Provenance::Derived,
                 now.queued_for_pool.named.empty() ? no_event
                                                   : now.queued_for_pool.named.front().since});
  if (telling != Telling::Short) {
    Told threads{{}, {}, no_event, {}, not_recorded};
    if (now.pool_threads) threads.text = count(static_cast<std::int64_t>(*now.pool_threads));
    maker.row("threads at most", threads);
  }
  in_go(telling, "Calls that block have threads of their own. In Go: a thread that blocks in a "
                 "system call hands its P on.");
}

void Builder::others(Telling telling) const {
  list(now.others, telling, "No task waits for another.", [](const TaskWaits& one) {
    return Told{std::string(plain_word_of(trace::Unit::ParkReasonUnit, *one.reason)), {},
                one.since};
  });
  in_go(telling, "In Go: gopark on a channel or a lock.");
}

// What carries the tasks: at length, and where that has no room.
struct Carries {
  std::string_view words;
  std::string_view in_short;
};
Carries what_carries(trace::Model model) {
  switch (model) {
    case trace::Model::Tasks: break;
    case trace::Model::Threads:
      return {"No workers here: each task has a thread of its own, and the kernel decides when it "
              "runs. That is not seen.",
              "Each task has its own thread."};
    case trace::Model::Single:
      return {"No workers here: one thread runs all tasks, one inside the other. Who starts a task "
              "waits until that has ended.",
              "One thread runs all tasks."};
  }
  return {"A worker runs one task after the other from its run queue; a task that has to wait "
          "leaves it. In Go: a worker is an M with its P, a task is a G.",
          "Workers run tasks in turn."};
}

std::string sentence_of(const SchedulerNow& now, const ViewState& state, const Ruler& ruler,
                        float width) {
  if (!now.recorded) return "This trace has no facts of tasks: not recorded.";
  const Carries carries = what_carries(now.model);
  std::string what(carries.words);
  // It has two lines, and where words are broken both lose some of their room.
  if (ruler.width(what, Voice::Quiet) > 1.5f * width) what = carries.in_short;
  if (state.only_request == 0) return what;
  return fmt::format("Only the tasks of request {}. {}", state.only_request, what);
}

}  // namespace

Picture layout_scheduler(const TraceView& view, const Cursor& cursor, const ViewState& state,
                         const Ruler& ruler, const Rect& area) {
  const SchedulerNow now = scheduler_now(view, cursor, state);
  PictureMaker maker(view, cursor, state, ruler, area, "scheduler", "Scheduler",
                     sentence_of(now, state, ruler, area.w));
  if (!now.recorded) return maker.take();
  Rect rest = maker.rest();
  const Builder builder{now, view, cursor, maker, narrowest_card(ruler, rest.w)};
  const bool on_workers = now.model == trace::Model::Tasks;
  if (on_workers) {
    const float bottom = place_scheduler_lanes(now, view, cursor, maker, rest);
    rest.take_top(bottom - rest.y, ruler.space(2));
  }
  if (rest.h < maker.box_px(2)) return maker.take();  // the lanes alone
  Cards cards(maker, ruler, rest);
  const auto add = [&](std::string title, void (Builder::*fill)(Telling) const,
                       std::uint64_t number) {
    if (number > 0) title += fmt::format(": {}", count(static_cast<std::int64_t>(number)));
    cards.add(Group::Task, std::move(title), [&builder, &maker, fill](Telling telling) {
      maker.done();
      (builder.*fill)(telling);
    });
  };
  add("The last wake", &Builder::wake, 0);
  add("Ready, not running", &Builder::ready, now.ready.count);
  add(on_workers ? "Poller" : "In poll(2)", &Builder::poller, now.poller.count);
  add("Timers", &Builder::timers, now.timers.count);
  if (on_workers) {
    add("Blocking pool", &Builder::pool, now.blocking.count + now.queued_for_pool.count);
  }
  if (now.others.count > 0) add("Wait for others", &Builder::others, now.others.count);
  cards.place();
  return maker.take();
}

}  // namespace roundtrip::viz
