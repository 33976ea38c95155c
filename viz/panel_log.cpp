#include "viz/panel_log.h"

#include <fmt/format.h>

#include <algorithm>

namespace roundtrip::viz {
namespace {

void draw_row(const LogRow& row, const Canvas& canvas) {
  const Theme& theme = canvas.theme;
  const GroupColors& colors = theme.of(row.group);
  if (row.at_cursor) {
    fill_rect(canvas, row.rect, colors.soft, theme.radius_px);
    outline_rect(canvas, row.rect, theme.cursor, std::max(1.f, theme.stroke_px / 2),
                 theme.radius_px);
  } else if (row.selected) {
    fill_rect(canvas, row.rect, theme.selection, theme.radius_px);
  }
  source_edge(canvas, row.rect, colors, row.provenance, row.ahead);
  for (std::size_t i = 0; i < log_columns; ++i) {
    Color ink = style_of(theme, row.cells[i].voice).color;
    if (static_cast<LogColumn>(i) == LogColumn::Phase) ink = colors.ink;
    if (row.ahead) ink = theme.text_ahead;
    if (row.breach && static_cast<LogColumn>(i) == LogColumn::Sentence) ink = theme.error;
    draw_box(canvas, row.cells[i], ink);
  }
  if (row.hovered) {
    outline_rect(canvas, row.rect, theme.hover, std::max(1.f, theme.stroke_px / 2),
                 theme.radius_px);
  }
}

}  // namespace

Actions draw_log(const LogLayout& layout, const ViewState& state, const Canvas& canvas) {
  Actions actions;
  canvas.registry.add("log", layout.area);
  if (auto text = text_field(canvas, "log/search", layout.search, state.log_filter,
                             "words to look for: read, header, connection 2",
                             state.type_filter)) {
    actions.push_back(SetLogFilter{std::move(text->text)});
  }
  if (state.type_filter) actions.push_back(TypeFilter{false});
  draw_box(canvas, layout.found);
  for (const TextBox& heading : layout.headings) draw_box(canvas, heading);
  Rect list = layout.area;
  list.take_top(layout.headings[0].rect.bottom() - layout.area.y);
  list.w += canvas.theme.space(scroll_bar_steps);
  scroll_list(canvas, Panel::Log, "log-bar", list, layout.content_px, layout.scroll_px, actions);
  for (const LogRow& row : layout.rows) {
    const Touch touched = touch(canvas, fmt::format("log/{}", row.event + 1), row.rect);
    if (touched.hovered) actions.push_back(Hover{row.event});
    if (touched.hovered && !row.whole.empty()) tip(canvas, row.whole, 120);
    if (touched.clicked) actions.push_back(GoTo{row.event});
    draw_row(row, canvas);
  }
  return actions;
}

}  // namespace roundtrip::viz
