#include "core/runtime/task.h"

#include "core/base/check.h"

namespace roundtrip::runtime {

constinit thread_local Task* this_task = nullptr;

Ticket Task::prepare_park(Interrupt by_shutdown) {
  interrupt.store(by_shutdown, std::memory_order_relaxed);
  const std::uint64_t word = park_word.load(std::memory_order_relaxed);
  const auto generation = static_cast<std::uint32_t>(word >> 16) + 1;
  park_word.store(static_cast<std::uint64_t>(generation) << 16 | Parking,
                  std::memory_order_seq_cst);
  return {index, generation};
}

bool Task::commit_park() {
  // Acquired: who came first may have left results that the task reads next.
  std::uint64_t word = park_word.load(std::memory_order_acquire);
  if ((word & 0xff) == Parking &&
      park_word.compare_exchange_strong(word, (word & ~std::uint64_t{0xff}) | Parked,
                                        std::memory_order_acq_rel)) {
    return true;
  }
  CHECK_THAT((word & 0xff) == Woken, "a task commits a parking that it did not prepare");
  park_word.store((word & ~std::uint64_t{0xff}) | Running, std::memory_order_relaxed);
  return false;
}

void Task::cancel_park() {
  const std::uint64_t word = park_word.load(std::memory_order_relaxed);
  // The generation moves on, so that a ticket that is still out is no longer good.
  park_word.store(((word >> 16) + 1) << 16 | Running, std::memory_order_release);
}

Task::Claim Task::claim(std::uint32_t generation, Wake reason, trace::WakeSource source) {
  std::uint64_t word = park_word.load(std::memory_order_acquire);
  while (static_cast<std::uint32_t>(word >> 16) == generation) {
    const std::uint64_t head = (word & ~std::uint64_t{0xffff}) |
                               static_cast<std::uint64_t>(source) << 12 |
                               static_cast<std::uint64_t>(reason) << 8;
    const std::uint64_t state = word & 0xff;
    if (state == Parking) {
      if (park_word.compare_exchange_weak(word, head | Woken, std::memory_order_acq_rel)) {
        return Claim::TooEarly;
      }
    } else if (state == Parked) {
      if (park_word.compare_exchange_weak(word, head | Running, std::memory_order_acq_rel)) {
        return Claim::Claimed;
      }
    } else {
      return Claim::Stale;
    }
  }
  return Claim::Stale;
}

}  // namespace roundtrip::runtime
