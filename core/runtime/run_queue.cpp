#include "core/runtime/runtime.h"

namespace roundtrip::runtime {

void RunQueue::lock() {
  while (locked_.test_and_set(std::memory_order_acquire)) {
    std::this_thread::yield();
  }
}

void RunQueue::push(Task* task) {
  task->next = nullptr;
  lock();
  if (tail_ == nullptr) {
    head_ = task;
  } else {
    tail_->next = task;
  }
  tail_ = task;
  size_.fetch_add(1, std::memory_order_seq_cst);
  unlock();
}

Task* RunQueue::pop() {
  if (size() == 0) return nullptr;
  lock();
  Task* task = head_;
  if (task != nullptr) {
    head_ = task->next;
    if (head_ == nullptr) tail_ = nullptr;
    size_.fetch_sub(1, std::memory_order_seq_cst);
  }
  unlock();
  return task;
}

}  // namespace roundtrip::runtime
