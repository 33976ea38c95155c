// Buckets of lengths of time: 16 to each doubling, so that however many lengths are gathered, a few
// hundred counts tell how they are spread, and a percentile is off by 6 % at most. Used where
// lengths are gathered (phase_totals.h) and where they are drawn (layout_statistics.h).
// From a nanosecond to two hours; longer ones stand in the last bucket, negative ones in the first.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "core/base/time.h"

namespace roundtrip::viz {

namespace duration_buckets {
inline constexpr unsigned fine_bits = 4;      // 16 buckets to each doubling
inline constexpr unsigned longest_bits = 43;  // 2^43 ns are more than two hours
inline constexpr std::size_t to_a_doubling = std::size_t{1} << fine_bits;
inline constexpr std::size_t count = (longest_bits - fine_bits + 1) << fine_bits;
}  // namespace duration_buckets

// Below 16 ns each length has a bucket of its own; above, the first four bits after the highest one
// say which of a doubling's buckets it is.
constexpr std::size_t bucket_of(Duration length) {
  using namespace duration_buckets;
  const auto ns = static_cast<std::uint64_t>(std::max<std::int64_t>(length.ns, 0));
  const auto bits = static_cast<unsigned>(std::bit_width(ns));
  if (bits <= fine_bits) return ns;
  const unsigned shift = bits - fine_bits - 1;
  return std::min((std::size_t{shift} << fine_bits) + (ns >> shift), duration_buckets::count - 1);
}

// The shortest length of a bucket.
constexpr Duration bucket_from(std::size_t bucket) {
  using namespace duration_buckets;
  if (bucket < 2 * to_a_doubling) return Duration::nanoseconds(static_cast<std::int64_t>(bucket));
  const std::size_t shift = bucket / to_a_doubling - 1;
  return Duration::nanoseconds(
      static_cast<std::int64_t>((bucket % to_a_doubling + to_a_doubling) << shift));
}

}  // namespace roundtrip::viz
