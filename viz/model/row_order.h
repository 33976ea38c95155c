// RowOrder: which rows the table of connections shows, and in which order, where that is not simply
// all of them by their numbers (GroupedRows): those that answer to a filter, or sorted by a column.
// Sorted by a figure of requests, these stand in one list, without their connections. Worked out in
// bounded portions by apply (actions.h), once a frame; while the trace grows it is worked out anew
// and the rows of before stand meanwhile. Part of the view state; layouts read rows().
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "viz/model/grouped_rows.h"
#include "viz/model/row_filter.h"
#include "viz/model/table.h"

namespace roundtrip::viz {

// The columns of the table, in their order.
enum class RowColumn : std::uint8_t {
  Number, State, Client, Method, Path, Status, Took, BytesIn, BytesOut, When
};
inline constexpr std::size_t row_columns = 10;
// Whether one looks for the most of it first.
constexpr bool most_first(RowColumn column) {
  return column == RowColumn::Status || column == RowColumn::Took ||
         column == RowColumn::BytesIn || column == RowColumn::BytesOut;
}

struct RowQuery {
  std::string filter;
  TableSort sort;
  Folds folds;
  bool operator==(const RowQuery&) const = default;

  // All rows by their numbers: nothing has to be worked out.
  bool is_plain() const { return filter.empty() && sort == TableSort{}; }
  // Requests in one list.
  bool is_flat() const { return sort.column != static_cast<std::size_t>(RowColumn::Number); }
};

class RowOrder {
 public:
  // What is looked for from now on. Of a filter that can't be understood the one before stands.
  void ask(const RowQuery& query);
  const RowQuery& query() const { return query_; }
  // Takes up to `most` further rows. Returns whether anything was left to do.
  bool follow(const TraceView& view, std::size_t most);

  // Of a query that is not plain.
  const std::vector<RowId>& rows() const { return rows_; }
  std::uint64_t requests_found() const { return requests_found_; }
  // How much has been looked through, 0 to 1; empty once it is all.
  std::optional<double> searched() const;

 private:
  struct Entry {
    std::int64_t number = 0;  // what is sorted by
    std::string text;         // likewise
    RowId row;
    bool absent = false;      // stands last, whichever way
  };
  // As of which trace it was worked out.
  struct Seen {
    std::uint64_t first = 0;
    std::uint64_t end = 0;
    std::uint64_t rewinds = 0;
    bool operator==(const Seen&) const = default;
  };
  static Seen seen_of(const TraceView& view);
  void begin(const TraceView& view);
  void take_flat(const TraceView& view, std::size_t most);
  void take_groups(const TraceView& view, std::size_t most);
  std::size_t take_group(const TraceView& view, const RequestTable::Connection& conn,
                         std::size_t most);
  void publish();
  Entry entry_of(const TraceView& view, const RequestFigures& row) const;
  bool stands_before(const Entry& a, const Entry& b) const;

  RowQuery query_;
  RowFilter filter_;
  bool asked_anew_ = false;  // the rows of before are of another query: show those found so far
  bool under_way_ = false;
  Seen seen_;
  // How far it has come: of a flat list the place among all requests; else how many connections
  // are done, the last one's number, and how many requests of the next were taken.
  std::size_t done_ = 0;
  std::size_t all_ = 0;
  std::uint32_t last_conn_ = 0;
  std::size_t taken_of_group_ = 0;
  bool group_shown_ = false;
  std::vector<Entry> sorted_;
  std::vector<RowId> found_;
  std::uint64_t requests_so_far_ = 0;
  // What is shown.
  std::vector<RowId> rows_;
  std::uint64_t requests_found_ = 0;
};

}  // namespace roundtrip::viz
