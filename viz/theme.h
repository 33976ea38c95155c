// One table of colours, sizes and distances for the whole screen, in three themes (light, dark and
// high contrast), with a projector variant (larger words, fewer bytes a row) and a scale.
// Everyone who draws reads it; nothing else on the screen spells a colour or a distance.
// The tests compute the contrasts (WCAG 2.1, 1.4.3, 1.4.6 and 1.4.11): fills at least 3:1 on every
// ground, words at least 4.5:1; in high contrast 4.5:1 and 7:1. They also compute how far apart the
// groups are for the colour-blind. Red is for errors and drops only.
// Unit: pixels of the picture. A text size is the height of its line box, ascent to descent, as
// ImGui counts (the em is 0.86 of it).
#pragma once

#include <imgui.h>

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "core/trace/phase.h"
#include "viz/model/geometry.h"
#include "viz/model/look.h"

namespace roundtrip::viz {

struct Color {
  std::uint8_t r = 0;
  std::uint8_t g = 0;
  std::uint8_t b = 0;
  std::uint8_t a = 255;

  constexpr operator ImU32() const { return IM_COL32(r, g, b, a); }
  constexpr bool operator==(const Color& other) const {
    return r == other.r && g == other.g && b == other.b && a == other.a;
  }
};

constexpr Color rgb(std::uint32_t hex) {
  return {static_cast<std::uint8_t>(hex >> 16), static_cast<std::uint8_t>(hex >> 8),
          static_cast<std::uint8_t>(hex), 255};
}
Color with_alpha(Color color, float alpha);       // alpha of 0 to 1, replaces the colour's own
Color mix(Color from, Color to, float share);     // share of `to`, 0 to 1
float contrast(Color a, Color b);                 // 1 to 21, WCAG 2.1
ImVec4 to_vec4(Color color);

// The colour of a group in its four uses.
struct GroupColors {
  Color fill;     // bars, dots, byte marks
  Color ink;      // words in the group's colour on any ground
  Color on_fill;  // words on the fill
  Color soft;     // a pale ground for the group; `text` stands on it
};

enum class TextSize : std::uint8_t { Body, Large, Headline };
inline constexpr std::size_t text_size_count = 3;

struct Theme {
  // What was asked for.
  ThemeKind kind = ThemeKind::Light;
  bool projector = false;
  float scale = 1;

  // Grounds: the window, a panel on it, a control or a row under the pointer on a panel.
  Color ground, panel, raised, pressed;
  Color hairline;  // the rare line that must be: axis ticks, the edge of a text field
  Color edge;      // around panels and buttons, where grounds alone do not part them; else clear
  Color grip;      // of a list's bar: that there is more is seen before the pointer is near
  // Words.
  Color text, text_quiet;
  Color text_ahead;  // what is still to come at the cursor
  // The one obvious next thing to press, and what is typed or chosen.
  Color accent, accent_hovered, on_accent, selection;
  // Errors and drops. Nothing else is red.
  Color error, on_error, error_soft;
  // What is at the cursor glows, what is hovered is outlined, in every view.
  Color cursor, glow, hover;
  Color shade;  // dims what lies behind a sheet
  std::array<GroupColors, trace::group_count> groups;
  // For what is still to come at the cursor: the same hues, nearer to the ground.
  std::array<GroupColors, trace::group_count> groups_ahead;

  // Sizes.
  std::array<float, text_size_count> text_px{};
  float radius_px = 0;        // the one corner radius
  float bar_radius_px = 0;    // the same for things under 24 px high
  float stroke_px = 0;        // outlines and dashes
  float fade = 1;             // how much of its way to the ground a faded colour goes
  float row_px = 0;           // a row of a list
  float control_px = 0;       // the height of a button
  float icon_px = 0;          // an icon in a button
  int bytes_per_row = 0;      // of a hex view
  float motion_ms = 0;        // the length of a movement that carries meaning

  const GroupColors& of(trace::Group group) const {
    return groups[static_cast<std::size_t>(group)];
  }
  const GroupColors& ahead_of(trace::Group group) const {
    return groups_ahead[static_cast<std::size_t>(group)];
  }
  float px(TextSize size) const { return text_px[static_cast<std::size_t>(size)]; }
  // From one base line to the next in running words; a multiple of 4 at scale 1.
  float line_px(TextSize size) const;
  // The grid: `steps` of 4 px each, in whole pixels.
  float space(float steps) const { return std::round(steps * 4 * scale); }
};

// A colour nearer to its ground: what is off or beside the point. `share` of the way, less in high
// contrast, where nothing is pale.
Color faded(const Theme& theme, Color color, Color ground, float share);

// The ink of a line that is still to come: pale; in high contrast as dark as can be seen well.
Color line_ahead(const Theme& theme, Color ink);

Theme make_theme(ThemeKind kind, bool projector = false, float scale = 1);

// Sets every colour and distance of the current ImGui context's own widgets from the theme.
void apply_style(const Theme& theme);

inline ImVec2 vec(Point point) { return {point.x, point.y}; }
inline ImVec2 top_left(const Rect& rect) { return {rect.x, rect.y}; }
inline ImVec2 bottom_right(const Rect& rect) { return {rect.right(), rect.bottom()}; }

}  // namespace roundtrip::viz
