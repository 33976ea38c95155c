// The story's picture: the view that shows the step at the cursor best (story_at, views.h). Where a
// group of steps opens, the sentence that likens the group to a parcel's way stands in the place of
// the picture's own, so that a newcomer hears what comes in words that are known. It stands at that
// one fact only, and only where the view state has the explanations.
// Pure geometry; draw_picture (viz) paints it.
#pragma once

#include "viz/model/views.h"

namespace roundtrip::viz {

// `row` is the view to show: it has a layout.
Picture layout_story(const ViewRow& row, const TraceView& view, const Cursor& cursor,
                     const ViewState& state, const Ruler& ruler, const Rect& area);

// Whether the fact at the cursor is the first of its group, of what is in focus.
bool opens_group(const TraceView& view, const Cursor& cursor, const ViewState& state);

}  // namespace roundtrip::viz
