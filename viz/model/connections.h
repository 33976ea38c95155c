// What the table of connections is asked for besides being drawn: to be sorted, filtered, folded;
// where one of its rows leads, which row is next, which request is the slowest. Called by apply
// (actions.h) and, to read, by the layout.
#pragma once

#include <optional>

#include "viz/model/view_state.h"

namespace roundtrip::viz {

// All rows of the table as it is sorted, filtered and folded now.
class ShownRows {
 public:
  ShownRows(const TraceView& view, const ConnectionsView& table);

  std::uint64_t count() const;
  RowId at(std::uint64_t place) const;
  // Of a request that is folded away its connection's; empty where neither is in the table.
  std::optional<std::uint64_t> place_of(const RowId& row) const;

 private:
  const RowOrder& order_;
  bool plain_;
  GroupedRows grouped_;
};

// By the same column again: the other way round.
void turn(TableSort& sort, std::size_t column, bool most_first);

void sort_connections(ViewState& state, const TraceView& view, std::size_t column);
void filter_connections(ViewState& state, const TraceView& view, std::string_view text);
void fold_connection(ViewState& state, const TraceView& view, std::uint32_t conn);
void fold_connections(ViewState& state, const TraceView& view, bool all);
// Once a frame: goes on with what was asked, so many rows further.
inline constexpr std::size_t most_rows_ordered = 2'000;
void order_rows_on(ViewState& state, const TraceView& view);

// Where a click on a row goes.
std::uint64_t first_fact_of(const TraceView& view, const RowId& row);

// The row of what is in focus at the cursor, and the next request so many rows further.
RowId row_at_cursor(const TraceView& view, const ViewState& state, const Cursor& cursor);
std::optional<RowId> neighbour_row(const TraceView& view, const ViewState& state,
                                   const Cursor& cursor, int by);

// Of those in the table; empty where none of them is finished.
std::optional<RowId> slowest_row(const TraceView& view, const ConnectionsView& table);

}  // namespace roundtrip::viz
