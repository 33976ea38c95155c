#include "viz/panel_picture.h"

#include <fmt/format.h>

#include <algorithm>

#include "viz/shapes.h"

namespace roundtrip::viz {
namespace {

// What the step is about, or what the pointer is over.
void draw_lit(const Canvas& canvas, const Rect& rect, trace::Group group, const Link& link) {
  if (!link.hovered && !link.at_cursor) return;
  const Theme& theme = canvas.theme;
  const Rect around = rect.inset(-theme.space(1), 0);
  fill_rect(canvas, around, theme.of(group).soft, theme.radius_px);
  if (link.at_cursor) edge_rect(canvas, around);
}

void draw_ground(const PictureBox& box, const Canvas& canvas) {
  const Theme& theme = canvas.theme;
  const GroupColors& colors = theme.of(box.group);
  const float thin = std::max(1.f, theme.stroke_px / 2);
  // Dashes would say that it is inferred: what is not yet has a thin border, and no ground.
  if (box.dotted) {
    dashed_rect(canvas, box.rect, faded(theme, colors.fill, theme.panel, 0.5f), thin,
                theme.space(0.5f), theme.space(1));
    return;
  }
  if (box.progress == Progress::Ahead) {
    outline_rect(canvas, box.rect, faded(theme, colors.fill, theme.panel, 0.65f), thin,
                 theme.radius_px);
    return;
  }
  fill_rect(canvas, box.rect, box.chosen ? colors.soft : mix(colors.soft, theme.panel, 0.5f),
            theme.radius_px);
  fill_rect(canvas, {box.rect.x, box.rect.y, theme.space(1), box.rect.h}, colors.fill, 0);
  edge_rect(canvas, box.rect);
  if (!box.chosen && !box.alarm) return;
  outline_rect(canvas, box.rect, box.alarm ? theme.error : colors.fill, theme.stroke_px,
               theme.radius_px);
}

void draw_frame(const PictureFrame& frame, const Canvas& canvas) {
  const Theme& theme = canvas.theme;
  const GroupColors& colors = theme.of(frame.group);
  const float thin = std::max(1.f, theme.stroke_px / 2);
  const bool ahead = frame.progress == Progress::Ahead;
  if (ahead) {
    outline_rect(canvas, frame.rect, faded(theme, colors.fill, theme.panel, 0.65f), thin,
                 theme.radius_px);
  } else {
    // Inside it while it goes on: a stronger rim.
    const bool inside = frame.progress == Progress::Running;
    outline_rect(canvas, frame.rect, inside ? colors.fill : mix(colors.fill, theme.panel, 0.5f),
                 inside ? theme.stroke_px : thin, theme.radius_px);
  }
  draw_box(canvas, frame.name, ahead ? theme.text_quiet : theme.text);
  draw_box(canvas, frame.told);
  draw_box(canvas, frame.foot);
}

// From the side of one box that faces the other.
void draw_arrow(const PictureBox& from, const PictureBox& to, bool done, const Canvas& canvas) {
  const Theme& theme = canvas.theme;
  const float away = theme.space(0.5f);
  const Color ink = done ? theme.text_quiet : line_ahead(theme, theme.text_quiet);
  if (to.rect.x >= from.rect.right()) {
    const float top = std::max(from.rect.y, to.rect.y);
    const float bottom = std::min(from.rect.bottom(), to.rect.bottom());
    const float level = (top + bottom) / 2;
    const float start = bottom > top ? level : from.rect.center().y;
    const float end = bottom > top ? level : to.rect.center().y;
    arrow(canvas, {from.rect.right() + away, start}, {to.rect.x - away, end}, ink);
  } else if (to.rect.y >= from.rect.bottom()) {
    const float left = std::max(from.rect.x, to.rect.x);
    const float right = std::min(from.rect.right(), to.rect.right());
    const float level = (left + right) / 2;
    const float start = right > left ? level : from.rect.center().x;
    const float end = right > left ? level : to.rect.center().x;
    arrow(canvas, {start, from.rect.bottom() + away}, {end, to.rect.y - away}, ink);
  }
}

}  // namespace

void draw_bar(const PictureBar& bar, const Canvas& canvas) {
  const Theme& theme = canvas.theme;
  const GroupColors& colors = theme.of(bar.group);
  switch (bar.filling) {
    case Filling::Free:
      fill_rect(canvas, bar.rect, theme.raised, theme.bar_radius_px);
      edge_rect(canvas, bar.rect);
      draw_box(canvas, bar.label, theme.text_quiet);
      break;
    case Filling::Consumed:
    case Filling::MarkedConsumed:
      fill_rect(canvas, bar.rect, colors.soft, theme.bar_radius_px);
      // Under words the hatching pales, so that they can be read.
      hatched_rect(canvas, bar.rect,
                   bar.label.empty() ? faded(theme, colors.fill, theme.panel, 0.5f)
                                     : mix(colors.soft, colors.fill, 0.22f),
                   std::max(1.f, theme.stroke_px / 2), theme.space(2));
      if (bar.filling == Filling::MarkedConsumed) {
        outline_rect(canvas, bar.rect, theme.text, theme.stroke_px, theme.bar_radius_px);
      }
      draw_box(canvas, bar.label, theme.text);
      break;
    case Filling::Filled:
      textured_rect(canvas, bar.rect, colors, bar.source);
      if (bar.count > 1) block_foot(canvas, bar.rect, colors);
      draw_box(canvas, bar.label, text_on(canvas, colors, bar.source));
      break;
    case Filling::Marked:
      textured_rect(canvas, bar.rect, colors, bar.source);
      outline_rect(canvas, bar.rect, theme.text, theme.stroke_px, theme.bar_radius_px);
      draw_box(canvas, bar.label, text_on(canvas, colors, bar.source));
      break;
  }
}

namespace {

void draw_line(const PictureLine& one, const Canvas& canvas) {
  const Theme& theme = canvas.theme;
  const float thin = std::max(1.f, theme.stroke_px / 2);
  if (one.quiet) return line(canvas, one.from, one.to, theme.hairline, thin);
  // What is at the cursor glows along its whole length, what is hovered has a rim.
  if (one.link.at_cursor) {
    for (const float wide : {5.f, 3.5f, 2.f}) {
      line(canvas, one.from, one.to, with_alpha(theme.glow, 0.3f), theme.stroke_px * wide);
    }
  } else if (one.link.hovered) {
    line(canvas, one.from, one.to, theme.of(one.group).soft, theme.stroke_px * 5);
  }
  Color ink = one.alarm ? theme.error : theme.of(one.group).ink;
  if (!one.done) ink = line_ahead(theme, ink);
  arrow(canvas, one.from, one.to, ink, one.source, one.head);
}

// Words on a line stand on a ground of their own, so that none goes through them.
void draw_line_label(const PictureLine& one, const Canvas& canvas) {
  if (one.label.empty()) return;
  const Theme& theme = canvas.theme;
  fill_rect(canvas, one.label.rect, theme.panel, 0);
  draw_box(canvas, one.label, one.done ? theme.text : theme.text_ahead);
}

// Something of the picture as the pointer finds it.
void touch_link(const Canvas& canvas, const std::string& label, const Rect& rect, const Link& link,
                Actions& actions) {
  if (!link.any() || rect.empty()) return;
  const Touch touched = touch(canvas, label, rect);
  const bool has_event = link.event != trace::no_event;
  if (touched.hovered && has_event) actions.push_back(Hover{link.event});
  if (link.bytes) {
    const BytePlace first{link.bytes->conn, link.bytes->log, link.bytes->range.offset};
    if (touched.hovered) actions.push_back(HoverByte{first});
    if (touched.clicked) actions.push_back(SelectByte{first});
    if (touched.clicked && link.by_byte) actions.push_back(GoToByte{first});
  }
  if (touched.clicked && has_event) actions.push_back(GoTo{link.event});
}

void draw_box_of(const PictureBox& box, const Canvas& canvas) {
  const Theme& theme = canvas.theme;
  draw_ground(box, canvas);
  const bool ahead = box.progress == Progress::Ahead || box.dotted;
  for (const TextBox& line : box.title) {
    draw_box(canvas, line, ahead ? theme.text_quiet : theme.text);
  }
  for (const PictureRow& row : box.rows) {
    draw_lit(canvas, row.rect, box.group, row.link);
    draw_box(canvas, row.name);
    draw_box(canvas, row.value);
    for (const TextBox& cell : row.cells) {
      draw_box(canvas, cell, row.ahead ? theme.text_ahead : style_of(theme, cell.voice).color);
    }
  }
  for (const TextBox& line : box.words) draw_box(canvas, line);
}

void mark(const Canvas& canvas, const Rect& rect, const Link& link) {
  if (link.at_cursor) glow(canvas, rect, canvas.theme.radius_px);
  if (link.hovered) hover_outline(canvas, rect, canvas.theme.radius_px);
}

// The innermost first: a row wins over its box.
void touch_all(const Picture& picture, const Canvas& canvas, Actions& actions) {
  const auto label = [&](std::string_view kind, std::size_t number) {
    return fmt::format("{}/{}/{}", picture.name, kind, number + 1);
  };
  for (std::size_t i = 0; i < picture.notes.size(); ++i) {
    touch_link(canvas, label("note", i), picture.notes[i].text.rect, picture.notes[i].link,
               actions);
  }
  for (std::size_t i = 0; i < picture.lines.size(); ++i) {
    touch_link(canvas, label("line", i), picture.lines[i].touch, picture.lines[i].link, actions);
  }
  for (std::size_t i = 0; i < picture.bars.size(); ++i) {
    const PictureBar& bar = picture.bars[i];
    const std::string box = !bar.box  ? std::string("bar")
                            : bar.row ? fmt::format("{}/{}/bar", *bar.box + 1, *bar.row + 1)
                                      : fmt::format("{}/bar", *bar.box + 1);
    touch_link(canvas, label(box, i), bar.rect, bar.link, actions);
  }
  for (std::size_t i = 0; i < picture.boxes.size(); ++i) {
    const PictureBox& box = picture.boxes[i];
    for (std::size_t row = 0; row < box.rows.size(); ++row) {
      touch_link(canvas, label(fmt::format("{}", i + 1), row), box.rows[row].rect,
                 box.rows[row].link, actions);
    }
    touch_link(canvas, fmt::format("{}/{}", picture.name, i + 1), box.rect, box.link, actions);
  }
  // A frame is taken by its head: the rest of it belongs to what is inside.
  for (std::size_t i = 0; i < picture.frames.size(); ++i) {
    const PictureFrame& frame = picture.frames[i];
    const Rect head{frame.rect.x, frame.rect.y, frame.rect.w,
                    frame.name.rect.bottom() - frame.rect.y};
    touch_link(canvas, label("frame", i), head, frame.link, actions);
  }
}

// A text that was cut is a defect that tests look for.
void note_cuts(const Picture& picture, const Canvas& canvas) {
  const auto note = [&](const std::string& label, const TextBox& text) {
    if (text.cut) canvas.registry.add(label + "/cut", text.rect, true);
  };
  for (std::size_t i = 0; i < picture.boxes.size(); ++i) {
    const PictureBox& box = picture.boxes[i];
    const std::string label = fmt::format("{}/{}", picture.name, i + 1);
    for (const TextBox& line : box.title) note(label + "/title", line);
    for (std::size_t row = 0; row < box.rows.size(); ++row) {
      note(fmt::format("{}/{}", label, row + 1), box.rows[row].name);
      note(fmt::format("{}/{}/value", label, row + 1), box.rows[row].value);
    }
    for (const TextBox& line : box.words) note(label + "/words", line);
  }
  const auto note_all = [&](std::string_view kind, const auto& all, const auto& text_of) {
    for (std::size_t i = 0; i < all.size(); ++i) {
      note(fmt::format("{}/{}/{}", picture.name, kind, i + 1), text_of(all[i]));
    }
  };
  note_all("line", picture.lines, [](const PictureLine& one) { return one.label; });
  note_all("note", picture.notes, [](const PictureNote& one) { return one.text; });
  note_all("frame/name", picture.frames, [](const PictureFrame& one) { return one.name; });
  note_all("frame/told", picture.frames, [](const PictureFrame& one) { return one.told; });
  note_all("frame/foot", picture.frames, [](const PictureFrame& one) { return one.foot; });
}

}  // namespace

Actions draw_picture(const Picture& picture, const Canvas& canvas) {
  Actions actions;
  const Theme& theme = canvas.theme;
  canvas.registry.add(std::string(picture.name), picture.area);
  touch_all(picture, canvas, actions);
  note_cuts(picture, canvas);
  draw_box(canvas, picture.heading);
  for (const TextBox& line : picture.sentence) draw_box(canvas, line);
  for (const PictureFrame& frame : picture.frames) draw_frame(frame, canvas);
  for (const PictureBox& box : picture.boxes) draw_box_of(box, canvas);
  for (const PictureBar& bar : picture.bars) draw_bar(bar, canvas);
  for (const PictureLine& one : picture.lines) draw_line(one, canvas);
  for (const PictureLine& one : picture.lines) draw_line_label(one, canvas);
  for (const PictureArrow& one : picture.arrows) {
    if (one.from < picture.boxes.size() && one.to < picture.boxes.size()) {
      draw_arrow(picture.boxes[one.from], picture.boxes[one.to], one.done, canvas);
    }
  }
  for (const PictureNote& note : picture.notes) {
    if (note.on_ground) fill_rect(canvas, note.text.rect, theme.panel, 0);
    draw_lit(canvas, note.text.rect, note.group, note.link);
    if (note.alarm) draw_box(canvas, note.text, theme.error);
    else if (note.colored) draw_box(canvas, note.text, theme.of(note.group).ink);
    else draw_box(canvas, note.text);
  }
  for (const PictureFrame& frame : picture.frames) mark(canvas, frame.rect, frame.link);
  for (const PictureBox& box : picture.boxes) {
    mark(canvas, box.rect, box.link);
    for (const PictureRow& row : box.rows) {
      // Inside its line: the words of the rows above and below stay whole.
      if (row.cells.empty()) continue;
      mark(canvas, row.rect.inset(-theme.space(1), theme.stroke_px), row.link);
    }
  }
  for (const PictureBar& bar : picture.bars) mark(canvas, bar.rect, bar.link);
  return actions;
}

}  // namespace roundtrip::viz
