// Paints a table (viz/model/table.h): headings that a click sorts by, rows that the pointer finds,
// a bar beside them. Whose table it is decides what a click means: it gets back what was pressed.
// Registry: "<table>/head/<column>", "<table>/row/<place from 1>", "<table>/row/<place>/fold".
#pragma once

#include <optional>

#include "viz/model/table.h"
#include "viz/panel_parts.h"

namespace roundtrip::viz {

struct TableTouch {
  std::optional<std::size_t> sorted;       // the column whose heading was pressed
  const TableRow* clicked = nullptr;
  const TableRow* fold_clicked = nullptr;  // the sign that folds a group away
};

// Hovering a row outlines its event in every view, by an action as the wheel's and the bar's.
TableTouch draw_table(const Table& table, const Canvas& canvas, Panel which, Actions& actions);

}  // namespace roundtrip::viz
