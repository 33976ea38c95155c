#include "viz/panel_table.h"

#include <fmt/format.h>

#include <algorithm>

namespace roundtrip::viz {
namespace {

void draw_sort_mark(const Canvas& canvas, const Rect& mark, bool descending) {
  const Point center = mark.center();
  const float half = mark.w / 2;
  const float tip = descending ? half : -half;
  filled_triangle(canvas, {center.x - half, center.y - tip / 2},
                  {center.x + half, center.y - tip / 2},
                  {center.x, center.y + tip / 2}, canvas.theme.text_quiet);
}

std::optional<std::size_t> draw_heads(const Table& table, const Canvas& canvas) {
  std::optional<std::size_t> pressed;
  for (std::size_t i = 0; i < table.heads.size(); ++i) {
    const TableHead& head = table.heads[i];
    if (head.rect.empty()) continue;
    const std::string label = fmt::format("{}/head/{}", table.name, head.name);
    const Touch touched = touch(canvas, label, head.rect);
    if (touched.hovered && !head.tip.empty()) tip(canvas, head.tip);
    if (touched.clicked) pressed = i;
    const Theme& theme = canvas.theme;
    const bool strong = touched.hovered || head.descending.has_value();
    draw_box(canvas, head.title, strong ? theme.text : theme.text_quiet);
    if (head.title.cut) canvas.registry.add(label + "/cut", head.title.rect, true);
    if (head.descending) draw_sort_mark(canvas, head.mark, *head.descending);
  }
  return pressed;
}

void draw_row(const Table& table, const TableRow& row, const Canvas& canvas) {
  const Theme& theme = canvas.theme;
  const GroupColors* colors = row.group ? &theme.of(*row.group) : nullptr;
  const float thin = std::max(1.f, theme.stroke_px / 2);
  if (row.at_cursor) {
    fill_rect(canvas, row.rect, colors != nullptr ? colors->soft : theme.selection,
              theme.radius_px);
    outline_rect(canvas, row.rect, theme.cursor, thin, theme.radius_px);
  } else if (row.selected) {
    fill_rect(canvas, row.rect, theme.selection, theme.radius_px);
  }
  if (colors != nullptr) source_edge(canvas, row.rect, *colors, row.provenance, row.ahead);
  if (!row.fold.empty()) {
    icon(canvas, row.fold, row.folded ? Icon::Right : Icon::Down, theme.text_quiet);
  }
  for (std::size_t i = 0; i < row.cells.size(); ++i) {
    const TextBox& cell = row.cells[i];
    if (cell.empty()) continue;
    Color ink = style_of(theme, cell.voice).color;
    if (row.inked == i && colors != nullptr) ink = colors->ink;
    if (row.ahead) ink = theme.text_ahead;
    if (row.alarmed == i) ink = theme.error;
    draw_box(canvas, cell, ink);
    // Words may be cut where they share what room there is; a number that is cut is a defect.
    const bool number = cell.voice == Voice::Mono && cell.side == Side::Right;
    if (cell.cut && number) {
      canvas.registry.add(fmt::format("{}/row/{}/{}/cut", table.name, row.place + 1, i), cell.rect,
                          true);
    }
  }
  if (row.hovered) outline_rect(canvas, row.rect, theme.hover, thin, theme.radius_px);
}

}  // namespace

TableTouch draw_table(const Table& table, const Canvas& canvas, Panel which, Actions& actions) {
  TableTouch result;
  result.sorted = draw_heads(table, canvas);
  Rect list = table.list;
  list.w += canvas.theme.space(scroll_bar_steps);
  scroll_list(canvas, which, fmt::format("{}-bar", table.name), list, table.content_px,
              table.scroll_px, actions);
  for (const TableRow& row : table.rows) {
    if (!row.fold.empty()) {
      const Rect finger = row.fold.inset(-canvas.theme.space(0.5f));
      if (touch(canvas, fmt::format("{}/row/{}/fold", table.name, row.place + 1), finger).clicked) {
        result.fold_clicked = &row;
      }
    }
    const Touch touched =
        touch(canvas, fmt::format("{}/row/{}", table.name, row.place + 1), row.rect);
    if (touched.hovered && row.event != trace::no_event) actions.push_back(Hover{row.event});
    if (touched.clicked) result.clicked = &row;
    draw_row(table, row, canvas);
  }
  return result;
}

}  // namespace roundtrip::viz
