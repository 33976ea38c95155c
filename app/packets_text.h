// The packets of a trace as a table, one a row, in the order in which they were seen: when, from
// whom, which flags, which bytes of the stream, how long on the way, and what was done to it.
// Used by `lab` and by the narrator. What is not in the trace stays empty or is said to be unknown.
#pragma once

#include <cstdint>

#include "app/boxes.h"
#include "core/trace/index.h"
#include "core/trace/trace.h"

namespace roundtrip::app {

// Times count from the first packet. At most so many rows, then a line that says how many more
// there are; empty where the trace has no packets.
Lines packet_lines(const trace::Trace& trace, const trace::TraceIndex& index,
                   std::size_t most = SIZE_MAX);

}  // namespace roundtrip::app
