// Paints the bar at the top (viz/model/layout_transport.h) and answers its buttons; opens the menus
// of what has a choice: the program's own (open, save, how it looks), the scenario, Send, the unit
// of a step, the pace, a place to go to. Under it the banner that says which pause is meant.
// Registry: "transport", "transport/<control>", its menus' rows as "menu/<control>/<row>".
#pragma once

#include "viz/model/layout_transport.h"
#include "viz/panel_parts.h"

namespace roundtrip::viz {

Actions draw_transport(const TransportLayout& layout, const ViewState& state,
                       const Canvas& canvas);

}  // namespace roundtrip::viz
