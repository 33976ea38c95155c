// Which requests the kernel is asked about. Every such question is a system call, so there is a
// budget of observed requests a second; beyond it requests are served and traced without, and the
// trace says so.
#pragma once

#include <atomic>
#include <cstdint>

namespace roundtrip::server {

class ObservationBudget {
 public:
  // `ticks_per_second` of read_ticks().
  ObservationBudget(std::uint32_t requests_per_second, std::uint64_t ticks_per_second)
      : limit_(requests_per_second), second_(ticks_per_second) {}

  std::uint32_t limit() const { return limit_; }

  // Whether a request that begins now may be observed.
  bool take(std::uint64_t now_ticks) {
    std::uint64_t since = window_start_.load(std::memory_order_relaxed);
    // Signed: a wake may be older than the window, and opens no new one.
    if (static_cast<std::int64_t>(now_ticks - since) >= static_cast<std::int64_t>(second_)) {
      if (window_start_.compare_exchange_strong(since, now_ticks, std::memory_order_relaxed)) {
        taken_.store(0, std::memory_order_relaxed);
      }
    }
    if (taken_.load(std::memory_order_relaxed) >= limit_) return false;
    return taken_.fetch_add(1, std::memory_order_relaxed) < limit_;
  }

 private:
  std::uint32_t limit_;
  std::uint64_t second_;
  std::atomic<std::uint64_t> window_start_{0};
  std::atomic<std::uint32_t> taken_{0};
};

}  // namespace roundtrip::server
