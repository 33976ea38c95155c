#include "viz/panel_lifecycle.h"

#include <fmt/format.h>

#include <cmath>

#include "viz/model/commands.h"

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
                             faded(theme, theme.text_quiet, theme.panel, 0.4f), 16,
                             std::max(1.f, theme.stroke_px / 2));
      break;
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
  if (!row.heading) {
    source_edge(canvas, row.rect, colors, row.provenance, row.progress == Progress::Ahead);
  }
  draw_mark(canvas, row);
  const bool nothing_there = row.heading && row.event == trace::no_event;
  const Color ink = row.heading ? (nothing_there ? theme.text_quiet : colors.ink)
                    : row.progress == Progress::Ahead ? theme.text_quiet
                                                      : theme.text;
  draw_box(canvas, row.name, ink);
  draw_box(canvas, row.took);
  if (row.padlock) icon(canvas, row.lock, Icon::Padlock, theme.text_quiet);
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
  if (row.padlock) canvas.registry.add(label + "/padlock", row.lock);
  if (touched.hovered && row.padlock) tip(canvas, row.lock_reason);
  if (touched.clicked) actions.push_back(GoTo{row.event});
}

// A click stays with the connection in focus; another lets the list follow the cursor again.
void touch_title(const LifecycleLayout& layout, const Canvas& canvas, Actions& actions) {
  const Theme& theme = canvas.theme;
  if (layout.focus.conn == 0) {
    draw_box(canvas, layout.title);
    return;
  }
  const Touch touched = touch(canvas, "lifecycle/title", layout.title.rect);
  if (touched.hovered || layout.chosen) {
    fill_rect(canvas, layout.title.rect.inset(-theme.space(1), 0),
              layout.chosen ? theme.selection : theme.raised, theme.radius_px);
  }
  if (touched.hovered) {
    tip(canvas, tip_text(layout.chosen ? "To every connection again"
                                       : "Stay with this connection, wherever the cursor goes",
                         Command::StayWithConnection));
  }
  if (touched.clicked) {
    actions.push_back(SelectFocus{layout.chosen ? Focus{} : Focus{layout.focus.conn, 0}});
  }
  draw_box(canvas, layout.title, layout.chosen ? theme.text : theme.text_quiet);
}

}  // namespace

Actions draw_lifecycle(const LifecycleLayout& layout, const Canvas& canvas) {
  Actions actions;
  canvas.registry.add("lifecycle", layout.area);
  touch_title(layout, canvas, actions);
  draw_box(canvas, layout.note);
  // The bar stands in the panel's margin.
  const Rect list = Rect::from_corners(
      layout.area.x, std::max(layout.title.rect.bottom(), layout.note.rect.bottom()),
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
