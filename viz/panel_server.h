// Paints the picture of the start (viz/model/layout_server.h): boxes joined by arrows, empty and
// dotted until their step has happened, glowing where the cursor is. A click goes to the step.
// Registry: "server", "server/<number of the box from 1>".
#pragma once

#include "viz/model/layout_server.h"
#include "viz/panel_parts.h"

namespace roundtrip::viz {

Actions draw_server(const ServerLayout& layout, const Canvas& canvas);

}  // namespace roundtrip::viz
