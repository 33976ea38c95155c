// The lifecycle list: the groups of the phase table, and under each the phases that occurred for
// the connection and request in focus, with how long each took, a tick where it is done and a mark
// at the cursor. Pure geometry from (trace, cursor, view state); draw_lifecycle paints it.
// Made for a panel about 240 px wide. Startup comes first whatever is in focus. Only rows that can
// be seen are made; unless scrolled by hand, the list keeps the cursor's row in sight.
// Limit: most_rows_per_group rows in a group; what is beyond is counted in its last row.
#pragma once

#include <vector>

#include "viz/model/text_box.h"
#include "viz/model/view_state.h"

namespace roundtrip::viz {

inline constexpr std::size_t most_rows_per_group = 200;

// Where a row stands in relation to the cursor.
enum class Progress : std::uint8_t {
  Ahead,       // it has not happened yet at the cursor
  Running,     // it has begun and not ended at the cursor
  Unfinished,  // it has begun and no end is known at all
  Done
};

struct LifecycleRow {
  Rect rect;
  trace::Group group{};
  bool heading = false;    // of a group; else a phase
  trace::EventNumber event = trace::no_event;  // where a click goes; none for an empty group
  trace::Provenance provenance = trace::Provenance::Observed;
  Progress progress = Progress::Ahead;
  bool at_cursor = false;
  bool hovered = false;
  bool selected = false;
  bool closed = false;     // a heading whose rows are folded away
  bool padlock = false;    // of the kernels or the client: no phase that a gate can hold
  std::string_view lock_reason;  // why not, in a sentence
  Rect lock;               // where the padlock is drawn
  TextBox name;
  TextBox took;            // its duration, right-aligned; empty where there is none
  Rect mark;               // where tick, dot or cursor mark is drawn
};

struct LifecycleLayout {
  Rect area;
  Focus focus;
  TextBox title;               // "connection 1 · request 2"; a click stays with the connection
  TextBox note;                // below it, of what a browser sends by itself
  bool chosen = false;         // the list stays with it, wherever the cursor goes
  std::vector<LifecycleRow> rows;
  float content_px = 0;        // height of all rows, seen or not
  float scroll_px = 0;         // how far down the first row seen lies
};

LifecycleLayout layout_lifecycle(const TraceView& view, const Cursor& cursor,
                                 const ViewState& state, const Ruler& ruler, const Rect& area);

// A phase by what tells it from others of its name: "header 2", "middleware log".
std::string row_name(const TraceView& view, trace::EventNumber event);

// The row under a point; null where there is none.
const LifecycleRow* row_at(const LifecycleLayout& layout, Point at);
std::string dump(const LifecycleLayout& layout);

}  // namespace roundtrip::viz
