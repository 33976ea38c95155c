// Runtime under the models Threads and Single: tasks on threads of their own.
#include <system_error>

#include "core/base/check.h"
#include "core/runtime/own_thread.h"
#include "core/runtime/runtime.h"
#include "core/runtime/stack_use.h"

namespace roundtrip::runtime {

using trace::ParkReason;
using trace::Phase;
using trace::WakeSource;

bool Runtime::start_thread(Task& task) {
  join_threads(false);
  // Who is started from outside tells of many: the accept loop.
  const trace::RingSize ring = this_task == nullptr ? trace::RingSize::Full : trace::RingSize::Tiny;
  try {
    auto own = std::make_unique<OwnThread>();
    const std::lock_guard lock(threads_mutex_);
    const auto place = threads_.emplace(threads_.end());
    try {
      *place = std::thread([this, &task, place, ring, thread = std::move(own)] {
        prepare_thread("own thread");
        {
          std::optional<trace::ThreadRecording> recording;
          if (options_.bus != nullptr) recording.emplace(*options_.bus, ring);
          run_on(*thread, task);
        }
        const std::lock_guard ended(threads_mutex_);
        ended_threads_.splice(ended_threads_.end(), threads_, place);
        thread_ended_.notify_one();
      });
    } catch (...) {
      threads_.erase(place);
      throw;
    }
    return true;
  } catch (const std::exception&) {
    // No thread, no descriptor or no memory.
    give_up(task);
    return false;
  }
}

void Runtime::join_threads(bool all) {
  bool more = true;
  while (more) {
    std::list<std::thread> ended;
    {
      std::unique_lock lock(threads_mutex_);
      // Each moves itself over when it has done everything else.
      thread_ended_.wait(lock, [&] {
        return !all || threads_.empty() || !ended_threads_.empty();
      });
      ended.swap(ended_threads_);
      more = all && !threads_.empty();
    }
    for (std::thread& thread : ended) thread.join();
  }
}

// A task that never ran.
void Runtime::give_up(Task& task) {
  trace::begin<Phase::TaskRun>(task.subject);
  trace::instant<Phase::TaskDone>(task.subject);
  trace::end<Phase::TaskRun>(task.subject);
  free_block(task);
}

void Runtime::run_on(OwnThread& thread, Task& task) {
  Task* const outer = this_task;
  this_task = &task;
  task.own_thread = &thread;
  if (!settle_reservation(task)) {
    task.reserved_in->release(task.reserved_records);
    task.reserved_records = 0;
  }
  order_ticks_after_loads();
  trace::begin<Phase::TaskRun>(task.subject);
  // Its waits return here only when the outermost function has ended.
  do {
    task.resume_point.resume();
  } while (!task.frame.done());
  // A thread that serves one task tells what it used of its stack. Where nobody is told, some are
  // measured for the mean of a load.
  constexpr std::uint32_t measured_untraced = 16;  // one of so many
  std::optional<std::uint32_t> stack_bytes;
  if (options_.model == trace::Model::Threads &&
      (task.subject.traced || task.subject.task % measured_untraced == 0)) {
    stack_bytes = OwnThread::resident_stack_bytes();
    note_stack_use(*stack_bytes);
  }
  finish(task, stack_bytes);
  this_task = outer;
}

// There is but one thread: who starts a task waits until it has ended.
void Runtime::run_within(Task& outer, Task& task) {
  outer.prepare_wait();
  const std::uint32_t called = task.subject.task;
  note_parked(outer, ParkReason::Child, std::nullopt, std::nullopt);
  run_on(*outer.own_thread, task);
  trace::instant<Phase::TaskRunnable>(outer.subject, WakeSource::Task, called);
  trace::begin<Phase::TaskRun>(outer.subject);
}

void Runtime::note_awake(Task& task) {
  order_ticks_after_loads();
  take_reservation(task);
  trace::instant<Phase::TaskRunnable>(task.subject, task.wake_source());
  trace::begin<Phase::TaskRun>(task.subject);
}

}  // namespace roundtrip::runtime
