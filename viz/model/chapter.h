// Chapters: the stretch of time that the timeline shows by itself, so that a request of some µs
// is read beside a start-up of milliseconds: the start of the process until the first client comes,
// then the connection in focus; of a connection with several requests, the one in focus and what
// surrounds it. Always with the cursor in it. The overview strip shows everything, always.
#pragma once

#include "viz/model/view_state.h"

namespace roundtrip::viz {

TimeWindow chapter_at(const TraceView& view, const Cursor& cursor, const ViewState& state);

// What the timeline shows: the window that was chosen by hand, else the chapter or everything.
TimeWindow window_shown(const TraceView& view, const Cursor& cursor, const ViewState& state);

}  // namespace roundtrip::viz
