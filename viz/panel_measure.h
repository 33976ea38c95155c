// What is measured on the timeline, painted, and how it is dragged: Shift and the left button over
// the lanes. Called by draw_timeline and, for the line of words in the heading, by the screen.
#pragma once

#include "viz/model/layout_timeline.h"
#include "viz/panel_parts.h"

namespace roundtrip::viz {

// While a person measures, or begins to: nothing else is dragged or pressed then. `plot`: the touch
// of the lanes.
bool drag_measure(const TimelineLayout& layout, const TraceView& view, const Canvas& canvas,
                  const Touch& plot, Actions& actions);

void draw_measure_ground(const TimelineMeasure& measure, const Canvas& canvas);  // under the bars
void draw_measure(const TimelineMeasure& measure, const Canvas& canvas);         // over them

// What lies in it, and the button that zooms to it.
Actions draw_measure_line(const TimelineMeasure& measure, const Rect& area, const Canvas& canvas);

}  // namespace roundtrip::viz
