// The lanes of the scheduler's picture: for each worker its figures, the task that it runs and its
// run queue as slots; below them who wakes tasks; and the last wake as an arrow in the gutters
// between them, so that it crosses no word. Called by layout_scheduler. Unit: pixels.
#pragma once

#include "viz/model/picture_maker.h"
#include "viz/model/scheduler_facts.h"

namespace roundtrip::viz {

// Returns how far down it reaches: where there are many workers, those that matter at the cursor
// have a lane, and the others are counted.
float place_scheduler_lanes(const SchedulerNow& now, const TraceView& view, const Cursor& cursor,
                            PictureMaker& maker, const Rect& area);

}  // namespace roundtrip::viz
