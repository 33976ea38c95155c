#include "viz/panel_lifecycle.h"

#include <fmt/format.h>

#include <cmath>

namespace roundtrip::viz {
namespace {

// Where a row stands in relation to the cursor, as a mark before its name.
void draw_mark(const Canvas& canvas, const LifecycleRow& row) {
  const Theme& theme = canvas.theme;
  const GroupColors& colors = theme.of(row.group);
  const Point center = row.mark.center();
  const float small = theme.space(1.5f);
  if (row.at_cursor) {
    icon(canvas, row.mark, Icon::Right, colors.ink);
    return;
  }
  switch (row.progress) {
    case Progress::Done:
      icon(canvas, row.mark, Icon::Check, row.heading ? colors.ink : theme.text_quiet);
      break;
    case Progress::Running:
    case Progress::Unfinished:
      group_dot(canvas, center, small * 1.5f, colors);
      break;
    case Progress::Ahead:
      canvas.list->AddCircle({center.x, center.y}, small / 2,
                             mix(theme.text_quiet, theme.panel, 0.4f), 16,
                             std::max(1.f, theme.stroke_px / 2));
      break;
  }
}

// How we know, as the texture of a short bar at the row's left edge.
void draw_edge(const Canvas& canvas, const LifecycleRow& row) {
  const Theme& theme = canvas.theme;
  const Rect edge{row.rect.x, row.rect.y + theme.space(1), theme.space(0.75f),
                  row.rect.h - theme.space(2)};
  const GroupColors& colors = theme.of(row.group);
  Color color = colors.fill;
  if (row.progress == Progress::Ahead) color = mix(color, theme.panel, 0.6f);
  switch (row.provenance) {
    case trace::Provenance::Observed: fill_rect(canvas, edge, color, 1); break;
    case trace::Provenance::Derived:
      fill_rect(canvas, edge, mix(color, theme.panel, 0.5f), 1);
      break;
    default:
      dashed_line(canvas, {edge.center().x, edge.y}, {edge.center().x, edge.bottom()}, color,
                  edge.w, theme.space(1), theme.space(0.75f));
  }
}

void draw_row(const LifecycleRow& row, const Canvas& canvas) {
  const Theme& theme = canvas.theme;
  const GroupColors& colors = theme.of(row.group);
  if (row.at_cursor) {
    fill_rect(canvas, row.rect, colors.soft, theme.radius_px);
    outline_rect(canvas, row.rect, theme.cursor, std::max(1.f, theme.stroke_px / 2),
                 theme.radius_px);
  } else if (row.selected) {
    fill_rect(canvas, row.rect, theme.selection, theme.radius_px);
  } else if (row.hovered) {
    fill_rect(canvas, row.rect, theme.raised, theme.radius_px);
  }
  if (!row.heading) draw_edge(canvas, row);
  draw_mark(canvas, row);
  const bool nothing_there = row.heading && row.event == trace::no_event;
  const Color ink = row.heading ? (nothing_there ? theme.text_quiet : colors.ink)
                    : row.progress == Progress::Ahead ? theme.text_quiet
                                                      : theme.text;
  draw_box(canvas, row.name, ink);
  draw_box(canvas, row.took);
  if (row.hovered) {
    outline_rect(canvas, row.rect, theme.hover, std::max(1.f, theme.stroke_px / 2),
                 theme.radius_px);
  }
}

void touch_row(const LifecycleRow& row, const Canvas& canvas, Actions& actions) {
  const std::string label =
      row.heading ? fmt::format("lifecycle/group/{}", trace::group_name(row.group))
                  : fmt::format("lifecycle/{}", row.event + 1);
  const Touch touched = touch(canvas, label, row.rect);
  if (row.heading) {
    if (touched.clicked && row.event != trace::no_event) actions.push_back(ToggleGroup{row.group});
    return;
  }
  if (touched.hovered) actions.push_back(Hover{row.event});
  if (touched.clicked) actions.push_back(GoTo{row.event});
}

}  // namespace

Actions draw_lifecycle(const LifecycleLayout& layout, const Canvas& canvas) {
  Actions actions;
  canvas.registry.add("lifecycle", layout.area);
  draw_box(canvas, layout.title);
  // The bar stands in the panel's margin.
  const Rect list = Rect::from_corners(
      layout.area.x, layout.title.rect.bottom(),
      layout.area.right() + canvas.theme.space(scroll_bar_steps), layout.area.bottom());
  scroll_list(canvas, Panel::Lifecycle, "lifecycle/bar", list, layout.content_px,
              layout.scroll_px, actions);
  for (const LifecycleRow& row : layout.rows) {
    touch_row(row, canvas, actions);
    draw_row(row, canvas);
  }
  return actions;
}

}  // namespace roundtrip::viz
