#include "core/base/duration_histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace roundtrip {

// Below 32 ns each length has a bucket of its own; above, the first five bits after the highest one
// say which of a doubling's buckets it is.
std::size_t DurationHistogram::bucket_of(std::uint64_t ns) {
  const auto bits = static_cast<unsigned>(std::bit_width(ns));
  if (bits <= fine_bits) return ns;
  const unsigned shift = bits - fine_bits - 1;
  const std::size_t bucket = (std::size_t{shift} << fine_bits) + (ns >> shift);
  return std::min(bucket, buckets - 1);
}

// The longest length of a bucket.
std::uint64_t DurationHistogram::last_of(std::size_t bucket) {
  constexpr std::size_t to_a_doubling = std::size_t{1} << fine_bits;
  if (bucket < 2 * to_a_doubling) return bucket;
  const std::size_t shift = bucket / to_a_doubling - 1;
  return ((bucket % to_a_doubling + to_a_doubling + 1) << shift) - 1;
}

void DurationHistogram::add(Duration length) {
  length = std::max(length, Duration{});
  ++counts_[bucket_of(static_cast<std::uint64_t>(length.ns))];
  min_ = count_ == 0 ? length : std::min(min_, length);
  ++count_;
  max_ = std::max(max_, length);
}

Duration DurationHistogram::percentile(double share) const {
  if (count_ == 0) return {};
  const auto wanted = static_cast<std::uint64_t>(
      std::ceil(std::clamp(share, 0.0, 1.0) * static_cast<double>(count_)));
  std::uint64_t seen = 0;
  for (std::size_t bucket = 0; bucket + 1 < buckets; ++bucket) {
    seen += counts_[bucket];
    if (seen >= std::max<std::uint64_t>(wanted, 1)) {
      return std::min(max_, Duration::nanoseconds(static_cast<std::int64_t>(last_of(bucket))));
    }
  }
  return max_;
}

}  // namespace roundtrip
