#include "viz/imgui_controls.h"

#include <algorithm>
#include <string>

#include "viz/text.h"

namespace roundtrip::viz {
namespace {

struct Look {
  Color ground;
  Color ink;
};

Look look_of(const Theme& theme, const Button& spec, const Touch& state) {
  const Color none = with_alpha(theme.panel, 0);
  if (!spec.enabled) {
    const Color ground = spec.kind == ButtonKind::Quiet ? none : theme.raised;
    return {ground, faded(theme, theme.text_quiet, theme.raised, 0.45f)};
  }
  if (spec.kind == ButtonKind::Primary) {
    return {state.hovered ? theme.accent_hovered : theme.accent, theme.on_accent};
  }
  if (spec.chosen) return {theme.selection, theme.text};
  if (state.held) return {theme.pressed, theme.text};
  if (state.hovered) {
    return {spec.kind == ButtonKind::Quiet ? theme.raised : theme.pressed, theme.text};
  }
  return {spec.kind == ButtonKind::Quiet ? none : theme.raised, theme.text};
}

TextStyle text_style(const Button& spec, Color ink) {
  const bool primary = spec.kind == ButtonKind::Primary;
  return {primary ? Face::Strong : Face::Words, TextSize::Body, ink};
}

float icon_part(const Theme& theme, const Button& spec) {
  if (!spec.icon) return 0;
  return theme.icon_px + (spec.text.empty() ? 0 : theme.space(2));
}

}  // namespace

Touch touch(const Canvas& canvas, std::string_view label, const Rect& rect) {
  canvas.registry.add(label, rect);
  if (rect.empty()) return {};
  const std::string id(label);
  ImGui::SetCursorScreenPos(top_left(rect));
  Touch state;
  state.clicked = ImGui::InvisibleButton(id.c_str(), {rect.w, rect.h});
  state.hovered = ImGui::IsItemHovered();
  state.held = ImGui::IsItemActive();
  state.double_clicked = state.hovered && ImGui::IsMouseDoubleClicked(0);
  return state;
}

float button_width(const Canvas& canvas, const Button& spec) {
  const Theme& theme = canvas.theme;
  if (spec.text.empty()) return theme.control_px;
  return text_width(canvas, text_style(spec, theme.text), spec.text) + icon_part(theme, spec) +
         2 * theme.space(3);
}

bool button(const Canvas& canvas, const Rect& rect, const Button& spec) {
  const Theme& theme = canvas.theme;
  Touch state = touch(canvas, spec.label, rect);
  const Look look = look_of(theme, spec, state);
  if (look.ground.a != 0) {
    fill_rect(canvas, rect, look.ground, theme.radius_px);
    if (spec.kind != ButtonKind::Primary) edge_rect(canvas, rect, spec.chosen);
  }

  const TextStyle style = text_style(spec, look.ink);
  const float wanted = text_width(canvas, style, spec.text) + icon_part(theme, spec);
  Rect content = rect.inset(std::max(0.f, std::floor((rect.w - wanted) / 2)), 0);
  if (content.w < wanted) content = rect.inset(theme.space(1), 0);
  if (spec.icon) {
    const Rect square = content.take_left(theme.icon_px, spec.text.empty() ? 0 : theme.space(2));
    icon(canvas, square.inset(0, std::floor((square.h - theme.icon_px) / 2)), *spec.icon,
         look.ink);
  }
  if (draw_text_in(canvas, {content.x, content.y, content.w + 1, content.h}, style, spec.text)) {
    canvas.registry.add(std::string(spec.label).append("/text"), content, true);
  }
  if (state.hovered && !spec.tip.empty()) tip(canvas, spec.tip);
  return spec.enabled && state.clicked;
}

void tip(const Canvas& canvas, std::string_view text, float width_steps) {
  if (!canvas.tips) return;
  const Theme& theme = canvas.theme;
  const TextStyle style = words(theme);
  const float width = std::min(text_width(canvas, style, text) + 1, theme.space(width_steps));
  const float height = wrapped_height(canvas, style, text, width);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(theme.space(3), theme.space(2)));
  ImGui::BeginTooltip();
  const ImVec2 at = ImGui::GetCursorScreenPos();
  Canvas over{ImGui::GetWindowDrawList(), theme, canvas.fonts, canvas.registry,
              {at.x, at.y, width, height}};
  draw_wrapped(over, over.area, style, text);
  // It covers what it stands over: only that it is there is entered.
  canvas.registry.add("tip", {at.x, at.y, 0, 0});
  ImGui::Dummy({width, height});
  ImGui::EndTooltip();
  ImGui::PopStyleVar();
}

}  // namespace roundtrip::viz
