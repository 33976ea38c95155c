// The table of connections and their requests: who came, what was asked, how it was answered, how
// long that took. Grouped by connection, or sorted by a column in one list; filtered; folded. Only
// the rows in sight are made: of what is under way at the cursor with what is known there, of what
// is still to come pale. Pure geometry; draw_connections paints it.
#pragma once

#include "viz/model/table.h"
#include "viz/model/view_state.h"

namespace roundtrip::viz {

struct ConnectionsLayout {
  Rect area;
  TextBox heading;
  TextBox sentence;   // where it has room
  TextBox found;      // "3 connections, 12 requests", "5 found, searching, 40 %"
  Rect filter;        // where it is typed
  Rect slowest, before, after, fold_all;  // the buttons
  bool all_folded = false;
  std::vector<TextBox> problem;  // what is wrong with the filter, or why there is no row
  std::vector<RowId> ids;        // of the rows in sight
  Table table;
};
// What stands on the buttons.
inline constexpr std::string_view slowest = "Slowest";
inline constexpr std::string_view fold_all = "Fold all";
inline constexpr std::string_view unfold_all = "Unfold all";

ConnectionsLayout layout_connections(const TraceView& view, const Cursor& cursor,
                                     const ViewState& state, const Ruler& ruler,
                                     const Rect& area);
std::string dump(const ConnectionsLayout& layout);

}  // namespace roundtrip::viz
