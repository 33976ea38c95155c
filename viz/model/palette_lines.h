// What answers to the palette's text, in groups, before any of it has a place: commands, or what
// was found. Lines are made one by one, as they are seen. Only layout_palette.cpp includes this.
// Limit: of a group at most most_rows_of_group lines; its heading counts all.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "viz/model/commands.h"

namespace roundtrip::viz {

struct PaletteLine {
  std::string text;
  std::string hint;                   // keys, or whom it belongs to and when
  std::vector<Action> actions;        // empty where it can do nothing
  std::optional<trace::Group> group;  // of what was found
  std::string needs;                  // what is missing, where it can do nothing
};

struct PaletteGroup {
  std::string heading;  // empty: none
  std::size_t count = 0;
  std::function<PaletteLine(std::size_t)> line;  // of those before `count`

  std::size_t heading_count() const { return heading.empty() ? 0 : 1; }
  std::size_t line_count() const { return count + heading_count(); }
};
using PaletteGroups = std::vector<PaletteGroup>;

// Hold as long as the context does.
PaletteGroups command_groups(const CommandContext& context);
PaletteGroups search_groups(const TraceView& view, const ViewState& state);

}  // namespace roundtrip::viz
