#include "viz/model/layout_palette.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "viz/model/format.h"
#include "viz/model/palette_lines.h"

namespace roundtrip::viz {
namespace {

// The sheet's width, in heights of a letter.
constexpr float letters_wide = 53;

std::string found_words(const TraceView& view, const Search& search) {
  if (search.empty()) return "";
  if (searching(view, search)) {
    return fmt::format("searching, {:.0f} %", share_of(view, search.sweep) * 100);
  }
  return fmt::format("all of {} searched",
                     counted(static_cast<std::int64_t>(view.end() - view.first()), "event"));
}

struct Builder {
  const Ruler& ruler;
  PaletteLayout& layout;

  PaletteRow row(const Rect& rect, PaletteLine line, std::size_t number) const {
    PaletteRow row;
    row.rect = rect;
    row.number = number;
    row.chosen = number == layout.chosen;
    row.group = line.group;
    row.enabled = !line.actions.empty();
    row.actions = std::move(line.actions);
    Rect inside = rect.inset(ruler.space(2), 0);
    inside.take_left(ruler.space(4));
    const float hint_px =
        std::min(std::ceil(ruler.width(line.hint, Voice::Quiet)) + 2, std::floor(inside.w * 0.6f));
    row.hint = fit_text(ruler, inside.take_right(hint_px, ruler.space(3)), line.hint, Voice::Quiet,
                        Side::Right);
    row.text = fit_text(ruler, inside, line.text, Voice::Body);
    return row;
  }
  PaletteRow heading(const Rect& rect, std::string_view words) const {
    PaletteRow row;
    row.rect = rect;
    row.heading = true;
    row.text = fit_text(ruler, rect.inset(ruler.space(2), 0), words, Voice::Strong);
    return row;
  }
};

std::size_t lines_of(const PaletteGroups& groups) {
  std::size_t lines = 0;
  for (const PaletteGroup& group : groups) lines += group.line_count();
  return lines;
}

// On which line, of headings and rows, a row stands.
std::size_t line_of_row(const PaletteGroups& groups, std::size_t number) {
  std::size_t line = 0;
  for (const PaletteGroup& group : groups) {
    if (number < group.count) return line + group.heading_count() + number;
    number -= group.count;
    line += group.line_count();
  }
  return line;
}

void place_rows(const Builder& builder, const PaletteGroups& groups, Rect list) {
  PaletteLayout& layout = builder.layout;
  const Rect all = list;
  const float row_px = builder.ruler.row_px;
  const std::size_t lines = lines_of(groups);
  const auto fitting = static_cast<std::size_t>(std::max(1.f, std::floor(list.h / row_px)));
  const std::size_t most_first = lines - std::min(lines, fitting);
  const std::size_t here = line_of_row(groups, layout.chosen);
  const std::size_t first = std::min(here - std::min(here, fitting / 2), most_first);
  std::size_t line = 0;
  std::size_t number = 0;
  for (const PaletteGroup& group : groups) {
    if (!group.heading.empty()) {
      if (line >= first && line < first + fitting) {
        layout.rows.push_back(builder.heading(list.take_top(row_px), group.heading));
      }
      ++line;
    }
    // Rows of a group that are out of sight are passed without being made.
    const std::size_t skip = line < first ? std::min(group.count, first - line) : 0;
    const std::size_t end = line + group.count;
    for (std::size_t i = skip; i < group.count && line + i < first + fitting; ++i) {
      layout.rows.push_back(builder.row(list.take_top(row_px), group.line(i), number + i));
    }
    line = end;
    number += group.count;
  }
  // A heading says nothing without a row of its own.
  while (!layout.rows.empty() && layout.rows.back().heading) layout.rows.pop_back();
  if (lines <= fitting) return;
  const auto part = [&](std::size_t count) {
    return std::floor(all.h * static_cast<float>(count) / static_cast<float>(lines));
  };
  const float bar_px = builder.ruler.space(1);
  layout.grip = {layout.sheet.right() - 2 * bar_px, all.y + part(first), bar_px, part(fitting)};
}

// What the chosen row needs; else what the keys do, or why there is no row.
std::string foot_words(const TraceView& view, const ViewState& state, const PaletteGroups& groups,
                       std::size_t chosen) {
  for (const PaletteGroup& group : groups) {
    if (chosen < group.count) {
      const PaletteLine line = group.line(chosen);
      if (line.actions.empty()) return fmt::format("This needs {}", line.needs);
      break;
    }
    chosen -= group.count;
  }
  if (state.palette.mode != PaletteMode::Search) return "Enter does it, Esc goes back";
  if (lines_of(groups) > 0) return "Enter goes there, Esc goes back";
  const Search& search = state.palette.search;
  if (search.empty()) return "Type what you look for";
  return searching(view, search) ? "Nothing found so far" : "Nothing in this trace has these words";
}

}  // namespace

PaletteLayout layout_palette(const TraceView& view, const Cursor& cursor, const ViewState& state,
                             const Ruler& ruler, const Rect& window) {
  PaletteLayout layout;
  const bool searches = state.palette.mode == PaletteMode::Search;
  const PaletteGroups groups =
      searches ? search_groups(view, state) : command_groups({view, cursor, state, {}});
  for (const PaletteGroup& group : groups) layout.row_count += group.count;
  layout.chosen = std::min(state.palette.chosen, std::max<std::size_t>(layout.row_count, 1) - 1);
  layout.hint = searches ? "words, a number, a step, a header: 404, read.header, user-agent"
                         : "what do you want to do?";

  const float width = std::min(window.w - ruler.space(8), std::round(ruler.body_px * letters_wide));
  const float y = window.y + std::round(window.h * 0.08f);
  const float margin = ruler.space(3);
  const std::size_t lines = lines_of(groups);
  const float around = ruler.control_px + ruler.row_px + ruler.space(4) + 2 * margin;
  const float most_list = window.h * 0.84f - around;
  const float list_px = std::min(std::floor(most_list / ruler.row_px),
                                 static_cast<float>(std::max<std::size_t>(lines, 1))) *
                        ruler.row_px;
  layout.sheet = {std::floor(window.center().x - width / 2), y, width, list_px + around};
  Rect rest = layout.sheet.inset(margin);
  layout.field = rest.take_top(ruler.control_px, ruler.space(2));
  Rect foot = rest.take_bottom(ruler.row_px, ruler.space(2)).inset(ruler.space(2), 0);
  const Builder builder{ruler, layout};
  place_rows(builder, groups, rest);

  const std::string found = searches ? found_words(view, state.palette.search) : "";
  const float found_px = std::min(std::ceil(ruler.width(found, Voice::Quiet)) + 2, foot.w / 2);
  layout.found =
      fit_text(ruler, foot.take_right(found_px, ruler.space(3)), found, Voice::Quiet, Side::Right);
  layout.foot = fit_text(ruler, foot, foot_words(view, state, groups, layout.chosen), Voice::Quiet);
  return layout;
}

std::vector<Action> actions_of_chosen(const PaletteLayout& layout) {
  for (const PaletteRow& row : layout.rows) {
    if (row.chosen && !row.heading) return row.actions;
  }
  return {};
}

std::string dump(const PaletteLayout& layout) {
  std::string text = fmt::format("palette {} rows {} chosen {}\n", dump(layout.sheet),
                                 layout.row_count, layout.chosen);
  for (const PaletteRow& row : layout.rows) {
    text += fmt::format("{}{}{} {} {}", row.heading ? "#" : "", row.chosen ? ">" : "",
                        row.enabled ? "" : "-", dump(row.text), dump(row.hint));
  }
  text += fmt::format("{}{}", dump(layout.foot), dump(layout.found));
  return text;
}

}  // namespace roundtrip::viz
