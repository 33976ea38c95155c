// How an answer is finished: how its end is told and why, the head line by line, the way from the
// buffer into a packet with what each wrapping adds, the log line, what is cleaned up, and whether
// the connection stays, with what that saves. The story shows it from the handler's return on.
// Pure geometry.
#pragma once

#include "viz/model/picture.h"

namespace roundtrip::viz {

Picture layout_finish(const TraceView& view, const Cursor& cursor, const ViewState& state,
                      const Ruler& ruler, const Rect& area);

}  // namespace roundtrip::viz
