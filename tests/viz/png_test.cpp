#include <doctest/doctest.h>
#include <fmt/format.h>
#include <stb_image.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
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

namespace {

Image noise() {
  Image image(300, 200);
  std::uint32_t seed = 1;
  for (Pixel& pixel : image.pixels) {
    seed = seed * 1664525 + 1013904223;
    pixel = {static_cast<std::uint8_t>(seed >> 24), static_cast<std::uint8_t>(seed >> 16),
             static_cast<std::uint8_t>(seed >> 8), 255};
  }
  return image;
}

}  // namespace

TEST_CASE("png: what can't be packed is larger than the room it is packed through") {
  const Image image = noise();
  const auto bytes = encode_png(image);
  REQUIRE(bytes.ok());
  CHECK(bytes->size() > 128 * 1024);
  int width = 0, height = 0;
  unsigned char* read = stbi_load_from_memory(
      reinterpret_cast<const unsigned char*>(bytes->data()), static_cast<int>(bytes->size()),
      &width, &height, nullptr, 4);
  REQUIRE(read != nullptr);
  CHECK(std::equal(image.pixels.begin(), image.pixels.end(), reinterpret_cast<Pixel*>(read)));
  stbi_image_free(read);
}

TEST_CASE("png: a place that can't be written is named in one sentence") {
  const auto missing = write_png(Image(2, 2), "/nonexistent/picture.png");
  REQUIRE_FALSE(missing.ok());
  CHECK(missing.error() ==
        "can't write the picture to '/nonexistent/picture.png': No such file or directory; look at "
        "the spelling, and make the folder if it is missing");
  CHECK_FALSE(encode_png(Image()).ok());
}

TEST_CASE("png: a full disk is an error, not half a picture") {
  if (!std::filesystem::exists("/dev/full")) return;
  const auto full = write_png(Image(64, 64), "/dev/full");
  REQUIRE_FALSE(full.ok());
  CHECK(full.error() ==
        "can't write the picture to '/dev/full': No space left on device; free some room there or "
        "choose another place");
  CHECK(std::filesystem::exists("/dev/full"));
}

TEST_CASE("png: what could be written only in part is not left behind") {
  const std::string path = (std::filesystem::temp_directory_path() /
                            fmt::format("roundtrip_torn_{}.png", getpid())).string();
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  rlimit little = before;
  little.rlim_cur = 1024;
  auto* const on_signal = std::signal(SIGXFSZ, SIG_IGN);
  setrlimit(RLIMIT_FSIZE, &little);
  const auto torn = write_png(noise(), path);
  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, on_signal);
  CHECK_FALSE(torn.ok());
  CHECK_FALSE(std::filesystem::exists(path));
}
