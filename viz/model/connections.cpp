#include "viz/model/connections.h"

#include <algorithm>

namespace roundtrip::viz {

ShownRows::ShownRows(const TraceView& view, const ConnectionsView& table)
    : order_(table.order), plain_(table.order.query().is_plain()),
      grouped_(view.index, view.statistics.requests(), table.folds) {}

std::uint64_t ShownRows::count() const {
  return plain_ ? grouped_.count() : order_.rows().size();
}

RowId ShownRows::at(std::uint64_t place) const {
  return plain_ ? grouped_.at(place) : order_.rows()[place];
}

std::optional<std::uint64_t> ShownRows::place_of(const RowId& row) const {
  if (plain_) return grouped_.place_of(row);
  const auto& rows = order_.rows();
  auto found = std::find(rows.begin(), rows.end(), row);
  if (found == rows.end()) found = std::find(rows.begin(), rows.end(), RowId{row.conn, 0});
  if (found == rows.end()) return std::nullopt;
  return static_cast<std::uint64_t>(found - rows.begin());
}

void turn(TableSort& sort, std::size_t column, bool most_first) {
  if (sort.column == column) sort.descending = !sort.descending;
  else sort = {column, most_first};
}

void order_rows_on(ViewState& state, const TraceView& view) {
  state.connections.order.follow(view, most_rows_ordered);
}

namespace {

void ask(ViewState& state, const TraceView& view) {
  ConnectionsView& table = state.connections;
  table.order.ask({table.filter, table.sort, table.folds});
  order_rows_on(state, view);
}

// Other rows, or another order: seen from the top, where what was asked for stands.
void ask_from_top(ViewState& state, const TraceView& view) {
  ask(state, view);
  const bool plain = state.connections.order.query().is_plain();
  state.scrolls.connections = plain ? std::nullopt : std::optional(0.f);
}

}  // namespace

void sort_connections(ViewState& state, const TraceView& view, std::size_t column) {
  turn(state.connections.sort, column, most_first(static_cast<RowColumn>(column)));
  ask_from_top(state, view);
}

void filter_connections(ViewState& state, const TraceView& view, std::string_view text) {
  state.connections.filter = text;
  ask_from_top(state, view);
}

void fold_connection(ViewState& state, const TraceView& view, std::uint32_t conn) {
  state.connections.folds.flip(conn);
  ask(state, view);
}

void fold_connections(ViewState& state, const TraceView& view, bool all) {
  state.connections.folds = {all, {}};
  ask(state, view);
}

std::uint64_t first_fact_of(const TraceView& view, const RowId& row) {
  if (const auto figures = view.statistics.requests().row(row.request)) {
    if (figures->begun != trace::no_event) return figures->begun;
  }
  if (const auto* request = view.index.request(row.request)) return request->first;
  const auto* conn = view.index.connection(row.conn);
  return conn == nullptr ? view.first() : std::uint64_t{conn->first};
}

RowId row_at_cursor(const TraceView& view, const ViewState& state, const Cursor& cursor) {
  const Focus focus = focus_at(view, cursor.event, state.chosen);
  const auto* request = view.index.request(focus.request);
  // Before its first fact the connection itself is what one looks at.
  const auto figures = view.statistics.requests().row(focus.request);
  const bool begun = request != nullptr &&
                     (request->first <= cursor.event ||
                      (figures && figures->begun <= cursor.event));
  return {focus.conn, begun ? focus.request : 0};
}

std::optional<RowId> neighbour_row(const TraceView& view, const ViewState& state,
                                   const Cursor& cursor, int by) {
  const ShownRows rows(view, state.connections);
  const auto here = rows.place_of(row_at_cursor(view, state, cursor));
  const auto count = static_cast<std::int64_t>(rows.count());
  std::int64_t place = here ? static_cast<std::int64_t>(*here) + by : 0;
  // Connections are passed over, unless their requests are folded away.
  for (; place >= 0 && place < count; place += by) {
    const RowId row = rows.at(static_cast<std::uint64_t>(place));
    if (row.request != 0 || state.connections.folds.folded(row.conn)) return row;
  }
  return std::nullopt;
}

std::optional<RowId> slowest_row(const TraceView& view, const ConnectionsView& table) {
  const RequestTable& requests = view.statistics.requests();
  std::optional<RowId> slowest;
  Duration longest{};
  const auto consider = [&](const std::optional<RequestFigures>& figures) {
    if (!figures || !figures->took || (slowest && *figures->took <= longest)) return;
    slowest = RowId{figures->conn, figures->request};
    longest = *figures->took;
  };
  if (table.order.query().filter.empty()) {
    for (std::size_t place = 0; place < requests.places(); ++place) {
      consider(requests.row_at(place));
    }
    return slowest;
  }
  for (const RowId& row : table.order.rows()) {
    if (row.request != 0) consider(requests.row(row.request));
  }
  return slowest;
}

}  // namespace roundtrip::viz
