// The whole screen at any window size from 1280×720 up: the bar, the lifecycle list, the picture
// (bytes or log), the explain pane, the timeline, and over them the sheet of keys and the question
// for a file. Pure over (trace, cursor, view state): it draws, and returns what the pointer and the
// keyboard ask for. Called once a frame by the window, by `screenshot` and by tests; whoever calls
// it hands each action to `apply` (viz/model/actions.h). Keeps nothing.
#pragma once

#include <string_view>

#include "viz/imgui_frame.h"
#include "viz/model/actions.h"

namespace roundtrip::viz {

Actions draw_screen(const TraceView& view, const Cursor& cursor, const ViewState& state,
                    const Canvas& canvas);

// One panel on the whole canvas: lifecycle, bytes, log, explain, timeline or transport. False when
// there is none of that name.
bool draw_one_panel(std::string_view name, const TraceView& view, const Cursor& cursor,
                    const ViewState& state, const Canvas& canvas);

}  // namespace roundtrip::viz
