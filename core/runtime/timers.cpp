#include "core/runtime/timers.h"

#include <algorithm>

#include "core/runtime/poller.h"

namespace roundtrip::runtime {

void Timers::push(Task& task, std::int64_t at_ns) {
  heap_.push({at_ns, &task, task.life.load(std::memory_order_relaxed)});
  task.armed_ns.store(at_ns, std::memory_order_seq_cst);
  if (heap_.top().at_ns < armed_ns_) {
    armed_ns_ = heap_.top().at_ns;
    poller_.arm_timer(Instant{armed_ns_});
  }
}

void Timers::watch(Task& task, Instant deadline, Instant now) {
  // Sequentially consistent against fire(): either it sees the new deadline, or we see that no
  // entry is left.
  if (task.armed_ns.load(std::memory_order_seq_cst) <= deadline.ns) return;
  const std::lock_guard lock(mutex_);
  push(task, std::min(deadline.ns, (now + longest_sleep).ns));
}

void Timers::fire(Instant now, std::vector<Ticket>& due) {
  const std::lock_guard lock(mutex_);
  while (!heap_.empty() && heap_.top().at_ns <= now.ns) {
    const Entry entry = heap_.top();
    heap_.pop();
    Task& task = *entry.task;
    // Another life of the block, or an entry that a nearer one has replaced.
    if (task.life.load(std::memory_order_acquire) != entry.life) continue;
    if (task.armed_ns.load(std::memory_order_seq_cst) != entry.at_ns) continue;
    task.armed_ns.store(no_deadline.ns, std::memory_order_seq_cst);
    const std::uint64_t word = task.park_word.load(std::memory_order_seq_cst);
    const std::int64_t deadline = task.deadline_ns.load(std::memory_order_seq_cst);
    if (deadline == no_deadline.ns) continue;
    if (task.park_word.load(std::memory_order_seq_cst) != word) {
      // It moved on while we looked: look again soon.
      push(task, (now + Duration::milliseconds(1)).ns);
    } else if (deadline <= now.ns) {
      due.push_back({task.index, static_cast<std::uint32_t>(word >> 16)});
    } else {
      push(task, std::min(deadline, (now + longest_sleep).ns));
    }
  }
  armed_ns_ = heap_.empty() ? no_deadline.ns : heap_.top().at_ns;
  poller_.arm_timer(Instant{armed_ns_});
}

}  // namespace roundtrip::runtime
