// Paints the drawer "Wire" (viz/model/layout_wire.h) on its surface: a heading, and below it what
// is scrolled. A number is typed, and set by Enter or where the keyboard goes elsewhere; or dragged
// by its name, and set where it is let go. Keeps nothing: what is typed stands in the view state.
#pragma once

#include "viz/model/layout_wire.h"
#include "viz/panel_parts.h"

namespace roundtrip::viz {

Actions draw_wire(const TraceView& view, const Cursor& cursor, const ViewState& state,
                  const Canvas& canvas, const Rect& room);

}  // namespace roundtrip::viz
