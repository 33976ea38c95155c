// Paints what stands around the views in the middle (viz/model/layout_views.h): the tabs of each
// pane, which can be pressed, dragged to another place and closed with the middle button, its menu
// of all views, and the splitter between two panes. The views themselves are drawn by the screen.
// Also a splitter between any two panels.
#pragma once

#include "viz/model/layout_views.h"
#include "viz/panel_parts.h"

namespace roundtrip::viz {

Actions draw_views(const ViewsLayout& layout, const ViewState& state, const Canvas& canvas,
                   const Rect& area);

// A strip between two panels that can be dragged: where the pointer drags it to; `back`: it was
// pressed twice, and what it parts goes back to where it comes from.
struct Dragged {
  std::optional<Point> to;
  bool back = false;
};
Dragged draw_splitter(const Canvas& canvas, std::string_view label, const Rect& rect,
                      bool sideways);

}  // namespace roundtrip::viz
