#include "viz/model/lengths.h"

#include <algorithm>
#include <cmath>

namespace roundtrip::viz {

Duration Lengths::mean() const {
  return count == 0 ? Duration{} : total / static_cast<std::int64_t>(count);
}

Duration Lengths::percentile(double share) const {
  if (count == 0) return {};
  const double exact = std::ceil(std::clamp(share, 0.0, 1.0) * static_cast<double>(count));
  const auto rank = std::max<std::uint64_t>(static_cast<std::uint64_t>(exact), 1);
  if (rank >= count) return longest;
  std::uint64_t seen = 0;
  for (const LengthBucket& bucket : buckets) {
    seen += bucket.count;
    if (seen >= rank) return bucket.total / static_cast<std::int64_t>(bucket.count);
  }
  return longest;
}

}  // namespace roundtrip::viz
