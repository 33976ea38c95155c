#include "viz/model/cards.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "tests/viz/model/layout_checks.h"
#include "tests/viz/model/picture_texts.h"
#include "tests/viz/model/scene.h"

namespace roundtrip::viz {
namespace {

constexpr std::size_t cards_told = 4;

// Four cards of 1, 3 or 6 lines; the second is told by the newest fact.
Picture place(const Scene& scene, const Rect& area) {
  const Cursor cursor{scene.view.end() - 1, {}};
  const ViewState state;
  const Ruler ruler = plain_ruler();
  PictureMaker maker(scene.view, cursor, state, ruler, area, "cards", "Cards", "");
  Cards cards(maker, ruler, maker.rest());
  for (std::size_t i = 0; i < cards_told; ++i) {
    cards.add(trace::Group::Handle, fmt::format("card {}", i + 1), [&maker, i](Telling telling) {
      const int lines = telling == Telling::Full ? 6 : telling == Telling::Usual ? 3 : 1;
      for (int line = 0; line < lines; ++line) {
        maker.row(fmt::format("line {}", line + 1),
                  {"told", {}, static_cast<trace::EventNumber>(i == 1 ? 9 : 3)});
      }
    });
  }
  cards.place();
  return maker.take();
}

std::string lines_of(const Picture& picture) {
  std::string text;
  for (const PictureBox& box : picture.boxes) {
    text += fmt::format("{}: {}, ", box.title_text(), box.rows.size());
  }
  return text;
}

TEST_CASE("cards: they say all where there is room, less where there is little") {
  const Scene scene(tell_hello);
  CHECK(lines_of(place(scene, {0, 0, 600, 440})) == "card 1: 6, card 2: 6, card 3: 6, card 4: 6, ");
  CHECK(lines_of(place(scene, {0, 0, 600, 260})) == "card 1: 3, card 2: 3, card 3: 3, card 4: 3, ");
  // The one of the newest fact says as much as usual, and another for which room is left.
  CHECK(lines_of(place(scene, {0, 0, 600, 200})) == "card 1: 1, card 2: 3, card 3: 3, card 4: 1, ");
  CHECK(lines_of(place(scene, {0, 0, 600, 160})) == "card 1: 1, card 2: 1, card 3: 1, card 4: 1, ");
}

TEST_CASE("cards: without room for all, those from the newest on stand, the others are named") {
  const Scene scene(tell_hello);
  const Picture picture = place(scene, {0, 0, 430, 130});
  REQUIRE(!picture.boxes.empty());
  CHECK(picture.boxes.front().title_text() == "card 2");
  CHECK(picture.boxes.size() < cards_told);
  CHECK(says(notes_of(picture), "card 1"));
  const Picture tiny = place(scene, {0, 0, 120, 110});
  CHECK(tiny.boxes.size() == 1);
  CHECK(says(notes_of(tiny), "and 3 more"));
}

TEST_CASE("cards: they stand apart, in their area, in order down the columns (sizes)") {
  const Scene scene(tell_hello);
  for (float w = 150; w < 1300; w += 90) {
    for (float h = 120; h < 700; h += 70) {
      const Rect area{7, 11, w, h};
      CAPTURE(dump(area));
      const Picture picture = place(scene, area);
      std::vector<Rect> rects;
      for (const PictureBox& box : picture.boxes) {
        CHECK(lies_in(box.rect, area));
        rects.push_back(box.rect);
      }
      check_apart(rects);
      if (picture.boxes.size() < cards_told) continue;
      for (std::size_t i = 1; i < rects.size(); ++i) {
        const bool below = rects[i].x == rects[i - 1].x && rects[i].y > rects[i - 1].y;
        CHECK((below || rects[i].x > rects[i - 1].x));
      }
    }
  }
}

}  // namespace
}  // namespace roundtrip::viz
