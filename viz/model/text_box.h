// Texts that a layout has placed, and the ruler it measured them with. A layout never knows fonts:
// whoever draws hands in a Ruler made from its theme; tests hand in one with letters of one width.
// `fit_text`, `fit_path` and `wrap_text` are the only ways a layout makes a TextBox, so no text
// leaves its box.
// Unit: pixels of the picture; texts are UTF-8.
#pragma once

#include <cmath>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "viz/model/geometry.h"

namespace roundtrip::viz {

// What a text is on the screen; the theme knows the face, the size and the colour of each.
enum class Voice : std::uint8_t { Body, Quiet, Strong, Mono, MonoQuiet, Large, Headline };

enum class Side : std::uint8_t { Left, Center, Right };

struct Ruler {
  std::function<float(std::string_view text, Voice voice)> width;
  // From the theme: heights of line boxes and rows, the grid, bytes in a row of a hex view.
  float body_px = 16;
  float large_px = 20;
  float headline_px = 28;
  float row_px = 24;
  float control_px = 32;
  float grid_px = 4;
  int bytes_per_row = 16;

  float height(Voice voice) const {
    return voice == Voice::Large ? large_px : voice == Voice::Headline ? headline_px : body_px;
  }
  // From one base line to the next in running words.
  float line(Voice voice) const { return std::round(height(voice) * 1.25f); }
  float space(float steps) const { return std::round(steps * grid_px); }
};

// A ruler whose letters are all equally wide (0.6 of the size), for tests and for text dumps.
Ruler plain_ruler(bool projector = false);

struct TextBox {
  Rect rect;
  std::string text;
  Voice voice = Voice::Body;
  Side side = Side::Left;
  bool cut = false;  // ends in an ellipsis because the whole did not fit

  bool empty() const { return text.empty(); }
  bool operator==(const TextBox&) const = default;
};

// The text inside the rectangle, on one line, cut with an ellipsis where it is too wide; without
// text where not even that has room.
TextBox fit_text(const Ruler& ruler, const Rect& rect, std::string_view text, Voice voice,
                 Side side = Side::Left);

// The same, but of a path: it gives up its first parts before its last, which tells it from others:
// "candidate GET …/{id}" of "candidate GET /api/users/{id}".
TextBox fit_path(const Ruler& ruler, const Rect& rect, std::string_view text, Voice voice);

// Running text from the top of `rest`, a box a line; line feeds start a new line. What it used is
// taken off the rectangle. The last line that fits ends in an ellipsis when more would follow.
std::vector<TextBox> wrap_text(const Ruler& ruler, Rect& rest, std::string_view text, Voice voice);

// One line of a dump: where a text stands and what it says.
std::string dump(const TextBox& box);
std::string dump(const Rect& rect);

}  // namespace roundtrip::viz
