// The picture of the start: the server as boxes that fill while it comes up (process, runtime,
// routes, socket, address, queue, accept loop, ready), each with what the trace says at the cursor;
// the last one says how the first request comes. Shown where no connection is in focus yet.
// Pure geometry from (trace, cursor, view state); draw_server paints it.
#pragma once

#include <vector>

#include "viz/model/layout_lifecycle.h"

namespace roundtrip::viz {

struct ServerTile {
  Rect rect;
  TextBox title;
  TextBox took;                 // how long its last step took; empty where that is not known
  std::vector<TextBox> lines;   // what is true of it at the cursor
  Progress progress = Progress::Ahead;
  trace::EventNumber event = trace::no_event;  // where a click goes: its first fact
  bool at_cursor = false;
  bool hovered = false;
  bool hint = false;            // no step: says what comes next
};

struct ServerLayout {
  Rect area;
  TextBox heading;
  TextBox state;
  std::vector<ServerTile> tiles;  // in the order in which they fill
};

ServerLayout layout_server(const TraceView& view, const Cursor& cursor, const ViewState& state,
                           const Ruler& ruler, const Rect& area);
std::string dump(const ServerLayout& layout);

}  // namespace roundtrip::viz
