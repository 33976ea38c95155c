// The side panes as drawers, where words are too large for them to stand beside the picture
// (viz/model/screen_places.h): a slim handle at each edge, and the open one laid over the picture.
// Called by draw_screen. Which one is open is in the view state; nothing is kept here.
#pragma once

#include "viz/model/actions.h"
#include "viz/model/screen_places.h"
#include "viz/panel_parts.h"

namespace roundtrip::viz {

// Both handles; a click opens a drawer and puts it away.
void draw_handles(const Canvas& canvas, const ScreenParts& parts, Drawer open, Actions& actions);

// What an open drawer is drawn on: a window of its own, so that what lies under it gets no pointer.
class OpenDrawer {
 public:
  OpenDrawer(const Canvas& canvas, const Rect& rect);
  const Canvas& canvas() const { return overlay_.canvas(); }

 private:
  Overlay overlay_;
};

}  // namespace roundtrip::viz
