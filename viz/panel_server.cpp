#include "viz/panel_server.h"

#include <fmt/format.h>

namespace roundtrip::viz {
namespace {

void draw_ground(const ServerTile& tile, const Canvas& canvas) {
  const Theme& theme = canvas.theme;
  const GroupColors& colors =
      theme.of(tile.hint ? trace::Group::Connection : trace::Group::Startup);
  const float thin = std::max(1.f, theme.stroke_px / 2);
  if (tile.hint || tile.progress == Progress::Ahead) {
    dashed_rect(canvas, tile.rect, mix(colors.fill, theme.panel, 0.5f), thin, theme.space(1),
                theme.space(1));
    return;
  }
  fill_rect(canvas, tile.rect, colors.soft, theme.radius_px);
  fill_rect(canvas, {tile.rect.x, tile.rect.y, theme.space(1), tile.rect.h}, colors.fill, 0);
}

// From a box to the next one, in the gap between them; at a row's end nothing is drawn.
void draw_arrow(const ServerTile& from, const ServerTile& to, const Canvas& canvas) {
  if (to.rect.y != from.rect.y) return;
  const Theme& theme = canvas.theme;
  const bool done = from.progress == Progress::Done && !to.hint;
  const Color ink = done ? theme.text_quiet : mix(theme.text_quiet, theme.panel, 0.6f);
  arrow(canvas, {from.rect.right() + theme.space(0.5f), from.rect.center().y},
        {to.rect.x - theme.space(0.5f), to.rect.center().y}, ink);
}

}  // namespace

Actions draw_server(const ServerLayout& layout, const Canvas& canvas) {
  Actions actions;
  const Theme& theme = canvas.theme;
  canvas.registry.add("server", layout.area);
  draw_box(canvas, layout.heading, theme.of(trace::Group::Startup).ink);
  draw_box(canvas, layout.state);
  int number = 0;
  for (const ServerTile& tile : layout.tiles) {
    const Touch touched = touch(canvas, fmt::format("server/{}", ++number), tile.rect);
    if (tile.event != trace::no_event && touched.hovered) actions.push_back(Hover{tile.event});
    if (tile.event != trace::no_event && touched.clicked) actions.push_back(GoTo{tile.event});
    draw_ground(tile, canvas);
    draw_box(canvas, tile.title);
    draw_box(canvas, tile.took);
    for (const TextBox& line : tile.lines) draw_box(canvas, line);
    for (const TextBox& line : tile.lines) {
      if (line.cut) canvas.registry.add(fmt::format("server/{}/text", number), line.rect, true);
    }
  }
  for (std::size_t i = 0; i + 1 < layout.tiles.size(); ++i) {
    draw_arrow(layout.tiles[i], layout.tiles[i + 1], canvas);
  }
  for (const ServerTile& tile : layout.tiles) {
    if (tile.at_cursor) glow(canvas, tile.rect, theme.radius_px);
    if (tile.hovered) hover_outline(canvas, tile.rect, theme.radius_px);
  }
  return actions;
}

}  // namespace roundtrip::viz
