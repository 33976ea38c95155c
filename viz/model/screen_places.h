// Where the panels of the screen stand: the bar over everything, the lifecycle list at the left, the
// explain pane at the right, the timeline at the foot and the picture in what is left. Pure: from
// the sizes of the theme (a Ruler brings them), the view state and the window. Called by
// `draw_screen` once a frame; it draws nothing and knows no panel's content.
// Unit: pixels of the picture.
#pragma once

#include "viz/model/text_box.h"
#include "viz/model/view_state.h"

namespace roundtrip::viz {

// Each is a surface; its content lies inside.
struct ScreenParts {
  Rect bar;
  Rect lifecycle;
  Rect picture;
  Rect explain;
  Rect timeline;
};
ScreenParts screen_parts(const Ruler& ruler, const ViewState& state, const Rect& window);

}  // namespace roundtrip::viz
