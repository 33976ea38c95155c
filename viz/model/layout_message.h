// The request and its answer as objects, side by side: each field with the bytes that it came from,
// filling in as they are read or written. What was computed, not read, stands in brackets; what has
// not come yet is absent. Says where Go's objects differ. Pure geometry; draw_picture paints it.
#pragma once

#include "viz/model/picture.h"

namespace roundtrip::viz {

Picture layout_message(const TraceView& view, const Cursor& cursor, const ViewState& state,
                       const Ruler& ruler, const Rect& area);

}  // namespace roundtrip::viz
