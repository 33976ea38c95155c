// The picture of the scheduler at the cursor: a lane for each worker with the task that it runs and
// its run queue as slots, below them who wakes tasks (poller, timers, blocking pool), and as cards
// which tasks wait, for what, and for how long. The arrow is the last wake: from who woke to where
// the woken task is now. Pure; of thousands of tasks few are named and all counted.
#pragma once

#include "viz/model/picture.h"

namespace roundtrip::viz {

Picture layout_scheduler(const TraceView& view, const Cursor& cursor, const ViewState& state,
                         const Ruler& ruler, const Rect& area);

}  // namespace roundtrip::viz
