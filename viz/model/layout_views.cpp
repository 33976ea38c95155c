#include "viz/model/layout_views.h"

#include <algorithm>
#include <cmath>

#include "viz/model/views.h"

namespace roundtrip::viz {
namespace {

constexpr float least_letters = 32;  // the width of a pane
constexpr float least_rows = 8;      // its height

float tab_width(const Ruler& ruler, std::string_view title) {
  return std::ceil(ruler.width(title, Voice::Body)) + ruler.space(4);
}

// The tabs of the table that are open; a view that this program does not have is left out.
std::vector<ViewId> known_tabs(const Pane& pane) {
  std::vector<ViewId> known;
  for (const ViewId view : pane.tabs) {
    if (view_row(view) != nullptr) known.push_back(view);
  }
  return known;
}

void place_tabs(PanePlace& place, const std::vector<ViewId>& tabs, const Ruler& ruler) {
  Rect strip = place.room.take_top(ruler.row_px, ruler.space(1));
  place.menu = strip.take_right(ruler.row_px, ruler.space(1));
  // The front one has its room first.
  float left = strip.w - tab_width(ruler, view_row(place.shown)->title);
  std::vector<ViewId> seen;
  for (const ViewId view : tabs) {
    const float width = tab_width(ruler, view_row(view)->title) + ruler.space(1);
    const bool fits = view == place.shown || width <= left;
    if (!fits) {
      ++place.hidden;
      continue;
    }
    if (view != place.shown) left -= width;
    seen.push_back(view);
  }
  for (const ViewId view : seen) {
    const std::string_view title = view_row(view)->title;
    const Rect rect = strip.take_left(tab_width(ruler, title), ruler.space(1));
    place.tabs.push_back({rect, view,
                          fit_text(ruler, rect.inset(ruler.space(2) - 1, 0), title, Voice::Body,
                                   Side::Center),
                          view == place.shown});
  }
}

PanePlace place_pane(const Pane& pane, bool active, bool with_tabs, const Ruler& ruler,
                     const Rect& rect) {
  PanePlace place;
  place.rect = place.room = rect;
  place.active = active;
  const std::vector<ViewId> tabs = known_tabs(pane);
  const auto front = std::find(tabs.begin(), tabs.end(), pane.shown());
  place.shown = tabs.empty() ? ViewId::Story : front == tabs.end() ? tabs.front() : *front;
  if (with_tabs && !tabs.empty()) place_tabs(place, tabs, ruler);
  return place;
}

// Both panes as one: the active one's front view is in front.
Pane joined(const Workspace& workspace) {
  Pane pane;
  for (const Pane& one : workspace.panes) {
    pane.tabs.insert(pane.tabs.end(), one.tabs.begin(), one.tabs.end());
  }
  const auto at = std::find(pane.tabs.begin(), pane.tabs.end(), workspace.active_pane().shown());
  pane.front = static_cast<std::size_t>(at - pane.tabs.begin());
  return pane;
}

}  // namespace

ViewsLayout layout_views(const ViewState& state, const Ruler& ruler, const Rect& area) {
  const Workspace& workspace = state.workspace();
  ViewsLayout layout;
  layout.stacked = workspace.stacked;
  // A list's bar stands in the margin of the first pane.
  const float margin = ruler.space(3);
  const float gap = margin + ruler.space(3);
  const float length = (workspace.stacked ? area.h : area.w) - gap;
  const float least = workspace.stacked ? least_rows * ruler.row_px : least_letters * ruler.body_px;
  const bool two = workspace.panes.size() == 2 && !state.whole && length >= 2 * least;
  // The story alone needs no tabs; where another view was opened beside it, they are there.
  const bool alone = workspace.panes.size() == 1 && workspace.panes[0].tabs.size() == 1 &&
                     workspace.panes[0].shown() == ViewId::Story;
  if (!two) {
    layout.panes.push_back(place_pane(joined(workspace), true, !alone, ruler, area));
    return layout;
  }
  const float first_px =
      std::clamp(std::round(length * workspace.share), least, length - least);
  Rect rest = area;
  const Rect first = workspace.stacked ? rest.take_top(first_px) : rest.take_left(first_px);
  layout.splitter = workspace.stacked ? rest.take_top(gap) : rest.take_left(gap);
  if (workspace.stacked) layout.splitter.take_top(margin);
  else layout.splitter.take_left(margin);
  layout.panes.push_back(
      place_pane(workspace.panes[0], workspace.active == 0, true, ruler, first));
  layout.panes.push_back(place_pane(workspace.panes[1], workspace.active == 1, true, ruler, rest));
  return layout;
}

float share_at(const ViewsLayout& layout, const Rect& area, Point at) {
  const float length = layout.stacked ? area.h : area.w;
  const float from = layout.stacked ? at.y - area.y : at.x - area.x;
  return length <= 0 ? 0.5f : std::clamp(from / length, least_share, most_share);
}

}  // namespace roundtrip::viz
