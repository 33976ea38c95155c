#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "viz/headless.h"
#include "viz/text.h"

using namespace roundtrip::viz;

namespace {

constexpr Color red = rgb(0xFF0000);

Pixel pixel(Color color) { return {color.r, color.g, color.b, 255}; }

Image drawn(HeadlessScreen::Draw draw) {
  HeadlessScreen screen(100, 60);
  screen.settle(std::move(draw));
  return screen.render();
}

int count_of(const Image& image, Pixel wanted) {
  return static_cast<int>(std::count(image.pixels.begin(), image.pixels.end(), wanted));
}

}  // namespace

TEST_CASE("rasterizer: a rectangle covers exactly its pixels") {
  const Image image = drawn([](Canvas& canvas) {
    canvas.list->AddRectFilled({10, 20}, {30, 25}, red);
  });
  CHECK(count_of(image, pixel(red)) == 20 * 5);
  CHECK(image.at(10, 20) == pixel(red));
  CHECK(image.at(29, 24) == pixel(red));
  CHECK_FALSE(image.at(9, 20) == pixel(red));
  CHECK_FALSE(image.at(30, 24) == pixel(red));
}

TEST_CASE("rasterizer: the scissor cuts, and half a colour is half mixed") {
  const Image image = drawn([](Canvas& canvas) {
    canvas.list->AddRectFilled({0, 0}, {100, 60}, rgb(0x000000));
    canvas.list->PushClipRect({10, 10}, {20, 20});
    canvas.list->AddRectFilled({0, 0}, {100, 60}, Color{255, 255, 255, 128});
    canvas.list->PopClipRect();
  });
  CHECK(count_of(image, {128, 128, 128, 255}) == 100);
  CHECK(image.at(10, 10) == Pixel{128, 128, 128, 255});
  CHECK(image.at(20, 20) == Pixel{0, 0, 0, 255});
}

TEST_CASE("rasterizer: triangles that share an edge leave no gap and draw no pixel twice") {
  // A fan around a point, half transparent: a doubled pixel would be darker, a missed one white.
  const Image image = drawn([](Canvas& canvas) {
    ImDrawList& list = *canvas.list;
    list.AddRectFilled({0, 0}, {100, 60}, rgb(0xFFFFFF));
    const ImVec2 rim[] = {{10, 10}, {47.3f, 10}, {90, 10}, {90, 31.7f}, {90, 50}, {52.1f, 50},
                          {10, 50}, {10, 28.4f}};
    const ImVec2 white = ImGui::GetFontTexUvWhitePixel();
    for (int index = 0; index < 8; ++index) {
      list.PrimReserve(3, 3);
      const ImVec2 corners[] = {{43.61f, 27.93f}, rim[index], rim[(index + 1) % 8]};
      for (const ImVec2 corner : corners) list.PrimVtx(corner, white, Color{0, 0, 0, 100});
    }
  });
  CHECK(count_of(image, {155, 155, 155, 255}) == 80 * 40);
}

TEST_CASE("rasterizer: a gradient runs from one colour to the other") {
  const Image image = drawn([](Canvas& canvas) {
    const ImU32 black = rgb(0x000000), white = rgb(0xFFFFFF);
    canvas.list->AddRectFilledMultiColor({0, 0}, {100, 60}, black, white, white, black);
  });
  CHECK(image.at(0, 30).r <= 3);
  CHECK(image.at(99, 30).r >= 252);
  for (int x = 1; x < 100; ++x) CHECK(image.at(x, 30).r >= image.at(x - 1, 30).r);
}

TEST_CASE("rasterizer: rounded corners are smooth, the middle is solid") {
  const Image image = drawn([](Canvas& canvas) {
    canvas.list->AddRectFilled({0, 0}, {100, 60}, rgb(0xFFFFFF));
    canvas.list->AddRectFilled({10, 10}, {90, 50}, rgb(0x000000), 8);
  });
  CHECK(image.at(50, 30) == Pixel{0, 0, 0, 255});
  CHECK(image.at(10, 10) == Pixel{255, 255, 255, 255});
  int between = 0;
  for (int x = 10; x < 20; ++x) {
    for (int y = 10; y < 20; ++y) {
      const int value = image.at(x, y).r;
      between += value > 0 && value < 255 ? 1 : 0;
    }
  }
  CHECK(between >= 6);
}

TEST_CASE("rasterizer: text is drawn where it was put, in its colour") {
  const Image image = drawn([](Canvas& canvas) {
    canvas.list->AddRectFilled({0, 0}, {100, 60}, rgb(0xFFFFFF));
    const float width = draw_text(canvas, {20, 20}, {Face::Mono, TextSize::Body, red}, "HTTP");
    CHECK(width == 4 * mono_width(canvas));
  });
  int inside = 0;
  for (int y = 0; y < image.height; ++y) {
    for (int x = 0; x < image.width; ++x) {
      if (image.at(x, y) == Pixel{255, 255, 255, 255}) continue;
      CHECK(image.at(x, y).r == 255);
      const bool in_box = x >= 20 && x < 20 + 36 && y >= 20 && y < 36;
      CHECK(in_box);
      ++inside;
    }
  }
  CHECK(inside > 60);
  // The uprights of an H are full colour: unscaled glyphs are not blurred.
  CHECK(count_of(image, pixel(red)) > 10);
}

TEST_CASE("rasterizer: the same calls give the same bytes") {
  const auto draw = [](Canvas& canvas) {
    canvas.list->AddLine({3, 7}, {91, 53}, red, 2);
    canvas.list->AddCircle({50, 30}, 20, rgb(0x00FF00), 0, 3);
    draw_text(canvas, {5, 5}, words(canvas.theme), "same");
  };
  CHECK((drawn(draw) == drawn(draw)));
}

TEST_CASE("rasterizer: what lies far outside, or is not a number, does no harm") {
  const Image image = drawn([](Canvas& canvas) {
    canvas.list->AddTriangleFilled({-1e9f, 0}, {1e9f, 3}, {5, 1e9f}, red);
    canvas.list->AddRectFilled({-1e9f, 10}, {1e9f, 12}, red);
    canvas.list->AddRectFilled({NAN, 20}, {50, NAN}, red);
    canvas.list->AddLine({-5000, -5000}, {5000, 5000}, red, 2);
  });
  CHECK(image.at(0, 10) == pixel(red));
}
