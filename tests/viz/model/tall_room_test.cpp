// Pictures taller than their pane: all that is at the cursor comes into sight.
#include "viz/model/tall_room.h"

#include <doctest/doctest.h>

namespace roundtrip::viz {
namespace {

PictureBox box_at(float y, bool row_at_cursor) {
  PictureBox box;
  box.rect = {0, y, 100, 90};
  PictureRow row;
  row.rect = {0, y + 30, 100, 20};
  row.link.at_cursor = row_at_cursor;
  box.rows.push_back(row);
  return box;
}

TEST_CASE("tall room: all that is at the cursor counts, a row with its box, a frame by its name") {
  Picture picture;
  picture.boxes = {box_at(0, false), box_at(100, true), box_at(200, false), box_at(300, true)};
  const PictureExtent extent = extent_of(picture);
  REQUIRE(extent.at_cursor);
  CHECK(*extent.at_cursor == Rect{0, 100, 100, 290});
  CHECK(extent.bottom_px == 390);

  // The byte that a picture's words are about is part of it.
  PictureBar byte;
  byte.rect = {40, 60, 10, 20};
  byte.filling = Filling::Marked;
  picture.bars.push_back(byte);
  CHECK(*extent_of(picture).at_cursor == Rect{0, 60, 100, 330});

  PictureFrame frame;
  frame.rect = {0, 0, 100, 800};
  frame.name.rect = {0, 4, 100, 20};
  frame.link.at_cursor = true;
  Picture framed;
  framed.frames.push_back(frame);
  CHECK(*extent_of(framed).at_cursor == frame.name.rect);
  CHECK(extent_of(framed).bottom_px == 800);
}

TEST_CASE("tall room: its end comes into sight, never at the cost of its beginning") {
  const Rect pane{0, 0, 100, 200};
  PictureExtent extent{500, Rect{0, 250, 100, 90}};
  CHECK(scroll_in_sight(extent, pane, {}) == 140);
  extent.at_cursor = Rect{0, 50, 100, 400};
  CHECK(scroll_in_sight(extent, pane, {}) == 50);
  CHECK(scroll_in_sight(extent, pane, 1000.f) == 300);
}

}  // namespace
}  // namespace roundtrip::viz
