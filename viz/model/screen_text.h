// Every layout of the screen as one text, and the comparison of two: the guard of the rule that the
// screen is a pure function of (trace, cursor, view state). A live trace, the same saved, and the
// same loaded again give the same text at every cursor. Called by tests only.
// The transport bar is not part of it: it says where the events come from.
#pragma once

#include <string>

#include "viz/model/text_box.h"
#include "viz/model/view_state.h"

namespace roundtrip::viz {

std::string screen_text(const TraceView& view, const Cursor& cursor, const ViewState& state,
                        const Ruler& ruler, const Rect& window);

// Empty when both show the same; else the first line that differs, as each has it.
std::string layout_difference(const TraceView& one, const TraceView& other, const Cursor& cursor,
                              const ViewState& state, const Ruler& ruler, const Rect& window);

inline bool same_layouts(const TraceView& one, const TraceView& other, const Cursor& cursor,
                         const ViewState& state, const Ruler& ruler, const Rect& window) {
  return layout_difference(one, other, cursor, state, ruler, window).empty();
}

}  // namespace roundtrip::viz
