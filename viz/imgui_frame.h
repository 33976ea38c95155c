// What every draw function gets, and the two calls that open and close the screen of one frame. The
// window (app) and HeadlessScreen call begin_screen between ImGui's NewFrame and Render; between
// begin_screen and end_screen panels draw. Knows no panel and no backend.
#pragma once

#include <imgui.h>

#include "viz/fonts.h"
#include "viz/model/geometry.h"
#include "viz/registry.h"
#include "viz/theme.h"

namespace roundtrip::viz {

struct Canvas {
  ImDrawList* list;  // of the current ImGui window
  const Theme& theme;
  const Fonts& fonts;
  Registry& registry;
  Rect area;  // what may be drawn on: the whole screen, or the region given to a child
  bool tips = true;  // not between a key and the pointer's next move

  // The part of this canvas, and of the current clipping, in which a thing is visible at all.
  Rect visible() const;
};

// Opens one undecorated ImGui window over the whole display, fills it with the theme's ground and
// clears the registry. Always followed by end_screen.
Canvas begin_screen(const Theme& theme, const Fonts& fonts, Registry& registry);
void end_screen();

// A region that clips what it holds and scrolls when the content is taller. The area of its canvas
// starts at the top of the scrolled content and is as wide as the content may be. The caller
// draws there, then says how tall it all was; the region ends with its scope.
class ScrollRegion {
 public:
  ScrollRegion(const Canvas& parent, const char* id, Rect rect);
  ~ScrollRegion();
  ScrollRegion(const ScrollRegion&) = delete;
  ScrollRegion& operator=(const ScrollRegion&) = delete;

  Canvas& canvas() { return canvas_; }
  void set_content_height(float height_px) { content_height_px_ = height_px; }
  // Scrolls as little as needed so that this part of the content (screen coordinates) shows.
  void reveal(Rect part);

 private:
  Canvas canvas_;
  Rect rect_;
  float content_height_px_ = 0;
};

}  // namespace roundtrip::viz
