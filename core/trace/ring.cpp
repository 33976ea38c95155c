#include "core/trace/ring.h"

#include <sched.h>

#include <bit>
#include <type_traits>

#include "core/base/check.h"

namespace roundtrip::trace {

Ring::Ring(std::uint16_t thread, bool lossless, std::size_t records, std::size_t bytes)
    : thread_(thread),
      lossless_(lossless),
      mask_(records - 1),
      byte_mask_(bytes - 1),
      memory_(take_huge_pages(records * sizeof(Record) + bytes)),
      records_(static_cast<Record*>(memory_.get())),
      bytes_(static_cast<char*>(memory_.get()) + records * sizeof(Record)) {
  CHECK_THAT(std::has_single_bit(records) && std::has_single_bit(bytes), "a ring is a power of 2");
  static_assert(std::is_trivially_copyable_v<Record> && std::is_trivially_destructible_v<Record>);
  // Now, to keep page faults off the hot path.
  touch_pages(memory_.get(), records * sizeof(Record) + bytes);
}

bool Ring::make_room() {
  while (true) {
    tail_seen_ = tail_.load(std::memory_order_acquire);
    if (head_local_ - tail_seen_ <= mask_) return true;
    if (!lossless_) {
      lost_.fetch_add(1, std::memory_order_relaxed);
      return false;
    }
    sched_yield();
  }
}

bool Ring::keep(std::uint32_t conn, Log log, std::uint64_t offset, std::string_view data) {
  const std::uint64_t need = sizeof(PieceHeader) + (data.size() + 15) / 16 * 16;
  const std::uint64_t capacity = byte_mask_ + 1;
  if (need > capacity / 4 || data.size() > Facts::max_range_length) {
    bytes_not_kept_.fetch_add(data.size(), std::memory_order_relaxed);
    return false;
  }
  std::uint64_t head = byte_head_local_;
  const std::uint64_t to_end = capacity - (head & byte_mask_);
  const std::uint64_t skip = to_end < need ? to_end : 0;
  while (head + skip + need - byte_tail_.load(std::memory_order_acquire) > capacity) {
    if (!lossless_) {
      bytes_not_kept_.fetch_add(data.size(), std::memory_order_relaxed);
      return false;
    }
    sched_yield();
  }
  if (skip != 0) {
    const PieceHeader filler{0, 0, 0};
    std::memcpy(&bytes_[head & byte_mask_], &filler, sizeof filler);
    head += skip;
  }
  const PieceHeader header{offset, conn,
                           static_cast<std::uint32_t>(data.size()) |
                               static_cast<std::uint32_t>(log) << 24};
  char* place = &bytes_[head & byte_mask_];
  std::memcpy(place, &header, sizeof header);
  std::memcpy(place + sizeof header, data.data(), data.size());
  byte_head_local_ = head + need;
  byte_head_.store(byte_head_local_, std::memory_order_release);
  return true;
}

bool Ring::reserve(std::uint32_t records, std::uint32_t keep_free) {
  if (lossless_) return true;
  const std::int64_t wanted = reserved_.fetch_add(records, std::memory_order_relaxed) + records;
  const auto used = static_cast<std::int64_t>(head_.load(std::memory_order_relaxed) -
                                              tail_.load(std::memory_order_relaxed));
  const auto capacity = static_cast<std::int64_t>(mask_ + 1);
  const auto bytes_used = static_cast<std::int64_t>(byte_head_.load(std::memory_order_relaxed) -
                                                    byte_tail_.load(std::memory_order_relaxed));
  const std::int64_t free = std::min<std::int64_t>(keep_free, capacity / 2);
  constexpr std::int64_t bytes_per_record = limits::bytes_per_request / limits::records_per_request;
  if (used + wanted + free <= capacity &&
      bytes_used + wanted * bytes_per_record <= static_cast<std::int64_t>(byte_mask_ + 1)) {
    return true;
  }
  reserved_.fetch_sub(records, std::memory_order_relaxed);
  return false;
}

void Ring::release(std::uint32_t records) {
  if (!lossless_) reserved_.fetch_sub(records, std::memory_order_relaxed);
}

Ring::Readable Ring::readable() const {
  const std::uint64_t tail = tail_.load(std::memory_order_relaxed);
  const std::uint64_t head = head_.load(std::memory_order_acquire);
  const std::uint64_t count = head - tail;
  const std::uint64_t start = tail & mask_;
  const std::uint64_t first = std::min(count, mask_ + 1 - start);
  return {{&records_[start], first}, {&records_[0], count - first}};
}

void Ring::consume(std::size_t records) {
  tail_.store(tail_.load(std::memory_order_relaxed) + records, std::memory_order_release);
}

}  // namespace roundtrip::trace
