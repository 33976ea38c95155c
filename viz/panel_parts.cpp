#include "viz/panel_parts.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "viz/imgui_compat.h"

namespace roundtrip::viz {

Ruler ruler_of(const Canvas& canvas) {
  const Theme& theme = canvas.theme;
  Ruler ruler;
  ruler.width = [&theme, &fonts = canvas.fonts](std::string_view text, Voice voice) {
    if (text.empty()) return 0.f;
    const TextStyle style = style_of(theme, voice);
    const Font& font = fonts.at(style.face, style.size);
    const char* end = text.data() + text.size();
    return font.font->CalcTextSizeA(font.px, 1e9f, 0, text.data(), end).x;
  };
  ruler.body_px = theme.px(TextSize::Body);
  ruler.large_px = theme.px(TextSize::Large);
  ruler.headline_px = theme.px(TextSize::Headline);
  ruler.row_px = theme.row_px;
  ruler.control_px = theme.control_px;
  ruler.grid_px = 4 * theme.scale;
  ruler.bytes_per_row = theme.bytes_per_row;
  return ruler;
}

TextStyle style_of(const Theme& theme, Voice voice) {
  switch (voice) {
    case Voice::Body: return words(theme);
    case Voice::Quiet: return quiet(theme);
    case Voice::Strong: return strong(theme);
    case Voice::Mono: return mono(theme);
    case Voice::MonoQuiet: return {Face::Mono, TextSize::Body, theme.text_quiet};
    case Voice::Large: return strong(theme, TextSize::Large);
    case Voice::Headline: return strong(theme, TextSize::Headline);
  }
  return words(theme);
}

void draw_box(const Canvas& canvas, const TextBox& box) {
  draw_box(canvas, box, style_of(canvas.theme, box.voice).color);
}

void draw_box(const Canvas& canvas, const TextBox& box, Color color) {
  if (box.empty()) return;
  TextStyle style = style_of(canvas.theme, box.voice);
  style.color = color;
  const Align align = box.side == Side::Left     ? Align::Left
                      : box.side == Side::Center ? Align::Center
                                                 : Align::Right;
  draw_text_in(canvas, box.rect, style, box.text, align);
}

void source_edge(const Canvas& canvas, const Rect& row, const GroupColors& colors,
                 trace::Provenance source, bool ahead) {
  const Theme& theme = canvas.theme;
  const Rect edge{row.x, row.y + theme.space(1), theme.space(1.25f), row.h - theme.space(2)};
  GroupColors shown = colors;
  if (ahead) shown.fill = faded(theme, colors.fill, theme.panel, 0.5f);
  textured_rect(canvas, edge, shown, source);
}

std::optional<Point> pointer_in(const Canvas& canvas, const Rect& rect) {
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  const Point at{mouse.x, mouse.y};
  if (!rect.contains(at) || !canvas.area.contains(at)) return std::nullopt;
  if (!ImGui::IsWindowHovered(ImGuiHoveredFlags_AllowWhenBlockedByActiveItem)) return std::nullopt;
  return at;
}

Overlay::Overlay(const Canvas& canvas, const char* id, std::optional<Rect> part)
    : canvas_(canvas) {
  if (part) canvas_.area = *part;
  ImGui::SetNextWindowPos(top_left(canvas_.area));
  ImGui::SetNextWindowSize({canvas_.area.w, canvas_.area.h});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(0, 0));
  ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, 0.f);
  ImGui::Begin(id, nullptr,
               ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove |
                   ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoNav);
  ImGui::PopStyleVar(2);
  canvas_.list = ImGui::GetWindowDrawList();
  canvas_.registry.raise();
  if (part) return;
  canvas_.list->AddRectFilled(top_left(canvas.area), bottom_right(canvas.area),
                              canvas.theme.shade);
}

Overlay::~Overlay() {
  canvas_.registry.lower();
  ImGui::End();
}

void scroll_list(const Canvas& canvas, Panel which, std::string_view label, const Rect& list,
                 float content_px, float scroll_px, Actions& actions) {
  const float most = content_px - list.h;
  if (most <= 0.5f) return;
  const Theme& theme = canvas.theme;
  if (pointer_in(canvas, list)) {
    const float notches = ImGui::GetIO().MouseWheel;
    if (notches != 0) {
      const float to = scroll_px - notches * 3 * theme.row_px;
      actions.push_back(ScrollTo{which, std::clamp(to, 0.f, most)});
    }
  }
  const float bar_px = theme.space(scroll_bar_steps);
  const Rect track{list.right() - bar_px, list.y, bar_px, list.h};
  const float grip_px = std::max(theme.space(6), std::floor(list.h * list.h / content_px));
  const float way = list.h - grip_px;
  const Touch touched = touch(canvas, label, track);
  if (touched.held) {
    const float share = (ImGui::GetIO().MousePos.y - list.y - grip_px / 2) / std::max(1.f, way);
    actions.push_back(ScrollTo{which, std::clamp(share, 0.f, 1.f) * most});
  }
  const Rect grip{track.x + bar_px / 4, list.y + std::floor(way * std::min(1.f, scroll_px / most)),
                  bar_px / 2, grip_px};
  const float stronger = touched.held ? 0.5f : touched.hovered ? 0.25f : 0;
  fill_rect(canvas, grip, mix(theme.grip, theme.text, stronger), bar_px / 4);
}

std::optional<Typed> text_field(const Canvas& canvas, std::string_view label, const Rect& rect,
                                std::string_view text, std::string_view hint,
                                bool take_keyboard, bool replaces) {
  constexpr std::size_t most_bytes = 1024;
  std::array<char, most_bytes> buffer{};
  const std::size_t length = std::min(text.size(), most_bytes - 1);
  std::copy_n(text.begin(), length, buffer.begin());
  canvas.registry.add(label, rect);
  const Font& font = canvas.fonts.at(Face::Words, TextSize::Body);
  compat::push_font(font.font, font.px);
  ImGui::PushStyleVar(ImGuiStyleVar_FramePadding,
                      ImVec2(canvas.theme.space(3), std::floor((rect.h - font.px) / 2)));
  ImGui::SetCursorScreenPos(top_left(rect));
  ImGui::SetNextItemWidth(rect.w);
  if (take_keyboard) ImGui::SetKeyboardFocusHere();
  const std::string id = "##" + std::string(label);
  const ImGuiInputTextFlags flags =
      ImGuiInputTextFlags_EnterReturnsTrue | (replaces ? ImGuiInputTextFlags_AutoSelectAll : 0);
  const bool entered = ImGui::InputTextWithHint(id.c_str(), std::string(hint).c_str(),
                                                buffer.data(), buffer.size(), flags);
  ImGui::PopStyleVar();
  ImGui::PopFont();
  std::string now(buffer.data());
  if (!entered && now == text) return std::nullopt;
  return Typed{std::move(now), entered};
}

std::optional<std::size_t> menu(const Canvas& canvas, std::string_view label, const Rect& under,
                                bool open, std::span<const MenuRow> rows, int chosen) {
  const Theme& theme = canvas.theme;
  const std::string id(label);
  if (open) ImGui::OpenPopup(id.c_str());
  if (!ImGui::IsPopupOpen(id.c_str())) return std::nullopt;
  float text_px = under.w;
  float hint_px = 0;
  for (const MenuRow& row : rows) {
    text_px = std::max(text_px, text_width(canvas, words(theme), row.text));
    hint_px = std::max(hint_px, text_width(canvas, quiet(theme), row.hint));
  }
  const float width = std::ceil(text_px + hint_px) + theme.space(hint_px > 0 ? 16 : 12);
  const float height = theme.row_px * static_cast<float>(rows.size());
  const float most_x = canvas.area.right() - width - theme.space(4);
  ImGui::SetNextWindowPos({std::min(under.x, most_x), under.bottom() + theme.space(1)});
  // One that is too long for the window scrolls.
  const float most_height = canvas.area.bottom() - under.bottom() - theme.space(2);
  ImGui::SetNextWindowSizeConstraints({0, 0}, {canvas.area.w, std::max(most_height, 1.f)});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(theme.space(2), theme.space(2)));
  const bool shown = ImGui::BeginPopup(id.c_str(), ImGuiWindowFlags_NoMove);
  ImGui::PopStyleVar();
  if (!shown) return std::nullopt;
  if (key_pressed(Key::Escape, false)) ImGui::CloseCurrentPopup();
  std::optional<std::size_t> picked;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  Canvas over{ImGui::GetWindowDrawList(), theme, canvas.fonts, canvas.registry,
              {at.x, at.y, width, height}};
  Rect rest = over.area;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Rect row = rest.take_top(theme.row_px);
    const Touch touched = touch(over, id + "/" + rows[i].text, row);
    if (touched.hovered) fill_rect(over, row, theme.pressed, theme.radius_px);
    Rect inside = row.inset(theme.space(2), 0);
    const Rect mark = inside.take_left(theme.icon_px, theme.space(2));
    if (static_cast<int>(i) == chosen) {
      icon(over, mark.inset(0, (mark.h - theme.icon_px) / 2), Icon::Check, theme.accent);
    }
    draw_text_in(over, inside, quiet(theme), rows[i].hint, Align::Right);
    draw_text_in(over, inside, words(theme), rows[i].text);
    if (touched.clicked) {
      picked = i;
      ImGui::CloseCurrentPopup();
    }
  }
  ImGui::EndPopup();
  return picked;
}

}  // namespace roundtrip::viz
