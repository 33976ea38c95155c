// A table: columns with headings, of which one may be sorted by, and of its rows those that can be
// seen, however many there are. TableMaker places it; a layout fills the rows in sight and
// draw_table (viz/panel_table.h) paints it. A narrow table does without the columns that are missed
// least; numbers are never cut. Pure geometry. Unit: pixels.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/trace/index.h"
#include "viz/model/text_box.h"

namespace roundtrip::viz {

struct TableColumn {
  std::string_view name;   // in the registry: "duration"
  std::string_view title;
  std::string_view tip;    // what stands in it and how it is known, in a sentence; may be empty
  std::string sample;      // the widest text that it is made for
  Voice voice = Voice::Mono;
  Side side = Side::Right;
  int dispensable = 0;     // the highest leave first where the table is narrow; 0: stays
  float share = 0;         // of the room that is left over
};

struct TableSort {
  std::size_t column = 0;
  bool descending = false;
  bool operator==(const TableSort&) const = default;
};

struct TableHead {
  std::string_view name;
  std::string_view tip;
  Rect rect;      // empty: the column is left out
  TextBox title;
  Rect mark;      // where the sign of the order stands
  std::optional<bool> descending;  // there where the table is sorted by it
};

struct TableRow {
  std::uint64_t place = 0;  // among all rows, from 0
  Rect rect;
  std::vector<TextBox> cells;  // one a column; empty where that is left out
  trace::EventNumber event = trace::no_event;  // where a click goes
  std::optional<trace::Group> group;           // its colour, at the left edge and in `inked`
  trace::Provenance provenance = trace::Provenance::Observed;
  std::optional<std::size_t> inked;    // the cell in the group's ink
  std::optional<std::size_t> alarmed;  // the cell that tells of an error
  bool head_of_group = false;
  bool folded = false;
  Rect fold;        // the sign that folds the group; empty: none
  bool ahead = false;
  bool at_cursor = false;
  bool hovered = false;
  bool selected = false;
};

struct Table {
  std::string_view name;  // in the registry
  Rect area;
  Rect list;  // the rows' place
  std::vector<TableHead> heads;
  std::vector<TableRow> rows;
  std::uint64_t row_count = 0;  // all, seen or not
  std::uint64_t first_row = 0;  // the first that is seen
  float content_px = 0;
  float scroll_px = 0;
};

class TableMaker {
 public:
  TableMaker(const Ruler& ruler, const Rect& area, std::string_view name,
             std::span<const TableColumn> columns, const std::optional<TableSort>& sort = {});

  // How many rows there are, and which are seen: scrolled by hand, or with row `here` in the
  // middle.
  void set_rows(std::uint64_t count, std::optional<float> scroll_px, std::uint64_t here);
  std::uint64_t first() const { return table_.first_row; }
  std::uint64_t end() const { return end_; }

  // The next row in sight, and what stands in it. `indent` moves a cell to the right.
  TableRow& row();
  void cell(std::size_t column, std::string_view text, std::optional<Voice> voice = {},
            float indent_px = 0);
  bool shows(std::size_t column) const { return table_.heads[column].rect.w > 0; }
  Table take() { return std::move(table_); }

 private:
  void place_columns(std::span<const TableColumn> columns, const Rect& heading,
                     const std::optional<TableSort>& sort);

  const Ruler& ruler_;
  std::vector<TableColumn> columns_;
  Table table_;
  Rect rest_;
  std::uint64_t end_ = 0;
};

const TableRow* row_at(const Table& table, Point at);
std::string dump(const Table& table);

}  // namespace roundtrip::viz
