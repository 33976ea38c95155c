// Paints the explain pane (viz/model/layout_explain.h): the step's name in its group's colour, then
// what it is, what happened just now with its real arguments, and the rest, scrolled by the wheel.
// Where the drawn walk errs, a bar at the left says that this is a correction.
// Registry: "explain", "explain/title".
#pragma once

#include "viz/model/layout_explain.h"
#include "viz/panel_parts.h"

namespace roundtrip::viz {

Actions draw_explain(const ExplainLayout& layout, const Canvas& canvas);

}  // namespace roundtrip::viz
