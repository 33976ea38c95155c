#include "viz/model/tall_room.h"

#include <algorithm>

namespace roundtrip::viz {

namespace {

void join(std::optional<Rect>& all, const Rect& rect) {
  if (!all) {
    all = rect;
    return;
  }
  all = Rect::from_corners(std::min(all->x, rect.x), std::min(all->y, rect.y),
                           std::max(all->right(), rect.right()),
                           std::max(all->bottom(), rect.bottom()));
}

bool is_at_cursor(const PictureBox& box) {
  return box.link.at_cursor ||
         std::any_of(box.rows.begin(), box.rows.end(),
                     [](const PictureRow& row) { return row.link.at_cursor; });
}

}  // namespace

PictureExtent extent_of(const Picture& picture) {
  PictureExtent extent;
  const auto add = [&extent](const Rect& rect, bool at_cursor) {
    if (rect.empty()) return;
    extent.bottom_px = std::max(extent.bottom_px, rect.bottom());
    if (at_cursor) join(extent.at_cursor, rect);
  };
  for (const TextBox& line : picture.sentence) add(line.rect, false);
  // A frame is as large as what is inside it: its name is what has to be seen.
  for (const PictureFrame& frame : picture.frames) {
    add(frame.rect, false);
    add(frame.name.rect, frame.link.at_cursor);
  }
  // A row is understood with its box.
  for (const PictureBox& box : picture.boxes) add(box.rect, is_at_cursor(box));
  for (const PictureBar& bar : picture.bars) {
    add(bar.rect, bar.link.at_cursor || bar.filling == Filling::Marked ||
                      bar.filling == Filling::MarkedConsumed);
  }
  for (const PictureLine& line : picture.lines) add(line.touch, line.link.at_cursor);
  for (const PictureNote& note : picture.notes) add(note.text.rect, note.link.at_cursor);
  return extent;
}

Rect tall_rect(const Ruler& ruler, const Rect& pane, float least_lines) {
  Rect tall = pane;
  const float line_px = ruler.line(Voice::Body);
  if (pane.h < least_lines * line_px) tall.h = tall_picture_lines * line_px;
  return tall;
}

float scroll_in_sight(const PictureExtent& extent, const Rect& pane,
                      std::optional<float> by_hand) {
  const float most = std::max(0.f, extent.bottom_px - pane.bottom());
  if (by_hand) return std::min(*by_hand, most);
  if (!extent.at_cursor) return 0;
  // Its end comes into sight, but never at the cost of its beginning.
  const float below = extent.at_cursor->bottom() - pane.bottom();
  const float above = extent.at_cursor->y - pane.y;
  return std::clamp(std::min(below, above), 0.f, most);
}

}  // namespace roundtrip::viz
