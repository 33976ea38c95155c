// Timers: deadlines of parked tasks, lazily kept. A task writes its deadline into its own block; an
// entry in the heap only promises to look at the task no later than that. A deadline that moves
// away costs nothing, which is what time-outs of busy connections do on every request.
// Precision: the timer fires at the deadline or after, never before.
#pragma once

#include <cstdint>
#include <mutex>
#include <queue>
#include <vector>

#include "core/runtime/task.h"

namespace roundtrip::runtime {

class Poller;

class Timers {
 public:
  explicit Timers(Poller& poller) : poller_(poller) {}

  // An entry looks at its task at least this often, so that a deadline which comes nearer than the
  // entry (idle 60 s, then header 15 s) as a rule needs no new one.
  static constexpr Duration longest_sleep = Duration::seconds(4);

  // Called by a task that parks with a deadline (already written into its block).
  void watch(Task& task, Instant deadline, Instant now);

  // The tickets of the tasks whose deadline has passed, appended to `due`.
  void fire(Instant now, std::vector<Ticket>& due);

 private:
  struct Entry {
    std::int64_t at_ns;
    Task* task;
    std::uint32_t life;
    bool operator>(const Entry& other) const { return at_ns > other.at_ns; }
  };
  void push(Task& task, std::int64_t at_ns);

  Poller& poller_;
  std::mutex mutex_;
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> heap_;
  std::int64_t armed_ns_ = no_deadline.ns;
};

}  // namespace roundtrip::runtime
