// The log: one row an event with number, time, time since the row before, lane, phase, whom it
// belongs to, and what happened in a sentence. Only rows that can be seen are made, whatever the
// trace's length. A filter shows the events that apply() has found so far (ViewState::log_found).
// Narrow panels leave out columns, never cut numbers. Pure geometry; draw_log paints it.
#pragma once

#include <string>
#include <vector>

#include "viz/model/text_box.h"
#include "viz/model/view_state.h"

namespace roundtrip::viz {

enum class LogColumn : std::uint8_t { Number, Time, Delta, Lane, Phase, Subject, Sentence };
inline constexpr std::size_t log_columns = 7;

struct LogRow {
  Rect rect;
  trace::EventNumber event = trace::no_event;
  trace::Group group{};
  trace::Provenance provenance = trace::Provenance::Observed;
  TextBox cells[log_columns];  // empty where the column is left out
  std::string whole;           // what was cut, uncut, a line each
  bool breach = false;         // of pairing or of legal order: its sentence says which
  bool ahead = false;          // after the cursor
  bool at_cursor = false;
  bool hovered = false;
  bool selected = false;
};

struct LogLayout {
  Rect area;
  Rect search;                 // where the filter is typed
  TextBox found;               // "37 of 412 events", "searching, 40 %"
  TextBox headings[log_columns];
  std::vector<LogRow> rows;
  std::uint64_t row_count = 0;  // all, seen or not
  std::uint64_t first_row = 0;  // the first that is seen, counted in all
  float content_px = 0;
  float scroll_px = 0;
};

LogLayout layout_log(const TraceView& view, const Cursor& cursor, const ViewState& state,
                     const Ruler& ruler, const Rect& area);

const LogRow* row_at(const LogLayout& layout, Point at);
std::string dump(const LogLayout& layout);

// Whether an event answers to a filter: all its words occur in the phase's id and name, whom it
// belongs to, or its sentence, whatever the case of their letters.
bool matches_filter(const TraceView& view, std::uint64_t event, std::string_view filter);

}  // namespace roundtrip::viz
