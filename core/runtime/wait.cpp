#include "core/runtime/wait.h"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <thread>

namespace roundtrip::runtime {

bool WaitBase::await_suspend(std::coroutine_handle<> resume_point) {
  Task& task = *this_task;
  Runtime& runtime = *task.runtime;
  task.resume_point = resume_point;
  ticket_ = task.prepare_park(interrupt_);
  const bool ends = runtime.ends_wait(interrupt_);
  if (ends || (!parks_first_ && !leave(ticket_, task))) {
    task.cancel_park();
    // It goes on as the running task that it was: nobody wakes it and makes room for its story.
    task.reserve_on_wake = 0;
    why_ = ends ? Wake::Shutdown : Wake::Ready;
    return false;
  }
  std::optional<Duration> limit;
  if (deadline_ != no_deadline) {
    // What is told of the limit must be so; otherwise the cheap clock will do.
    const Instant now = task.subject.traced ? Runtime::now() : Runtime::coarse_now();
    limit = deadline_ > now ? deadline_ - now : Duration{};
    task.deadline_ns.store(deadline_.ns, std::memory_order_seq_cst);
    runtime.timers().watch(task, deadline_, now);
  }
  runtime.note_parked(task, on_, fd_ >= 0 ? std::optional<int>(fd_) : std::nullopt, limit);
  parked_ = true;
  if (parks_first_) leave(ticket_, task);
  this_task = nullptr;
  // After the commit the task may already run on another worker: nothing of it is touched here.
  if (task.commit_park()) return true;
  this_task = &task;
  runtime.note_resumed_at_once(task);
  return false;
}

Wake DescriptorWait::await_resume() {
  const Wake why = result(*this_task);
  if (!parked_) return why;
  if (why == Wake::Ready) {
    source_->take_ready(direction_);
  } else {
    source_->take_back(direction_, ticket_);
  }
  return why;
}

bool DescriptorWait::block() {
  pollfd waiting{fd_, static_cast<short>(direction_ == PollSource::Direction::Read ? POLLIN
                                                                                   : POLLOUT),
                 0};
  int timeout_ms = -1;
  if (deadline_ != no_deadline) {
    const Duration left = deadline_ - Runtime::now();
    timeout_ms = static_cast<int>(std::max<std::int64_t>(0, (left.ns + 999'999) / 1'000'000));
  }
  int ready = 0;
  do {
    ready = poll(&waiting, 1, timeout_ms);
  } while (ready < 0 && errno == EINTR);
  why_ = ready > 0 ? Wake::Ready : Wake::TimedOut;
  return true;
}

bool SleepWait::block() {
  const Duration left = deadline_ - Runtime::now();
  if (left.ns > 0) std::this_thread::sleep_for(std::chrono::nanoseconds(left.ns));
  why_ = Wake::TimedOut;
  return true;
}

bool Signal::Wait::leave(Ticket ticket, Task&) {
  const std::lock_guard lock(signal_.mutex_);
  if (!still_()) return false;
  signal_.waiting_.push_back(ticket);
  return true;
}

Wake Signal::Wait::await_resume() {
  const Wake why = result(*this_task);
  if (parked_ && why != Wake::Ready) {
    const std::lock_guard lock(signal_.mutex_);
    std::erase_if(signal_.waiting_, [this](const Ticket& ticket) {
      return ticket.packed() == ticket_.packed();
    });
  }
  return why;
}

bool Signal::Wait::block() {
  std::unique_lock lock(signal_.mutex_);
  const auto over = [this] { return !still_(); };
  why_ = Wake::Ready;
  if (deadline_ == no_deadline) {
    signal_.blocked_.wait(lock, over);
  } else {
    const Duration left = deadline_ - Runtime::now();
    if (!signal_.blocked_.wait_for(lock, std::chrono::nanoseconds(left.ns), over)) {
      why_ = Wake::TimedOut;
    }
  }
  return true;
}

void Signal::announce(Runtime& runtime, trace::WakeSource source,
                      const std::function<void()>& change) {
  std::vector<Ticket> waiting;
  {
    const std::lock_guard lock(mutex_);
    change();
    waiting.swap(waiting_);
    blocked_.notify_all();
  }
  for (const Ticket ticket : waiting) runtime.wake(ticket, Wake::Ready, source);
}

void BlockingWait::make_call() {
  try {
    call_();
  } catch (...) {
    thrown_ = std::current_exception();
  }
}

bool BlockingWait::leave(Ticket ticket, Task& task) {
  Runtime& runtime = *task.runtime;
  const trace::Subject subject = task.subject;
  runtime.pool().run([this, ticket, subject, &runtime](std::uint32_t thread) {
    trace::begin<trace::Phase::TaskBlocking>(subject, thread, name_);
    make_call();
    trace::end<trace::Phase::TaskBlocking>(subject);
    runtime.wake(ticket, Wake::Ready, trace::WakeSource::Pool);
  });
  return true;
}

bool Yield::await_suspend(std::coroutine_handle<> resume_point) {
  Task& task = *this_task;
  Runtime& runtime = *task.runtime;
  task.resume_point = resume_point;
  runtime.give_way(task);
  return true;
}

}  // namespace roundtrip::runtime
