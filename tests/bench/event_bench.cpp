// What one event costs where it is recorded: with its time-stamp, on one thread and on two at once,
// with tracing off, and beside them the time-stamp alone. Compare ratios within one run only.
// The rings are drained before they fill, outside of the timing.
#include <benchmark/benchmark.h>

#include <memory>

#include "core/trace/bus.h"
#include "core/trace/recorder.h"

namespace roundtrip::trace {
namespace {

constexpr std::size_t events_a_round = limits::ring_records / 4;

void read_the_time_stamp(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(read_ticks());
}
BENCHMARK(read_the_time_stamp)->Threads(1)->Threads(2);

// A ring with everything in it consumed at once stands for a collector that keeps up.
void record_an_event(benchmark::State& state) {
  auto ring = std::make_unique<Ring>(static_cast<std::uint16_t>(state.thread_index() + 1), false);
  this_thread_ring = ring.get();
  const Subject who{1, 2, 3};
  std::size_t written = 0;
  for (auto _ : state) {
    instant<Phase::ReadBufferFill>(who, Bytes{Log::In, {0, 83}}, 83U, 0U, 4096U);
    if (++written == events_a_round) {
      ring->consume(written);
      written = 0;
    }
  }
  if (ring->lost() != 0) state.SkipWithError("events were lost");
  this_thread_ring = nullptr;
}
BENCHMARK(record_an_event)->Threads(1)->Threads(2);

void record_with_tracing_off(benchmark::State& state) {
  this_thread_ring = nullptr;
  const Subject who{1, 2, 3};
  for (auto _ : state) {
    instant<Phase::ReadBufferFill>(who, Bytes{Log::In, {0, 83}}, 83U, 0U, 4096U);
    benchmark::ClobberMemory();
  }
}
BENCHMARK(record_with_tracing_off);

}  // namespace
}  // namespace roundtrip::trace
