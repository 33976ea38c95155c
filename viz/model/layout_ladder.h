// The ladder: client, kernel and server program as columns, time running downwards, every packet
// and call of the chapter at the cursor as an arrow between them. Slanted by the time it took,
// solid where it was observed, dashed where it is inferred; long gaps are folded as on the
// timeline. Where the wire was seen, both kernels are columns, and the packets between them are
// drawn as far as they got: lost ones to a cross, held ones waiting in the middle. What has not
// happened at the cursor is pale. Beside each side stand the labels, moved apart where arrows are
// close; what has no room is counted.
#pragma once

#include "viz/model/picture.h"

namespace roundtrip::viz {

Picture layout_ladder(const TraceView& view, const Cursor& cursor, const ViewState& state,
                      const Ruler& ruler, const Rect& area);

}  // namespace roundtrip::viz
