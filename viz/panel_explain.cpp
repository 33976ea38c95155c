#include "viz/panel_explain.h"

#include <fmt/format.h>

namespace roundtrip::viz {
namespace {

void draw_line(const ExplainLine& line, const ExplainLayout& layout, const Canvas& canvas) {
  const Theme& theme = canvas.theme;
  const GroupColors& colors = theme.of(layout.group);
  switch (line.part) {
    case ExplainPart::Title:
      draw_box(canvas, line.text, line.heading ? colors.ink : theme.text_quiet);
      if (line.heading) canvas.registry.add("explain/title", line.text.rect, line.text.cut);
      return;
    case ExplainPart::Argument:
      draw_box(canvas, line.text);
      draw_box(canvas, line.value);
      return;
    case ExplainPart::Cause:
    case ExplainPart::Effect: {
      draw_box(canvas, line.text);
      draw_box(canvas, line.value, line.value.voice == Voice::Body ? theme.accent
                                                                   : theme.text_quiet);
      return;
    }
    case ExplainPart::Question:
      draw_box(canvas, line.text, line.heading ? theme.accent : theme.text);
      return;
    case ExplainPart::Breach: draw_box(canvas, line.text, theme.error); return;
    case ExplainPart::Correction: {
      const Rect bar{layout.area.x, line.text.rect.y - 1, theme.space(0.75f),
                     line.text.rect.h + 2};
      fill_rect(canvas, bar, colors.fill, 0);
      break;
    }
    default: break;
  }
  draw_box(canvas, line.text, line.heading ? theme.text_quiet
                                           : style_of(theme, line.text.voice).color);
}

}  // namespace

Actions draw_explain(const ExplainLayout& layout, const Canvas& canvas) {
  Actions actions;
  canvas.registry.add("explain", layout.area);
  Rect list = layout.area;
  list.w += canvas.theme.space(scroll_bar_steps);
  scroll_list(canvas, Panel::Explain, "explain-bar", list, layout.content_px, layout.scroll_px,
              actions);
  int causes = 0;
  int effects = 0;
  for (const ExplainLink& link : layout.links) {
    const std::string label = link.cause ? fmt::format("explain/cause/{}", ++causes)
                                         : fmt::format("explain/effect/{}", ++effects);
    const Touch touched = touch(canvas, label, link.rect);
    if (touched.hovered) actions.push_back(Hover{link.event});
    if (touched.clicked) actions.push_back(GoTo{link.event});
    if (touched.hovered || link.hovered) {
      fill_rect(canvas, link.rect, canvas.theme.raised, canvas.theme.radius_px);
    }
  }
  for (const ExplainLine& line : layout.lines) draw_line(line, layout, canvas);
  return actions;
}

}  // namespace roundtrip::viz
