// The handler and what lies around it: the middleware that was gone through, with how long each was
// inside, the handler that runs or has returned, and the response writer that it writes to, with
// the status and the 2,048 bytes in which a body gathers. The story shows it while an answer is
// made. Pure geometry. Limit: most_middleware_shown.
#pragma once

#include "viz/model/picture.h"

namespace roundtrip::viz {

inline constexpr std::size_t most_middleware_shown = 8;

Picture layout_handler(const TraceView& view, const Cursor& cursor, const ViewState& state,
                       const Ruler& ruler, const Rect& area);

}  // namespace roundtrip::viz
