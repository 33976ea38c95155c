#include "core/runtime/blocking_pool.h"

#include <optional>

#include "core/base/clock.h"

namespace roundtrip::runtime {

void BlockingPool::run(std::function<void(std::uint32_t)> job) {
  const std::lock_guard lock(mutex_);
  jobs_.push_back(std::move(job));
  if (idle_ < jobs_.size() && threads_.size() < most_) {
    const auto number = static_cast<std::uint32_t>(threads_.size() + 1);
    threads_.emplace_back([this, number] { work(number); });
  }
  changed_.notify_one();
}

void BlockingPool::work(std::uint32_t number) {
  std::optional<trace::ThreadRecording> recording;
  if (bus_ != nullptr) recording.emplace(*bus_, trace::RingSize::Small);
  std::unique_lock lock(mutex_);
  while (true) {
    ++idle_;
    changed_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
    --idle_;
    if (jobs_.empty()) return;
    auto job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    order_ticks_after_loads();
    job(number);
    lock.lock();
  }
}

void BlockingPool::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
  }
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

}  // namespace roundtrip::runtime
