#include "viz/model/screen_places.h"

#include <algorithm>
#include <cmath>

namespace roundtrip::viz {
namespace {

// A share that was dragged, within what leaves the others their room.
float asked(const std::optional<float>& share, float whole, float otherwise, float least,
            float most) {
  const float px = share ? std::round(*share * whole) : otherwise;
  return std::clamp(px, std::min(least, most), most);
}

struct Placing {
  const Ruler& ruler;
  const ViewState& state;
  const Rect& window;
  float gap = ruler.space(2);

  float letters(float count) const { return std::round(count * ruler.body_px); }
  float lifecycle_px(const Rect& rest) const {
    return std::round(state.projector ? rest.w * 0.22f : std::max(letters(15), rest.w * 0.15f));
  }
  // Whether the panes, as wide as they are without being dragged, leave room for a picture.
  bool panes_fit(const Rect& rest) const {
    const float picture_px = rest.w - lifecycle_px(rest) - letters(16) - 2 * gap;
    return picture_px >= letters(least_picture_letters);
  }
  void panes(Rect rest, ScreenParts& parts) const;
  void drawers(Rect rest, ScreenParts& parts) const;
};

// The panes at the sides, the picture between them.
void Placing::panes(Rect rest, ScreenParts& parts) const {
  const float picture_w = letters(30);
  parts.lifecycle = rest.take_left(asked(state.splits.lifecycle, window.w, lifecycle_px(rest),
                                         letters(8), rest.w - picture_w - letters(16)), gap);
  const float least_timeline_px = ruler.space(35);
  const float most_timeline_px =
      std::max(least_timeline_px, rest.h - gap - ruler.space(state.splits.timeline ? 50 : 93));
  parts.timeline = rest.take_bottom(
      asked(state.splits.timeline, window.h, std::round(rest.h * 0.33f), least_timeline_px,
            most_timeline_px), gap);
  const float explain_px =
      std::min(letters(34), std::clamp(std::round(rest.w * 0.34f), letters(16),
                                       std::max(letters(16), rest.w - gap - letters(40))));
  parts.explain = rest.take_right(
      asked(state.splits.explain, window.w, explain_px, letters(12), rest.w - gap - picture_w),
      gap);
  parts.picture = rest;
}

// The picture between two handles. The timeline is low, so that the picture keeps some rows, and an
// open drawer covers it, too, for it is read.
void Placing::drawers(Rect rest, ScreenParts& parts) const {
  const float handle_px = ruler.row_px;
  const float half_gap = std::round(gap / 2);
  const Rect whole = rest;
  const float low_px = std::round(std::max(ruler.space(27), 5 * ruler.row_px));
  parts.timeline = rest.take_bottom(
      asked(state.splits.timeline, window.h, std::max(low_px, std::round(rest.h * 0.32f)), low_px,
            std::max(low_px, rest.h * 0.6f)), gap);
  parts.lifecycle_handle = rest.take_left(handle_px, half_gap);
  parts.explain_handle = rest.take_right(handle_px, half_gap);
  parts.picture = rest;
  Rect room = Rect::from_corners(rest.x, whole.y, rest.right(), whole.bottom());
  Rect left = room;
  parts.lifecycle = left.take_left(std::min(letters(22), std::round(room.w * 0.6f)));
  parts.explain = room.take_right(std::min(letters(30), std::round(room.w * 0.8f)));
}

}  // namespace

ScreenParts screen_parts(const Ruler& ruler, const ViewState& state, const Rect& window,
                         float bar_px) {
  const Placing placing{ruler, state, window};
  ScreenParts parts;
  Rect rest = window;
  parts.bar = rest.take_top(bar_px);
  rest = Rect::from_corners(rest.x + placing.gap, rest.y, rest.right() - placing.gap,
                            rest.bottom() - placing.gap);
  // Where words are so large that half the window is too little, it covers nearly all.
  const float share = rest.w < placing.letters(60) ? 0.9f : 0.5f;
  Rect wire = rest;
  parts.wire = wire.take_right(std::min(placing.letters(30), std::round(rest.w * share)));
  if (state.whole) {
    parts.picture = rest;
    return parts;
  }
  const float scale = scale_in_force(state.text_scale, state.projector);
  parts.drawers = scale >= drawer_scale || !placing.panes_fit(rest);
  if (parts.drawers) placing.drawers(rest, parts);
  else placing.panes(rest, parts);
  return parts;
}

}  // namespace roundtrip::viz
