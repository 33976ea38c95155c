// The pictures whose boxes find their places by what they say, in the real theme and at many sizes:
// no word of theirs is cut.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>

#include "tests/viz/model/answers.h"
#include "tests/viz/model/scene.h"
#include "viz/headless.h"
#include "viz/model/views.h"
#include "viz/panel_parts.h"
#include "viz/panel_picture.h"
#include "viz/shapes.h"

namespace roundtrip::viz {
namespace {

// What is cut of a picture, one a line.
std::string cuts_of(const Picture& picture) {
  std::string cuts;
  const auto look = [&](const TextBox& text) {
    if (text.cut) cuts += text.text + "\n";
  };
  look(picture.heading);
  for (const TextBox& line : picture.sentence) look(line);
  for (const PictureBox& box : picture.boxes) {
    for (const TextBox& line : box.title) look(line);
    for (const TextBox& line : box.words) look(line);
    for (const PictureRow& row : box.rows) {
      look(row.name);
      look(row.value);
    }
  }
  for (const PictureNote& note : picture.notes) look(note.text);
  for (const PictureFrame& frame : picture.frames) {
    for (const TextBox* text : {&frame.name, &frame.told, &frame.foot}) look(*text);
  }
  return cuts;
}

void check_words(const Scene& scene, bool projector) {
  HeadlessScreen screen(1280, 720, make_theme(ThemeKind::Light, projector));
  screen.settle([&](Canvas& canvas) {
    const Ruler ruler = ruler_of(canvas);
    const float least_w = projector ? 540 : 400;
    const float least_h = projector ? 240 : 200;
    for (const std::string_view name : {"buffers", "finish", "handler", "spawn", "scheduler"}) {
      for (float w = least_w; w <= 1300; w += 115) {
        for (float h = least_h; h <= 900; h += 85) {
          for (std::uint64_t event = 3; event < scene.view.end(); event += 7) {
            const std::string cuts = cuts_of(
                layout_view(*view_row(name), scene.view, {event, {}}, {}, ruler, {0, 0, w, h}));
            if (cuts.empty()) continue;
            FAIL_CHECK(fmt::format("{} at {}x{}, event {}: {}", name, w, h, event + 1, cuts));
            return;
          }
        }
      }
    }
  });
}

TEST_CASE("pictures: no word is cut at any size (busy, a slow handler, a long answer)") {
  for (const auto& tell : {tell_busy, tell_slow_post, tell_long_answer}) {
    const Scene scene(tell);
    for (const bool projector : {false, true}) check_words(scene, projector);
  }
}

// How many pixels along the box's upper edge are not of the panel's colour.
int edge_pixels(const PictureBox& box) {
  HeadlessScreen screen(400, 120);
  Picture picture;
  picture.name = "test";
  picture.boxes.push_back(box);
  Color ground;
  screen.settle([&](Canvas& canvas) {
    ground = canvas.theme.panel;
    fill_rect(canvas, {0, 0, 400, 120}, ground, 0);
    draw_picture(picture, canvas);
  });
  const Image image = screen.render();
  int pixels = 0;
  for (int x = 60; x < 340; ++x) {
    bool inked = false;
    for (int y = 18; y <= 22; ++y) {
      const Pixel pixel = image.pixels[static_cast<std::size_t>(y * image.width + x)];
      inked = inked || !(pixel == Pixel{ground.r, ground.g, ground.b, 255});
    }
    pixels += inked ? 1 : 0;
  }
  return pixels;
}

TEST_CASE("pictures: what is not yet has an unbroken border, dashes are for what is inferred") {
  PictureBox box;
  box.rect = {20, 20, 360, 60};
  box.group = trace::Group::Read;
  CHECK(edge_pixels(box) == 280);
  box.dotted = true;
  CHECK(edge_pixels(box) < 200);
}

}  // namespace
}  // namespace roundtrip::viz
