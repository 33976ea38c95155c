// The handler and what lies around it: the layers of middleware as frames in each other, with when
// each was gone into and left; inside them the handler with its steps along its own time, the
// status that is fixed and the last write in their parts, and the two buffers in which the answer
// waits. The story shows it while an answer is made. Pure geometry.
// Limits: most_steps_shown, and most_layers_shown (onion.h).
#pragma once

#include "viz/model/picture.h"

namespace roundtrip::viz {

inline constexpr std::size_t most_steps_shown = 10;

Picture layout_handler(const TraceView& view, const Cursor& cursor, const ViewState& state,
                       const Ruler& ruler, const Rect& area);

}  // namespace roundtrip::viz
