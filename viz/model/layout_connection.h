// The connection object as the drawn walk shows it, with what is true of it at the cursor: who it
// joins, in what states, what went through it, its buffers, time-outs and socket options.
// The story shows it while the object is made and set up. Pure geometry.
#pragma once

#include "viz/model/picture.h"

namespace roundtrip::viz {

Picture layout_connection(const TraceView& view, const Cursor& cursor, const ViewState& state,
                          const Ruler& ruler, const Rect& area);

}  // namespace roundtrip::viz
