#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>

#include "viz/headless.h"
#include "viz/imgui_controls.h"
#include "viz/shapes.h"
#include "viz/text.h"

using namespace roundtrip;
using namespace roundtrip::viz;
using trace::Provenance;

namespace {

constexpr Provenance all_provenances[] = {Provenance::Observed, Provenance::Derived,
                                          Provenance::Inferred, Provenance::Injected,
                                          Provenance::Unknown};

Image textured(Provenance provenance, Rect rect, ThemeKind kind = ThemeKind::Light) {
  HeadlessScreen screen(200, 60, 1, kind);
  screen.settle([&](Canvas& canvas) {
    textured_rect(canvas, rect, canvas.theme.of(trace::Group::Read), provenance);
  });
  return screen.render();
}

int count_of(const Image& image, Color color) {
  const Pixel wanted{color.r, color.g, color.b, 255};
  return static_cast<int>(std::count(image.pixels.begin(), image.pixels.end(), wanted));
}

}  // namespace

TEST_CASE("shapes: each provenance has a texture of its own (light, dark; wide, small)") {
  for (const ThemeKind kind : {ThemeKind::Light, ThemeKind::Dark}) {
    for (const Rect rect : {Rect{20, 20, 150, 24}, Rect{20, 20, 16, 12}}) {
      for (const Provenance one : all_provenances) {
        for (const Provenance other : all_provenances) {
          if (one >= other) continue;
          INFO(static_cast<int>(one), " and ", static_cast<int>(other), " at ", rect.w);
          CHECK_FALSE((textured(one, rect, kind) == textured(other, rect, kind)));
        }
      }
    }
  }
}

TEST_CASE("shapes: less certain means less ink") {
  const Rect rect{20, 20, 150, 24};
  const Color fill = make_theme(ThemeKind::Light).of(trace::Group::Read).fill;
  const auto ink = [&](Provenance provenance) {
    return count_of(textured(provenance, rect), fill);
  };
  CHECK(ink(Provenance::Observed) > 150 * 24 - 40);
  CHECK(ink(Provenance::Inferred) < ink(Provenance::Observed) / 3);
  CHECK(ink(Provenance::Unknown) < ink(Provenance::Inferred));
  CHECK(ink(Provenance::Unknown) > 50);
  // Nothing but the ground inside of what nobody saw.
  const Image unknown = textured(Provenance::Unknown, rect);
  CHECK(unknown.at(95, 32) == unknown.at(0, 0));
}

TEST_CASE("shapes: nothing is drawn outside of the rectangle (all textures)") {
  const Rect rect{20, 20, 150, 24};
  for (const Provenance provenance : all_provenances) {
    const Image image = textured(provenance, rect);
    for (int y = 0; y < image.height; ++y) {
      for (int x = 0; x < image.width; ++x) {
        const Point at{static_cast<float>(x), static_cast<float>(y)};
        if (rect.contains(at) || image.at(x, y) == image.at(0, 0)) continue;
        FAIL("a pixel at " << x << ", " << y << " with provenance "
                           << static_cast<int>(provenance));
      }
    }
  }
}

TEST_CASE("shapes: a bar a million pixels wide costs what is visible of it") {
  HeadlessScreen screen(200, 60);
  for (const Provenance provenance : all_provenances) {
    screen.settle([&](Canvas& canvas) {
      textured_rect(canvas, {-500000, 20, 1000000, 24}, canvas.theme.of(trace::Group::Read),
                    provenance);
    });
    CHECK(ImGui::GetDrawData()->TotalVtxCount < 2000);
  }
}

TEST_CASE("shapes: every icon is a picture of its own") {
  std::set<std::string> seen;
  int icons = 0;
  for (int which = 0; which <= static_cast<int>(Icon::Dot); ++which, ++icons) {
    HeadlessScreen screen(32, 32);
    screen.settle([&](Canvas& canvas) {
      icon(canvas, {8, 8, 16, 16}, static_cast<Icon>(which), canvas.theme.text);
    });
    std::string bytes;
    for (const Pixel pixel : screen.render().pixels) bytes += static_cast<char>(pixel.r);
    seen.insert(bytes);
  }
  CHECK(seen.size() == static_cast<std::size_t>(icons));
}

TEST_CASE("text: what does not fit ends in an ellipsis, at a whole character") {
  HeadlessScreen screen(300, 100);
  screen.settle([](Canvas& canvas) {
    const TextStyle style = mono(canvas.theme);
    const float letter = mono_width(canvas);
    CHECK_FALSE(draw_text_in(canvas, {0, 0, letter * 5, 20}, style, "µµµµµ"));
    CHECK(draw_text_in(canvas, {0, 0, letter * 5, 20}, style, "µµµµµµ"));
    CHECK(draw_text_in(canvas, {0, 0, 0, 20}, style, "x"));
    CHECK_FALSE(draw_text_in(canvas, {0, 0, 0, 20}, style, ""));
  });
}

TEST_CASE("text: running words wrap, keep line feeds, and say when they were cut") {
  HeadlessScreen screen(300, 200);
  screen.settle([](Canvas& canvas) {
    const TextStyle style = words(canvas.theme);
    const float line = canvas.theme.line_px(TextSize::Body);
    CHECK(wrapped_height(canvas, style, "one\ntwo", 300) == 2 * line);
    CHECK(wrapped_height(canvas, style, "one\n\ntwo", 300) == 3 * line);
    CHECK(wrapped_height(canvas, style, "", 300) == 0);
    CHECK(wrapped_height(canvas, style, "one two three four", 60) >= 2 * line);
    // Narrower than a letter: still an end.
    CHECK(wrapped_height(canvas, style, "µx", 1) == 2 * line);
    const Wrapped whole = draw_wrapped(canvas, {0, 0, 300, 100}, style, "one\ntwo");
    CHECK(whole.height_px == 2 * line);
    CHECK_FALSE(whole.cut);
    CHECK(draw_wrapped(canvas, {0, 0, 300, line}, style, "one\ntwo").cut);
  });
}

TEST_CASE("controls: a button whose text is cut says so in the registry") {
  HeadlessScreen screen(300, 100);
  screen.settle([](Canvas& canvas) {
    const Button spec{.label = "bar/hold", .text = "Hold next request", .icon = Icon::Padlock};
    button(canvas, {10, 10, button_width(canvas, spec), 32}, spec);
  });
  CHECK(screen.registry().elided().empty());
  screen.settle([](Canvas& canvas) {
    button(canvas, {10, 10, 60, 32}, {.label = "bar/hold", .text = "Hold next request"});
  });
  CHECK(screen.registry().elided() == std::vector<std::string>{"bar/hold/text"});
}
