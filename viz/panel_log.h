// Paints the log (viz/model/layout_log.h): one row an event, only those in sight, with a field that
// filters. A click goes to the event; hovering outlines it in every view. Keys: / puts the keyboard
// into the filter. Registry: "log", "log/search", "log/<event number from 1>".
#pragma once

#include <string_view>

#include "viz/model/layout_log.h"
#include "viz/panel_parts.h"

namespace roundtrip::viz {

// `filter`: what stands in the field (ViewState::log_filter).
Actions draw_log(const LogLayout& layout, std::string_view filter, const Canvas& canvas);

}  // namespace roundtrip::viz
