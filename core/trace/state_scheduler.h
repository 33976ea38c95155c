// The scheduler's state in a replay: compact, so that a checkpoint of ten thousand tasks is
// 120 KB and a replay of thousands of events takes well under a millisecond. For state*.cpp only;
// what the rest of the program sees is SchedulerAt (state.h).
// Limits: 1,024 workers. Tasks whose first fact names a lower number than the newest cost more:
// beyond some of that (a hostile file), such tasks are left out.
#pragma once

#include "core/trace/state.h"

namespace roundtrip::trace {

// The same as plain numbers, for a file that lacks the facts which told it: four of each task that
// is not done (task, worker, state, what it waits for), and of each queue worker, length, tasks.
struct PackedScheduler {
  std::vector<std::uint32_t> cells;
  std::vector<std::uint32_t> queues;
  std::vector<std::uint32_t> running;  // worker, task
  std::uint64_t done = 0;
  std::uint64_t stolen = 0;
};

class SchedulerReplay {
 public:
  void apply(const Event& event, EventNumber number);
  // `first`: the trace's oldest event; facts before it are told without their number.
  SchedulerAt result(std::uint64_t first = 0) const;
  // Forgets the tasks that are done; a checkpoint is taken after this.
  void compact();
  std::size_t memory_bytes() const;
  PackedScheduler pack() const;
  // False where the numbers are none that pack() gives.
  bool unpack(const PackedScheduler& packed);

 private:
  static constexpr std::uint8_t waits_for_nothing = 0xff;
  struct Cell {
    std::uint32_t task = 0;
    std::uint16_t worker = 0;
    std::uint8_t state = 0;  // a TaskState
    std::uint8_t waits_for = waits_for_nothing;
    EventNumber since = no_event;
  };
  struct Queue {
    std::uint16_t worker = 0;
    std::vector<std::uint32_t> tasks;
    std::size_t front = 0;
  };
  // Null where the task is left out.
  Cell* cell_of(std::uint32_t task);
  Queue& queue_of(std::uint16_t worker);
  void leave_queue(const Cell& cell);
  void stop_running(std::uint32_t task);

  std::vector<Cell> cells_;  // by task; those that are done stay until compact()
  std::vector<Queue> queues_;
  std::vector<std::pair<std::uint16_t, std::uint32_t>> running_;
  std::size_t done_cells_ = 0;
  std::uint64_t done_ = 0;
  std::uint64_t stolen_ = 0;
  std::uint64_t cells_moved_ = 0;
};

}  // namespace roundtrip::trace
