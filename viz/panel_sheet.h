// The sheet of keys over everything, drawn from the table of commands, with the legend under it.
// A click or Esc puts it away. Where it is taller than the window, the wheel and the arrow keys
// move it; no words are cut. Registry: "sheet", "sheet/KEYS" of each line in sight.
#pragma once

#include "viz/imgui_frame.h"
#include "viz/model/actions.h"

namespace roundtrip::viz {

void draw_sheet(const Canvas& canvas, Actions& actions);

}  // namespace roundtrip::viz
