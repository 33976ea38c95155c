// Room for a picture where its pane is low: with large words a pane may be lower than any picture
// can be made for. Then the picture is laid out in its least height and moved under the pane, by
// hand or so that what is at the cursor is seen. Pure geometry; draw_tall (viz) clips and paints.
// Unit: pixels of the picture.
#pragma once

#include <optional>
#include <vector>

#include "viz/model/picture.h"

namespace roundtrip::viz {

// In lines of running words. A view says how low a pane it can be made for (ViewRow); under a lower
// one the picture gets this much, for with words that large it is narrow as well.
inline constexpr float tall_picture_lines = 20;

// How far down a picture reaches, and the place of all that is at the cursor. Where only running
// words are, the box that is in force is meant as well.
struct PictureExtent {
  float bottom_px = 0;
  std::optional<Rect> at_cursor;  // rows with their boxes
  std::optional<Rect> first;      // the topmost row, bar, line, box or note of it, alone
};
PictureExtent extent_of(const Picture& picture);

// The pane itself, or a rectangle from its top that is taller.
Rect tall_rect(const Ruler& ruler, const Rect& pane, float least_lines);
// How far up to move what is laid out in the tall rectangle; 0 where it all has room.
float scroll_in_sight(const PictureExtent& extent, const Rect& pane, std::optional<float> by_hand);

// How much of the pane the title takes, and the names of columns below it: these stay in sight.
float head_px(const Picture& picture);
// Takes them out of a picture that was moved up, each where it stands in the pane.
std::vector<TextBox> take_head(Picture& picture, const Rect& pane);
// Takes out the words that the upper or the lower edge of what is seen would cut through: what is
// seen begins and ends with whole lines.
void keep_whole_lines(Picture& picture, const Rect& seen);

}  // namespace roundtrip::viz
