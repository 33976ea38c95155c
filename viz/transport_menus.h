// The menus of the bar, and the field that opens under it: what the next hold is for. Each is a
// popup of ImGui, which keeps whether it is open and what is typed.
// Called by draw_transport for every control that has a menu, each frame.
#pragma once

#include "viz/model/layout_transport.h"
#include "viz/panel_parts.h"

namespace roundtrip::viz {

// `open`: its button was just pressed. `layout`: of the bar that it is of.
void draw_menu(const Canvas& canvas, const TransportButton& spec, bool open,
               const ViewState& state, const TransportLayout& layout, Actions& actions);

}  // namespace roundtrip::viz
