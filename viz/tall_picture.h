// Draws a picture in a pane that may be lower than the picture (viz/model/tall_room.h): clipped to
// the pane, with a bar at its right edge and the wheel to move it. Called by draw_screen for the
// pictures of the story; what has a list of its own (bytes, log) does without.
#pragma once

#include <functional>

#include "viz/model/tall_room.h"
#include "viz/panel_parts.h"

namespace roundtrip::viz {

// `make(rect)` lays the picture out; it is called once more where it has to be moved.
// `least_lines`: how low a pane it can be made for.
Actions draw_tall(const Canvas& canvas, const Ruler& ruler, const ViewState& state,
                  const Rect& pane, float least_lines,
                  const std::function<Picture(const Rect&)>& make);

}  // namespace roundtrip::viz
