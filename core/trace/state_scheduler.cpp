#include "core/trace/state_scheduler.h"

#include <algorithm>

#include "core/trace/validate.h"

namespace roundtrip::trace {
namespace {

constexpr auto code(TaskState state) { return static_cast<std::uint8_t>(state); }

std::optional<std::uint16_t> worker_arg(const Event& event, std::size_t index) {
  const auto worker = event.arg(index);
  if (!worker || *worker == 0 || *worker > 0xffff) return std::nullopt;
  return static_cast<std::uint16_t>(*worker);
}

}  // namespace

SchedulerReplay::Cell& SchedulerReplay::cell_of(std::uint32_t task) {
  if (cells_.empty() || cells_.back().task < task) return cells_.emplace_back(Cell{task});
  const auto place = std::lower_bound(
      cells_.begin(), cells_.end(), task,
      [](const Cell& cell, std::uint32_t wanted) { return cell.task < wanted; });
  if (place->task == task) return *place;
  return *cells_.insert(place, Cell{task});
}

SchedulerReplay::Queue& SchedulerReplay::queue_of(std::uint16_t worker) {
  for (Queue& queue : queues_) {
    if (queue.worker == worker) return queue;
  }
  queues_.push_back({worker, {}, 0});
  return queues_.back();
}

void SchedulerReplay::leave_queue(const Cell& cell) {
  if (cell.state != code(TaskState::Runnable) || cell.worker == 0) return;
  Queue& queue = queue_of(cell.worker);
  const auto front = queue.tasks.begin() + static_cast<std::ptrdiff_t>(queue.front);
  const auto place = std::find(front, queue.tasks.end(), cell.task);
  if (place == queue.tasks.end()) return;
  if (place != front) {
    queue.tasks.erase(place);
  } else if (++queue.front > 64 && queue.front > queue.tasks.size() / 2) {
    queue.tasks.erase(queue.tasks.begin(), place + 1);
    queue.front = 0;
  }
}

void SchedulerReplay::stop_running(std::uint32_t task) {
  std::erase_if(running_, [task](const auto& running) { return running.second == task; });
}

void SchedulerReplay::apply(const Event& event) {
  if (event.task == 0 || event.row().group() != Group::Task) return;
  if (event.phase == Phase::TaskRun && event.ends()) {
    stop_running(event.task);
    return;
  }
  Cell& cell = cell_of(event.task);
  const auto next = task_move(event);
  if (next || event.phase == Phase::TaskStolen) leave_queue(cell);
  if (next) {
    if (cell.state == code(TaskState::Done)) --done_cells_;
    cell.state = code(*next);
    cell.waits_for = waits_for_nothing;
  }
  switch (event.phase) {
    case Phase::TaskRunnable:
      cell.worker = worker_arg(event, 2).value_or(0);
      if (cell.worker != 0) queue_of(cell.worker).tasks.push_back(event.task);
      break;
    case Phase::TaskStolen:
      if (const auto to = worker_arg(event, 1)) cell.worker = *to;
      if (cell.state == code(TaskState::Runnable) && cell.worker != 0) {
        queue_of(cell.worker).tasks.push_back(event.task);
      }
      ++stolen_;
      break;
    case Phase::TaskRun:
      if (const auto worker = worker_arg(event, 0)) cell.worker = *worker;
      if (cell.worker == 0) break;
      std::erase_if(running_, [&](const auto& on) { return on.first == cell.worker; });
      running_.emplace_back(cell.worker, event.task);
      break;
    case Phase::TaskPark:
      if (const auto on = event.arg(1)) cell.waits_for = static_cast<std::uint8_t>(*on);
      cell.worker = 0;
      break;
    case Phase::TaskDone:
      ++done_;
      ++done_cells_;
      if (done_cells_ > 64 && done_cells_ > cells_.size() / 2) compact();
      break;
    default: break;
  }
}

void SchedulerReplay::compact() {
  std::erase_if(cells_, [](const Cell& cell) { return cell.state == code(TaskState::Done); });
  done_cells_ = 0;
  for (Queue& queue : queues_) {
    queue.tasks.erase(queue.tasks.begin(),
                      queue.tasks.begin() + static_cast<std::ptrdiff_t>(queue.front));
    queue.front = 0;
  }
}

SchedulerAt SchedulerReplay::result() const {
  SchedulerAt state;
  state.done = done_;
  state.stolen = stolen_;
  state.tasks.reserve(cells_.size());
  for (const Cell& cell : cells_) {
    if (cell.state == code(TaskState::Done)) continue;
    TaskAt task{cell.task, static_cast<TaskState>(cell.state), cell.worker, std::nullopt};
    if (cell.waits_for != waits_for_nothing) {
      task.waits_for = static_cast<ParkReason>(cell.waits_for);
    }
    state.tasks.append(cell.task, task);
  }
  for (const auto& [worker, task] : running_) state.running[worker] = task;
  for (const Queue& queue : queues_) {
    if (queue.front == queue.tasks.size()) continue;
    state.run_queues[queue.worker].assign(
        queue.tasks.begin() + static_cast<std::ptrdiff_t>(queue.front), queue.tasks.end());
  }
  return state;
}

std::size_t SchedulerReplay::memory_bytes() const {
  std::size_t bytes = sizeof *this + cells_.capacity() * sizeof(Cell);
  for (const Queue& queue : queues_) bytes += sizeof queue + queue.tasks.capacity() * 4;
  return bytes;
}

}  // namespace roundtrip::trace
