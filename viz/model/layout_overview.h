// The whole way of one request on one page: six phases as bands, in each its steps with component,
// action and state, and when they happened; below them what it took in all. The phase at the cursor
// is open; the others as far as there is room, else as one line with a cell for each step. What is
// still to come is pale, and a click goes there, too. Pure geometry.
#pragma once

#include "viz/model/picture.h"

namespace roundtrip::viz {

Picture layout_overview(const TraceView& view, const Cursor& cursor, const ViewState& state,
                        const Ruler& ruler, const Rect& area);

}  // namespace roundtrip::viz
