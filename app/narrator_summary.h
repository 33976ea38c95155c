// The statistics below a journey: totals, where a request's time went, memory of a connection, what
// keep-alive saved. Every number is measured or computed from measured ones, and the latter stand
// in [brackets]; what was not measured is said to be so.
#pragma once

#include <vector>

#include "app/boxes.h"
#include "app/narrator_events.h"

namespace roundtrip::app {

Lines summary_lines(const viz::TraceView& view, const std::vector<ConnectionFacts>& connections);

// From the start of the process to the accept loop's being ready.
std::optional<Duration> startup_time(const viz::TraceView& view);

}  // namespace roundtrip::app
