// Paints the log (viz/model/layout_log.h): one row an event, only those in sight, with a field that
// filters. A click goes to the event; hovering outlines it in every view. Keys: / puts the keyboard
// into the filter. Registry: "log", "log/search", "log/<event number from 1>".
#pragma once

#include "viz/model/layout_log.h"
#include "viz/panel_parts.h"

namespace roundtrip::viz {

Actions draw_log(const LogLayout& layout, const ViewState& state, const Canvas& canvas);

}  // namespace roundtrip::viz
