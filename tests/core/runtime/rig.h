// Rig: a runtime under test with its recording, and short ways to spawn a coroutine and to wait
// until it has ended. Tests count what their tasks did; stop() returns when all have ended.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>

#include "core/runtime/wait.h"
#include "tests/core/runtime/recording.h"

namespace roundtrip::testing {

class Rig {
 public:
  explicit Rig(unsigned workers, bool live = false) : Rig(workers, trace::Model::Tasks, live) {}
  Rig(unsigned workers, trace::Model model, bool live = false)
      : recording(live), runtime({workers, 4, model, &recording.bus()}) {
    name_ = recording.bus().symbols().intern("test");
  }

  void spawn(runtime::TaskMain main) { runtime.spawn(std::move(main), name_, {}); }

  Recording recording;
  runtime::Runtime runtime;

 private:
  trace::Symbol name_;
};

// A number that threads wait for: never for time, always for the event that changes it.
class Gauge {
 public:
  void add(int amount = 1) {
    const std::lock_guard lock(mutex_);
    value_ += amount;
    changed_.notify_all();
  }
  void wait_for(int value) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return value_ >= value; });
  }
  int value() {
    const std::lock_guard lock(mutex_);
    return value_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int value_ = 0;
};

}  // namespace roundtrip::testing
