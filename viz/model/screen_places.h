// Where the panels of the screen stand: the bar over everything, the lifecycle list at the left,
// the explain pane at the right, the timeline at the foot and the picture in what is left. Where
// words are so large that the two side panes leave no room for a picture they become drawers:
// hidden but for a slim handle at each edge, and laid over the picture while one is open.
// Pure: from the sizes of the theme (a Ruler brings them), the view state and the window. Called by
// `draw_screen` once a frame; it draws nothing and knows no panel's content.
// Unit: pixels of the picture.
#pragma once

#include "viz/model/text_box.h"
#include "viz/model/view_state.h"

namespace roundtrip::viz {

// From this scale on the side panes are drawers, however large the window.
inline constexpr float drawer_scale = 1.5f;
// A picture has at least this many letters of running words beside the panes as they are at first;
// below, drawers.
inline constexpr float least_picture_letters = 39;

// Each is a surface; its content lies inside. Empty: it is not there.
struct ScreenParts {
  Rect bar;
  Rect lifecycle;  // of a drawer: where it stands while it is open
  Rect picture;
  Rect explain;    // the same
  Rect timeline;
  bool drawers = false;
  Rect lifecycle_handle;  // of drawers only
  Rect explain_handle;
  Rect wire;  // where the drawer of the wire stands while it is open, at the right
};
// `bar_px`: how high the bar wants to be.
ScreenParts screen_parts(const Ruler& ruler, const ViewState& state, const Rect& window,
                         float bar_px);

}  // namespace roundtrip::viz
