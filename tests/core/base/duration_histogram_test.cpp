#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "core/base/duration_histogram.h"

namespace roundtrip {

TEST_CASE("duration histogram: an empty one has no percentiles, and says 0") {
  const DurationHistogram empty;
  CHECK(empty.count() == 0);
  CHECK(empty.max() == Duration{});
  CHECK(empty.percentile(0.5) == Duration{});
}

TEST_CASE("duration histogram: a single length is every percentile") {
  for (const std::int64_t ns :
       {0L, 1L, 31L, 32L, 63L, 64L, 65L, 4'711L, 1'000'000'007L, 3'600'000'000'000L, INT64_MAX}) {
    DurationHistogram histogram;
    histogram.add({ns});
    INFO("length " << ns);
    CHECK(histogram.count() == 1);
    CHECK(histogram.max().ns == ns);
    for (const double share : {0.0, 0.5, 0.99, 1.0}) CHECK(histogram.percentile(share).ns == ns);
  }
}

TEST_CASE("duration histogram: percentiles are never too short and at most 3 % too long") {
  DurationHistogram histogram;
  std::vector<std::int64_t> lengths;
  std::uint64_t seed = 1;
  for (int i = 0; i < 20'000; ++i) {
    seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
    // From 1 ns to a minute, as many in each doubling.
    lengths.push_back(static_cast<std::int64_t>((seed >> 28) >> (seed % 35)));
    histogram.add({lengths.back()});
  }
  std::sort(lengths.begin(), lengths.end());
  CHECK(histogram.max().ns == lengths.back());
  for (const double share : {0.001, 0.1, 0.5, 0.9, 0.99, 0.999, 1.0}) {
    const auto rank = static_cast<std::size_t>(share * 20'000 + 0.5);
    const std::int64_t exact = lengths[rank - 1];
    const std::int64_t told = histogram.percentile(share).ns;
    INFO("share " << share << ": exactly " << exact << ", told " << told);
    CHECK(told >= exact);
    CHECK(static_cast<double>(told) <= static_cast<double>(exact) * 1.03125);
  }
}

TEST_CASE("duration histogram: a length below zero counts as none") {
  DurationHistogram histogram;
  histogram.add({-5});
  CHECK(histogram.count() == 1);
  CHECK(histogram.max() == Duration{});
}

}  // namespace roundtrip
