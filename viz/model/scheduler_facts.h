// What the scheduler does at a cursor: each worker with its run and its queue, the tasks that wait
// and for what, the pool, the last wake; and the tasks that did something for a request. Called by
// layout_scheduler, and by the timeline for what belongs to one request. Pure. No look walks over
// the trace: the state comes from its checkpoints, of many tasks few are named and all are counted.
// What no fact told is absent.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "viz/model/view_state.h"

namespace roundtrip::viz {

// Of each kind so many tasks are named at most.
inline constexpr std::size_t most_named_tasks = 16;
// Deadlines of so many tasks are compared.
inline constexpr std::size_t most_deadlines = 4'000;

struct WorkerNow {
  std::uint32_t number = 0;
  std::uint32_t task = 0;                        // that it runs; 0: none
  trace::EventNumber run = trace::no_event;      // the begin of this run
  trace::EventNumber ended = trace::no_event;    // the end of the one before
  std::uint64_t runs = 0;                        // begun since the trace's first event
  std::optional<Duration> busy;                  // of the time that the timeline shows, so far
  std::vector<std::uint32_t> queue;              // the first of it; who runs next stands first
  std::uint64_t queued = 0;
};

struct TaskWaits {
  std::uint32_t task = 0;
  trace::EventNumber since = trace::no_event;
  std::optional<trace::ParkReason> reason;
  std::optional<std::uint64_t> fd;
  std::optional<Instant> due;
  std::uint32_t worker = 0;                      // in whose queue
};

struct TasksWaiting {
  std::vector<TaskWaits> named;
  std::uint64_t count = 0;
};

// `by`: the task that woke it, where one did.
struct WakeNow {
  trace::EventNumber event = trace::no_event;
  std::uint32_t task = 0;
  std::uint32_t worker = 0;                      // in whose queue it was put; 0: not told
  std::optional<trace::WakeSource> source;
  std::optional<std::uint32_t> by;
  trace::EventNumber run = trace::no_event;      // the run that came of it, once it has begun
};

struct SchedulerNow {
  bool recorded = false;                         // the trace has facts of the scheduler at all
  trace::Model model{};                          // what carries the connections
  std::vector<WorkerNow> workers;
  Duration shown;                                // the time of the timeline that has passed
  TasksWaiting ready;                            // who has waited longest first
  TasksWaiting poller;
  TasksWaiting timers;                           // who is due first
  bool timers_compared = true;                   // all of them
  TasksWaiting blocking;                         // on a thread of the pool
  TasksWaiting queued_for_pool;
  TasksWaiting others;                           // for a task, a place, their release
  std::optional<std::uint64_t> pool_threads;
  WakeNow wake;
};

// Where only one request is shown, just its tasks and the workers that they ran on.
SchedulerNow scheduler_now(const TraceView& view, const Cursor& cursor, const ViewState& state);

// The tasks that did something for a request, and the lanes of the timeline that they touched. Of a
// request with very many facts the first most_facts_of_a_request are asked.
inline constexpr std::size_t most_facts_of_a_request = 4'000;
struct RequestLanes {
  std::vector<std::uint32_t> tasks;
  std::vector<std::uint32_t> workers;
  bool client = false;
  bool wire = false;
  bool kernel = false;
  bool has(LaneKey lane) const;
};
RequestLanes lanes_of_request(const TraceView& view, std::uint32_t request);

}  // namespace roundtrip::viz
