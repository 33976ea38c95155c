#include "viz/panel_lesson.h"

#include <fmt/format.h>

#include "viz/model/commands.h"

namespace roundtrip::viz {
namespace {

void draw_stop(const LessonStopRow& row, const Canvas& canvas, Actions& actions) {
  const Theme& theme = canvas.theme;
  const GroupColors& colors = theme.of(row.group);
  const Touch touched = touch(canvas, fmt::format("lesson/stop/{}", row.stop + 1), row.rect);
  if (touched.clicked) actions.push_back(GoToStop{row.stop});
  if (row.at_cursor) {
    fill_rect(canvas, row.rect, colors.soft, theme.radius_px);
    outline_rect(canvas, row.rect, theme.cursor, std::max(1.f, theme.stroke_px / 2),
                 theme.radius_px);
  } else if (touched.hovered) {
    fill_rect(canvas, row.rect, theme.raised, theme.radius_px);
  }
  const bool ahead = row.progress == Progress::Ahead;
  switch (row.progress) {
    case Progress::Running: icon(canvas, row.mark, Icon::Right, colors.ink); break;
    case Progress::Unfinished:
      group_dot(canvas, row.mark.center(), theme.space(2.25f), colors);
      break;
    case Progress::Ahead:
      canvas.list->AddCircle({row.mark.center().x, row.mark.center().y}, theme.space(0.75f),
                             theme.text_quiet, 16, std::max(1.f, theme.stroke_px / 2));
      break;
    case Progress::Done: icon(canvas, row.mark, Icon::Check, theme.text_quiet); break;
  }
  draw_box(canvas, row.name, ahead ? theme.text_quiet : theme.text);
  if (row.name.cut) canvas.registry.add("lesson/stop/cut", row.name.rect, true);
}

void draw_line(const LessonLine& line, const Canvas& canvas) {
  const Theme& theme = canvas.theme;
  switch (line.voice) {
    case LessonVoice::Heading:
      draw_box(canvas, line.text, theme.accent);
      break;
    case LessonVoice::Note:
      draw_box(canvas, line.text, theme.text_quiet);
      break;
    case LessonVoice::Sent:
      fill_rect(canvas, line.text.rect.inset(-theme.space(1), 0), theme.raised, 0);
      if (!line.mark.empty()) {
        fill_rect(canvas, line.mark, theme.error_soft, 0);
        outline_rect(canvas, line.mark.inset(-theme.space(0.25f), 0), theme.error,
                     std::max(1.f, theme.stroke_px / 2), 0);
      }
      draw_box(canvas, line.text);
      break;
    case LessonVoice::Words:
    case LessonVoice::Question:
    case LessonVoice::Answer:
      draw_box(canvas, line.text, theme.text);
      break;
  }
}

}  // namespace

Actions draw_lesson(const LessonLayout& layout, const Canvas& canvas) {
  Actions actions;
  canvas.registry.add("lesson", layout.area);
  draw_box(canvas, layout.title);
  draw_box(canvas, layout.about);
  if (layout.title.cut) canvas.registry.add("lesson/title", layout.title.rect, true);
  for (const LessonStopRow& row : layout.stops) draw_stop(row, canvas, actions);
  draw_box(canvas, layout.unseen);
  Rect list = layout.page;
  list.w = layout.area.right() + canvas.theme.space(scroll_bar_steps) - list.x;
  scroll_list(canvas, Panel::Lesson, "lesson-bar", list, layout.content_px, layout.scroll_px,
              actions);
  for (const LessonLine& line : layout.lines) draw_line(line, canvas);
  if (layout.next) {
    const std::string tip = tip_text("The same", Command::GoOn);
    const Button spec{.label = "lesson/next",
                      .text = layout.button_words.text,
                      .icon = {},
                      .kind = ButtonKind::Primary,
                      .tip = tip};
    if (button(canvas, layout.button, spec)) actions.push_back(*layout.next);
  }
  return actions;
}

}  // namespace roundtrip::viz
