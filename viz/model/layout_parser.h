// The parser as a film: the bytes around the one that was read last, each with the state that read
// it; the state before that byte, what the byte decided, the state after; the request line in its
// four steps, and the headers one by one into the map. On a refusal the byte that is to blame, the
// rule, and where it stands. Pure geometry; draw_picture paints it.
#pragma once

#include "viz/model/picture.h"

namespace roundtrip::viz {

Picture layout_parser(const TraceView& view, const Cursor& cursor, const ViewState& state,
                      const Ruler& ruler, const Rect& area);

}  // namespace roundtrip::viz
