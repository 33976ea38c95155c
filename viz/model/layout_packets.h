// The packets of the connection in focus: a list, and of the one at the cursor the fields of its
// headers with their bytes, the TCP header as RFC 9293 draws it, and what the packet adds up to.
// A field and its bytes are marked together, whichever the pointer is on. Where nothing was seen on
// the wire it says so. The list keeps the packet at the cursor in sight and counts the others.
#pragma once

#include "viz/model/picture.h"

namespace roundtrip::viz {

Picture layout_packets(const TraceView& view, const Cursor& cursor, const ViewState& state,
                       const Ruler& ruler, const Rect& area);

}  // namespace roundtrip::viz
