// The cost of the probe: how long it takes this machine to put one event on the record, measured
// and not estimated. It is that of a busy thread whose ring is in the processor's cache; an event
// that comes after a long wait costs more.
#pragma once

#include <cstdint>

namespace roundtrip::trace {

// In picoseconds: the median over rounds of some hundred events that go to a ring of their own.
// Takes about 0.1 ms. What this thread records otherwise is not touched.
std::uint64_t measure_event_cost_ps();

}  // namespace roundtrip::trace
