#include "core/trace/event_cost.h"

#include <algorithm>
#include <array>

#include "core/base/clock.h"
#include "core/trace/bus.h"
#include "core/trace/recorder.h"

namespace roundtrip::trace {

std::uint64_t measure_event_cost_ps() {
  constexpr std::uint32_t events = 512;
  Bus bus(false, events, 4096);
  const ThreadRecording recording(bus);
  std::array<std::uint64_t, 9> rounds{};
  for (std::uint64_t& round : rounds) {
    const std::int64_t begin = monotonic_ns();
    for (std::uint32_t i = 0; i < events; ++i) instant<Phase::LifecycleNextRequest>({1, 1, 1}, i);
    const std::int64_t took = monotonic_ns() - begin;
    this_thread_ring->consume(events);
    round = static_cast<std::uint64_t>(took) * 1000 / events;
  }
  std::nth_element(rounds.begin(), rounds.begin() + rounds.size() / 2, rounds.end());
  return rounds[rounds.size() / 2];
}

}  // namespace roundtrip::trace
