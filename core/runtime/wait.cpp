#include "core/runtime/wait.h"

#include <algorithm>

#include "core/base/check.h"
#include "core/runtime/own_thread.h"

namespace roundtrip::runtime {

bool WaitBase::await_suspend(std::coroutine_handle<> resume_point) {
  Task& task = *this_task;
  Runtime& runtime = *task.runtime;
  task.prepare_wait();
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
    if (task.own_thread == nullptr) {
      task.deadline_ns.store(deadline_.ns, std::memory_order_seq_cst);
      runtime.timers().watch(task, deadline_, now);
    }
  }
  runtime.note_parked(task, on_, fd_ >= 0 ? std::optional<int>(fd_) : std::nullopt, limit);
  parked_ = true;
  if (task.own_thread != nullptr) {
    sleep_here(task);
    return false;
  }
  if (parks_first_) leave(ticket_, task);
  this_task = nullptr;
  // After the commit the task may already run on another worker: nothing of it is touched here.
  if (task.commit_park()) return true;
  this_task = &task;
  runtime.note_resumed_at_once(task);
  return false;
}

void WaitBase::sleep_here(Task& task) {
  OwnThread& thread = *task.own_thread;
  if (task.commit_park()) {
    const OwnThread::End end = thread.sleep(source_, direction_, deadline_);
    if (end != OwnThread::End::Woken) {
      // It presents its own ticket; who was quicker has a wake on its way.
      const bool ready = end == OwnThread::End::Ready;
      const Task::Claim claim =
          task.claim(ticket_.generation, ready ? Wake::Ready : Wake::TimedOut,
                     ready ? trace::WakeSource::Kernel : trace::WakeSource::Timer);
      if (claim != Task::Claim::Claimed) thread.await_wake();
    }
  }
  task.runtime->note_awake(task);
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

void Signal::announce(Runtime& runtime, trace::WakeSource source,
                      const std::function<void()>& change) {
  std::vector<Ticket> waiting;
  {
    const std::lock_guard lock(mutex_);
    change();
    waiting.swap(waiting_);
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

void BlockingWait::sleep_here(Task& task) {
  trace::begin<trace::Phase::TaskBlocking>(task.subject, trace::absent, name_);
  make_call();
  trace::end<trace::Phase::TaskBlocking>(task.subject);
  const Task::Claim claim =
      task.claim(ticket_.generation, Wake::Ready, trace::WakeSource::Kernel);
  CHECK_THAT(claim == Task::Claim::TooEarly, "nothing else ends a call");
  task.commit_park();
  task.runtime->note_awake(task);
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
