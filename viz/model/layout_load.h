// The load: many clients at once. Charts over the load's time (clients connected, the accept queue,
// run queues, answers, latency, memory), each up to the cursor, and below them the figures; where a
// trace holds several loads, the others stand beside. What a sample tells is observed; what is
// computed of several facts stands in brackets. Pure geometry.
#pragma once

#include "viz/model/picture.h"

namespace roundtrip::viz {

Picture layout_load(const TraceView& view, const Cursor& cursor, const ViewState& state,
                    const Ruler& ruler, const Rect& area);

}  // namespace roundtrip::viz
