// The timeline: lanes of bars over a folded axis of time, an overview of the whole trace, the line
// of the cursor. Pure geometry from (trace, cursor, view state); draw_timeline paints it and turns
// the pointer into actions with `event_at` and `layout.scale`.
// Works for what is visible, not for what exists: bars too small to be told apart become one block
// that says how many events it hides, found by binary search in the lane's list, so that a million
// events cost what the pixels cost. A block's count and the single bars add up to the begins and
// instants that the window holds. Overlapping facts of the outside lanes join into blocks too.
#pragma once

#include <optional>
#include <vector>

#include "viz/model/measurement.h"
#include "viz/model/text_box.h"
#include "viz/model/view_state.h"

namespace roundtrip::viz {

inline constexpr float least_bar_px = 3;
// Where blocks hide this many events each, they are made wider: there are fewer to make.
inline constexpr float dense_bar_px = 8;
inline constexpr std::uint64_t dense_events = 8;
inline constexpr std::size_t most_task_lanes = 8;

struct TimelineBar {
  Rect rect;
  LaneKey lane;
  std::uint32_t row = 0;
  trace::Group group{};
  trace::Provenance provenance = trace::Provenance::Observed;
  trace::EventNumber event = trace::no_event;  // the begin or the instant; of a block its first
  trace::EventNumber last = trace::no_event;   // the end where there is one; of a block its last
  std::uint64_t count = 1;    // more than 1: a block that hides so many
  bool instant = false;
  bool unfinished = false;    // no end is known: drawn open to the right
  bool open_left = false;     // begins before the window
  bool open_right = false;    // ends after it
  bool lost = false;          // a packet that did not arrive, or its loss; never of a block
  bool ahead = false;         // has not begun at the cursor
  bool at_cursor = false;
  bool hovered = false;
  bool selected = false;
  std::optional<trace::TaskState> state;  // of a task, from here to the next; none of a block
  TextBox label;              // empty where there is no room
};

struct TimelineLane {
  LaneKey key;
  Rect rect;                  // the rows of it that are seen, name and bars
  TextBox name;
  std::uint32_t conn = 0;     // whose task it is; a click on the name chooses it, another frees it
  bool chosen = false;
};

struct TimelineTick {
  float x = 0;
  TextBox label;
};

struct TimelineFold {
  Rect rect;                  // over all lanes
  Duration length;
  TextBox label;              // in the ruler
};

// From what made an event happen to it, or from it to what it made happen.
struct TimelineFlow {
  trace::EventNumber cause = trace::no_event;
  trace::EventNumber effect = trace::no_event;
  Point from;                 // on the bar of the cause
  Point to;
  bool inferred = false;
};

// What a person has measured, over the lanes and in the ruler.
struct TimelineMeasure {
  Measurement told;
  Instant anchor;             // where the drag began
  bool under_way = false;
  Rect band;                  // over the ruler and the lanes, as far as it is in the window
  bool from_seen = false;     // whether that end is in the window
  bool to_seen = false;
  TextBox from;
  TextBox length;             // in the middle of the band; both ends beside it where it is narrow
  TextBox to;
};

struct TimelineLayout {
  // Where things are.
  Rect area;
  Rect overview;
  Rect axis;                  // the ruler above the lanes
  Rect names;                 // left of the bars
  Rect plot;                  // the bars

  // What the window shows.
  TimeScale scale;
  std::vector<TimelineTick> ticks;
  std::vector<TimelineFold> folds;
  std::vector<TimelineLane> lanes;
  std::vector<TimelineBar> bars;
  // Of the event at the cursor, and of a wake that is hovered, between bars that are seen.
  std::vector<TimelineFlow> flows;
  std::optional<float> cursor_x;  // when it is in the window
  Instant cursor_at;
  std::optional<TimelineMeasure> measure;
  TextBox more;               // which tasks have no lane, or that only one request is shown
  float content_px = 0;       // height of all lanes
  float scroll_px = 0;

  // The whole trace above it.
  TimeScale overview_scale;
  std::vector<Rect> overview_bars;
  Rect overview_window;
  std::optional<float> overview_cursor_x;
};

// `beside`: what is free in the line of its heading, above the area. Where the area is so low that
// few lanes would be seen, the overview stands there; while something is measured, its words do.
TimelineLayout layout_timeline(const TraceView& view, const Cursor& cursor,
                               const ViewState& state, const Ruler& ruler, const Rect& area,
                               const Rect& beside = {});

// The moment under a point: that of the nearest edge of a bar of the row, or of the cursor, where
// one is within `reach_px`.
Instant snapped_at(const TimelineLayout& layout, const TraceView& view, Point at, float reach_px);

// What was measured in one line of words, and the button beside it; `whole` is all there is to say.
struct MeasureLine {
  TextBox words;              // fewer of them where the place is short; then none
  Rect zoom;                  // the button; empty where it has no room
  std::string whole;
};
MeasureLine layout_measure_line(const TimelineMeasure& measure, const Ruler& ruler,
                                const Rect& area);

// The bar under a point; the nearest within a few pixels. Null where there is none.
const TimelineBar* bar_at(const TimelineLayout& layout, Point at);
std::string dump(const TimelineLayout& layout);

// ---- Pieces, for tests.

// How long each fact of a row lasts: to its own end; or, in a task's row of states, to the next.
enum class RowKind : std::uint8_t { Facts, States };
RowKind kind_of_row(LaneKey lane, std::size_t row);
// The bars of one row of a lane, between the scale's ends. `top_px`, `height_px`: where the row is.
std::vector<TimelineBar> bars_of_row(const TraceView& view, const trace::EventList& row,
                                     const TimeScale& scale, float top_px, float height_px,
                                     RowKind kind = RowKind::Facts);
// Causes and effects of the event at the cursor (causality.h), between the bars of a layout.
void place_flows(const TraceView& view, const Cursor& cursor,
                 std::optional<std::uint64_t> hovered, TimelineLayout& layout);
// The words on the bars, beside the arrows and the cursor's line where they have room there.
void move_labels_clear(const Ruler& ruler, TimelineLayout& layout);
// What is measured, on the ruler of a layout whose axis is made; labels that it covers leave.
void place_measure(const TraceView& view, const MeasuredSpan& span, const Ruler& ruler,
                   TimelineLayout& layout);
// Whether it would have any in a window. A task that is parked all the time shows nothing.
bool row_shows(const TraceView& view, const trace::EventList& row, const TimeWindow& window,
               RowKind kind = RowKind::Facts);

}  // namespace roundtrip::viz
