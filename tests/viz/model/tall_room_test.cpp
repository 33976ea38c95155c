// A pane that is lower than its picture: when it is, and how far the picture is moved under it.
#include "viz/model/tall_room.h"

#include <doctest/doctest.h>

#include "tests/viz/model/recorded.h"
#include "viz/model/cursor.h"
#include "viz/model/views.h"

namespace roundtrip::viz {
namespace {

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
