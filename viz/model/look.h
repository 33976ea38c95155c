// How the screen may look, as a person chooses it: the theme, and how large everything is. The
// colours and sizes themselves are in viz/theme.h. Called by actions, keys, menus and the window.
// Unit of a scale: 1 is 100 %.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

namespace roundtrip::viz {

// Contrast is for weak eyes and bright rooms: a black ground, words at 7:1 and more, nothing pale.
enum class ThemeKind : std::uint8_t { Light, Dark, Contrast };
inline constexpr std::array all_themes = {ThemeKind::Light, ThemeKind::Dark, ThemeKind::Contrast};

constexpr std::string_view theme_word(ThemeKind kind) {
  switch (kind) {
    case ThemeKind::Light: return "light";
    case ThemeKind::Dark: return "dark";
    case ThemeKind::Contrast: return "contrast";
  }
  return "";
}
constexpr ThemeKind next_theme(ThemeKind kind) {
  return all_themes[(static_cast<std::size_t>(kind) + 1) % all_themes.size()];
}

// The steps of Ctrl + and Ctrl −, and the limits.
inline constexpr std::array text_scales = {1.f, 1.25f, 1.5f, 1.75f, 2.f};
constexpr float larger_scale(float scale) {
  for (const float step : text_scales) {
    if (step > scale + 0.01f) return step;
  }
  return text_scales.back();
}
constexpr float smaller_scale(float scale) {
  float below = text_scales.front();
  for (const float step : text_scales) {
    if (step < scale - 0.01f) below = step;
  }
  return below;
}
// A projector's words are 150 % of the usual already: with the largest scale they would be 300 %.
constexpr float scale_in_force(float scale, bool projector) {
  const float most = projector ? text_scales.back() / 1.5f : text_scales.back();
  return std::clamp(scale, text_scales.front(), most);
}

}  // namespace roundtrip::viz
