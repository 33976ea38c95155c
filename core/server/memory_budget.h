// MemoryBudget: how much memory the server may hold for its clients, all connections together.
// Counted are the connections with their buffers and what serves a request, heads that outgrow the
// read buffer, bodies that are kept whole, and what handlers gather. Whoever wants more than is
// left is refused: new connections wait in the kernel's queue, a request that can't be held is
// answered 503. Not counted: the trace, the database's own cache, the stacks of threads.
// Any thread. Unit: bytes.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace roundtrip::server {

// What a request that could not be held is answered, with 503.
inline constexpr std::string_view memory_limit_sentence = "The server's memory limit is reached.";

class MemoryBudget {
 public:
  explicit MemoryBudget(std::uint64_t limit) : limit_(limit) {}

  // False, and nothing taken, where so much is not left.
  bool take(std::size_t bytes) {
    std::uint64_t used = used_.load(std::memory_order_relaxed);
    while (bytes <= limit_ && used <= limit_ - bytes) {
      if (used_.compare_exchange_weak(used, used + bytes, std::memory_order_relaxed)) return true;
    }
    return false;
  }
  void give_back(std::size_t bytes) { used_.fetch_sub(bytes, std::memory_order_relaxed); }

  std::uint64_t limit() const { return limit_; }
  std::uint64_t used() const { return used_.load(std::memory_order_relaxed); }
  void count_refusal() { refused_.fetch_add(1, std::memory_order_relaxed); }
  // How many requests were answered 503 for want of it.
  std::uint64_t refused() const { return refused_.load(std::memory_order_relaxed); }

 private:
  std::uint64_t limit_;
  std::atomic<std::uint64_t> used_{0};
  std::atomic<std::uint64_t> refused_{0};
};

// What one owner holds of it, as long as it lives.
class MemoryShare {
 public:
  explicit MemoryShare(MemoryBudget& budget) : budget_(budget) {}
  ~MemoryShare() { shrink_to(0); }
  MemoryShare(const MemoryShare&) = delete;
  MemoryShare& operator=(const MemoryShare&) = delete;

  bool grow(std::size_t bytes) {
    if (!budget_.take(bytes)) return false;
    bytes_ += bytes;
    return true;
  }
  // Of what was taken already.
  void adopt(std::size_t bytes) { bytes_ += bytes; }
  void shrink_to(std::size_t bytes) {
    if (bytes_ <= bytes) return;
    budget_.give_back(bytes_ - bytes);
    bytes_ = bytes;
  }

 private:
  MemoryBudget& budget_;
  std::size_t bytes_ = 0;
};

}  // namespace roundtrip::server
