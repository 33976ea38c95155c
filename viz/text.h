// Words and numbers on the screen: measured, aligned, cut with an ellipsis, or wrapped. Every panel
// uses these instead of ImGui's text calls, so that faces, sizes and line heights stay the theme's.
// Positions are rounded to whole pixels; text in a rectangle is centred on its height. UTF-8.
// Each call that may have to cut says so, and the caller passes that on to the registry.
#pragma once

#include <string_view>

#include "viz/imgui_frame.h"

namespace roundtrip::viz {

enum class Align : std::uint8_t { Left, Center, Right };

struct TextStyle {
  Face face = Face::Words;
  TextSize size = TextSize::Body;
  Color color;
};

// The styles that nearly all text has.
TextStyle words(const Theme& theme);                                     // running text
TextStyle quiet(const Theme& theme);                                     // labels, hints
TextStyle strong(const Theme& theme, TextSize size = TextSize::Body);    // headings
TextStyle mono(const Theme& theme);                                      // bytes and numbers

float text_width(const Canvas& canvas, const TextStyle& style, std::string_view text);
// The width of one letter of the mono face: all are equally wide.
float mono_width(const Canvas& canvas, TextSize size = TextSize::Body);

// Draws from this top left corner, uncut, and returns the width.
float draw_text(const Canvas& canvas, Point at, const TextStyle& style, std::string_view text);

// Draws inside the rectangle, cut with an ellipsis when too wide. Returns true when it was cut.
bool draw_text_in(const Canvas& canvas, const Rect& rect, const TextStyle& style,
                  std::string_view text, Align align = Align::Left);

// The same along the rectangle's height, turned by a quarter, upwards or downwards.
bool draw_text_upright(const Canvas& canvas, const Rect& rect, const TextStyle& style,
                       std::string_view text, bool upwards);

struct Wrapped {
  float height_px = 0;
  bool cut = false;  // more lines than the rectangle holds; the last one ends in an ellipsis
};
// Running text from the top of the rectangle; line feeds start a new line.
Wrapped draw_wrapped(const Canvas& canvas, const Rect& rect, const TextStyle& style,
                     std::string_view text);
float wrapped_height(const Canvas& canvas, const TextStyle& style, std::string_view text,
                     float width_px);

}  // namespace roundtrip::viz
