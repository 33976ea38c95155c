// The card that tells the life of the byte under the pointer, over everything else. Takes no input.
#pragma once

#include "viz/model/layout_byte_life.h"
#include "viz/panel_parts.h"

namespace roundtrip::viz {

void draw_byte_life(const LifeCard& card, const Canvas& canvas);

}  // namespace roundtrip::viz
