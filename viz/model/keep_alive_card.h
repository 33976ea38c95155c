// What a card says of keep-alive: whether the connection stays and why not, what connecting cost
// its first request, and what the later ones saved by that. Every length is computed from the two
// facts at its ends. Called by the layout of the finish.
#pragma once

#include "viz/model/cards.h"
#include "viz/model/teller.h"

namespace roundtrip::viz {

// Into the box that was made last.
void add_keep_alive(PictureMaker& maker, const Teller& tell, Telling telling);

}  // namespace roundtrip::viz
