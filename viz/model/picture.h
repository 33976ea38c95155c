// A picture: boxes of named values, as the views of the story are drawn. Each view is a pure
// `layout_x(trace, cursor, view state) -> Picture`; one draw_picture (viz) paints them all, so that
// what is at the cursor, hovered, absent or inferred looks alike in every one.
// A value that no fact has told at the cursor is absent: shown so, never as 0. A row and a box know
// the fact that told them; a click goes there. What does not fit is counted, never left out unsaid.
// Unit: pixels.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "viz/model/layout_lifecycle.h"

namespace roundtrip::viz {

struct PictureRow {
  Rect rect;
  TextBox name;
  TextBox value;
  bool absent = false;
  trace::EventNumber event = trace::no_event;
  bool at_cursor = false;
  bool hovered = false;
};

struct PictureBox {
  Rect rect;
  trace::Group group{};
  Progress progress = Progress::Ahead;
  bool chosen = false;          // the one among several that won
  TextBox title;
  std::vector<PictureRow> rows;
  std::vector<TextBox> words;   // below the rows
  trace::EventNumber event = trace::no_event;
  bool at_cursor = false;
  bool hovered = false;
};

// From one box to another, by their places in the list.
struct PictureArrow {
  std::size_t from = 0;
  std::size_t to = 0;
  bool done = false;  // what it stands for has happened at the cursor
};

struct Picture {
  std::string_view name;  // of its parts in the registry: "connection", "router"
  Rect area;
  TextBox heading;
  std::vector<TextBox> sentence;
  std::vector<PictureBox> boxes;
  std::vector<PictureArrow> arrows;
};
std::string dump(const Picture& picture);

// What a row says: a value with how it is known, and the fact that told it.
struct Told {
  std::optional<std::string> text;
  trace::Provenance source = trace::Provenance::Observed;
  trace::EventNumber event = trace::no_event;
};

// Places a picture. Give it what there is to say; it measures, cuts and marks.
class PictureMaker {
 public:
  // `cursor` is one that the trace has.
  PictureMaker(const TraceView& view, const Cursor& cursor, const ViewState& state,
               const Ruler& ruler, const Rect& area, std::string_view name,
               std::string_view heading, std::string_view sentence);

  // What is left below the heading.
  const Rect& rest() const { return rest_; }
  // The place of one box in a grid over what is left; close together.
  Rect cell(int column, int row, int columns, int rows) const;

  // A box without facts is ahead, until one of its rows or `happened` says otherwise.
  void box(const Rect& rect, trace::Group group, std::string_view title);
  // A box is drawn no taller than what stands in it, or in its neighbours from the same height on.
  // To the box that was made last.
  void happened(trace::EventNumber event);
  void chosen() { picture_.boxes.back().chosen = true; }
  void row(std::string_view name, const Told& told);
  void words(std::string_view text, Voice voice = Voice::Body);
  void arrow(std::size_t from, std::size_t to, bool done) {
    picture_.arrows.push_back({from, to, done});
  }

  Picture take();

 private:
  bool is_ahead(trace::EventNumber event) const {
    return event != trace::no_event && event > cursor_.event;
  }
  void close_box();

  const TraceView& view_;
  const Cursor& cursor_;
  const ViewState& state_;
  const Ruler& ruler_;
  Rect rest_;
  std::vector<float> used_px_;  // of each box, from its top
  Rect inside_;          // what is left of the box that was made last
  std::size_t unshown_ = 0;  // rows of it that had no room
  Picture picture_;
};

// The fact that told something of how a connection was opened, among its first ones; the newest
// one of a request, up to an event. No ends; no_event where there is none. Neither looks at more
// than `most_facts_looked_at`.
inline constexpr std::size_t most_facts_looked_at = 4'000;
trace::EventNumber opening_fact(const TraceView& view, std::uint64_t upto, std::uint32_t conn,
                                trace::Phase phase);
trace::EventNumber request_fact(const TraceView& view, std::uint64_t upto, const Focus& focus,
                                trace::Phase phase);

}  // namespace roundtrip::viz
