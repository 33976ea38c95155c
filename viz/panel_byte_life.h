// The card that tells the life of the byte under the pointer, over everything else, as a tip of its
// own place and size. Called by the screen while a byte is hovered. Takes no input, so what lies
// under it is still what the pointer is on.
#pragma once

#include "viz/model/layout_byte_life.h"
#include "viz/panel_parts.h"

namespace roundtrip::viz {

void draw_byte_life(const LifeCard& card, const Canvas& canvas);

}  // namespace roundtrip::viz
