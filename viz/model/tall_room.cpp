#include "viz/model/tall_room.h"

#include <algorithm>

namespace roundtrip::viz {

PictureExtent extent_of(const Picture& picture) {
  PictureExtent extent;
  const auto add = [&extent](const Rect& rect) {
    if (!rect.empty()) extent.bottom_px = std::max(extent.bottom_px, rect.bottom());
  };
  const auto add_linked = [&](const Rect& rect, const Link& link) {
    add(rect);
    if (!link.at_cursor || rect.empty()) return;
    std::optional<Rect>& all = extent.at_cursor;
    all = !all ? rect
               : Rect::from_corners(std::min(all->x, rect.x), std::min(all->y, rect.y),
                                    std::max(all->right(), rect.right()),
                                    std::max(all->bottom(), rect.bottom()));
  };
  for (const TextBox& line : picture.sentence) add(line.rect);
  for (const PictureBox& box : picture.boxes) {
    add_linked(box.rect, box.link);
    for (const PictureRow& row : box.rows) add_linked(row.rect, row.link);
  }
  for (const PictureBar& bar : picture.bars) add_linked(bar.rect, bar.link);
  for (const PictureLine& line : picture.lines) add_linked(line.touch, line.link);
  for (const PictureNote& note : picture.notes) add_linked(note.text.rect, note.link);
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
