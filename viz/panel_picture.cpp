#include "viz/panel_picture.h"

#include <fmt/format.h>

#include <algorithm>

#include "viz/shapes.h"

namespace roundtrip::viz {
namespace {

void draw_ground(const PictureBox& box, const Canvas& canvas) {
  const Theme& theme = canvas.theme;
  const GroupColors& colors = theme.of(box.group);
  const float thin = std::max(1.f, theme.stroke_px / 2);
  if (box.progress == Progress::Ahead) {
    dashed_rect(canvas, box.rect, mix(colors.fill, theme.panel, 0.5f), thin, theme.space(1),
                theme.space(1));
    return;
  }
  fill_rect(canvas, box.rect, box.chosen ? colors.soft : mix(colors.soft, theme.panel, 0.5f),
            theme.radius_px);
  fill_rect(canvas, {box.rect.x, box.rect.y, theme.space(1), box.rect.h}, colors.fill, 0);
  if (box.chosen) outline_rect(canvas, box.rect, colors.fill, theme.stroke_px, theme.radius_px);
}

// From the side of one box that faces the other.
void draw_arrow(const PictureBox& from, const PictureBox& to, bool done, const Canvas& canvas) {
  const Theme& theme = canvas.theme;
  const float away = theme.space(0.5f);
  const bool rightwards = to.rect.x >= from.rect.right();
  if (!rightwards) return;
  const Color ink = done ? theme.text_quiet : mix(theme.text_quiet, theme.panel, 0.6f);
  const float top = std::max(from.rect.y, to.rect.y);
  const float bottom = std::min(from.rect.bottom(), to.rect.bottom());
  const float level = (top + bottom) / 2;
  const float start = bottom > top ? level : from.rect.center().y;
  const float end = bottom > top ? level : to.rect.center().y;
  arrow(canvas, {from.rect.right() + away, start}, {to.rect.x - away, end}, ink);
}

// One row or box: hovered, clicked, and drawn as hovered or at the cursor.
void touch_fact(const Canvas& canvas, const std::string& label, const Rect& rect,
                trace::EventNumber event, Actions& actions) {
  const Touch touched = touch(canvas, label, rect);
  if (event == trace::no_event) return;
  if (touched.hovered) actions.push_back(Hover{event});
  if (touched.clicked) actions.push_back(GoTo{event});
}

}  // namespace

Actions draw_picture(const Picture& picture, const Canvas& canvas) {
  Actions actions;
  const Theme& theme = canvas.theme;
  canvas.registry.add(std::string(picture.name), picture.area);
  draw_box(canvas, picture.heading);
  for (const TextBox& line : picture.sentence) draw_box(canvas, line);
  int number = 0;
  for (const PictureBox& box : picture.boxes) {
    const std::string label = fmt::format("{}/{}", picture.name, ++number);
    touch_fact(canvas, label, box.rect, box.event, actions);
    draw_ground(box, canvas);
    draw_box(canvas, box.title, box.progress == Progress::Ahead ? theme.text_quiet : theme.text);
    for (const PictureRow& row : box.rows) {
      if (row.hovered || row.at_cursor) {
        fill_rect(canvas, row.rect.inset(-theme.space(1), 0), theme.of(box.group).soft,
                  theme.radius_px);
      }
      draw_box(canvas, row.name);
      draw_box(canvas, row.value);
      if (row.value.cut) canvas.registry.add(label + "/cut/" + row.name.text, row.value.rect, true);
    }
    for (const TextBox& line : box.words) {
      draw_box(canvas, line);
      if (line.cut) canvas.registry.add(label + "/text", line.rect, true);
    }
  }
  for (const PictureArrow& one : picture.arrows) {
    if (one.from < picture.boxes.size() && one.to < picture.boxes.size()) {
      draw_arrow(picture.boxes[one.from], picture.boxes[one.to], one.done, canvas);
    }
  }
  for (const PictureBox& box : picture.boxes) {
    if (box.at_cursor) glow(canvas, box.rect, theme.radius_px);
    if (box.hovered) hover_outline(canvas, box.rect, theme.radius_px);
  }
  return actions;
}

}  // namespace roundtrip::viz
