// Draws Dear ImGui's triangles on the CPU, for pictures and tests without a display. Knows one
// texture, the font atlas (eight bits of coverage a texel); user callbacks are skipped.
// Rules are those of OpenGL: a pixel is drawn when its centre is inside, edges shared by two
// triangles are drawn once, scissor by whole pixels, blending source over. Same input, same bytes.
// About 10 to 17 ms for a full 1600×1000 screen on one core: rectangles and unscaled glyphs, nearly
// all there is, take short ways.
#pragma once

#include <cstdint>

#include "viz/image.h"

struct ImDrawData;

namespace roundtrip::viz {

struct AlphaTexture {
  const std::uint8_t* alpha = nullptr;  // width × height bytes, from the top
  int width = 0;
  int height = 0;
};

// Draws over what `image` holds. Coordinates are pixels: a framebuffer scale of 1 is expected.
void rasterize(const ImDrawData& data, const AlphaTexture& texture, Image& image);

}  // namespace roundtrip::viz
