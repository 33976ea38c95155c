// The server as it comes up: process, runtime, routes, socket, address, queue, accept loop, ready:
// boxes that fill in this order, each with what the trace says at the cursor. What Go's runtime has
// and this program has not is drawn dotted, to compare. The story shows it until a connection is in
// focus; the last box says how the first request comes. Pure geometry.
#pragma once

#include "viz/model/picture.h"

namespace roundtrip::viz {

Picture layout_server(const TraceView& view, const Cursor& cursor, const ViewState& state,
                      const Ruler& ruler, const Rect& area);

}  // namespace roundtrip::viz
