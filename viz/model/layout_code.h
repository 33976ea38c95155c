// The code: a short listing of what a Go server does beside one of what this program does. The step
// at the cursor lights its line in both; lines that have run are dark, those to come pale. A
// listing that does not fit keeps the lit line in sight, and says how many lines are above and
// below. A step that no line of a listing takes says who takes it.
#pragma once

#include "viz/model/picture.h"

namespace roundtrip::viz {

Picture layout_code(const TraceView& view, const Cursor& cursor, const ViewState& state,
                    const Ruler& ruler, const Rect& area);

}  // namespace roundtrip::viz
