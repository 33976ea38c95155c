#include <doctest/doctest.h>

#include "core/scenario/limits.h"
#include "core/scenario/load_schedule.h"

namespace roundtrip::scenario {

TEST_CASE("load schedule: requests are due at even distances, and none drifts (7 a second)") {
  const LoadSchedule schedule{1'000, 7, 1'000'000};
  CHECK_EQ(schedule.due_ns(0), 1'000);
  CHECK_EQ(schedule.due_ns(1), 1'000 + 142'857'142);
  CHECK_EQ(schedule.due_ns(7), 1'000 + 1'000'000'000);
  CHECK_EQ(schedule.due_ns(700'000), 1'000 + 100'000LL * 1'000'000'000);
}

TEST_CASE("load schedule: what is due by a moment is what is due at it or before") {
  for (const std::int64_t rate : {1LL, 3LL, 5'000LL, 999'999'937LL,
                                  static_cast<long long>(limits::load_requests_per_second)}) {
    const LoadSchedule schedule{77, rate, 3 * rate + 2};
    INFO("rate " << rate);
    CHECK_EQ(schedule.due_by(76), 0);
    for (const std::int64_t index : {std::int64_t{0}, std::int64_t{1}, rate / 2, rate - 1, rate,
                                     rate + 1, 3 * rate, 3 * rate + 1}) {
      const std::int64_t due_ns = schedule.due_ns(index);
      CHECK_EQ(schedule.due_by(due_ns), index + 1);
      CHECK_LE(schedule.due_by(due_ns - 1), index);
    }
    CHECK_EQ(schedule.due_by(INT64_MAX / 2), schedule.requests);
  }
}

}  // namespace roundtrip::scenario
