// What a task can wait for: a descriptor (wait_readable, wait_writable), a moment (sleep_until), a
// blocking call made by the pool (run_blocking), a signal that somebody gives (Signal::wait), its
// turn (yield). Each heeds where its task runs: a task on the workers parks, a
// lifecycle on a thread of its own waits in the kernel; the function that awaits reads the same.
// Every wait says why it ended (Wake). Use: `const Wake why = co_await wait_readable(…);` as a
// statement of its own.
#pragma once

#include <coroutine>
#include <exception>
#include <functional>
#include <mutex>
#include <vector>

#include "core/runtime/runtime.h"

namespace roundtrip::runtime {

// The common course of a wait: ticket, a place to leave it, park.
class WaitBase {
 public:
  bool await_ready() noexcept { return false; }
  bool await_suspend(std::coroutine_handle<> resume_point);

 protected:
  WaitBase(trace::ParkReason on, int fd, Instant deadline, bool interruptible)
      : on_(on),
        fd_(fd),
        deadline_(deadline),
        interrupt_(interruptible ? Interrupt::AtOnce : Interrupt::AfterGrace) {}
  ~WaitBase() = default;

  // Leaves the ticket with whoever will wake the task; false when there is nothing to wait for.
  virtual bool leave(Ticket ticket, Task& task) = 0;
  // On a thread of its own: sleeps until somebody presents the ticket or poll(2) returns.
  virtual void sleep_here(Task& task);

  Wake result(Task& task) const { return parked_ ? task.wake_reason() : why_; }

  trace::ParkReason on_;
  int fd_;
  PollSource* source_ = nullptr;  // of a wait for a descriptor, with the direction
  PollSource::Direction direction_ = PollSource::Direction::Read;
  Instant deadline_;
  Interrupt interrupt_;
  bool parks_first_ = false;  // leaving the ticket starts what wakes the task
  bool parked_ = false;
  Ticket ticket_{};
  Wake why_ = Wake::Ready;
};

class DescriptorWait final : public WaitBase {
 public:
  DescriptorWait(PollSource* source, PollSource::Direction direction, trace::ParkReason on,
                 Instant deadline, bool interruptible)
      : WaitBase(on, source->fd(), deadline, interruptible) {
    source_ = source;
    direction_ = direction;
  }
  Wake await_resume();

 private:
  bool leave(Ticket ticket, Task& task) override {
    return task.own_thread != nullptr || source_->leave(direction_, ticket);
  }
};

inline DescriptorWait wait_readable(PollSource* source, Instant deadline,
                                    bool interruptible = false) {
  return {source, PollSource::Direction::Read, trace::ParkReason::Readable, deadline,
          interruptible};
}
inline DescriptorWait wait_acceptable(PollSource* source) {
  return {source, PollSource::Direction::Read, trace::ParkReason::Acceptable, no_deadline, true};
}
inline DescriptorWait wait_writable(PollSource* source, Instant deadline) {
  return {source, PollSource::Direction::Write, trace::ParkReason::Writable, deadline, false};
}

class SleepWait final : public WaitBase {
 public:
  explicit SleepWait(Instant until, bool interruptible = false)
      : WaitBase(trace::ParkReason::Sleep, -1, until, interruptible) {}
  // TimedOut when the moment came; Shutdown when it was cut short.
  Wake await_resume() { return result(*this_task); }

 private:
  bool leave(Ticket, Task&) override { return true; }
};

inline SleepWait sleep_until(Instant until, bool interruptible = false) {
  return SleepWait(until, interruptible);
}

// Something that tasks wait for and anybody may announce; what is announced while nobody waits is
// forgotten, so the waiter checks its own condition between `ticket` and sleep: see Signal::wait.
class Signal {
 public:
  class Wait final : public WaitBase {
   public:
    Wait(Signal& signal, std::function<bool()> still, trace::ParkReason on, Instant deadline,
         bool interruptible)
        : WaitBase(on, -1, deadline, interruptible), signal_(signal), still_(std::move(still)) {}
    Wake await_resume();

   private:
    bool leave(Ticket ticket, Task& task) override;
    Signal& signal_;
    std::function<bool()> still_;
  };

  // Waits while still() holds; it is asked under the signal's lock, so no announcement is missed.
  Wait wait(std::function<bool()> still, trace::ParkReason on, Instant deadline = no_deadline,
            bool interruptible = false) {
    return {*this, std::move(still), on, deadline, interruptible};
  }
  // Calls change() under the lock and wakes all who wait.
  void announce(Runtime& runtime, trace::WakeSource source, const std::function<void()>& change);

 private:
  std::mutex mutex_;
  std::vector<Ticket> waiting_;
};

// Runs `call` on a thread of the pool while the task's worker runs others; a task with a thread of
// its own makes the call itself. The call may use what the waiting function holds, so nothing ends
// this wait but the call's return.
class BlockingWait final : public WaitBase {
 public:
  BlockingWait(trace::Symbol name, std::function<void()> call)
      : WaitBase(trace::ParkReason::Blocking, -1, no_deadline, false),
        name_(name),
        call_(std::move(call)) {
    parks_first_ = true;
    interrupt_ = Interrupt::Never;
  }
  // What the call threw, the waiting function throws.
  void await_resume() {
    if (thrown_) std::rethrow_exception(thrown_);
  }

 private:
  bool leave(Ticket ticket, Task& task) override;
  void sleep_here(Task& task) override;
  void make_call();
  trace::Symbol name_;
  std::function<void()> call_;
  std::exception_ptr thrown_;
};

inline BlockingWait run_blocking(trace::Symbol name, std::function<void()> call) {
  return {name, std::move(call)};
}

// Ends the task's turn: what the poller finds ready and what waits in the queue runs first. For
// work that may go on for long without ever waiting (a client that never stops sending).
class Yield {
 public:
  bool await_ready() const noexcept { return this_task->own_thread != nullptr; }
  bool await_suspend(std::coroutine_handle<> resume_point);
  void await_resume() {}
};

}  // namespace roundtrip::runtime
