#include <doctest/doctest.h>
#include <stb_image.h>

#include <algorithm>
#include <filesystem>

#include "viz/headless.h"
#include "viz/png.h"
#include "viz/text.h"

using namespace roundtrip::viz;

TEST_CASE("png: a picture read back has the same size and pixels") {
  HeadlessScreen screen(321, 123);
  screen.settle([](Canvas& canvas) {
    draw_text(canvas, {10, 10}, strong(canvas.theme, TextSize::Headline), "Roundtrip");
  });
  const Image image = screen.render();
  const std::string path =
      (std::filesystem::temp_directory_path() / "roundtrip_png_test.png").string();
  const auto written = write_png(image, path);
  REQUIRE(written.ok());
  int width = 0, height = 0, channels = 0;
  unsigned char* read = stbi_load(path.c_str(), &width, &height, &channels, 4);
  REQUIRE(read != nullptr);
  CHECK(width == 321);
  CHECK(height == 123);
  CHECK(channels == 3);  // opaque
  const auto* pixels = reinterpret_cast<const Pixel*>(read);
  CHECK(std::equal(image.pixels.begin(), image.pixels.end(), pixels));
  stbi_image_free(read);
  std::filesystem::remove(path);
}

TEST_CASE("png: what can't be packed is larger than the room it is packed through") {
  Image noise(300, 200);
  std::uint32_t seed = 1;
  for (Pixel& pixel : noise.pixels) {
    seed = seed * 1664525 + 1013904223;
    pixel = {static_cast<std::uint8_t>(seed >> 24), static_cast<std::uint8_t>(seed >> 16),
             static_cast<std::uint8_t>(seed >> 8), 255};
  }
  const auto bytes = encode_png(noise);
  REQUIRE(bytes.ok());
  CHECK(bytes->size() > 128 * 1024);
  int width = 0, height = 0;
  unsigned char* read = stbi_load_from_memory(
      reinterpret_cast<const unsigned char*>(bytes->data()), static_cast<int>(bytes->size()),
      &width, &height, nullptr, 4);
  REQUIRE(read != nullptr);
  CHECK(std::equal(noise.pixels.begin(), noise.pixels.end(), reinterpret_cast<Pixel*>(read)));
  stbi_image_free(read);
}

TEST_CASE("png: a place that can't be written is named in one sentence") {
  const auto missing = write_png(Image(2, 2), "/nonexistent/picture.png");
  REQUIRE_FALSE(missing.ok());
  CHECK(missing.error() ==
        "the picture /nonexistent/picture.png can't be written: No such file or directory");
  CHECK_FALSE(encode_png(Image()).ok());
}

TEST_CASE("png: a full disk is an error, not half a picture") {
  if (!std::filesystem::exists("/dev/full")) return;
  const auto full = write_png(Image(64, 64), "/dev/full");
  REQUIRE_FALSE(full.ok());
  CHECK(full.error() == "the picture /dev/full can't be written: No space left on device");
}
