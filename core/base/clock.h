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
// The processor time that this thread has used. A system call: some 200 ns.
std::int64_t thread_cpu_ns();

namespace clock_detail {
extern const bool tsc_is_invariant;
}

// The cheapest time-stamp this machine has; only samples of the clocks give it a meaning.
inline std::uint64_t read_ticks() {
#if defined(__x86_64__)
  if (clock_detail::tsc_is_invariant) [[likely]] return __rdtsc();
#endif
  return static_cast<std::uint64_t>(monotonic_ns());
}

// What this thread learned from another is waited for before the clock is read again. A processor
// reads the TSC ahead of loads that still wait for memory, and an effect would be stamped before
// its cause; a store, on the other hand, is seen by nobody before the TSC read ahead of it. See
// LFENCE and RDTSC in the processor manual.
inline void order_ticks_after_loads() {
#if defined(__x86_64__)
  _mm_lfence();
#endif
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

}  // namespace roundtrip
