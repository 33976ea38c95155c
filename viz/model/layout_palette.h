// The palette over everything: a line to type into, and under it what answers. Of commands
// (commands.h) those that answer (name_match.h), the best first, with their keys; those that can't
// act now are paler and say what they need. Of a search (search.h) what was found so far, in
// groups, each with whom it belongs to and when: places by number, steps by name, bytes, values,
// explanations.
// Pure geometry; draw_palette (viz/panel_palette.h) paints it. Only rows that can be seen are made.
// Limit: of a group at most most_rows_of_group can be chosen; its heading counts all.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "viz/model/actions.h"
#include "viz/model/text_box.h"

namespace roundtrip::viz {

inline constexpr std::size_t most_rows_of_group = 200;

struct PaletteRow {
  Rect rect;
  bool heading = false;
  TextBox text;
  TextBox hint;            // right of it: keys, or whom it belongs to and when
  std::size_t number = 0;  // among those that can be chosen
  bool chosen = false;
  bool enabled = true;
  std::optional<trace::Group> group;  // of what was found
  std::vector<Action> actions;        // what choosing it does; empty where it can do nothing
};

struct PaletteLayout {
  Rect sheet;
  Rect field;
  std::string_view hint;  // in the field, while nothing is typed
  std::vector<PaletteRow> rows;
  Rect grip;              // beside the rows: which part of all is seen; empty where all are
  TextBox foot;               // what the chosen row needs, or what the keys do
  TextBox found;              // "37 found, searching, 40 %"
  std::size_t row_count = 0;  // that can be chosen, seen or not
  std::size_t chosen = 0;
};

// Where the state's palette is closed, it is laid out as for commands.
PaletteLayout layout_palette(const TraceView& view, const Cursor& cursor, const ViewState& state,
                             const Ruler& ruler, const Rect& window);

// What Enter does.
std::vector<Action> actions_of_chosen(const PaletteLayout& layout);
std::string dump(const PaletteLayout& layout);

}  // namespace roundtrip::viz
