#include "viz/panel_palette.h"

#include <fmt/format.h>

#include <algorithm>

#include "viz/imgui_compat.h"
#include "viz/screen_keys.h"

namespace roundtrip::viz {
namespace {

// How many rows a notch of the wheel goes.
constexpr std::ptrdiff_t rows_a_notch = 3;

void draw_row(const PaletteRow& row, const Touch& touched, const Canvas& canvas) {
  const Theme& theme = canvas.theme;
  if (row.heading) return draw_box(canvas, row.text, theme.text_quiet);
  if (row.chosen) {
    fill_rect(canvas, row.rect, theme.selection, theme.radius_px);
  } else if (touched.hovered) {
    fill_rect(canvas, row.rect, theme.raised, theme.radius_px);
  }
  if (row.group) {
    group_dot(canvas, {row.rect.x + theme.space(3), row.rect.center().y}, theme.space(2),
              theme.of(*row.group));
  }
  draw_box(canvas, row.text, row.enabled ? theme.text : theme.text_quiet);
  draw_box(canvas, row.hint);
}

// Puts it away first: what is chosen may open something else.
void give(const std::vector<Action>& wanted, Actions& actions) {
  if (wanted.empty()) return;
  actions.push_back(ClosePalette{});
  actions.insert(actions.end(), wanted.begin(), wanted.end());
}

void take_keys(const PaletteLayout& layout, const ViewState& state, Actions& actions) {
  const auto move = [&](std::ptrdiff_t by) {
    const auto last = static_cast<std::ptrdiff_t>(layout.row_count) - 1;
    const auto to = static_cast<std::ptrdiff_t>(layout.chosen) + by;
    if (last < 0) return;
    actions.push_back(ChooseRow{static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(to, 0, last))});
  };
  const auto page = static_cast<std::ptrdiff_t>(std::max<std::size_t>(layout.rows.size(), 2)) - 1;
  if (key_pressed(Key::Down)) move(1);
  if (key_pressed(Key::Up)) move(-1);
  if (key_pressed(Key::PageDown)) move(page);
  if (key_pressed(Key::PageUp)) move(-page);
  const float notches = ImGui::GetIO().MouseWheel;
  if (notches != 0) move(notches < 0 ? rows_a_notch : -rows_a_notch);
  if (key_pressed(Key::Escape, false)) actions.push_back(ClosePalette{});
  for (const auto& [command, mode] : {std::pair(Command::Palette, PaletteMode::Commands),
                                      std::pair(Command::Search, PaletteMode::Search)}) {
    if (pressed(command) && mode != state.palette.mode) {
      actions.push_back(OpenPalette{mode, state.palette.text});
    }
  }
}

}  // namespace

void draw_palette(const PaletteLayout& layout, const ViewState& state, const Canvas& canvas,
                  Actions& actions) {
  const Theme& theme = canvas.theme;
  const Overlay overlay(canvas, "palette");
  const Canvas& over = overlay.canvas();
  fill_rect(over, layout.sheet, theme.panel, theme.radius_px);
  edge_rect(over, layout.sheet);
  over.registry.add("palette", layout.sheet);
  // The keyboard stays in the line, wherever one clicks.
  const bool idle = ImGui::IsWindowAppearing() || !ImGui::IsAnyItemActive();
  const auto typed =
      text_field(over, "palette/field", layout.field, state.palette.text, layout.hint, idle, true);
  // With Esc the line would take back what was typed.
  if (typed && typed->text != state.palette.text && !key_pressed(Key::Escape, false)) {
    actions.push_back(TypePalette{typed->text});
  }
  if (typed && typed->entered) give(actions_of_chosen(layout), actions);
  for (const PaletteRow& row : layout.rows) {
    Touch touched;
    if (!row.heading) {
      const std::string label = fmt::format("palette/row/{}", row.number);
      touched = touch(over, label, row.rect);
      // What was found is an excerpt, a command's name is not.
      const bool whole = row.group.has_value() || !row.text.cut;
      if (!whole) over.registry.add(label + "/text", row.text.rect, true);
    }
    draw_row(row, touched, over);
    if (touched.clicked) give(row.actions, actions);
  }
  fill_rect(over, layout.grip, theme.grip, theme.space(0.5f));
  draw_box(over, layout.foot);
  draw_box(over, layout.found);
  take_keys(layout, state, actions);
  const bool beside =
      !layout.sheet.contains(Point{ImGui::GetIO().MousePos.x, ImGui::GetIO().MousePos.y});
  if (beside && ImGui::IsMouseClicked(0)) actions.push_back(ClosePalette{});
}

}  // namespace roundtrip::viz
