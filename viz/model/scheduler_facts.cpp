#include "viz/model/scheduler_facts.h"

#include <algorithm>

#include "viz/model/chapter.h"

namespace roundtrip::viz {

using trace::Event;
using trace::EventList;
using trace::EventNumber;
using trace::no_event;
using trace::ParkReason;
using trace::Phase;
using trace::TaskState;

namespace {

constexpr std::size_t most_events_back = 256;

template <class List, class Item>
bool holds(const List& list, const Item& item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

template <class Item>
void add_once(std::vector<Item>& list, const Item& item) {
  if (!holds(list, item)) list.push_back(item);
}

struct Gathering {
  const TraceView& view;
  const Cursor& cursor;
  const ViewState& state;
  const trace::SchedulerAt at;
  RequestLanes own;        // of the request in focus: named first
  SchedulerNow now = {};

  bool only() const { return state.only_request != 0; }
  bool left_out(std::uint32_t task) const { return only() && !holds(own.tasks, task); }
  TaskWaits waits_of(const trace::TaskAt& task) const;
  void add(TasksWaiting& list, const trace::TaskAt& task) const;
  void workers();
  void waiting();
  void timers(std::vector<std::pair<Instant, const trace::TaskAt*>>& due);
  void wake();
};

TaskWaits Gathering::waits_of(const trace::TaskAt& task) const {
  TaskWaits waits;
  waits.task = task.task;
  waits.since = task.since;
  waits.reason = task.waits_for;
  waits.worker = task.worker;
  if (!view.has(task.since)) return waits;
  const Event& fact = view.trace[task.since];
  if (fact.phase != Phase::TaskPark) return waits;
  waits.fd = fact.arg("fd");
  if (const auto limit = fact.arg("deadline")) {
    waits.due = fact.time + Duration::nanoseconds(static_cast<std::int64_t>(*limit));
  }
  return waits;
}

// Those of the request in focus stand before the others, and take their places where they are many.
void Gathering::add(TasksWaiting& list, const trace::TaskAt& task) const {
  ++list.count;
  if (holds(own.tasks, task.task)) {
    const auto place = std::find_if(list.named.begin(), list.named.end(), [&](const auto& one) {
      return !holds(own.tasks, one.task);
    });
    list.named.insert(place, waits_of(task));
    if (list.named.size() > most_named_tasks) list.named.pop_back();
  } else if (list.named.size() < most_named_tasks) {
    list.named.push_back(waits_of(task));
  }
}

void Gathering::workers() {
  const auto told = view.states.process_at(cursor.event).workers.value_or(0);
  const std::uint32_t count = std::max(told, view.index.worker_count());
  const TimeWindow shown = window_shown(view, cursor, state);
  const Instant here = view.trace[cursor.event].time;
  const TimeWindow so_far{shown.from, std::min(shown.to, here)};
  now.shown = std::max(Duration{}, so_far.length());
  for (std::uint32_t number = 1; number <= count; ++number) {
    if (only() && !holds(own.workers, number)) continue;
    WorkerNow worker;
    worker.number = number;
    const EventList& runs = view.index.worker_runs(number);
    const EventNumber* later = std::upper_bound(runs.begin(), runs.end(), cursor.event);
    worker.runs = runs.trimmed() + static_cast<std::uint64_t>(later - runs.begin());
    if (later != runs.begin()) {
      const EventNumber run = *(later - 1);
      const EventNumber end = view.index.partner(run);
      if (end == no_event || end > cursor.event) worker.run = run;
      else worker.ended = end;
    }
    if (worker.run != no_event) {
      worker.task = view.trace[worker.run].task;
    } else if (const auto running = at.running.find(number); running != at.running.end()) {
      worker.task = running->second;  // since before the trace's first event
    }
    if (so_far.to > so_far.from) worker.busy = view.lanes.busy(number, so_far);
    if (const auto queue = at.run_queues.find(number); queue != at.run_queues.end()) {
      worker.queued = queue->second.size();
      const std::size_t most = std::min(queue->second.size(), most_named_tasks);
      worker.queue.assign(queue->second.begin(),
                          queue->second.begin() + static_cast<std::ptrdiff_t>(most));
    }
    now.workers.push_back(std::move(worker));
  }
}

void Gathering::timers(std::vector<std::pair<Instant, const trace::TaskAt*>>& due) {
  const std::size_t most = std::min(due.size(), most_named_tasks);
  std::partial_sort(due.begin(), due.begin() + static_cast<std::ptrdiff_t>(most), due.end(),
                    [](const auto& one, const auto& other) {
                      if (one.first != other.first) return one.first < other.first;
                      return one.second->task < other.second->task;
                    });
  for (std::size_t i = 0; i < most; ++i) now.timers.named.push_back(waits_of(*due[i].second));
  now.timers.count = due.size();
}

void Gathering::waiting() {
  std::vector<std::pair<Instant, const trace::TaskAt*>> due;
  std::vector<const trace::TaskAt*> ready;
  std::size_t asked = 0;
  for (const auto& [number, task] : at.tasks) {
    if (left_out(number)) continue;
    if (task.state == TaskState::Runnable) ready.push_back(&task);
    if (task.state == TaskState::Blocking) add(now.blocking, task);
    if (task.state != TaskState::Parked) continue;
    switch (task.waits_for.value_or(ParkReason::Sleep)) {
      case ParkReason::Readable:
      case ParkReason::Writable:
      case ParkReason::Acceptable: add(now.poller, task); break;
      case ParkReason::Blocking: add(now.queued_for_pool, task); break;
      case ParkReason::Hold:
      case ParkReason::Child:
      case ParkReason::Room: add(now.others, task); break;
      case ParkReason::Sleep: break;
    }
    if (asked == most_deadlines) {
      now.timers_compared = false;
    } else if (view.has(task.since)) {
      ++asked;
      if (const auto when = waits_of(task).due) due.emplace_back(*when, &task);
    }
  }
  timers(due);
  // Since before the trace's first event is longest.
  const auto key = [](const trace::TaskAt* task) {
    return std::pair(task->since == no_event ? 0 : std::uint64_t{task->since} + 1, task->task);
  };
  const auto longer = [&key](const trace::TaskAt* one, const trace::TaskAt* other) {
    return key(one) < key(other);
  };
  const std::size_t most = std::min(ready.size(), most_named_tasks);
  std::partial_sort(ready.begin(), ready.begin() + static_cast<std::ptrdiff_t>(most), ready.end(),
                    longer);
  for (std::size_t i = 0; i < most; ++i) now.ready.named.push_back(waits_of(*ready[i]));
  now.ready.count = ready.size();
}

void Gathering::wake() {
  const EventList& facts = view.index.scheduler_events();
  const EventNumber* fact = std::upper_bound(facts.begin(), facts.end(), cursor.event);
  for (std::size_t looked = 0; fact != facts.begin() && looked < most_events_back; ++looked) {
    const EventNumber number = *--fact;
    if (!view.has(number)) return;
    const Event& event = view.trace[number];
    if (event.phase != Phase::TaskRunnable || left_out(event.task)) continue;
    now.wake.event = number;
    now.wake.task = event.task;
    now.wake.worker = static_cast<std::uint32_t>(event.arg("worker").value_or(0));
    if (const auto source = event.arg("source")) {
      now.wake.source = static_cast<trace::WakeSource>(*source);
    }
    if (const auto by = event.arg("by")) now.wake.by = static_cast<std::uint32_t>(*by);
    break;
  }
  if (now.wake.event == no_event) return;
  // What came of it is among the facts since then.
  for (++fact; fact != facts.end() && *fact <= cursor.event; ++fact) {
    const Event& event = view.trace[*fact];
    if (event.task != now.wake.task || event.phase != Phase::TaskRun || !event.begins()) continue;
    now.wake.run = *fact;
    return;
  }
}

}  // namespace

bool RequestLanes::has(LaneKey lane) const {
  switch (lane.kind) {
    case LaneKind::Client: return client;
    case LaneKind::Wire: return wire;
    case LaneKind::Kernel: return kernel;
    case LaneKind::Process: return false;
    case LaneKind::Task: return holds(tasks, lane.number);
    case LaneKind::Worker: return holds(workers, lane.number);
  }
  return false;
}

RequestLanes lanes_of_request(const TraceView& view, std::uint32_t request) {
  RequestLanes lanes;
  const auto* told = view.index.request(request);
  const auto* conn = told == nullptr ? nullptr : view.index.connection(told->conn);
  if (conn == nullptr) return lanes;
  const EventList& events = conn->events;
  const EventNumber* at = std::lower_bound(events.begin(), events.end(), told->first);
  const EventNumber* const first = at;
  std::size_t looked = 0;
  for (; at != events.end() && *at <= told->last && looked < most_facts_of_a_request;
       ++at, ++looked) {
    const Event& event = view.trace[*at];
    if (event.request != request) continue;
    if (event.task != 0) add_once(lanes.tasks, event.task);
    lanes.client = lanes.client || event.row().lane == trace::Lane::Client;
    lanes.wire = lanes.wire || event.row().lane == trace::Lane::Wire;
    lanes.kernel = lanes.kernel || event.row().lane == trace::Lane::Kernel;
  }
  // Packets, and runs that went on, name no request: what its connection told meanwhile counts.
  for (const EventNumber* other = first; other != at; ++other) {
    const Event& event = view.trace[*other];
    const auto worker = event.phase == Phase::TaskRun ? event.arg("worker") : std::nullopt;
    if (worker) add_once(lanes.workers, static_cast<std::uint32_t>(*worker));
    lanes.client = lanes.client || event.row().lane == trace::Lane::Client;
    lanes.wire = lanes.wire || event.row().lane == trace::Lane::Wire;
    lanes.kernel = lanes.kernel || event.row().lane == trace::Lane::Kernel;
  }
  // And the run in which it began.
  for (const std::uint32_t number : lanes.tasks) {
    const auto* task = view.index.task(number);
    if (task == nullptr) continue;
    const EventNumber* before =
        std::lower_bound(task->events.begin(), task->events.end(), told->first);
    for (looked = 0; before != task->events.begin() && looked < most_events_back; ++looked) {
      const Event& event = view.trace[*--before];
      if (event.phase != Phase::TaskRun || !event.begins()) continue;
      if (const auto worker = event.arg("worker")) {
        add_once(lanes.workers, static_cast<std::uint32_t>(*worker));
      }
      break;
    }
  }
  std::sort(lanes.tasks.begin(), lanes.tasks.end());
  std::sort(lanes.workers.begin(), lanes.workers.end());
  return lanes;
}

SchedulerNow scheduler_now(const TraceView& view, const Cursor& cursor, const ViewState& state) {
  const Focus focus = focus_at(view, cursor.event, state.chosen);
  const std::uint32_t request = state.only_request != 0 ? state.only_request : focus.request;
  Gathering gathering{view, cursor, state, view.states.scheduler_at(cursor.event),
                      lanes_of_request(view, request)};
  const EventList& facts = view.index.scheduler_events();
  gathering.now.recorded = !facts.empty() || !gathering.at.tasks.empty();
  for (const EventNumber step : view.index.startup_events()) {
    if (step > cursor.event) break;
    if (!view.has(step) || view.trace[step].phase != Phase::StartupRuntimeInit) continue;
    if (const auto model = view.trace[step].arg("model")) {
      gathering.now.model = static_cast<trace::Model>(*model);
    }
    if (const auto threads = view.trace[step].arg("pool_threads")) {
      gathering.now.pool_threads = *threads;
    }
  }
  gathering.workers();
  gathering.waiting();
  gathering.wake();
  return std::move(gathering.now);
}

}  // namespace roundtrip::viz
