// BlockingPool: threads that make blocking calls (disk, database) for tasks, so that a worker never
// waits in one: the counterpart of Go's hand-off of a P around a blocking system call. Threads are
// started when all others are busy, up to a limit, and stay.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "core/trace/bus.h"

namespace roundtrip::runtime {

class BlockingPool {
 public:
  BlockingPool(trace::Bus* bus, unsigned most_threads) : bus_(bus), most_(most_threads) {}
  ~BlockingPool() { stop(); }

  // Runs job(thread number, from 1) on a thread of the pool.
  void run(std::function<void(std::uint32_t)> job);
  // Finishes what was given and joins the threads.
  void stop();
  unsigned most_threads() const { return most_; }

 private:
  void work(std::uint32_t number);

  trace::Bus* bus_;
  unsigned most_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void(std::uint32_t)>> jobs_;
  std::vector<std::thread> threads_;
  unsigned idle_ = 0;
  bool stopping_ = false;
};

}  // namespace roundtrip::runtime
