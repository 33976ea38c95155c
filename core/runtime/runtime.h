// Runtime: runs tasks on N workers. Each worker has a run queue; one that has nothing steals from
// the others, and then waits in the poller. Besides: timers, a pool for blocking calls, and the
// events that tell all of this. The roles are those of Go's scheduler (task = G, worker = M and P,
// poller = netpoller, pool = the hand-off around blocking system calls).
// Under the models Threads and Single there are no workers: a task runs on a thread of its own, or
// all of them on one, and waits in the kernel (own_thread.h, runtime_threads.cpp).
// start() makes the workers; stop() wakes every parked task with Wake::Shutdown, lets all tasks
// end, and joins.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <list>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "core/runtime/blocking_pool.h"
#include "core/runtime/coroutine.h"
#include "core/runtime/poller.h"
#include "core/runtime/timers.h"

namespace roundtrip::runtime {

struct RuntimeOptions {
  unsigned workers = 1;
  unsigned pool_threads = 8;
  trace::Model model = trace::Model::Tasks;
  trace::Bus* bus = nullptr;  // null: nothing is recorded
};

// A first-in-first-out queue of tasks with its own small lock, so that others may steal from it.
class RunQueue {
 public:
  void push(Task* task);
  Task* pop();
  // Takes up to half of the queue, oldest first, of the tasks that `may_move` lets go; returns
  // the head of a list linked by Task::next.
  template <class MayMove>
  Task* steal_half(MayMove&& may_move);
  std::uint32_t size() const { return size_.load(std::memory_order_seq_cst); }

 private:
  void lock();
  void unlock() { locked_.clear(std::memory_order_release); }

  std::atomic_flag locked_ = ATOMIC_FLAG_INIT;
  Task* head_ = nullptr;
  Task* tail_ = nullptr;
  std::atomic<std::uint32_t> size_{0};
};

class Runtime {
 public:
  explicit Runtime(RuntimeOptions options);
  ~Runtime();
  Runtime(const Runtime&) = delete;
  Runtime& operator=(const Runtime&) = delete;

  void start();
  // From any thread but a worker. Interruptible waits (idle, accept) end with Wake::Shutdown at
  // once, the others after `grace`; returns when the last task has ended.
  void stop(Duration grace = Duration::seconds(5));
  bool stopping() const { return stopping_.load(std::memory_order_seq_cst); }
  // Whether a wait of this kind must not begin any more.
  bool ends_wait(Interrupt interrupt) const {
    return interrupt != Interrupt::Never && stopping() &&
           (interrupt == Interrupt::AtOnce || grace_over_.load(std::memory_order_seq_cst));
  }

  // Makes a task of a coroutine; `subject.task` is filled in. It does not run before begin(). Any
  // thread.
  Task& create(TaskMain main, trace::Symbol name, trace::Subject subject);
  // Lets a new task run: queues it, starts its thread, or (Single) runs it here to its end. False
  // when the system gives no thread: then the task is gone, and what it held.
  bool begin(Task& task);
  bool spawn(TaskMain main, trace::Symbol name, trace::Subject subject) {
    return begin(create(std::move(main), name, subject));
  }

  // Presents a ticket. True when this call woke the task. Any thread.
  bool wake(Ticket ticket, Wake reason, trace::WakeSource source);

  Poller& poller() { return poller_; }
  BlockingPool& pool() { return pool_; }
  Timers& timers() { return timers_; }
  trace::Bus* bus() const { return options_.bus; }
  std::uint32_t live_tasks() const { return live_tasks_.load(std::memory_order_relaxed); }

  // The number of the worker that runs the calling thread, from 1; empty on other threads.
  static std::optional<std::uint32_t> this_worker_number();
  // Now, on CLOCK_MONOTONIC; `coarse_now` costs a quarter and may be some milliseconds behind.
  static Instant now();
  static Instant coarse_now();

  // Gives back the room that this task was promised in a ring; its next wake has to get room for
  // `records` before anything is told of it.
  static void reserve_at_wake(Task& task, std::uint32_t records);

  // For awaitables: before a task sleeps and after it goes on, on the same thread.
  void note_parked(Task& task, trace::ParkReason on, std::optional<int> fd,
                   std::optional<Duration> limit);
  void note_resumed_at_once(Task& task);
  // On a thread of its own, after the sleep.
  void note_awake(Task& task);
  // Ends this task's turn: the poller is looked at first, so that whoever became ready meanwhile
  // (descriptors, timers) stands before it in the queue. It may run elsewhere before this returns.
  void give_way(Task& task);

 private:
  struct Worker {
    std::uint32_t number = 0;  // from 1
    RunQueue queue;
    std::vector<Ticket> tickets;
    std::thread thread;
    std::uint32_t since_poll = 0;
    std::atomic<bool> asleep{false};  // in the poller, or about to be
  };

  void queue(Task& task, trace::WakeSource source, std::uint32_t by_task);
  static void prepare_thread(const char* name);
  void work(Worker& worker);
  Task* find_task(Worker& worker);
  void poll(Worker& worker, bool wait);
  void wake_up(Worker& worker);
  Task* take(Worker& worker);
  Task* steal(Worker& worker);
  void run(Worker& worker, Task& task);
  void finish(Task& task, std::optional<std::uint32_t> stack_bytes);
  void give_up(Task& task);
  void free_block(Task& task);
  bool start_thread(Task& task);
  void run_on(OwnThread& thread, Task& task);
  void run_within(Task& outer, Task& task);
  void join_threads(bool all);
  void take_reservation(Task& task);
  bool settle_reservation(Task& task);
  void kick_if_idle();
  bool work_waits() const;
  Task& block(std::uint32_t index) const;
  Task& take_block();
  void shut_down_parked(bool all);

  RuntimeOptions options_;
  Poller poller_;
  Timers timers_{poller_};
  BlockingPool pool_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::atomic<std::uint32_t> idle_workers_{0};
  std::atomic<std::uint32_t> next_queue_{0};
  bool started_ = false;
  std::atomic<bool> stopping_{false};
  std::atomic<bool> grace_over_{false};
  std::atomic<bool> quit_{false};

  // Task blocks, in chunks that never move.
  static constexpr std::uint32_t chunk_tasks = 256;
  static constexpr std::uint32_t most_chunks = 4096;
  std::unique_ptr<std::atomic<Task*>[]> chunks_;
  std::mutex blocks_mutex_;
  std::vector<std::unique_ptr<Task[]>> chunk_memory_;
  Task* free_blocks_ = nullptr;
  std::uint32_t block_count_ = 0;

  // Threads of their own, and those of them that have ended and are to be joined.
  std::mutex threads_mutex_;
  std::condition_variable thread_ended_;
  std::list<std::thread> threads_;
  std::list<std::thread> ended_threads_;

  std::atomic<std::uint32_t> live_tasks_{0};
  std::mutex ended_mutex_;
  std::condition_variable ended_;
};

}  // namespace roundtrip::runtime
