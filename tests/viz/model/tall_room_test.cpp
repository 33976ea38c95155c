// A pane that is lower than its picture: when it is, how far the picture is moved under it, and
// that all that is at the cursor comes into sight.
#include "viz/model/tall_room.h"

#include <doctest/doctest.h>

#include "tests/viz/model/recorded.h"
#include "viz/model/cursor.h"
#include "viz/model/views.h"

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
  PictureExtent extent{500, Rect{0, 250, 100, 90}, {}};
  CHECK(scroll_in_sight(extent, pane, {}) == 140);
  extent.at_cursor = Rect{0, 50, 100, 400};
  CHECK(scroll_in_sight(extent, pane, {}) == 50);
  CHECK(scroll_in_sight(extent, pane, 1000.f) == 300);
}

TEST_CASE("tall room: the row at the cursor is seen where its box is taller than the pane") {
  Picture picture;
  picture.boxes = {box_at(100, true)};
  picture.boxes[0].rect.h = 400;
  picture.boxes[0].rows[0].rect.y = 420;
  const PictureExtent extent = extent_of(picture);
  REQUIRE(extent.first);
  CHECK(*extent.first == picture.boxes[0].rows[0].rect);
  const Rect pane{0, 0, 100, 200};
  CHECK(extent.first->bottom() - scroll_in_sight(extent, pane, {}) == pane.bottom());
}

TEST_CASE("tall room: the box in force is at the cursor where only words are") {
  Picture picture;
  picture.boxes = {box_at(100, false), box_at(300, false)};
  picture.boxes[0].chosen = true;
  PictureNote note;
  note.text = {{0, 380, 100, 20}, "what has just happened"};
  note.link.at_cursor = true;
  picture.notes.push_back(note);
  CHECK(*extent_of(picture).first == picture.boxes[0].rect);
  CHECK(*extent_of(picture).at_cursor == Rect{0, 100, 100, 300});
  picture.boxes[1].link.at_cursor = true;
  CHECK(*extent_of(picture).first == picture.boxes[1].rect);
}

TEST_CASE("tall room: the title stays, and the names of columns; others keep their place") {
  const Rect pane{0, 0, 100, 200};
  const auto moved = [](float by) {
    Picture picture;
    picture.heading = {{0, 0 - by, 100, 24}, "title"};
    PictureNote name;
    name.text = {{0, 60 - by, 100, 20}, "Client"};
    name.stays = true;
    PictureNote other;
    other.text = {{0, 80 - by, 100, 20}, "SYN"};
    picture.notes = {name, other};
    return picture;
  };
  Picture picture = moved(50);
  CHECK(head_px(picture) == 44);
  const std::vector<TextBox> head = take_head(picture, pane);
  REQUIRE(head.size() == 2);
  CHECK(head[0].rect == Rect{0, 0, 100, 24});
  CHECK(head[1].rect == Rect{0, 24, 100, 20});
  CHECK(picture.heading.empty());
  CHECK(picture.notes[0].text.empty());
  CHECK(picture.notes[1].text.rect.y == 30);

  Picture still = moved(0);
  CHECK(take_head(still, pane).size() == 1);
  CHECK(still.notes[0].text.text == "Client");
}

TEST_CASE("tall room: a line that an edge would cut through is left out, whole ones are kept") {
  Picture picture;
  picture.boxes = {box_at(0, true), box_at(100, true)};
  for (PictureBox& box : picture.boxes) {
    box.rows[0].name = {box.rows[0].rect, "row"};
    box.words = {{{0, box.rect.y + 60, 100, 20}, "words"}};
  }
  keep_whole_lines(picture, {0, 40, 100, 130});
  CHECK(picture.boxes[0].rows[0].name.empty());
  CHECK_FALSE(picture.boxes[0].rows[0].link.any());
  CHECK(picture.boxes[0].words[0].text == "words");
  CHECK(picture.boxes[1].rows[0].name.text == "row");
  CHECK(picture.boxes[1].rows[0].link.at_cursor);
  CHECK(picture.boxes[1].words[0].empty());
}

TEST_CASE("tall room: a pane gets a taller picture only below what the view can be made for") {
  const Ruler ruler = plain_ruler(true);
  const float line = ruler.line(Voice::Body);
  const Rect pane{0, 10, 1160, 10 * line};
  CHECK(tall_rect(ruler, pane, 9).h == pane.h);
  CHECK(tall_rect(ruler, pane, 15).h == tall_picture_lines * line);
  CHECK(tall_rect(ruler, pane, 15).y == pane.y);
}

TEST_CASE("tall room: the row at the cursor comes into sight, not only its box (overview)") {
  const Recorded told("01-hello");
  const Ruler ruler = plain_ruler(true);
  const float line = ruler.line(Voice::Body);
  const Cursor cursor = *Stepper(told.view).position_of("read.request_ready");
  const Rect tall{0, 0, 1160, tall_picture_lines * line};
  const Picture picture =
      layout_view(*view_row(ViewId::Overview), told.view, cursor, {}, ruler, tall);
  std::optional<Rect> row;
  for (const PictureBox& box : picture.boxes) {
    for (const PictureRow& one : box.rows) {
      if (one.link.at_cursor) row = one.rect;
    }
  }
  REQUIRE(row);
  const PictureExtent extent = extent_of(picture);
  REQUIRE(extent.at_cursor);
  CHECK(extent.at_cursor->contains(*row));
  // A pane that ends just above the row.
  const Rect pane{0, 0, tall.w, row->y - 1};
  const float scroll = scroll_in_sight(extent, pane, {});
  CHECK(row->bottom() - scroll <= pane.bottom());
  CHECK(scroll_in_sight(extent, pane, 5.f) == 5);
}

}  // namespace
}  // namespace roundtrip::viz
