// LoadSchedule: when each request of a load is due, and how many are by a moment. Times are
// nanoseconds of CLOCK_MONOTONIC. Whole seconds are counted apart, so that no product overflows at
// any rate that limits.h allows. Used by load_generator.cpp.
#pragma once

#include <algorithm>
#include <cstdint>

namespace roundtrip::scenario {

struct LoadSchedule {
  static constexpr std::int64_t second_ns = 1'000'000'000;

  std::int64_t start_ns = 0;
  std::int64_t rate = 1;  // requests a second
  std::int64_t requests = 1;

  // Of the request with this index, from 0.
  constexpr std::int64_t due_ns(std::int64_t index) const {
    return start_ns + index / rate * second_ns + index % rate * second_ns / rate;
  }
  // How many are due at a moment, itself included.
  constexpr std::int64_t due_by(std::int64_t now_ns) const {
    const std::int64_t elapsed_ns = now_ns - start_ns + 1;
    if (elapsed_ns <= 0) return 0;
    const std::int64_t seconds = elapsed_ns / second_ns;
    if (seconds > requests / rate) return requests;
    const std::int64_t rest = (elapsed_ns % second_ns * rate + second_ns - 1) / second_ns;
    return std::min(requests, seconds * rate + rest);
  }
};

}  // namespace roundtrip::scenario
