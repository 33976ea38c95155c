// Where the panes of the middle stand, and their tabs: pure geometry from the workspace. Tabs that
// have no room are in the pane's menu, which lists every view; the front one is always seen. Where
// two panes have no room beside each other, the views of both stand in one. draw_views paints it.
// Unit: pixels.
#pragma once

#include <vector>

#include "viz/model/text_box.h"
#include "viz/model/view_state.h"

namespace roundtrip::viz {

struct ViewTab {
  Rect rect;
  ViewId view{};
  TextBox title;
  bool front = false;
};

struct PanePlace {
  Rect rect;
  Rect room;                  // for the view in front
  std::vector<ViewTab> tabs;  // empty where the story stands alone
  Rect menu;                  // the button at the end of the tabs
  std::size_t hidden = 0;     // tabs that have no room
  ViewId shown{};
  bool active = false;
};

struct ViewsLayout {
  std::vector<PanePlace> panes;
  Rect splitter;  // between two panes; empty where there is one
  bool stacked = false;
};

ViewsLayout layout_views(const ViewState& state, const Ruler& ruler, const Rect& area);
// The share of the first pane for a splitter that is dragged to a point.
float share_at(const ViewsLayout& layout, const Rect& area, Point at);

}  // namespace roundtrip::viz
