#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>

#include "viz/headless.h"
#include "viz/text.h"

using namespace roundtrip::viz;

namespace {

void check_glyphs(const HeadlessScreen& screen) {
  REQUIRE_MESSAGE(screen.fonts().notice.empty(), screen.fonts().notice);
  for (const Face face : {Face::Words, Face::Strong, Face::Mono}) {
    for (const TextSize size : {TextSize::Body, TextSize::Large, TextSize::Headline}) {
      const Font font = screen.fonts().at(face, size);
      for (char32_t code_point = 0x20; code_point < 0x7F; ++code_point) {
        CHECK(compat::has_glyph(font.font, font.px, code_point));
      }
      for (const char32_t code_point : relied_glyphs()) {
        INFO("code point ", static_cast<unsigned>(code_point), " in face ",
             static_cast<int>(face));
        CHECK(compat::has_glyph(font.font, font.px, code_point));
      }
    }
  }
}

}  // namespace

TEST_CASE("fonts: every glyph the screen relies on is there, in all faces and sizes") {
  HeadlessScreen screen(64, 64);
  screen.settle();
  check_glyphs(screen);
}

TEST_CASE("fonts: digits, letters and spaces of the mono face are equally wide") {
  HeadlessScreen screen(64, 64);
  screen.settle([](Canvas& canvas) {
    const TextStyle style = mono(canvas.theme);
    for (const char* text : {"0", "i", "W", "µ", "\u2009", "·", "↵"}) {
      CHECK(text_width(canvas, style, text) == mono_width(canvas));
    }
  });
}

TEST_CASE("fonts: without files one sentence says what to do, and text is still drawn") {
  setenv("ROUNDTRIP_FONTS", "/nonexistent", 1);
  HeadlessScreen screen(200, 60);
  unsetenv("ROUNDTRIP_FONTS");
  CHECK(screen.fonts().notice.find("fonts-dejavu-core") != std::string::npos);
  screen.settle([](Canvas& canvas) {
    draw_text(canvas, {10, 10}, words(canvas.theme), "plain");
    CHECK(text_width(canvas, words(canvas.theme), "plain") > 0);
  });
  const Image image = screen.render();
  CHECK(std::any_of(image.pixels.begin(), image.pixels.end(),
                    [&](Pixel pixel) { return !(pixel == image.at(0, 0)); }));
}
