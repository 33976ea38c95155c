// The states: the machines of a connection, of TCP at both its ends and of its task, as diagrams
// made from the tables in the code (state_machines.h). Where a machine is now is lit; the moves
// that were made are numbered in their order, with the time that was spent in each state; what is
// inferred is dashed. Where there is room all four stand side by side, else the one that the cursor
// is about, and of the others what they are in; where not even that fits, words.
#pragma once

#include "viz/model/picture.h"

namespace roundtrip::viz {

Picture layout_states(const TraceView& view, const Cursor& cursor, const ViewState& state,
                      const Ruler& ruler, const Rect& area);

}  // namespace roundtrip::viz
