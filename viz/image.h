// A picture in memory: rows of RGBA pixels from the top, eight bits a channel, sRGB. Made by the
// rasterizer, written by png.h, compared by tests.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace roundtrip::viz {

struct Pixel {
  std::uint8_t r = 0;
  std::uint8_t g = 0;
  std::uint8_t b = 0;
  std::uint8_t a = 255;
  bool operator==(const Pixel&) const = default;
};
static_assert(sizeof(Pixel) == 4);

struct Image {
  int width = 0;
  int height = 0;
  std::vector<Pixel> pixels;

  Image() = default;
  Image(int columns, int rows, Pixel fill = {})
      : width(columns),
        height(rows),
        pixels(static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows), fill) {}

  Pixel* row(int y) { return pixels.data() + static_cast<std::size_t>(y) * width; }
  const Pixel* row(int y) const { return pixels.data() + static_cast<std::size_t>(y) * width; }
  const Pixel& at(int x, int y) const { return row(y)[x]; }
  bool operator==(const Image&) const = default;
};

}  // namespace roundtrip::viz
