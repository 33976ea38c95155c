#include "core/trace/event_cost.h"

#include <doctest/doctest.h>

#include "core/trace/bus.h"
#include "core/trace/recorder.h"
#include "core/trace/trace.h"

namespace roundtrip::trace {

TEST_CASE("event cost: it is measured, and nothing of it enters the thread's own record") {
  Bus bus;
  Collector collector(bus, monotonic_ns());
  Trace trace;
  const ThreadRecording recording(bus);
  const std::uint64_t cost_ps = measure_event_cost_ps();
  instant<Phase::LifecycleNextRequest>({7}, 1U);
  collector.collect([&trace](const Delivery& delivery) { trace.append(delivery); }, true);
  // More than one cycle, less than what a system call takes many times over.
  CHECK(cost_ps > 300);
  CHECK(cost_ps < 100'000'000);
  REQUIRE(trace.count() == 1);
  CHECK(trace[0].task == 7);
}

}  // namespace roundtrip::trace
