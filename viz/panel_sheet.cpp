#include "viz/panel_sheet.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "viz/imgui_compat.h"
#include "viz/legend.h"
#include "viz/model/commands.h"
#include "viz/panel_parts.h"

namespace roundtrip::viz {
namespace {

constexpr float rows_a_press = 3;

struct Columns {
  std::vector<KeyLine> lines;
  std::size_t first_right = 0;  // the first line of the right column; all lines where there is one
  float keys_px = 0;
  float column_px = 0;
  float height_px = 0;
};

float height_of(const Theme& theme, std::span<const KeyLine> lines) {
  float height = 0;
  for (const KeyLine& line : lines) {
    height += theme.row_px + (line.heading && height > 0 ? theme.space(2) : 0);
  }
  return height;
}

// Two columns of whole sections where no words are cut in them, else one.
Columns columns_in(const Canvas& canvas, float width_px) {
  const Theme& theme = canvas.theme;
  Columns columns;
  columns.lines = key_lines();
  float words_px = 0;
  for (const KeyLine& line : columns.lines) {
    columns.keys_px = std::max(columns.keys_px, text_width(canvas, mono(theme), line.keys));
    words_px = std::max(words_px, text_width(canvas, quiet(theme), line.does));
  }
  columns.keys_px = std::ceil(columns.keys_px) + theme.space(4);
  columns.column_px = columns.keys_px + std::ceil(words_px) + 1;
  columns.first_right = columns.lines.size();
  const std::span<const KeyLine> all = columns.lines;
  columns.height_px = height_of(theme, all);
  if (2 * columns.column_px + theme.space(8) > width_px) return columns;
  for (std::size_t i = 1; i < all.size(); ++i) {
    if (!all[i].heading) continue;
    const float height = std::max(height_of(theme, all.first(i)), height_of(theme, all.subspan(i)));
    if (height >= columns.height_px) continue;
    columns.height_px = height;
    columns.first_right = i;
  }
  return columns;
}

// The lines of one column, from the top of `rest`.
void draw_lines(const Canvas& canvas, Rect rest, std::span<const KeyLine> shown, float keys_px) {
  const Theme& theme = canvas.theme;
  const ImVec2 from = canvas.list->GetClipRectMin();
  const ImVec2 to = canvas.list->GetClipRectMax();
  const Rect visible = Rect::from_corners(from.x, from.y, to.x, to.y);
  bool first = true;
  for (const KeyLine& line : shown) {
    if (line.heading && !first) rest.take_top(theme.space(2));
    first = false;
    Rect row = rest.take_top(theme.row_px);
    if (!visible.contains(row.inset(1))) continue;  // no half lines
    if (line.heading) {
      draw_text_in(canvas, row, strong(theme), line.does);
      continue;
    }
    const Rect keys = row.take_left(keys_px);
    bool cut = draw_text_in(canvas, keys, mono(theme), line.keys);
    cut = draw_text_in(canvas, row, quiet(theme), line.does) || cut;
    canvas.registry.add("sheet/" + line.keys, row, cut);
  }
}

void move_by_keys(const Theme& theme) {
  float rows = 0;
  if (key_pressed(Key::Down) || key_pressed(Key::PageDown)) rows += rows_a_press;
  if (key_pressed(Key::Up) || key_pressed(Key::PageUp)) rows -= rows_a_press;
  if (rows != 0) ImGui::SetScrollY(ImGui::GetScrollY() + rows * theme.row_px);
}

}  // namespace

void draw_sheet(const Canvas& canvas, Actions& actions) {
  const Theme& theme = canvas.theme;
  const Overlay overlay(canvas, "sheet");
  const Canvas& over = overlay.canvas();
  const float bar_px = theme.space(4);
  const float around_w = 2 * theme.space(6) + bar_px;
  const float around_h = 2 * theme.space(5) + theme.row_px + theme.space(2);
  const float most_w = canvas.area.w - theme.space(8);
  const float most_h = canvas.area.h - theme.space(8);
  const Columns columns = columns_in(over, most_w - around_w);
  const bool two = columns.first_right < columns.lines.size();
  const float keys_w = two ? 2 * columns.column_px + theme.space(8) : columns.column_px;
  const float width = std::min(most_w, std::max(keys_w, legend_width(over)) + around_w);
  const float content = columns.height_px + theme.space(6) + legend_height(over);
  const float height = std::min(most_h, content + around_h);
  const Rect sheet{std::floor(canvas.area.center().x - width / 2),
                   std::floor(canvas.area.center().y - height / 2), width, height};
  fill_rect(over, sheet, theme.panel, theme.radius_px);
  edge_rect(over, sheet);
  over.registry.add("sheet", sheet);
  Rect rest = sheet.inset(theme.space(6), theme.space(5));
  Rect top = rest.take_top(theme.row_px, theme.space(2));
  const bool taller = content + around_h > most_h;
  draw_text_in(over, top, strong(theme, TextSize::Large), "Keys");
  bool at_end = false;
  {
    ScrollRegion region(over, "sheet/list", rest);
    Rect inside = region.canvas().area;
    inside.h = content;
    Rect keys = inside.take_top(columns.height_px, theme.space(6));
    const std::span<const KeyLine> all = columns.lines;
    draw_lines(region.canvas(), keys.take_left(columns.column_px, theme.space(8)),
               all.first(columns.first_right), columns.keys_px);
    draw_lines(region.canvas(), keys, all.subspan(columns.first_right), columns.keys_px);
    draw_legend(region.canvas(), inside);
    region.set_content_height(content);
    move_by_keys(theme);
    const float most = ImGui::GetScrollMaxY();
    at_end = most > 0 && ImGui::GetScrollY() >= most;
  }
  if (taller && !at_end) over.registry.add("sheet/more", {top.x, top.y, 0, 0});
  draw_text_in(over, top, quiet(theme),
               !taller  ? "Esc or a click puts it away"
               : at_end ? "\u2191 for what is above, Esc to go back"
                        : "\u2193 for more, Esc to go back",
               Align::Right);
  // Its own bar may be dragged.
  const ImVec2 at = ImGui::GetIO().MousePos;
  const bool on_bar = taller && rest.contains(Point{at.x, at.y}) && at.x > rest.right() - bar_px;
  if (ImGui::IsMouseClicked(0) && !on_bar) actions.push_back(ToggleSheet{});
}

}  // namespace roundtrip::viz
