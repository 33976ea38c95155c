// Accepting and spawning: the accept loop beside the task that it makes for a new connection, what
// both do at the cursor, the memory that the connection takes as the sum of its parts, and how
// many such connections a gibibyte would hold. The story shows it from accept to the first run.
// Pure geometry.
#pragma once

#include "viz/model/picture.h"

namespace roundtrip::viz {

Picture layout_spawn(const TraceView& view, const Cursor& cursor, const ViewState& state,
                     const Ruler& ruler, const Rect& area);

}  // namespace roundtrip::viz
