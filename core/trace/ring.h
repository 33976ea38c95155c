// Ring: where one thread writes its records and bytes, and the collector takes them out. One
// producer, one consumer, no lock, no allocation. Beside the records lies a byte ring for the bytes
// that records refer to.
// Room is promised by whole request: `reserve` sets records aside before a request is traced, so
// that a request is told whole or not at all; `lossless` rings make the writer wait instead.
#pragma once

#include <atomic>
#include <cstdint>
#include <span>
#include <string_view>

#include "core/base/huge_pages.h"
#include "core/base/limits.h"
#include "core/trace/event.h"

namespace roundtrip::trace {

// A piece of a connection's byte log as it lies in a byte ring or a delivery.
struct ByteSighting {
  std::uint32_t conn = 0;
  Log log = Log::None;
  std::uint64_t offset = 0;  // in the connection's stream
  std::string_view data;
};

class Ring {
 public:
  Ring(std::uint16_t thread, bool lossless, std::size_t records = limits::ring_records,
       std::size_t bytes = limits::byte_ring_bytes);

  std::uint16_t thread() const { return thread_; }
  std::size_t capacity() const { return mask_ + 1; }  // in records

  // Writer. The slot of the next record, or null when there is no room (counted as lost).
  Record* claim() {
    if (head_local_ - tail_seen_ > mask_) [[unlikely]] {
      if (!make_room()) return nullptr;
    }
    return &records_[head_local_ & mask_];
  }
  void publish() { head_.store(++head_local_, std::memory_order_release); }

  // Writer. Keeps bytes for the collector; false when there is no room: then the range is told but
  // its bytes are not kept. Call it before the record that refers to the bytes.
  bool keep(std::uint32_t conn, Log log, std::uint64_t offset, std::string_view data);

  // Any thread. Sets records (and bytes with each) aside; false when there is no room for
  // them beside what is set aside already and the records that are to be kept free (of a small
  // ring at most half). With 0 it only
  // asks whether what was set aside is still there in full.
  bool reserve(std::uint32_t records, std::uint32_t keep_free = limits::connection_reserve);
  void release(std::uint32_t records);

  // Collector. The records that are readable from the oldest on: at most two pieces.
  struct Readable {
    std::span<const Record> first;
    std::span<const Record> second;
    std::size_t count() const { return first.size() + second.size(); }
  };
  Readable readable() const;
  void consume(std::size_t records);

  // Collector. Calls take(sighting) for each piece kept so far, oldest first. Only after
  // consume_bytes with what this returned may the writer overwrite them.
  template <class Take>
  std::uint64_t read_bytes(Take&& take) const;
  void consume_bytes(std::uint64_t read_to) {
    byte_tail_.store(read_to, std::memory_order_release);
  }

  std::uint64_t lost() const { return lost_.load(std::memory_order_relaxed); }
  std::uint64_t bytes_not_kept() const { return bytes_not_kept_.load(std::memory_order_relaxed); }

 private:
  struct PieceHeader {
    std::uint64_t offset;
    std::uint32_t conn;
    std::uint32_t length_and_log;  // length in 24 bits, log in 8; log None: skip to the ring's end
  };
  static_assert(sizeof(PieceHeader) == 16);

  bool make_room();

  // Set at start.
  std::uint16_t thread_;
  bool lossless_;
  std::uint64_t mask_;
  std::uint64_t byte_mask_;
  HugePages memory_;
  Record* records_;
  char* bytes_;

  // The writer's own.
  alignas(64) std::uint64_t head_local_ = 0;
  std::uint64_t tail_seen_ = 0;
  std::uint64_t byte_head_local_ = 0;

  // Shared.
  alignas(64) std::atomic<std::uint64_t> head_{0};
  std::atomic<std::uint64_t> byte_head_{0};
  std::atomic<std::uint64_t> lost_{0};
  std::atomic<std::uint64_t> bytes_not_kept_{0};
  alignas(64) std::atomic<std::uint64_t> tail_{0};
  std::atomic<std::uint64_t> byte_tail_{0};
  alignas(64) std::atomic<std::int64_t> reserved_{0};
};

template <class Take>
std::uint64_t Ring::read_bytes(Take&& take) const {
  const std::uint64_t head = byte_head_.load(std::memory_order_acquire);
  std::uint64_t tail = byte_tail_.load(std::memory_order_relaxed);
  while (tail < head) {
    PieceHeader header{};
    const std::uint64_t at = tail & byte_mask_;
    std::memcpy(&header, &bytes_[at], sizeof header);
    const auto log = static_cast<Log>(header.length_and_log >> 24);
    const std::uint32_t length = header.length_and_log & Facts::max_range_length;
    if (log == Log::None) {
      tail += byte_mask_ + 1 - at;
      continue;
    }
    take(ByteSighting{header.conn, log, header.offset,
                      std::string_view(&bytes_[at + sizeof header], length)});
    tail += sizeof header + (length + 15) / 16 * 16;
  }
  return tail;
}

}  // namespace roundtrip::trace
