// The inner half of the rasterizer: blending, spans and general triangles (rounded corners, smooth
// edges, gradients, slanted lines). Only rasterizer.cpp includes it.
// Corners are rounded to 1/256 pixel and edges decided in integers, as graphics cards do; so two
// triangles that share an edge neither overlap nor leave a gap.
#pragma once

#include <imgui.h>

#include <algorithm>
#include <cstdint>

#include "viz/image.h"
#include "viz/rasterizer.h"

namespace roundtrip::viz {

// Whole pixels, half-open.
struct Clip {
  int left, top, right, bottom;
};

struct Target {
  Image& image;
  const AlphaTexture& texture;
  Clip clip;
};

// Rounded, exact for products of two bytes.
constexpr unsigned divide_by_255(unsigned product) {
  const unsigned biased = product + 128;
  return (biased + (biased >> 8)) >> 8;
}

inline Pixel pixel_of(ImU32 color) {
  return {static_cast<std::uint8_t>(color >> IM_COL32_R_SHIFT),
          static_cast<std::uint8_t>(color >> IM_COL32_G_SHIFT),
          static_cast<std::uint8_t>(color >> IM_COL32_B_SHIFT),
          static_cast<std::uint8_t>(color >> IM_COL32_A_SHIFT)};
}

// Source over an opaque destination.
inline void blend(Pixel& under, Pixel over, unsigned alpha) {
  const unsigned rest = 255 - alpha;
  under.r = static_cast<std::uint8_t>(divide_by_255(over.r * alpha + under.r * rest));
  under.g = static_cast<std::uint8_t>(divide_by_255(over.g * alpha + under.g * rest));
  under.b = static_cast<std::uint8_t>(divide_by_255(over.b * alpha + under.b * rest));
}

inline void fill_span(Pixel* row, int left, int right, Pixel color) {
  if (color.a == 255) {
    std::fill(row + left, row + right, color);
  } else if (color.a != 0) {
    for (int x = left; x < right; ++x) blend(row[x], color, color.a);
  }
}

void draw_triangle(const Target& target, const ImDrawVert& a, const ImDrawVert& b,
                   const ImDrawVert& c);

}  // namespace roundtrip::viz
