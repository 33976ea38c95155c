// Paints one step of the tour (viz/model/tour.h) over the screen: everything else is dimmed, the
// panel it is about is outlined, and a card beside it says what it is for. Returns steps and end.
#pragma once

#include "viz/model/screen_places.h"
#include "viz/panel_parts.h"

namespace roundtrip::viz {

void draw_tour(std::size_t step, const ScreenParts& parts, const Canvas& canvas,
               Actions& actions);

}  // namespace roundtrip::viz
