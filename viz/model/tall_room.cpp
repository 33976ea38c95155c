#include "viz/model/tall_room.h"

#include <algorithm>
#include <utility>

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

// What of a box is at the cursor: its first such row, or the box itself.
Rect part_at_cursor(const PictureBox& box) {
  const auto row = std::find_if(box.rows.begin(), box.rows.end(),
                                [](const PictureRow& one) { return one.link.at_cursor; });
  return row == box.rows.end() ? box.rect : row->rect;
}

// A line box is a little taller than its letters.
constexpr float most_cut = 0.1f;

bool is_cut(const Rect& text, const Rect& seen) {
  const float spare = text.h * most_cut;
  return text.overlaps(seen) &&
         (text.y < seen.y - spare || text.bottom() > seen.bottom() + spare);
}

}  // namespace

PictureExtent extent_of(const Picture& picture) {
  PictureExtent extent;
  const auto found = [&extent](const Rect& whole, const Rect& part) {
    join(extent.at_cursor, whole);
    if (!extent.first || part.y < extent.first->y) extent.first = part;
  };
  const auto add = [&](const Rect& rect, bool at_cursor) {
    if (rect.empty()) return;
    extent.bottom_px = std::max(extent.bottom_px, rect.bottom());
    if (at_cursor) found(rect, rect);
  };
  for (const TextBox& line : picture.sentence) add(line.rect, false);
  // A frame is as large as what is inside it: its name is what has to be seen.
  for (const PictureFrame& frame : picture.frames) {
    add(frame.rect, false);
    add(frame.name.rect, frame.link.at_cursor);
  }
  // A row is understood with its box.
  for (const PictureBox& box : picture.boxes) {
    add(box.rect, false);
    if (!box.rect.empty() && is_at_cursor(box)) found(box.rect, part_at_cursor(box));
  }
  for (const PictureBar& bar : picture.bars) {
    add(bar.rect, bar.link.at_cursor || bar.filling == Filling::Marked ||
                      bar.filling == Filling::MarkedConsumed);
  }
  for (const PictureLine& line : picture.lines) add(line.touch, line.link.at_cursor);
  const auto in_force = std::find_if(picture.boxes.rbegin(), picture.boxes.rend(),
                                     [](const PictureBox& box) { return box.chosen; });
  if (!extent.at_cursor && in_force != picture.boxes.rend()) add(in_force->rect, true);
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
  // Its end comes into sight, but never at the cost of its beginning; and neither at the cost of
  // what is at the cursor itself.
  const float below = extent.at_cursor->bottom() - pane.bottom();
  const float above = extent.at_cursor->y - pane.y;
  float scroll = std::min(below, above);
  if (extent.first) {
    scroll = std::max(scroll, extent.first->bottom() - pane.bottom());
    scroll = std::min(scroll, extent.first->y - pane.y);
  }
  return std::clamp(scroll, 0.f, most);
}

float head_px(const Picture& picture) {
  float names_px = 0;
  for (const PictureNote& note : picture.notes) {
    if (note.stays) names_px = std::max(names_px, note.text.rect.h);
  }
  return picture.heading.rect.h + names_px;
}

std::vector<TextBox> take_head(Picture& picture, const Rect& pane) {
  std::vector<TextBox> head;
  const auto take = [&head](TextBox& text, float y) {
    text.rect.y = y;
    head.push_back(std::exchange(text, {}));
  };
  const float names_y = pane.y + picture.heading.rect.h;
  take(picture.heading, pane.y);
  // A name keeps its own place as long as that is in sight.
  for (PictureNote& note : picture.notes) {
    if (note.stays && note.text.rect.y < names_y) take(note.text, names_y);
  }
  return head;
}

void keep_whole_lines(Picture& picture, const Rect& seen) {
  const auto keep = [&seen](TextBox& text) {
    if (!is_cut(text.rect, seen)) return;
    text.text.clear();
    text.cut = false;
  };
  const auto keep_all = [&keep](std::vector<TextBox>& all) {
    for (TextBox& text : all) keep(text);
  };
  keep_all(picture.sentence);
  for (PictureFrame& frame : picture.frames) {
    for (TextBox* text : {&frame.name, &frame.told, &frame.foot}) keep(*text);
  }
  for (PictureBox& box : picture.boxes) {
    keep_all(box.title);
    for (PictureRow& row : box.rows) {
      // Half a row is no row to point at.
      if (is_cut(row.rect, seen)) row.link = {};
      keep(row.name);
      keep(row.value);
      keep_all(row.cells);
    }
    keep_all(box.words);
  }
  for (PictureBar& bar : picture.bars) keep(bar.label);
  for (PictureLine& line : picture.lines) keep(line.label);
  for (PictureNote& note : picture.notes) {
    if (is_cut(note.text.rect, seen)) note.link = {};
    keep(note.text);
  }
}

}  // namespace roundtrip::viz
