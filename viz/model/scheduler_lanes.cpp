#include "viz/model/scheduler_lanes.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "viz/model/describe.h"
#include "viz/model/format.h"
#include "viz/model/timeline_lanes.h"

namespace roundtrip::viz {

using trace::EventNumber;
using trace::Group;
using trace::no_event;
using trace::Provenance;
using trace::WakeSource;

namespace {

constexpr float most_share_of_height = 0.55f;

struct Column {
  float x = 0;
  float w = 0;  // 0: it has no room
};

// Where the task that was woken last is.
struct Woken {
  enum Where : std::uint8_t { Runs, Next, Queued };
  Rect place;
  Where where = Runs;
};

struct Lanes {
  const SchedulerNow& now;
  const TraceView& view;
  const Cursor& cursor;
  PictureMaker& maker;
  const Ruler& ruler = maker.ruler();
  float line = ruler.line(Voice::Body);
  float gap = ruler.space(3);
  Rect inside = {};
  Column name = {}, runs = {}, busy = {}, since = {}, run = {}, queue = {};
  float slot_w = 0;
  std::vector<const WorkerNow*> shown = {};
  std::size_t left_out = 0;
  std::optional<Rect> waker = {};   // where the last wake came from
  std::optional<Woken> woken = {};  // where the woken task is
  float sources_y = 0;

  float lane_px() const { return line + gap; }
  float wide(std::string_view text, Voice voice = Voice::Mono) const {
    return std::ceil(ruler.width(text, voice)) + 2;
  }
  void choose(float height);
  void columns();
  void title(float y);
  void header(float y);
  void lane(const WorkerNow& worker, float y);
  void slots(const WorkerNow& worker, float y);
  void sources(float y);
  void arrow();
  void leg(Point from, Point to, bool head);
  // The longer words where they have room.
  void block(const Rect& rect, Filling filling, const std::array<std::string, 2>& words,
             EventNumber event) {
    const bool whole = ruler.width(words[0], Voice::Body) <= rect.inset(ruler.space(1), 0).w;
    maker.bar(rect, Group::Task, filling, {words[whole ? 0 : 1], Provenance::Observed, event});
  }
  bool is_wake(std::uint32_t task) const {
    return now.wake.event != no_event && task != 0 && task == now.wake.task;
  }
};

void Lanes::choose(float height) {
  const auto room = static_cast<std::size_t>(std::max(1.f, std::floor(height / lane_px())));
  for (const WorkerNow& worker : now.workers) shown.push_back(&worker);
  if (shown.size() <= room) return;
  const std::size_t most = std::max<std::size_t>(1, room - 1);  // one line counts the others
  const auto matters = [this](const WorkerNow* worker) {
    const bool wakes = now.wake.worker == worker->number || is_wake(worker->task) ||
                       (now.wake.by && *now.wake.by == worker->task);
    return (wakes ? 4 : 0) + (worker->queued > 0 ? 2 : 0) + (worker->task != 0 ? 1 : 0);
  };
  std::stable_sort(shown.begin(), shown.end(), [&](const WorkerNow* one, const WorkerNow* other) {
    return matters(one) > matters(other);
  });
  left_out = shown.size() - most;
  shown.resize(most);
  std::sort(shown.begin(), shown.end(), [](const WorkerNow* one, const WorkerNow* other) {
    return one->number < other->number;
  });
}

// What is told of a worker, in the order in which it is missed.
void Lanes::columns() {
  const float gutter = ruler.space(9);
  const float run_px = wide("task 99 connection 99", Voice::Body) + ruler.space(3);
  const float least_run_px = wide("task 999", Voice::Body) + ruler.space(3);
  slot_w = wide("task 999", Voice::Body) + ruler.space(2);
  float x = inside.x;
  const auto place = [&](Column& column, float w) {
    column = {x, w};
    x += w > 0 ? w + gap : 0;
  };
  const float name_px = wide("worker 99", Voice::Strong);
  float left = inside.w - name_px - gap - gutter - least_run_px - 2 * slot_w;
  const auto if_room = [&](float w) {
    if (left < w + gap) return 0.f;
    left -= w + gap;
    return w;
  };
  const float since_px = if_room(wide("[9,999 ms]"));
  const float busy_px = if_room(wide("[99.9 %]"));
  const float runs_px = if_room(wide("999,999"));
  place(name, name_px);
  place(runs, runs_px);
  place(busy, busy_px);
  place(since, since_px);
  const float rest = std::max(0.f, inside.right() - x - gutter);
  const float w = std::clamp(rest * 0.45f, std::min(least_run_px, rest / 2), run_px);
  run = {x, std::floor(w)};
  queue = {x + run.w + gutter, std::max(0.f, inside.right() - x - run.w - gutter)};
}

void Lanes::title(float y) {
  Rect top{inside.x, y, inside.w, line};
  maker.note(top.take_left(wide("Workers", Voice::Strong), gap), "Workers", Voice::Strong);
  if (busy.w == 0) return;
  const std::string_view what = "busy: of the time that the timeline shows, up to the cursor";
  if (wide(what, Voice::Quiet) <= top.w) maker.note(top, what, Voice::Quiet, Side::Right);
}

void Lanes::header(float y) {
  const auto word = [&](const Column& column, std::string_view text, Side side) {
    if (column.w < wide(text, Voice::Quiet)) return;
    maker.note({column.x, y, column.w, line}, text, Voice::Quiet, side);
  };
  word(runs, "runs", Side::Right);
  word(busy, "busy", Side::Right);
  word(since, "for", Side::Right);
  word(run, "runs now", Side::Left);
  const std::string_view whole = "run queue, the next at the left";
  const bool room = queue.w >= wide(whole, Voice::Quiet);
  word(queue, room ? whole : "run queue", Side::Left);
}

void Lanes::lane(const WorkerNow& worker, float y) {
  const auto told = [&](const Column& column, const std::string& text, Voice voice, Side side,
                        EventNumber event) {
    if (column.w > 0) maker.note({column.x, y, column.w, line}, text, voice, side, event);
  };
  const EventNumber event = worker.run != no_event ? worker.run : worker.ended;
  const std::string unknown = not_known().text();
  told(name, fmt::format("worker {}", worker.number), Voice::Strong, Side::Left, event);
  told(runs, count(static_cast<std::int64_t>(worker.runs)), Voice::Mono, Side::Right, no_event);
  const auto share = [&](Duration part) {
    return percent(static_cast<double>(part.ns), static_cast<double>(now.shown.ns)).text();
  };
  told(busy, worker.busy ? marked(share(*worker.busy), Provenance::Derived) : unknown, Voice::Mono,
       Side::Right, no_event);
  told(since, event == no_event ? unknown : apart_text(view, event, cursor.event), Voice::Mono,
       Side::Right, event);
  const Rect bar{run.x, y, run.w, line};
  if (worker.task == 0) {
    const bool never = worker.runs == 0;
    block(bar, Filling::Free, {never ? "nothing yet" : "idle", never ? "" : "idle"}, event);
  } else {
    const bool is_woken = is_wake(worker.task) && worker.run == now.wake.run;
    block(bar, is_woken ? Filling::Marked : Filling::Filled,
          {lane_name(view, {LaneKind::Task, worker.task}), fmt::format("task {}", worker.task)},
          worker.run);
    if (is_woken) woken = {bar, Woken::Runs};
    if (now.wake.by && *now.wake.by == worker.task) waker = bar;
  }
  slots(worker, y);
}

// As many tasks as have room, the next to run first; the others are counted.
void Lanes::slots(const WorkerNow& worker, float y) {
  constexpr float apart = 2;
  Rect slot{queue.x, y, std::min(slot_w, queue.w), line};
  if (worker.queued == 0) {
    block(slot, Filling::Free, {"empty", ""}, no_event);
    return;
  }
  const auto room = static_cast<std::size_t>(
      std::max(1.f, std::floor((queue.w + apart) / (slot_w + apart))));
  const bool all = worker.queued <= room && worker.queued == worker.queue.size();
  const std::size_t named = std::min(all ? room : room - 1, worker.queue.size());
  for (std::size_t i = 0; i < named; ++i) {
    const std::uint32_t task = worker.queue[i];
    const auto waits = std::find_if(now.ready.named.begin(), now.ready.named.end(),
                                    [task](const TaskWaits& one) { return one.task == task; });
    block(slot, is_wake(task) ? Filling::Marked : Filling::Filled,
          {fmt::format("task {}", task), fmt::format("{}", task)},
          waits == now.ready.named.end() ? no_event : waits->since);
    if (is_wake(task)) woken = {slot, i == 0 ? Woken::Next : Woken::Queued};
    slot = slot.moved(slot.w + apart, 0);
  }
  if (all) return;
  slot.w = std::min(2 * slot_w, queue.x + queue.w - slot.x);
  const auto more = static_cast<std::int64_t>(worker.queued - named);
  block(slot, Filling::Filled, {fmt::format("and {} more", count(more)), count(more)}, no_event);
  const bool waits_here = now.wake.worker == worker.number && now.wake.run == no_event;
  if (!woken && waits_here) woken = {slot, named == 0 ? Woken::Next : Woken::Queued};
}

// Who wakes tasks besides tasks themselves.
void Lanes::sources(float y) {
  const std::uint64_t pool = now.blocking.count + now.queued_for_pool.count;
  struct Source {
    WakeSource source;
    std::string_view name;
    std::string_view what;
    std::uint64_t count;
  };
  const std::array<Source, 3> all = {{
      {WakeSource::Poller, "poller", "for the kernel", now.poller.count},
      {WakeSource::Timer, "timers", "with a time limit", now.timers.count},
      {WakeSource::Pool, "blocking pool", "in calls that block", pool},
  }};
  const float w = std::floor((inside.w - 2 * gap) / 3);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Source& one = all[i];
    const Rect rect{inside.x + static_cast<float>(i) * (w + gap), y, w, line};
    const bool woke = now.wake.source == one.source;
    const auto number = static_cast<std::int64_t>(one.count);
    const std::string short_text = fmt::format("{}: {}", one.name, count(number));
    block(rect, Filling::Free,
          {fmt::format("{}: {} {}", one.name, counted(number, "task"), one.what), short_text},
          woke ? now.wake.event : no_event);
    if (woke) waker = rect;
  }
}

// It glows and is outlined with its wake; a click is for what it joins.
void Lanes::leg(Point from, Point to, bool head) {
  PictureLine made;
  made.from = from;
  made.to = to;
  made.group = Group::Task;
  made.head = head;
  made.link = maker.link(now.wake.event);
  made.link.event = no_event;
  maker.line(std::move(made));
}

// From the waker into the gutter between runs and queues, there to the woken task's lane, and in
// from the side; to a task further back in its queue below the slots before it.
void Lanes::arrow() {
  if (!waker || !woken) return;
  const float x = std::round(queue.x - ruler.space(4.5f));
  const Rect& to = woken->place;
  const bool runs_there = woken->where == Woken::Runs;
  if (runs_there && *waker == to) return;  // it woke itself: it gave way
  const bool from_task = waker->y < sources_y;
  Point at;
  if (from_task) {
    at = {waker->right(), waker->center().y};
    leg(at, {x, at.y}, false);
  } else {
    at = {waker->center().x, waker->y};
    const float level = std::round(waker->y - gap / 2);
    leg(at, {at.x, level}, false);
    leg({at.x, level}, {x, level}, false);
    at.y = level;
  }
  const float level =
      woken->where == Woken::Queued ? std::round(to.bottom() + gap / 2) : to.center().y;
  leg({x, at.y}, {x, level}, false);
  if (woken->where == Woken::Queued) {
    leg({x, level}, {to.center().x, level}, false);
    leg({to.center().x, level}, {to.center().x, to.bottom()}, true);
  } else {
    leg({x, level}, {runs_there ? to.right() : to.x, level}, true);
  }
}

}  // namespace

float place_scheduler_lanes(const SchedulerNow& now, const TraceView& view, const Cursor& cursor,
                            PictureMaker& maker, const Rect& area) {
  Lanes lanes{now, view, cursor, maker};
  const Ruler& ruler = maker.ruler();
  const float line = lanes.line;
  const float frame_px = 2 * line + ruler.space(1);  // title and header
  const float room = area.h * most_share_of_height - frame_px - lanes.lane_px();
  lanes.choose(room);
  const std::size_t rows = lanes.shown.size() + (lanes.left_out > 0 ? 1 : 0);
  const float wanted = frame_px + static_cast<float>(rows + 1) * lanes.lane_px();
  const Rect rect{area.x, area.y, area.w, std::min(wanted, area.h)};
  // No box around them: free slots and idle workers show on the picture's own ground.
  lanes.inside = rect.inset(ruler.space(1), 0);
  lanes.columns();
  lanes.title(lanes.inside.y);
  float y = lanes.inside.y + line;
  lanes.header(y);
  y += line + ruler.space(1);
  for (const WorkerNow* worker : lanes.shown) {
    lanes.lane(*worker, y);
    y += lanes.lane_px();
  }
  if (lanes.left_out > 0) {
    maker.note({lanes.inside.x, y, lanes.inside.w, line},
               fmt::format("and {}", counted(static_cast<std::int64_t>(lanes.left_out),
                                             "more worker")), Voice::Quiet);
    y += lanes.lane_px();
  }
  lanes.sources_y = y;
  lanes.sources(y);
  lanes.arrow();
  return rect.bottom();
}

}  // namespace roundtrip::viz
