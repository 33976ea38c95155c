// The clocks: that they are read together, go on, and say when this process began.
#include "core/base/clock.h"

#include <doctest/doctest.h>

#include <string>

using namespace roundtrip;

TEST_CASE("clock: a sample reads the three clocks within its uncertainty") {
  const std::int64_t monotonic_before = monotonic_ns();
  const std::int64_t realtime_before = realtime_ns();
  const std::uint64_t ticks_before = read_ticks();
  const ClockSample sample = sample_clocks();
  CHECK(sample.ticks >= ticks_before);
  CHECK(sample.ticks <= read_ticks());
  CHECK(sample.monotonic_ns >= monotonic_before);
  CHECK(sample.monotonic_ns <= monotonic_ns());
  CHECK(sample.realtime_ns >= realtime_before);
  CHECK(sample.uncertainty_ns >= 0);
  CHECK(sample.uncertainty_ns <= monotonic_ns() - monotonic_before);
}

TEST_CASE("clock: samples go on, and ticks with them") {
  ClockSample before = sample_clocks();
  for (int i = 0; i < 1'000; ++i) {
    const ClockSample now = sample_clocks();
    REQUIRE(now.ticks > before.ticks);
    REQUIRE(now.monotonic_ns >= before.monotonic_ns);
    before = now;
  }
}

TEST_CASE("clock: ticks are what they are called") {
  const std::string source = tick_source();
  if (source == "CLOCK_MONOTONIC") {
    const auto ticks = static_cast<std::int64_t>(read_ticks());
    CHECK(ticks <= monotonic_ns());
    CHECK(ticks > monotonic_ns() - 1'000'000'000);
  } else {
    CHECK(source == "TSC");
  }
}

TEST_CASE("clock: the process started, then its early constructor ran, then this test") {
  const auto start = process_start();
  if (!start) return;  // /proc can't be read here
  CHECK(start->resolution > Duration{});
  CHECK(start->resolution <= Duration::seconds(1));
  CHECK(start->monotonic_ns <= monotonic_ns());
  const std::uint64_t early = early_constructor_ticks();
  CHECK(early > 0);
  CHECK(early < read_ticks());
  // By the rate since then; the kernel rounds the start down to its own tick.
  const ClockSample now = sample_clocks();
  ClockSample later = sample_clocks();
  while (later.monotonic_ns - now.monotonic_ns < 1'000'000) later = sample_clocks();
  const double ns_per_tick = static_cast<double>(later.monotonic_ns - now.monotonic_ns) /
                             static_cast<double>(later.ticks - now.ticks);
  const double early_ns =
      static_cast<double>(now.monotonic_ns) - static_cast<double>(now.ticks - early) * ns_per_tick;
  const double since_start_ns = early_ns - static_cast<double>(start->monotonic_ns);
  CHECK(since_start_ns > -static_cast<double>(start->resolution.ns));
}
