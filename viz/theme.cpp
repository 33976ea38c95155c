#include "viz/theme.h"

#include <algorithm>

namespace roundtrip::viz {
namespace {

// The hues follow Okabe and Ito: grey, sky blue, green, orange, purple, yellow, for the six groups
// of a request's life. Each is moved in lightness until it has its contrast on the theme's grounds
// (on a light ground that makes yellow a mustard) and all eight differ for every eye: the tests in
// tests/viz/theme_eyes_test.cpp compute it. Task and trace are not of a request's life: neutral.
constexpr std::array<GroupColors, trace::group_count> light_groups = {{
    {rgb(0x848795), rgb(0x5A606E), rgb(0x0B0D10), rgb(0xE9EBEE)},  // startup
    {rgb(0x018CE7), rgb(0x0C67A6), rgb(0x0B0D10), rgb(0xDDEEFA)},  // connection
    {rgb(0x1B8C5F), rgb(0x1A6F4C), rgb(0x0B0D10), rgb(0xDDF1E7)},  // read
    {rgb(0xC2780D), rgb(0x8C5200), rgb(0x0B0D10), rgb(0xFBEBD3)},  // handle
    {rgb(0x8E3F87), rgb(0x843879), rgb(0xFFFFFF), rgb(0xF5E3F0)},  // transmit
    {rgb(0x716302), rgb(0x695D00), rgb(0xFFFFFF), rgb(0xF5F0C4)},  // lifecycle
    {rgb(0x434854), rgb(0x434854), rgb(0xFFFFFF), rgb(0xE4E6EA)},  // task
    {rgb(0x69696F), rgb(0x5A6170), rgb(0xFFFFFF), rgb(0xEDEEF1)},  // trace
}};

constexpr std::array<GroupColors, trace::group_count> dark_groups = {{
    {rgb(0x848486), rgb(0xAAB1BE), rgb(0x0B0D10), rgb(0x2B3038)},  // startup
    {rgb(0x1EA3F3), rgb(0x63BBF8), rgb(0x0B0D10), rgb(0x17354B)},  // connection
    {rgb(0x4ED991), rgb(0x66D89B), rgb(0x0B0D10), rgb(0x183C2D)},  // read
    {rgb(0xDC8C22), rgb(0xE69D3A), rgb(0x0B0D10), rgb(0x432F14)},  // handle
    {rgb(0xB469A8), rgb(0xD893CE), rgb(0x0B0D10), rgb(0x42283A)},  // transmit
    {rgb(0xECE139), rgb(0xECE139), rgb(0x0B0D10), rgb(0x3C3A16)},  // lifecycle
    {rgb(0xCFD4DD), rgb(0xCFD4DD), rgb(0x0B0D10), rgb(0x33383F)},  // task
    {rgb(0xA1A6B2), rgb(0xA1A6B2), rgb(0x0B0D10), rgb(0x262B32)},  // trace
}};

// Their own colour on black, and the words on it black: nothing in between.
constexpr std::array<GroupColors, trace::group_count> contrast_groups = {{
    {rgb(0xC5C5C5), rgb(0xD6D6D6), rgb(0x000000), rgb(0x1E1E1E)},  // startup
    {rgb(0x23A2FF), rgb(0x8CCBFF), rgb(0x000000), rgb(0x001C33)},  // connection
    {rgb(0x7CE9AE), rgb(0x7CE9AE), rgb(0x000000), rgb(0x001A10)},  // read
    {rgb(0xF0A032), rgb(0xF5B862), rgb(0x000000), rgb(0x2B1900)},  // handle
    {rgb(0xF9B2EC), rgb(0xF9B2EC), rgb(0x000000), rgb(0x2C1027)},  // transmit
    {rgb(0xFFF04A), rgb(0xFFF04A), rgb(0x000000), rgb(0x262300)},  // lifecycle
    {rgb(0xFFFFFF), rgb(0xFFFFFF), rgb(0x000000), rgb(0x242424)},  // task
    {rgb(0x989DA7), rgb(0xCDD1D8), rgb(0x000000), rgb(0x191B1F)},  // trace
}};

void set_light(Theme& theme) {
  theme.ground = rgb(0xF1F2F5);
  theme.panel = rgb(0xFFFFFF);
  theme.raised = rgb(0xECEEF2);
  theme.pressed = rgb(0xDEE1E8);
  theme.hairline = rgb(0xD3D7DF);
  theme.text = rgb(0x1B1F27);
  theme.text_quiet = rgb(0x5B6270);
  theme.text_ahead = rgb(0x676E7C);
  theme.accent = rgb(0x1F4FB8);
  theme.accent_hovered = rgb(0x2C5FD0);
  theme.on_accent = rgb(0xFFFFFF);
  theme.selection = rgb(0xD5E0F8);
  theme.error = rgb(0xC3221F);
  theme.on_error = rgb(0xFFFFFF);
  theme.error_soft = rgb(0xFBE3E1);
  theme.cursor = rgb(0x1B1F27);
  theme.glow = rgb(0x2C5FD0);
  theme.hover = rgb(0x1F4FB8);
  theme.shade = Color{0x1B, 0x1F, 0x27, 0x66};
  theme.groups = light_groups;
}

void set_dark(Theme& theme) {
  theme.ground = rgb(0x12151A);
  theme.panel = rgb(0x1B1F25);
  theme.raised = rgb(0x272C34);
  theme.pressed = rgb(0x323843);
  theme.hairline = rgb(0x3A414C);
  theme.text = rgb(0xE8EAEE);
  theme.text_quiet = rgb(0xA3AAB7);
  theme.text_ahead = rgb(0x8F96A3);
  theme.accent = rgb(0x86A8FF);
  theme.accent_hovered = rgb(0xA3BDFF);
  theme.on_accent = rgb(0x0B0D10);
  theme.selection = rgb(0x2A3A5F);
  theme.error = rgb(0xFF7B72);
  theme.on_error = rgb(0x0B0D10);
  theme.error_soft = rgb(0x4A2022);
  theme.cursor = rgb(0xFFFFFF);
  theme.glow = rgb(0xA3BDFF);
  theme.hover = rgb(0xA3BDFF);
  theme.shade = Color{0x05, 0x06, 0x08, 0x99};
  theme.groups = dark_groups;
}

void set_contrast(Theme& theme) {
  theme.ground = rgb(0x000000);
  theme.panel = rgb(0x000000);
  theme.raised = rgb(0x1A1A1A);
  theme.pressed = rgb(0x333333);
  theme.hairline = rgb(0x8C8C8C);
  theme.edge = rgb(0xB4B4B4);
  theme.text = rgb(0xFFFFFF);
  theme.text_quiet = rgb(0xD8D8D8);
  theme.text_ahead = rgb(0x9C9C9C);
  theme.accent = rgb(0x86D9FF);
  theme.accent_hovered = rgb(0xB8EAFF);
  theme.on_accent = rgb(0x000000);
  theme.selection = rgb(0x0A2450);
  theme.error = rgb(0xFFA59E);
  theme.on_error = rgb(0x000000);
  theme.error_soft = rgb(0x4A0B0D);
  theme.cursor = rgb(0xFFFFFF);
  theme.glow = rgb(0x86D9FF);
  theme.hover = rgb(0x86D9FF);
  theme.shade = Color{0x00, 0x00, 0x00, 0xCC};
  theme.groups = contrast_groups;
  theme.fade = 0.3f;
}

double linear(std::uint8_t channel) {
  const double value = channel / 255.0;
  return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
}

double luminance(Color color) {
  return 0.2126 * linear(color.r) + 0.7152 * linear(color.g) + 0.0722 * linear(color.b);
}

std::uint8_t channel_between(std::uint8_t from, std::uint8_t to, float share) {
  const float difference = static_cast<float>(to) - static_cast<float>(from);
  return static_cast<std::uint8_t>(std::lround(static_cast<float>(from) + difference * share));
}

}  // namespace

Color faded(const Theme& theme, Color color, Color ground, float share) {
  return mix(color, ground, share * theme.fade);
}

Color line_ahead(const Theme& theme, Color ink) {
  if (theme.kind != ThemeKind::Contrast) return mix(ink, theme.panel, 0.6f);
  constexpr float least = 4.5f;
  Color made = ink;
  for (float share = 0.1f; share < 1; share += 0.05f) {
    const Color darker = mix(ink, theme.panel, share);
    if (contrast(darker, theme.panel) < least) break;
    made = darker;
  }
  return made;
}

Color with_alpha(Color color, float alpha) {
  color.a = static_cast<std::uint8_t>(std::lround(std::clamp(alpha, 0.f, 1.f) * 255.f));
  return color;
}

Color mix(Color from, Color to, float share) {
  return {channel_between(from.r, to.r, share), channel_between(from.g, to.g, share),
          channel_between(from.b, to.b, share), channel_between(from.a, to.a, share)};
}

float contrast(Color a, Color b) {
  const double one = luminance(a) + 0.05;
  const double other = luminance(b) + 0.05;
  return static_cast<float>(std::max(one, other) / std::min(one, other));
}

ImVec4 to_vec4(Color color) { return ImGui::ColorConvertU32ToFloat4(color); }

float Theme::line_px(TextSize size) const {
  const float unscaled = px(size) / scale;
  return std::round(std::ceil(unscaled * 1.25f / 4) * 4 * scale);
}

namespace {

GroupColors ahead(const Theme& theme, const GroupColors& colors) {
  GroupColors dim = colors;
  dim.soft = mix(colors.soft, theme.panel, 0.5f);
  if (theme.kind != ThemeKind::Contrast) {
    dim.fill = mix(colors.fill, theme.panel, 0.66f);
    dim.on_fill = mix(theme.text, dim.fill, 0.1f);
    return dim;
  }
  // Here only as far as the words on it stay at 7:1. The cursor's line says what is to come, too.
  for (float share = 0.25f; share > 0; share -= 0.025f) {
    const Color fill = mix(colors.fill, theme.panel, share);
    if (contrast(colors.on_fill, fill) < 7) continue;
    dim.fill = fill;
    break;
  }
  return dim;
}

}  // namespace

Theme make_theme(ThemeKind kind, bool projector, float scale) {
  Theme theme;
  theme.kind = kind;
  theme.projector = projector;
  theme.scale = scale;
  theme.edge = with_alpha(theme.hairline, 0);
  switch (kind) {
    case ThemeKind::Light: set_light(theme); break;
    case ThemeKind::Dark: set_dark(theme); break;
    case ThemeKind::Contrast: set_contrast(theme); break;
  }

  theme.grip = faded(theme, theme.text, theme.panel, 0.5f);
  for (std::size_t i = 0; i < trace::group_count; ++i) {
    theme.groups_ahead[i] = ahead(theme, theme.groups[i]);
  }

  const auto scaled = [scale](float px) { return std::round(px * scale); };
  theme.text_px = projector ? std::array{scaled(24), scaled(28), scaled(32)}
                            : std::array{scaled(16), scaled(20), scaled(28)};
  theme.radius_px = scaled(6);
  theme.bar_radius_px = scaled(3);
  const bool strong = projector || kind == ThemeKind::Contrast;
  theme.stroke_px = std::max(1.f, scaled(strong ? 3 : 2));
  theme.row_px = scaled(projector ? 36 : 24);
  theme.control_px = scaled(projector ? 44 : 32);
  theme.icon_px = scaled(projector ? 20 : 16);
  theme.bytes_per_row = projector ? 8 : 16;
  theme.motion_ms = 150;
  return theme;
}

namespace {

void set_distances(ImGuiStyle& style, const Theme& theme) {
  style.WindowPadding = {theme.space(3), theme.space(3)};
  style.FramePadding = {theme.space(3), (theme.control_px - theme.px(TextSize::Body)) / 2};
  style.ItemSpacing = {theme.space(2), theme.space(2)};
  style.ItemInnerSpacing = {theme.space(2), theme.space(1)};
  style.CellPadding = {theme.space(2), theme.space(1)};
  style.IndentSpacing = theme.space(5);
  style.ScrollbarSize = theme.space(2);
  style.GrabMinSize = theme.space(6);
  style.WindowBorderSize = 0;
  style.ChildBorderSize = 0;
  style.PopupBorderSize = theme.edge.a != 0 ? 1 : 0;
  style.FrameBorderSize = 0;
  style.TabBorderSize = 0;
  style.WindowRounding = style.ChildRounding = style.FrameRounding = theme.radius_px;
  style.PopupRounding = style.GrabRounding = style.TabRounding = theme.radius_px;
  style.ScrollbarRounding = theme.radius_px;
  style.WindowMenuButtonPosition = ImGuiDir_None;
  style.WindowMinSize = {1, 1};
  style.DisplaySafeAreaPadding = {0, 0};
}

void set_colors(ImVec4* colors, const Theme& theme) {
  const auto set = [colors](ImGuiCol slot, Color color) { colors[slot] = to_vec4(color); };
  const Color none = with_alpha(theme.panel, 0);
  // Whatever has no word below is invisible or quiet, so that no default blue shows through.
  for (int slot = 0; slot < ImGuiCol_COUNT; ++slot) set(slot, none);
  set(ImGuiCol_Text, theme.text);
  set(ImGuiCol_TextDisabled, theme.text_quiet);
  set(ImGuiCol_TextSelectedBg, theme.selection);
  set(ImGuiCol_PopupBg, theme.raised);
  set(ImGuiCol_Border, theme.edge);
  set(ImGuiCol_FrameBg, theme.raised);
  set(ImGuiCol_FrameBgHovered, theme.raised);
  set(ImGuiCol_FrameBgActive, theme.pressed);
  set(ImGuiCol_TitleBg, theme.panel);
  set(ImGuiCol_TitleBgActive, theme.panel);
  set(ImGuiCol_TitleBgCollapsed, theme.panel);
  set(ImGuiCol_ScrollbarGrab, theme.grip);
  set(ImGuiCol_ScrollbarGrabHovered, mix(theme.grip, theme.text, 0.25f));
  set(ImGuiCol_ScrollbarGrabActive, mix(theme.grip, theme.text, 0.5f));
  set(ImGuiCol_CheckMark, theme.accent);
  set(ImGuiCol_SliderGrab, theme.accent);
  set(ImGuiCol_SliderGrabActive, theme.accent_hovered);
  set(ImGuiCol_Button, theme.raised);
  set(ImGuiCol_ButtonHovered, theme.pressed);
  set(ImGuiCol_ButtonActive, theme.pressed);
  set(ImGuiCol_Header, theme.selection);
  set(ImGuiCol_HeaderHovered, theme.raised);
  set(ImGuiCol_HeaderActive, theme.pressed);
  set(ImGuiCol_Separator, theme.hairline);
  set(ImGuiCol_SeparatorHovered, theme.hover);
  set(ImGuiCol_SeparatorActive, theme.hover);
  set(ImGuiCol_PlotLines, theme.text);
  set(ImGuiCol_PlotHistogram, theme.accent);
  set(ImGuiCol_TableHeaderBg, theme.panel);
  set(ImGuiCol_TableBorderLight, theme.hairline);
  set(ImGuiCol_TableBorderStrong, theme.hairline);
  set(ImGuiCol_DragDropTarget, theme.accent);
  set(ImGuiCol_NavHighlight, theme.hover);
  set(ImGuiCol_ModalWindowDimBg, theme.shade);
#if IMGUI_VERSION_NUM >= 19200
  set(ImGuiCol_InputTextCursor, theme.text);
#endif
}

}  // namespace

void apply_style(const Theme& theme) {
  ImGuiStyle& style = ImGui::GetStyle();
  style = ImGuiStyle();
  set_distances(style, theme);
  set_colors(style.Colors, theme);
}

}  // namespace roundtrip::viz
