// What every layout has to keep: texts inside their boxes, boxes inside their area, rows apart.
// Called by the tests of viz/model at many cursors and at the sizes of two screens; `places` stands
// in for the whole screen's layout, which the panels own. Unit: pixels.
#pragma once

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "viz/model/text_box.h"

namespace roundtrip::viz {

// A hair of rounding is forgiven.
inline bool lies_in(const Rect& inner, const Rect& outer) {
  return outer.inset(-0.51f).contains(inner);
}

inline void check_text(const Ruler& ruler, const TextBox& box, const Rect& area) {
  if (box.empty()) return;
  CAPTURE(dump(box));
  CAPTURE(dump(area));
  CHECK(ruler.width(box.text, box.voice) <= box.rect.w + 0.01f);
  CHECK(ruler.height(box.voice) <= box.rect.h + 0.51f);
  CHECK(lies_in(box.rect, area));
}

inline void check_apart(const std::vector<Rect>& rects) {
  for (std::size_t i = 0; i < rects.size(); ++i) {
    for (std::size_t j = i + 1; j < rects.size(); ++j) {
      const Rect common = rects[i].intersection(rects[j]);
      if (common.w <= 0.02f || common.h <= 0.02f) continue;
      FAIL_CHECK("overlap: " << dump(rects[i]) << " and " << dump(rects[j]));
      return;
    }
  }
}

// The panels' places at a window size, as the story preset has them.
struct Places {
  Rect bar, lifecycle, picture, explain, timeline;
};
inline Places places(float width, float height) {
  Rect rest{0, 0, width, height};
  Places p;
  p.bar = rest.take_top(48);
  p.timeline = rest.take_bottom(std::max(140.f, height * 0.25f));
  p.lifecycle = rest.take_left(240);
  p.explain = rest.take_right(width - 240 - std::max(640.f, width * 0.55f));
  p.picture = rest;
  return p;
}

}  // namespace roundtrip::viz
