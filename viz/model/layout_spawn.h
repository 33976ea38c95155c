// A connection gets its task: what the accept loop did, from the accept4 that found nobody to the
// next one after this connection; the new task created, runnable and running; and the memory that
// one connection takes, part by part, with how many would fill 1 GiB. The story shows it while a
// connection is accepted. Where the parts have no room side by side they stand as cards. Pure
// geometry.
#pragma once

#include "viz/model/picture.h"

namespace roundtrip::viz {

Picture layout_spawn(const TraceView& view, const Cursor& cursor, const ViewState& state,
                     const Ruler& ruler, const Rect& area);

}  // namespace roundtrip::viz
