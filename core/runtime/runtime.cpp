#include "core/runtime/runtime.h"

#include <fmt/format.h>
#include <pthread.h>

#include <chrono>
#include <csignal>
#include <ctime>

#include "core/base/check.h"
#include "core/runtime/own_thread.h"
#include "core/runtime/run_meter.h"

namespace roundtrip::runtime {

using trace::ParkReason;
using trace::Phase;
using trace::WakeSource;

namespace {

constinit thread_local std::uint32_t this_worker = 0;  // its number; 0 outside of workers
constinit thread_local RunMeter this_meter;

void tell_run_begins(const trace::Subject& who, std::uint32_t worker) {
  trace::begin<Phase::TaskRun>(who, worker);
  if (who.traced && trace::recording()) this_meter.begin();
}
void tell_run_ends(const trace::Subject& who) {
  const auto cpu_ns = this_meter.end();
  trace::end<Phase::TaskRun>(who, trace::absent, cpu_ns);
}

Instant read_instant(clockid_t id) {
  timespec now{};
  clock_gettime(id, &now);
  return {now.tv_sec * 1'000'000'000LL + now.tv_nsec};
}

}  // namespace

template <class MayMove>
Task* RunQueue::steal_half(MayMove&& may_move) {
  if (size() == 0) return nullptr;
  lock();
  std::uint32_t wanted = (size_.load(std::memory_order_relaxed) + 1) / 2;
  Task* stolen = nullptr;
  Task** stolen_end = &stolen;
  Task** link = &head_;
  Task* last_kept = nullptr;
  while (*link != nullptr) {
    Task* task = *link;
    if (wanted > 0 && may_move(*task)) {
      *link = task->next;
      task->next = nullptr;
      *stolen_end = task;
      stolen_end = &task->next;
      size_.fetch_sub(1, std::memory_order_seq_cst);
      --wanted;
    } else {
      last_kept = task;
      link = &task->next;
    }
  }
  tail_ = last_kept;
  unlock();
  return stolen;
}

Runtime::Runtime(RuntimeOptions options)
    : options_(options),
      poller_(options.model == trace::Model::Tasks),
      pool_(options.bus, options.pool_threads),
      chunks_(std::make_unique<std::atomic<Task*>[]>(most_chunks)) {
  CHECK_THAT(options_.workers > 0, "a runtime needs a worker");
  if (options_.model != trace::Model::Tasks) options_.workers = 0;
  for (unsigned i = 0; i < options_.workers; ++i) {
    auto& worker = workers_.emplace_back(std::make_unique<Worker>());
    worker->number = i + 1;
    worker->tickets.reserve(64);
  }
}

Runtime::~Runtime() { stop(); }

std::optional<std::uint32_t> Runtime::this_worker_number() {
  return this_worker != 0 ? std::optional(this_worker) : std::nullopt;
}
Instant Runtime::now() { return read_instant(CLOCK_MONOTONIC); }
Instant Runtime::coarse_now() { return read_instant(CLOCK_MONOTONIC_COARSE); }

void Runtime::start() {
  started_ = true;
  for (auto& worker : workers_) {
    worker->thread = std::thread([this, w = worker.get()] { work(*w); });
  }
}

void Runtime::stop(Duration grace) {
  if (!std::exchange(started_, false)) return;
  stopping_.store(true, std::memory_order_seq_cst);
  shut_down_parked(false);
  {
    std::unique_lock lock(ended_mutex_);
    const auto none_left = [this] { return live_tasks_.load() == 0; };
    if (!ended_.wait_for(lock, std::chrono::nanoseconds(grace.ns), none_left)) {
      grace_over_.store(true, std::memory_order_seq_cst);
      lock.unlock();
      shut_down_parked(true);
      lock.lock();
      ended_.wait(lock, none_left);
    }
  }
  quit_.store(true, std::memory_order_seq_cst);
  poller_.stop();
  for (auto& worker : workers_) worker->thread.join();
  join_threads(true);
  pool_.stop();
}

Task& Runtime::block(std::uint32_t index) const {
  return chunks_[index / chunk_tasks].load(std::memory_order_acquire)[index % chunk_tasks];
}

Task& Runtime::take_block() {
  const std::lock_guard lock(blocks_mutex_);
  if (free_blocks_ == nullptr) {
    const std::uint32_t chunk = block_count_ / chunk_tasks;
    CHECK_THAT(chunk < most_chunks, "more tasks than the runtime has blocks for");
    auto& memory = chunk_memory_.emplace_back(std::make_unique<Task[]>(chunk_tasks));
    chunks_[chunk].store(memory.get(), std::memory_order_release);
    for (std::uint32_t i = chunk_tasks; i-- > 0;) {
      memory[i].index = block_count_ + i;
      memory[i].next = free_blocks_;
      free_blocks_ = &memory[i];
    }
    block_count_ += chunk_tasks;
  }
  Task* task = free_blocks_;
  free_blocks_ = task->next;
  task->next = nullptr;
  return *task;
}

Task& Runtime::create(TaskMain main, trace::Symbol name, trace::Subject subject) {
  TaskMain::Handle handle = main.release();
  Task& task = take_block();
  task.runtime = this;
  task.frame = handle;
  task.resume_point = handle;
  task.frame_bytes = static_cast<std::uint32_t>(handle.promise().frame_bytes);
  task.own_thread = nullptr;
  task.arena = nullptr;
  task.before_wait = nullptr;
  subject.task = options_.bus != nullptr ? options_.bus->next_task() : task.index + 1;
  task.subject = subject;
  task.reserve_on_wake = 0;
  task.reserved_records = 0;
  task.reserved_in = nullptr;
  task.woken_ticks = 0;
  task.deadline_ns.store(no_deadline.ns, std::memory_order_relaxed);
  task.armed_ns.store(no_deadline.ns, std::memory_order_relaxed);
  handle.promise().task = &task;
  live_tasks_.fetch_add(1, std::memory_order_relaxed);
  const std::uint32_t parent = this_task != nullptr ? this_task->subject.task : 0;
  trace::instant<Phase::TaskCreated>(
      subject, name, task.frame_bytes,
      parent != 0 ? std::optional<std::uint32_t>(parent) : std::nullopt);
  return task;
}

bool Runtime::begin(Task& task) {
  const std::uint32_t by = this_task != nullptr ? this_task->subject.task : 0;
  if (options_.model == trace::Model::Tasks) {
    queue(task, WakeSource::Spawn, by);
    return true;
  }
  trace::instant<Phase::TaskRunnable>(
      task.subject, WakeSource::Spawn,
      by != 0 ? std::optional<std::uint32_t>(by) : std::nullopt);
  if (options_.model == trace::Model::Threads || this_task == nullptr) return start_thread(task);
  run_within(*this_task, task);
  return true;
}

void Runtime::queue(Task& task, WakeSource source, std::uint32_t by_task) {
  // A worker queues for itself; other threads spread what they wake over the workers.
  const std::uint32_t number =
      this_worker != 0
          ? this_worker
          : next_queue_.fetch_add(1, std::memory_order_relaxed) % options_.workers + 1;
  Worker& worker = *workers_[number - 1];
  trace::instant<Phase::TaskRunnable>(
      task.subject, source, by_task != 0 ? std::optional<std::uint32_t>(by_task) : std::nullopt,
      number, worker.queue.size());
  worker.queue.push(&task);
  // The worker that polls runs what it found itself; only what is more than that needs another.
  if (this_worker == 0 || worker.queue.size() > 1 || this_task != nullptr) kick_if_idle();
}

void Runtime::give_way(Task& task) {
  tell_run_ends(task.subject);
  this_task = nullptr;
  poll(*workers_[this_worker - 1], false);
  // It never sleeps, so nobody has to wake it: it queues itself.
  queue(task, WakeSource::Task, task.subject.task);
}

void Runtime::kick_if_idle() {
  if (idle_workers_.load(std::memory_order_seq_cst) > 0) poller_.kick();
}

bool Runtime::wake(Ticket ticket, Wake reason, WakeSource source) {
  Task& task = block(ticket.task_index);
  const Task::Claim claim = task.claim(ticket.generation, reason, source);
  if (claim == Task::Claim::Stale) return false;
  if (claim == Task::Claim::TooEarly) return true;
  if (task.own_thread != nullptr) {
    task.own_thread->wake();
    return true;
  }
  order_ticks_after_loads();
  // A wake is told whoever makes it: a keyboard's thread, say, records nothing else.
  std::optional<trace::ThreadRecording> recording;
  if (options_.bus != nullptr && !trace::recording()) [[unlikely]] {
    recording.emplace(*options_.bus, trace::RingSize::Small);
  }
  task.deadline_ns.store(no_deadline.ns, std::memory_order_relaxed);
  take_reservation(task);
  queue(task, source, this_task != nullptr ? this_task->subject.task : 0);
  return true;
}

void Runtime::reserve_at_wake(Task& task, std::uint32_t records) {
  if (task.reserved_records > 0) task.reserved_in->release(task.reserved_records);
  task.reserved_records = 0;
  task.reserve_on_wake = trace::recording() ? records : 0;
}

// After a wake out of idleness a new request may begin: it is told whole or not at all.
void Runtime::take_reservation(Task& task) {
  if (task.reserve_on_wake == 0) return;
  task.woken_ticks = read_ticks();
  trace::Ring* ring = trace::this_thread_ring;
  task.subject.traced = ring != nullptr && ring->reserve(task.reserve_on_wake);
  if (task.subject.traced) {
    task.reserved_records = task.reserve_on_wake;
    task.reserved_in = ring;
  }
  task.reserve_on_wake = 0;
}

// The promise of room moves with the task to the ring of the worker that is about to run it.
bool Runtime::settle_reservation(Task& task) {
  trace::Ring* here = trace::this_thread_ring;
  if (task.reserved_records == 0 || task.reserved_in == here || here == nullptr) return true;
  if (!here->reserve(task.reserved_records)) return false;
  task.reserved_in->release(task.reserved_records);
  task.reserved_in = here;
  return true;
}

// A write to a client that has gone is an error like others: sendfile(2) can't be told so by a
// flag, and its signal would end the process.
void Runtime::prepare_thread(const char* name) {
  pthread_setname_np(pthread_self(), name);
  sigset_t broken_pipe;
  sigemptyset(&broken_pipe);
  sigaddset(&broken_pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &broken_pipe, nullptr);
}

void Runtime::work(Worker& worker) {
  std::optional<trace::ThreadRecording> recording;
  if (options_.bus != nullptr) recording.emplace(*options_.bus);
  this_worker = worker.number;
  prepare_thread(fmt::format("worker {}", worker.number).c_str());
  while (Task* task = find_task(worker)) run(worker, *task);
  this_worker = 0;
}

// The next task for this worker; null when the runtime has stopped.
Task* Runtime::find_task(Worker& worker) {
  // Now and then the poller is asked first, so that a busy queue does not starve the sockets and
  // the timers. A task that gives way has asked it already.
  if (++worker.since_poll >= 61) poll(worker, false);
  bool waited = false;
  Task* next = nullptr;
  while (!quit_.load(std::memory_order_relaxed)) {
    if (next == nullptr) next = take(worker);
    if (next != nullptr) {
      // Two kicks may have woken only this worker: it passes on what it does not take itself.
      if (waited && idle_workers_.load(std::memory_order_seq_cst) > 0 && work_waits()) {
        poller_.kick();
      }
      return next;
    }
    waited = true;
    // Whoever queues a task from here on sees that a worker is idle, and kicks; what was queued
    // before is looked for once more. What may not move then is left to its own worker.
    worker.asleep.store(true, std::memory_order_seq_cst);
    idle_workers_.fetch_add(1, std::memory_order_seq_cst);
    next = take(worker);
    if (next == nullptr) {
      poll(worker, true);
    } else {
      wake_up(worker);
    }
  }
  return nullptr;
}

void Runtime::wake_up(Worker& worker) {
  idle_workers_.fetch_sub(1, std::memory_order_seq_cst);
  worker.asleep.store(false, std::memory_order_seq_cst);
}

Task* Runtime::take(Worker& worker) {
  Task* task = worker.queue.pop();
  return task != nullptr ? task : steal(worker);
}

bool Runtime::work_waits() const {
  for (const auto& worker : workers_) {
    if (worker->queue.size() > 0) return true;
  }
  return false;
}

void Runtime::poll(Worker& worker, bool wait) {
  worker.since_poll = 0;
  this_meter.look_at(coarse_now());
  const Poller::Found found = poller_.wait(wait ? -1 : 0, worker.tickets);
  // No longer idle before it wakes anyone: else it would kick itself for each.
  if (wait) wake_up(worker);
  if (found.timer) {
    std::vector<Ticket> due;
    timers_.fire(now(), due);
    for (const Ticket ticket : due) wake(ticket, Wake::TimedOut, WakeSource::Timer);
  }
  for (const Ticket ticket : found.ready) wake(ticket, Wake::Ready, WakeSource::Poller);
  // A kick was meant for a worker that waits, not for one that looked in by the way.
  if (found.kicked && !wait) kick_if_idle();
}

Task* Runtime::steal(Worker& worker) {
  for (unsigned i = 1; i < options_.workers; ++i) {
    Worker& victim = *workers_[(worker.number - 1 + i) % options_.workers];
    // A task whose promise finds no room here is left to its own worker, unless that one sleeps:
    // the kick that was meant for it may have woken this worker instead.
    Task* list = victim.queue.steal_half([&](Task& task) {
      return settle_reservation(task) || victim.asleep.load(std::memory_order_seq_cst);
    });
    if (list == nullptr) continue;
    Task* first = list;
    for (Task* task = list; task != nullptr;) {
      Task* next = task->next;
      trace::instant<Phase::TaskStolen>(task->subject, victim.number, worker.number);
      if (task != first) worker.queue.push(task);
      task = next;
    }
    return first;
  }
  return nullptr;
}

void Runtime::run(Worker& worker, Task& task) {
  if (!settle_reservation(task)) [[unlikely]] {
    // This ring has no room for the promise. The task is not made to wait for a collector: what it
    // still has to tell comes out of the reserve that is kept for connections.
    task.reserved_in->release(task.reserved_records);
    task.reserved_records = 0;
  }
  this_task = &task;
  order_ticks_after_loads();
  tell_run_begins(task.subject, worker.number);
  // An Async that ends leaves its caller to go on with.
  do {
    task.resume_point.resume();
  } while (this_task == &task && !task.frame.done());
  // From here the task may be running on another worker already, unless it has ended: a task
  // that ends leaves its mark on this thread.
  if (this_task != nullptr) finish(task, std::nullopt);
}

void Runtime::finish(Task& task, std::optional<std::uint32_t> stack_bytes) {
  CHECK_THAT(task.frame.done(), "a task stopped without parking");
  const trace::Subject subject = task.subject;
  trace::instant<Phase::TaskDone>(subject, stack_bytes);
  tell_run_ends(subject);
  this_task = nullptr;
  free_block(task);
}

// Takes the task out of the world; what waits for all of them to end is told.
void Runtime::free_block(Task& task) {
  if (task.reserved_records > 0) task.reserved_in->release(task.reserved_records);
  task.frame.destroy();
  task.frame = {};
  task.reserved_records = 0;
  task.cancel_park();
  task.life.fetch_add(1, std::memory_order_release);
  {
    const std::lock_guard lock(blocks_mutex_);
    task.next = free_blocks_;
    free_blocks_ = &task;
  }
  if (live_tasks_.fetch_sub(1, std::memory_order_acq_rel) == 1) {
    const std::lock_guard lock(ended_mutex_);
    ended_.notify_all();
  }
}

void Runtime::note_parked(Task& task, ParkReason on, std::optional<int> fd,
                          std::optional<Duration> limit) {
  trace::instant<Phase::TaskPark>(task.subject, limit, on, fd);
  tell_run_ends(task.subject);
}

void Runtime::note_resumed_at_once(Task& task) {
  order_ticks_after_loads();
  task.deadline_ns.store(no_deadline.ns, std::memory_order_relaxed);
  take_reservation(task);
  trace::instant<Phase::TaskRunnable>(task.subject, task.wake_source(), trace::absent, this_worker,
                                      0U);
  tell_run_begins(task.subject, this_worker);
}

// A ticket made of a word that was read before `interrupt` is no longer good if the task has
// meanwhile begun another wait.
void Runtime::shut_down_parked(bool all) {
  std::uint32_t count = 0;
  {
    const std::lock_guard lock(blocks_mutex_);
    count = block_count_;
  }
  for (std::uint32_t index = 0; index < count; ++index) {
    const std::uint64_t word = block(index).park_word.load(std::memory_order_seq_cst);
    const Interrupt interrupt = block(index).interrupt.load(std::memory_order_relaxed);
    if (interrupt != Interrupt::AtOnce && !(all && interrupt == Interrupt::AfterGrace)) continue;
    wake({index, static_cast<std::uint32_t>(word >> 16)}, Wake::Shutdown, WakeSource::Shutdown);
  }
}

}  // namespace roundtrip::runtime
