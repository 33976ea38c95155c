#include "viz/panel_views.h"

#include <fmt/format.h>

#include <string>

#include "viz/model/views.h"

namespace roundtrip::viz {
namespace {

// Where a tab that is dragged would stand: the tab under the pointer, or the end of a pane's.
std::optional<MoveView> dragged_to(const ViewsLayout& layout, ViewId view) {
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  const Point at{mouse.x, mouse.y};
  for (std::size_t pane = 0; pane < layout.panes.size(); ++pane) {
    const PanePlace& place = layout.panes[pane];
    for (std::size_t i = 0; i < place.tabs.size(); ++i) {
      if (!place.tabs[i].rect.contains(at)) continue;
      if (place.tabs[i].view == view) return std::nullopt;
      return MoveView{view, pane, i};
    }
    const bool own = view == place.shown;
    if (place.room.contains(at) && !own) return MoveView{view, pane, view_count};
  }
  return std::nullopt;
}

void draw_tab(const ViewTab& tab, const ViewsLayout& layout, const Canvas& canvas,
              Actions& actions) {
  const Theme& theme = canvas.theme;
  const ViewRow& row = *view_row(tab.view);
  const Touch touched = touch(canvas, fmt::format("views/tab/{}", row.name), tab.rect);
  if (touched.clicked) actions.push_back(ShowView{tab.view});
  if (touched.hovered && ImGui::IsMouseClicked(2)) actions.push_back(CloseView{tab.view});
  if (touched.held && layout.panes.size() > 1) {
    if (const auto move = dragged_to(layout, tab.view)) actions.push_back(*move);
  }
  if (touched.hovered && !touched.held) tip(canvas, row.shows);
  if (tab.front) {
    fill_rect(canvas, {tab.rect.x, tab.rect.bottom() - theme.space(0.5f), tab.rect.w,
                       theme.space(0.5f)}, theme.accent, 0);
  } else if (touched.hovered) {
    fill_rect(canvas, tab.rect, theme.raised, theme.radius_px);
  }
  draw_box(canvas, tab.title, tab.front ? theme.text : theme.text_quiet);
}

// What the menu of a pane can do besides showing a view.
enum class Deed : std::uint8_t { Whole, Across, Stack, Close, Reset };
struct DeedRow {
  Deed deed;
  std::string text;
  std::string hint;
};
std::vector<DeedRow> deeds_of(const ViewState& state) {
  const Workspace& workspace = state.workspace();
  const bool two = workspace.panes.size() == 2;
  std::vector<DeedRow> deeds;
  deeds.push_back({Deed::Whole, state.whole ? "All panels again" : "This view alone", "Z"});
  deeds.push_back({Deed::Across, two ? "To the other side" : "Beside the others", ""});
  if (two) {
    deeds.push_back({Deed::Stack, workspace.stacked ? "Side by side" : "One above the other", ""});
  }
  deeds.push_back({Deed::Close, "Close this view", "middle button"});
  deeds.push_back({Deed::Reset, "As it was at first", ""});
  return deeds;
}

Action action_of(Deed deed, const ViewState& state, ViewId shown) {
  switch (deed) {
    case Deed::Whole: return ShowWhole{!state.whole};
    case Deed::Across: return MoveAcross{shown};
    case Deed::Stack: return StackPanes{!state.workspace().stacked};
    case Deed::Close: return CloseView{shown};
    case Deed::Reset: break;
  }
  return ResetViews{};
}

void draw_menu(const PanePlace& place, std::string_view label, const ViewState& state,
               const Canvas& canvas, Actions& actions) {
  const Button spec{.label = label, .text = {}, .icon = Icon::Down, .kind = ButtonKind::Quiet,
                    .tip = "Every view, and how this one stands"};
  const bool open = button(canvas, place.menu, spec);
  std::vector<MenuRow> rows;
  int chosen = -1;
  for (const ViewRow& row : view_rows()) {
    if (row.id == place.shown) chosen = static_cast<int>(rows.size());
    rows.push_back({std::string(row.title), ""});
  }
  const std::size_t views = rows.size();
  const std::vector<DeedRow> deeds = deeds_of(state);
  for (const DeedRow& deed : deeds) rows.push_back({deed.text, deed.hint});
  const auto picked = menu(canvas, fmt::format("{}/list", label), place.menu, open, rows, chosen);
  if (!picked) return;
  if (*picked < views) {
    actions.push_back(ShowView{view_rows()[*picked].id});
  } else {
    actions.push_back(action_of(deeds[*picked - views].deed, state, place.shown));
  }
}

}  // namespace

Dragged draw_splitter(const Canvas& canvas, std::string_view label, const Rect& rect,
                      bool sideways) {
  if (rect.empty()) return {};
  const Touch touched = touch(canvas, label, rect);
  if (!touched.hovered && !touched.held) return {};
  ImGui::SetMouseCursor(sideways ? ImGuiMouseCursor_ResizeEW : ImGuiMouseCursor_ResizeNS);
  const Theme& theme = canvas.theme;
  const float thick = theme.space(0.75f);
  const Rect line = sideways ? rect.inset((rect.w - thick) / 2, theme.space(2))
                             : rect.inset(theme.space(2), (rect.h - thick) / 2);
  fill_rect(canvas, line, touched.held ? theme.accent : theme.hairline);
  if (touched.double_clicked) return {std::nullopt, true};
  const bool moves = touched.held && ImGui::IsMouseDragging(0, 2);
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  return {moves ? std::optional<Point>(Point{mouse.x, mouse.y}) : std::nullopt, false};
}

Actions draw_views(const ViewsLayout& layout, const ViewState& state, const Canvas& canvas,
                   const Rect& area) {
  Actions actions;
  const Dragged dragged =
      draw_splitter(canvas, "views/splitter", layout.splitter, !layout.stacked);
  if (dragged.to) actions.push_back(ShareView{share_at(layout, area, *dragged.to)});
  if (dragged.back) actions.push_back(ShareView{0.5f});
  for (std::size_t i = 0; i < layout.panes.size(); ++i) {
    const PanePlace& place = layout.panes[i];
    for (const ViewTab& tab : place.tabs) draw_tab(tab, layout, canvas, actions);
    if (place.tabs.empty()) continue;
    draw_menu(place, fmt::format("views/menu/{}", i + 1), state, canvas, actions);
  }
  return actions;
}

}  // namespace roundtrip::viz
