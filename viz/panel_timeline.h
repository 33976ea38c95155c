// Paints the timeline (viz/model/layout_timeline.h) and turns the pointer into actions: the wheel
// zooms at the pointer, dragging pans, a click on a bar goes there, a double click shows it alone;
// the ruler moves the cursor like a scrubber; on the overview strip the window is dragged, or drawn
// where everything is in sight. Lanes scroll with Shift and the wheel or by their bar.
// Registry: "timeline", "timeline/overview", "timeline/axis", "timeline/plot", "timeline/lane/<n>";
// and "timeline/plot/<event from 1>" for the bars with a name on them.
#pragma once

#include "viz/model/layout_timeline.h"
#include "viz/panel_parts.h"

namespace roundtrip::viz {

Actions draw_timeline(const TimelineLayout& layout, const TraceView& view, const Canvas& canvas);

}  // namespace roundtrip::viz
