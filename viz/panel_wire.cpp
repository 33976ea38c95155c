#include "viz/panel_wire.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "viz/imgui_compat.h"
#include "viz/model/commands.h"
#include "viz/panel_picture.h"

namespace roundtrip::viz {
namespace {

// So far the pointer goes for one step of a number, in steps of the grid.
constexpr float drag_steps = 1;

WireSheet typed_into(const WireSheet& sheet, const WireField& field, std::string text) {
  WireSheet filled = sheet;
  switch (field.entry) {
    case WireEntry::Filter:
      filled.filter = std::move(text);
      break;
    case WireEntry::Link:
    case WireEntry::Backlog:
      filled.draft = NumberDraft{field.row->setting, std::move(text)};
      break;
    case WireEntry::Nth:
      filled.nth = std::move(text);
      break;
    case WireEntry::NthFilter:
      filled.nth_filter = std::move(text);
      break;
  }
  return filled;
}

// What Enter does.
Action action_of(const WireSheet& sheet, const WireField& field) {
  switch (field.entry) {
    case WireEntry::Filter:
      return HandleWire{"hold " + sheet.filter};
    case WireEntry::Link:
      return HandleWire{link_act(sheet, *field.row, field.text)};
    case WireEntry::Nth:
    case WireEntry::NthFilter:
      return HandleWire{nth_act(sheet)};
    case WireEntry::Backlog:
      return ChangeBacklog{field.text};
  }
  return HandleWire{};
}

// A number that was left as it stands is not set again.
void draw_field(const WireField& field, const ViewState& state, const Canvas& canvas,
                Actions& actions) {
  const bool number = field.row != nullptr;
  const auto typed =
      text_field(canvas, field.label, field.rect, field.text, field.hint, false, number);
  const bool left = number && ImGui::IsItemDeactivatedAfterEdit();
  WireField now = field;
  if (typed) now.text = typed->text;
  const WireSheet filled = typed_into(state.wire, now, now.text);
  const bool entered = typed && typed->entered;
  if (left && !entered && (now.text.empty() || now.text == now.in_force)) {
    const WireSheet& sheet = state.wire;
    actions.push_back(
        FillWireSheet{{sheet.from, sheet.filter, sheet.nth, sheet.nth_filter, std::nullopt}});
  } else if (entered || left) {
    actions.push_back(FillWireSheet{filled});
    actions.push_back(action_of(filled, now));
  } else if (typed) {
    actions.push_back(FillWireSheet{filled});
  }
}

void drag_number(const WireField& field, const ViewState& state, const Canvas& canvas,
                 Actions& actions) {
  if (field.drag.empty()) return;
  const NumberRow& row = *field.row;
  const Touch touched = touch(canvas, field.label + "/drag", field.drag);
  if (touched.hovered) {
    ImGui::SetMouseCursor(ImGuiMouseCursor_ResizeEW);
    tip(canvas, fmt::format("{}. Drag sideways, or type it", row.means));
  }
  const auto& draft = state.wire.draft;
  const bool under_way = draft && draft->dragged && draft->setting == row.setting;
  if (touched.held) {
    const ImGuiIO& io = ImGui::GetIO();
    const float way = io.MousePos.x - io.MouseClickedPos[0].x;
    const double steps = std::trunc(way / canvas.theme.space(drag_steps));
    if (steps == 0 && !under_way) return;
    const double value = std::clamp(field.value + steps * field.step, 0.0, row.most);
    WireSheet dragged = state.wire;
    dragged.draft = NumberDraft{row.setting, fmt::format("{:.15g}", value), true};
    actions.push_back(FillWireSheet{std::move(dragged)});
  } else if (under_way) {
    actions.push_back(action_of(state.wire, field));
  }
}

void draw_content(const WireLayout& layout, const ViewState& state, const Canvas& canvas,
                  Actions& actions) {
  for (const WireField& field : layout.fields) {
    drag_number(field, state, canvas, actions);
    draw_field(field, state, canvas, actions);
  }
  for (const WireButton& one : layout.buttons) {
    const Button spec{.label = one.label,
                      .text = one.text,
                      .icon = {},
                      .enabled = one.enabled,
                      .chosen = one.chosen,
                      .tip = one.tip};
    if (button(canvas, one.rect, spec)) {
      actions.insert(actions.end(), one.actions.begin(), one.actions.end());
    }
  }
  for (const PictureBar& slot : layout.slots) draw_bar(slot, canvas);
  for (const WireText& text : layout.texts) {
    if (text.error)
      draw_box(canvas, text.box, canvas.theme.error);
    else
      draw_box(canvas, text.box);
    if (text.box.cut) canvas.registry.add("wire/text", text.box.rect, true);
  }
}

}  // namespace

Actions draw_wire(const TraceView& view, const Cursor& cursor, const ViewState& state,
                  const Canvas& canvas, const Rect& room) {
  const Theme& theme = canvas.theme;
  Actions actions;
  canvas.registry.add("wire", room);
  Rect rest = room;
  Rect top = rest.take_top(theme.control_px, theme.space(2));
  const std::string away = tip_text("Put it away", Command::WireDrawer);
  const Button close{
      .label = "wire/close", .text = "Close", .icon = {}, .kind = ButtonKind::Quiet, .tip = away};
  if (button(canvas, top.take_right(button_width(canvas, close)), close)) {
    actions.push_back(ToggleDrawer{Drawer::Wire});
  }
  draw_text_in(canvas, top, strong(theme, TextSize::Large), "Wire");
  // Opened anew, and of another lesson, it is seen from its top.
  const std::string list =
      fmt::format("wire/list/{}", state.lesson ? state.lesson->scenario : std::string());
  ScrollRegion region(canvas, list.c_str(), rest);
  if (ImGui::IsWindowAppearing()) ImGui::SetScrollY(0);
  Canvas& inside = region.canvas();
  // Its bar stands beside what is written, whether there is one or not.
  const Rect area{inside.area.x, inside.area.y, rest.w - theme.space(5), rest.h};
  const WireLayout layout = layout_wire(view, cursor, state, ruler_of(canvas), area);
  canvas.registry.cut_to(rest);
  draw_content(layout, state, inside, actions);
  canvas.registry.cut_to(std::nullopt);
  region.set_content_height(layout.content_px);
  return actions;
}

}  // namespace roundtrip::viz
