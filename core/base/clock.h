// The clocks: raw ticks for stamping an event as cheaply as the machine can, and samples that tie
// ticks to CLOCK_MONOTONIC and CLOCK_REALTIME so that they can be turned into Instants later.
// The recorder reads ticks; the collector samples and converts; nobody else needs either.
// Ticks are the TSC where the kernel calls it constant and non-stop, nanoseconds of
// CLOCK_MONOTONIC elsewhere. See rdtsc in the processor manual, clock_gettime(2), proc(5).
#pragma once

#include <cstdint>
#include <ctime>
#include <optional>

#include "core/base/time.h"

#if defined(__x86_64__)
#include <x86intrin.h>
#endif

namespace roundtrip {

std::int64_t monotonic_ns();
std::int64_t realtime_ns();

namespace clock_detail {
extern const bool tsc_is_invariant;
}

// The cheapest time-stamp this machine has; only a ClockMap gives it a meaning.
inline std::uint64_t read_ticks() {
#if defined(__x86_64__)
  if (clock_detail::tsc_is_invariant) [[likely]] return __rdtsc();
#endif
  return static_cast<std::uint64_t>(monotonic_ns());
}

// "TSC" or "CLOCK_MONOTONIC", for the trace's header and the screen.
const char* tick_source();

// The three clocks read together. The true moment of the reading lies within ± uncertainty.
struct ClockSample {
  std::uint64_t ticks = 0;
  std::int64_t monotonic_ns = 0;
  std::int64_t realtime_ns = 0;
  std::int64_t uncertainty_ns = 0;
};

// The tightest of a few readings.
ClockSample sample_clocks();

// When the kernel says that this process was started, on CLOCK_MONOTONIC. Its resolution is one
// clock tick of the kernel (10 ms as a rule), rounded down. Absent where /proc can't be read.
struct ProcessStart {
  std::int64_t monotonic_ns = 0;
  Duration resolution;
};
std::optional<ProcessStart> process_start();

// What the early ELF constructor of this program saw: its first own instruction that reads a clock.
std::uint64_t early_constructor_ticks();

// Turns ticks and kernel time-stamps into Instants, by interpolating between the last two samples.
// Instants count from `epoch_monotonic_ns`. Samples must come in order.
class ClockMap {
 public:
  ClockMap(std::int64_t epoch_monotonic_ns, ClockSample first, ClockSample second);

  void add(ClockSample sample);
  const ClockSample& newest() const { return to_; }

  Instant from_ticks(std::uint64_t ticks) const {
    const auto since = static_cast<double>(static_cast<std::int64_t>(ticks - from_.ticks));
    return {from_.monotonic_ns - epoch_ns_ + static_cast<std::int64_t>(since * ns_per_tick_)};
  }
  // The inverse, for a fact whose moment is known as a time and has to enter a ring.
  std::uint64_t ticks_from_monotonic(std::int64_t monotonic) const;
  std::uint64_t ticks_from_realtime(std::int64_t realtime) const {
    return ticks_from_monotonic(realtime - to_.realtime_ns + to_.monotonic_ns);
  }
  Instant from_monotonic(std::int64_t monotonic) const { return {monotonic - epoch_ns_}; }
  double ns_per_tick() const { return ns_per_tick_; }
  std::int64_t epoch_monotonic_ns() const { return epoch_ns_; }

 private:
  std::int64_t epoch_ns_;
  ClockSample from_;
  ClockSample to_;
  double ns_per_tick_ = 1.0;
};

}  // namespace roundtrip
