#include "viz/model/screen_places.h"

#include <algorithm>
#include <cmath>

namespace roundtrip::viz {

ScreenParts screen_parts(const Ruler& ruler, const ViewState& state, const Rect& window) {
  const float gap = ruler.space(2);
  const auto letters = [&ruler](float count) { return std::round(count * ruler.body_px); };
  ScreenParts parts;
  Rect rest = window;
  parts.bar = rest.take_top(ruler.control_px + ruler.row_px + ruler.space(3));
  rest = Rect::from_corners(rest.x + gap, rest.y, rest.right() - gap, rest.bottom() - gap);
  const float lifecycle_px =
      state.projector ? rest.w * 0.22f : std::max(letters(15), rest.w * 0.15f);
  parts.lifecycle = rest.take_left(std::round(lifecycle_px), gap);
  const float least_picture_px = ruler.space(93);
  const float timeline_px =
      std::clamp(std::round(rest.h * 0.33f), ruler.space(35),
                 std::max(ruler.space(35), rest.h - gap - least_picture_px));
  parts.timeline = rest.take_bottom(timeline_px, gap);
  const float explain_px = std::clamp(std::round(rest.w * 0.34f), letters(16),
                                      std::max(letters(16), rest.w - gap - 640));
  parts.explain = rest.take_right(std::min(explain_px, letters(34)), gap);
  parts.picture = rest;
  return parts;
}

}  // namespace roundtrip::viz
