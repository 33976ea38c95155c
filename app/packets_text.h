// The packets of a trace as a table, one a line, in the order in which they were seen: when, from
// whom, which flags, which bytes of the stream, how long on the way, and what was done to it.
// Used by `lab`.
#pragma once

#include <string>

#include "core/trace/index.h"
#include "core/trace/trace.h"

namespace roundtrip::app {

// Plain ASCII; times count from the first packet.
std::string packets_text(const trace::Trace& trace, const trace::TraceIndex& index);

}  // namespace roundtrip::app
