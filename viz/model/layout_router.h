// The router: the path that is asked for, every registered pattern with why it lost or that it won
// (as far as it was compared at the cursor), and what was decided, with the time that it took.
// The story shows it while a handler is looked for. Pure geometry.
#pragma once

#include "viz/model/picture.h"

namespace roundtrip::viz {

Picture layout_router(const TraceView& view, const Cursor& cursor, const ViewState& state,
                      const Ruler& ruler, const Rect& area);

}  // namespace roundtrip::viz
