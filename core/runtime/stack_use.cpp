#include "core/runtime/stack_use.h"

#include <atomic>

namespace roundtrip::runtime {
namespace {

std::atomic<std::uint64_t> ended_threads{0};
std::atomic<std::uint64_t> used_bytes{0};

}  // namespace

void note_stack_use(std::uint32_t bytes) {
  used_bytes.fetch_add(bytes, std::memory_order_relaxed);
  ended_threads.fetch_add(1, std::memory_order_relaxed);
}

StackUse stack_use() {
  return {ended_threads.load(std::memory_order_relaxed),
          used_bytes.load(std::memory_order_relaxed)};
}

}  // namespace roundtrip::runtime
