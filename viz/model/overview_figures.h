// What the way of a request took in all, in two lines below the overview: the request with the
// parts of its time (on a worker, in run queues, parked), which add up to it; and its connection's
// set-up, bytes and events. Where one line has room, without the parts. Not yet told is absent.
#pragma once

#include "viz/model/focus_facts.h"
#include "viz/model/teller.h"

namespace roundtrip::viz {

// From left to right; what has no room is left out.
void place_overview_figures(const Teller& tell, const FocusFacts& facts, PictureMaker& picture,
                            Rect lines);

}  // namespace roundtrip::viz
