// What the way of a request took in all, in one line below the overview: the request itself, its
// connection, the server's start, bytes and events. What has not been told yet is absent.
#pragma once

#include "viz/model/focus_facts.h"
#include "viz/model/teller.h"

namespace roundtrip::viz {

// From left to right; what has no room is left out.
void place_overview_figures(const Teller& tell, const FocusFacts& facts, PictureMaker& picture,
                            Rect line);

}  // namespace roundtrip::viz
