// The log's filter, searched on a portion a frame: a trace of millions is never walked at once.
// Called by apply, once a frame and when the filter changes; what was found stands in the view
// state, and the log's layout reads it.
#pragma once

#include "viz/model/view_state.h"

namespace roundtrip::viz {

// Looks at further events, at most most_log_events_searched, and keeps in the view state which
// answer to the filter. Without a filter it does nothing.
inline constexpr std::uint64_t most_log_events_searched = 6'000;
void search_log_on(ViewState& state, const TraceView& view);

}  // namespace roundtrip::viz
