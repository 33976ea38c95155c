// Paints the table of connections (viz/model/layout_connections.h): its filter, its buttons, its
// rows. A click on a row goes to its first fact and stays with its connection; a heading sorts, the
// sign before a connection folds its requests away. Keys are those of the buttons (screen_keys.h).
// Registry: "connections", "connections/filter", "connections/slowest", "connections/before",
// "connections/after", "connections/fold", and the table's own (panel_table.h).
#pragma once

#include "viz/model/layout_connections.h"
#include "viz/panel_parts.h"

namespace roundtrip::viz {

Actions draw_connections(const ConnectionsLayout& layout, const ViewState& state,
                         const Canvas& canvas);

}  // namespace roundtrip::viz
