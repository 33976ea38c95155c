// Enlarged: a canvas for a picture that has more room than it needs: the same theme with its next
// larger text sizes, and everything in proportion. A picture is made for so many letters of running
// words side by side (ViewRow), and for 24 lines; it takes the largest size in which it still has
// that much. On a projector the words are large already. Lives as long as the drawing of one
// picture.
#pragma once

#include "viz/imgui_frame.h"

namespace roundtrip::viz {

class Enlarged {
 public:
  Enlarged(const Canvas& canvas, const Rect& room, float letters_wide);
  Enlarged(const Enlarged&) = delete;
  Enlarged& operator=(const Enlarged&) = delete;

  const Canvas& canvas() const { return canvas_; }

 private:
  Theme theme_;
  Fonts fonts_;
  Canvas canvas_;
};

}  // namespace roundtrip::viz
