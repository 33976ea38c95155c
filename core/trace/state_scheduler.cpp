#include "core/trace/state_scheduler.h"

#include <algorithm>

#include "core/trace/validate.h"

namespace roundtrip::trace {
namespace {

constexpr std::uint32_t most_workers = 1024;
constexpr std::uint64_t most_cells_moved = std::uint64_t{1} << 28;

constexpr auto code(TaskState state) { return static_cast<std::uint8_t>(state); }

std::optional<std::uint16_t> worker_arg(const Event& event, std::size_t index) {
  const auto worker = event.arg(index);
  if (!worker || *worker == 0 || *worker > most_workers) return std::nullopt;
  return static_cast<std::uint16_t>(*worker);
}

}  // namespace

SchedulerReplay::Cell* SchedulerReplay::cell_of(std::uint32_t task) {
  if (cells_.empty() || cells_.back().task < task) return &cells_.emplace_back(Cell{task});
  const auto place = std::lower_bound(
      cells_.begin(), cells_.end(), task,
      [](const Cell& cell, std::uint32_t wanted) { return cell.task < wanted; });
  if (place->task == task) return &*place;
  cells_moved_ += static_cast<std::uint64_t>(cells_.end() - place);
  if (cells_moved_ > most_cells_moved) return nullptr;
  return &*cells_.insert(place, Cell{task});
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

void SchedulerReplay::apply(const Event& event, EventNumber number) {
  if (event.task == 0 || event.row().group() != Group::Task) return;
  if (event.phase == Phase::TaskRun && event.ends()) {
    stop_running(event.task);
    return;
  }
  Cell* const found = cell_of(event.task);
  if (found == nullptr) return;
  Cell& cell = *found;
  const auto next = task_move(event);
  if (next || event.phase == Phase::TaskStolen) leave_queue(cell);
  if (next) {
    if (cell.state == code(TaskState::Done)) --done_cells_;
    cell.state = code(*next);
    cell.since = number;
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

SchedulerAt SchedulerReplay::result(std::uint64_t first) const {
  SchedulerAt state;
  state.done = done_;
  state.stolen = stolen_;
  state.tasks.reserve(cells_.size());
  for (const Cell& cell : cells_) {
    if (cell.state == code(TaskState::Done)) continue;
    TaskAt task{cell.task, static_cast<TaskState>(cell.state), cell.worker, std::nullopt,
                cell.since >= first ? cell.since : no_event};
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

PackedScheduler SchedulerReplay::pack() const {
  PackedScheduler packed;
  packed.done = done_;
  packed.stolen = stolen_;
  for (const Cell& cell : cells_) {
    if (cell.state == code(TaskState::Done)) continue;
    packed.cells.insert(packed.cells.end(),
                        {cell.task, cell.worker, cell.state, cell.waits_for});
  }
  for (const auto& [worker, task] : running_) {
    packed.running.insert(packed.running.end(), {worker, task});
  }
  for (const Queue& queue : queues_) {
    if (queue.front == queue.tasks.size()) continue;
    packed.queues.push_back(queue.worker);
    packed.queues.push_back(static_cast<std::uint32_t>(queue.tasks.size() - queue.front));
    packed.queues.insert(packed.queues.end(),
                         queue.tasks.begin() + static_cast<std::ptrdiff_t>(queue.front),
                         queue.tasks.end());
  }
  return packed;
}

bool SchedulerReplay::unpack(const PackedScheduler& packed) {
  SchedulerReplay made;
  made.done_ = packed.done;
  made.stolen_ = packed.stolen;
  if (packed.cells.size() % 4 != 0 || packed.running.size() % 2 != 0) return false;
  const auto is_worker = [](std::uint32_t worker) { return worker <= most_workers; };
  for (std::size_t i = 0; i < packed.cells.size(); i += 4) {
    const std::uint32_t* cell = &packed.cells[i];
    const bool in_order = made.cells_.empty() || made.cells_.back().task < cell[0];
    const bool known = unit_words(Unit::ParkReasonUnit).size() > cell[3] ||
                       cell[3] == waits_for_nothing;
    if (!in_order || !is_worker(cell[1]) || cell[2] >= code(TaskState::Done) || !known) {
      return false;
    }
    made.cells_.push_back({cell[0], static_cast<std::uint16_t>(cell[1]),
                           static_cast<std::uint8_t>(cell[2]),
                           static_cast<std::uint8_t>(cell[3])});
  }
  for (std::size_t i = 0; i < packed.running.size(); i += 2) {
    if (!is_worker(packed.running[i]) || made.running_.size() > most_workers) return false;
    made.running_.emplace_back(static_cast<std::uint16_t>(packed.running[i]),
                               packed.running[i + 1]);
  }
  for (std::size_t i = 0; i < packed.queues.size();) {
    if (packed.queues.size() - i < 2 || !is_worker(packed.queues[i])) return false;
    const std::uint32_t length = packed.queues[i + 1];
    if (length > packed.queues.size() - i - 2 || made.queues_.size() > most_workers) return false;
    const auto begin = packed.queues.begin() + static_cast<std::ptrdiff_t>(i + 2);
    made.queues_.push_back({static_cast<std::uint16_t>(packed.queues[i]),
                            {begin, begin + length}, 0});
    i += 2 + length;
  }
  *this = std::move(made);
  return true;
}

std::size_t SchedulerReplay::memory_bytes() const {
  std::size_t bytes = sizeof *this + cells_.capacity() * sizeof(Cell);
  for (const Queue& queue : queues_) bytes += sizeof queue + queue.tasks.capacity() * 4;
  return bytes;
}

}  // namespace roundtrip::trace
