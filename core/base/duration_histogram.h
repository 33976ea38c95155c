// DurationHistogram: how often which length of time occurred, in bounded memory however many are
// added. Buckets grow with the lengths: 32 to each doubling, so that a percentile is at most 3 %
// too long, from a nanosecond to an hour and more; the ends are kept exactly. Negative lengths
// count as 0. Used by the load generator and the benchmarks. Not safe for two threads at once.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "core/base/time.h"

namespace roundtrip {

class DurationHistogram {
 public:
  void add(Duration length);

  std::uint64_t count() const { return count_; }
  // The longest and the shortest, exactly; 0 when nothing was added.
  Duration max() const { return max_; }
  Duration min() const { return min_; }
  // The length that `share` (0 to 1) of all do not exceed, rounded up to the end of its bucket;
  // 0 when nothing was added.
  Duration percentile(double share) const;

 private:
  static constexpr unsigned fine_bits = 5;      // 32 buckets to each doubling
  static constexpr unsigned longest_bits = 43;  // two hours; longer ones stand in the last bucket
  static constexpr std::size_t buckets = (longest_bits - fine_bits + 1) << fine_bits;

  static std::size_t bucket_of(std::uint64_t ns);
  static std::uint64_t last_of(std::size_t bucket);

  std::array<std::uint64_t, buckets> counts_{};
  std::uint64_t count_ = 0;
  Duration max_;
  Duration min_;
};

}  // namespace roundtrip
