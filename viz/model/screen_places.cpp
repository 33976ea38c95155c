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

}  // namespace

ScreenParts screen_parts(const Ruler& ruler, const ViewState& state, const Rect& window) {
  const float gap = ruler.space(2);
  const auto letters = [&ruler](float count) { return std::round(count * ruler.body_px); };
  ScreenParts parts;
  Rect rest = window;
  parts.bar = rest.take_top(ruler.control_px + ruler.row_px + ruler.space(3));
  rest = Rect::from_corners(rest.x + gap, rest.y, rest.right() - gap, rest.bottom() - gap);
  if (state.whole) {
    parts.picture = rest;
    return parts;
  }
  const float picture_w = letters(30);
  const float lifecycle_px =
      state.projector ? rest.w * 0.22f : std::max(letters(15), rest.w * 0.15f);
  parts.lifecycle = rest.take_left(
      asked(state.splits.lifecycle, window.w, std::round(lifecycle_px), letters(8),
            rest.w - picture_w - letters(16)), gap);
  const float least_timeline_px = ruler.space(35);
  const float most_timeline_px =
      std::max(least_timeline_px, rest.h - gap - ruler.space(state.splits.timeline ? 50 : 93));
  parts.timeline = rest.take_bottom(
      asked(state.splits.timeline, window.h, std::round(rest.h * 0.33f), least_timeline_px,
            most_timeline_px), gap);
  const float explain_px =
      std::min(letters(34), std::clamp(std::round(rest.w * 0.34f), letters(16),
                                       std::max(letters(16), rest.w - gap - 640)));
  parts.explain = rest.take_right(
      asked(state.splits.explain, window.w, explain_px, letters(12), rest.w - gap - picture_w),
      gap);
  parts.picture = rest;
  return parts;
}

}  // namespace roundtrip::viz
