#include "viz/shapes.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "viz/text.h"

namespace roundtrip::viz {
namespace {

using trace::Provenance;

float radius_for(const Canvas& canvas, const Rect& rect, float radius_px) {
  const float wanted = radius_px < 0 ? canvas.theme.bar_radius_px : radius_px;
  // A corner that takes up more than a third of the side makes a pill of a bar.
  return std::min(wanted, std::floor(std::min(rect.w, rect.h) / 3));
}

// Room around a rectangle so that a stroke at its very edge is not lost to culling.
Rect visible_part(const Canvas& canvas, const Rect& rect) {
  const ImVec2 from = canvas.list->GetClipRectMin();
  const ImVec2 to = canvas.list->GetClipRectMax();
  constexpr float margin_px = 16;
  return rect.intersection(Rect::from_corners(from.x - margin_px, from.y - margin_px,
                                              to.x + margin_px, to.y + margin_px));
}

// Marks of `dash` every `dash + gap` along [start, end), of which [from, to) is visible.
template <class Draw>
void each_dash(float start, float end, float from, float to, float dash, float gap, Draw draw) {
  const float pitch = std::max(1.f, dash + gap);
  const float skipped = std::floor(std::max(0.f, from - start) / pitch);
  for (float at = start + skipped * pitch; at < std::min(end, to); at += pitch) {
    draw(at, std::min(at + dash, end));
  }
}

void upright_dashes(const Canvas& canvas, const Rect& line_rect, bool across, Color color,
                    float dash, float gap) {
  const Rect seen = visible_part(canvas, line_rect);
  if (seen.empty()) return;
  if (across) {
    each_dash(line_rect.x, line_rect.right(), seen.x, seen.right(), dash, gap,
              [&](float from, float to) {
                canvas.list->AddRectFilled({from, line_rect.y}, {to, line_rect.bottom()}, color);
              });
  } else {
    each_dash(line_rect.y, line_rect.bottom(), seen.y, seen.bottom(), dash, gap,
              [&](float from, float to) {
                canvas.list->AddRectFilled({line_rect.x, from}, {line_rect.right(), to}, color);
              });
  }
}

// How far apart the slanted lines are.
float hatch_pitch(const Theme& theme) { return theme.space(2); }

float texture_stroke(const Theme& theme, const Rect& rect) {
  return std::min(theme.stroke_px, std::max(1.f, std::floor(rect.h / 5)));
}

// Words can't be read on full hatching: under them it pales.
void pale_hatching(const Canvas& canvas, const Rect& rect, float words_width,
                   const GroupColors& colors) {
  const Theme& theme = canvas.theme;
  const Rect inside = rect.inset(theme.stroke_px);
  const float width = std::min(inside.w, words_width + theme.space(2));
  const Rect plate{inside.x, inside.y, width, inside.h};
  canvas.list->PushClipRect(top_left(plate), bottom_right(plate), true);
  fill_rect(canvas, plate, colors.soft, 0);
  hatched_rect(canvas, rect, mix(colors.soft, colors.fill, 0.22f), texture_stroke(theme, rect),
               hatch_pitch(theme));
  canvas.list->PopClipRect();
}

}  // namespace

void filled_triangle(const Canvas& canvas, Point a, Point b, Point c, Color color) {
  // ImGui smooths the edges of clockwise polygons only.
  if ((b.x - a.x) * (c.y - a.y) < (b.y - a.y) * (c.x - a.x)) std::swap(b, c);
  canvas.list->AddTriangleFilled(vec(a), vec(b), vec(c), color);
}

void fill_rect(const Canvas& canvas, const Rect& rect, Color color, float radius_px) {
  const Rect seen = visible_part(canvas, rect);
  if (seen.empty()) return;
  canvas.list->AddRectFilled(top_left(seen), bottom_right(seen), color,
                             radius_for(canvas, rect, radius_px));
}

void outline_rect(const Canvas& canvas, const Rect& rect, Color color, float stroke_px,
                  float radius_px) {
  const Rect seen = visible_part(canvas, rect);
  if (seen.empty()) return;
  // ImGui centres a stroke on the edge; half of it inwards keeps it inside the rectangle.
  const Rect path = seen.inset(stroke_px / 2 - 0.5f);
  canvas.list->AddRect(top_left(path), bottom_right(path), color,
                       radius_for(canvas, rect, radius_px), ImDrawFlags_None, stroke_px);
}

void edge_rect(const Canvas& canvas, const Rect& rect, bool chosen) {
  const Theme& theme = canvas.theme;
  if (theme.edge.a == 0) return;
  outline_rect(canvas, rect, chosen ? theme.accent : theme.edge,
               std::max(1.f, std::round(theme.stroke_px / (chosen ? 1.5f : 3))), theme.radius_px);
}

void textured_rect(const Canvas& canvas, const Rect& rect, const GroupColors& colors,
                   Provenance provenance) {
  const Theme& theme = canvas.theme;
  const float stroke = texture_stroke(theme, rect);
  const float thin = std::max(1.f, std::round(theme.scale));
  // Too narrow for a rim and an inside: one tone, dashed or dotted where nothing was seen.
  const bool narrow = std::min(rect.w, rect.h) < 4 * thin;
  switch (provenance) {
    case Provenance::Observed:
      fill_rect(canvas, rect, colors.fill);
      break;
    case Provenance::Derived:
      fill_rect(canvas, rect, narrow ? mix(colors.fill, colors.soft, 0.5f) : colors.soft);
      if (!narrow) outline_rect(canvas, rect, colors.fill, thin);
      break;
    case Provenance::Inferred:
      dashed_rect(canvas, rect, colors.fill, rect.w < theme.space(2) ? thin : stroke,
                  theme.space(1.5f), theme.space(1));
      break;
    case Provenance::Injected:
      fill_rect(canvas, rect, narrow ? colors.fill : colors.soft);
      if (narrow) break;
      hatched_rect(canvas, rect, colors.fill, stroke, hatch_pitch(theme));
      outline_rect(canvas, rect, colors.fill, thin);
      break;
    case Provenance::Unknown:
      dashed_rect(canvas, rect, colors.fill, stroke, stroke, stroke * 2);
      break;
  }
}

bool textured_label(const Canvas& canvas, const Rect& rect, const GroupColors& colors,
                    Provenance provenance, std::string_view text) {
  textured_rect(canvas, rect, colors, provenance);
  const Rect room = rect.inset(canvas.theme.space(1.5f), 0);
  // Words that would not even show a letter are left out rather than cut to an ellipsis.
  if (text.empty() || room.w < canvas.theme.px(TextSize::Body)) return !text.empty();
  TextStyle style = words(canvas.theme);
  style.color = text_on(canvas, colors, provenance);
  if (provenance == Provenance::Injected) {
    pale_hatching(canvas, rect, text_width(canvas, style, text), colors);
  }
  return draw_text_in(canvas, room, style, text);
}

void block_foot(const Canvas& canvas, const Rect& rect, const GroupColors& colors) {
  const float foot = std::max(2.f, std::round(rect.h / 6));
  fill_rect(canvas, {rect.x, rect.bottom() - foot, rect.w, foot},
            mix(colors.fill, canvas.theme.text, 0.45f), 0);
}

Color text_on(const Canvas& canvas, const GroupColors& colors, Provenance provenance) {
  return provenance == Provenance::Observed ? colors.on_fill : canvas.theme.text;
}

void state_rect(const Canvas& canvas, const Rect& rect, const GroupColors& colors,
                trace::TaskState state, float words_px) {
  const Theme& theme = canvas.theme;
  const float rail = std::max(2.f, std::round(rect.h / 6));
  switch (state) {
    case trace::TaskState::Running:
    case trace::TaskState::Done:
      fill_rect(canvas, rect, colors.fill);
      break;
    case trace::TaskState::Created:
    case trace::TaskState::Runnable: {
      fill_rect(canvas, rect, colors.soft);
      const Rect seen = visible_part(canvas, rect);
      const float pitch = theme.space(2);
      const float width = std::max(1.f, std::round(pitch / 3));
      const float words_end = words_px > 0 ? rect.x + words_px + theme.space(2) : rect.x;
      const float first = std::floor((seen.x - rect.x) / pitch);
      for (float x = rect.x + first * pitch; x < seen.right(); x += pitch) {
        if (x + width <= seen.x || x < words_end) continue;
        fill_rect(canvas, {x, rect.y, std::min(width, rect.right() - x), rect.h}, colors.fill, 0);
      }
      break;
    }
    case trace::TaskState::Parked:
      fill_rect(canvas, rect, mix(colors.soft, theme.panel, 0.6f));
      fill_rect(canvas, {rect.x, rect.bottom() - rail / 2, rect.w, rail / 2}, colors.fill, 0);
      break;
    case trace::TaskState::Blocking:
      fill_rect(canvas, rect, colors.soft, 0);
      fill_rect(canvas, {rect.x, rect.y, rect.w, rail}, colors.fill, 0);
      fill_rect(canvas, {rect.x, rect.bottom() - rail, rect.w, rail}, colors.fill, 0);
      break;
  }
}

Color text_on_state(const Canvas& canvas, const GroupColors& colors, trace::TaskState state) {
  const bool solid = state == trace::TaskState::Running || state == trace::TaskState::Done;
  return solid ? colors.on_fill : canvas.theme.text;
}

void line(const Canvas& canvas, Point from, Point to, Color color, float stroke_px) {
  // Upright lines as rectangles stay sharp and are cheap.
  const float half = std::floor(stroke_px / 2);
  if (from.x == to.x || from.y == to.y) {
    const bool across = from.y == to.y;
    const ImVec2 low = {std::min(from.x, to.x) - (across ? 0 : half),
                        std::min(from.y, to.y) - (across ? half : 0)};
    const ImVec2 high = {across ? std::max(from.x, to.x) : low.x + stroke_px,
                         across ? low.y + stroke_px : std::max(from.y, to.y)};
    canvas.list->AddRectFilled(low, high, color);
  } else {
    canvas.list->AddLine(vec(from), vec(to), color, stroke_px);
  }
}

void dashed_line(const Canvas& canvas, Point from, Point to, Color color, float stroke_px,
                 float dash_px, float gap_px) {
  const float half = std::floor(stroke_px / 2);
  if (from.y == to.y) {
    const float left = std::min(from.x, to.x);
    upright_dashes(canvas, {left, from.y - half, std::abs(to.x - from.x), stroke_px}, true, color,
                   dash_px, gap_px);
    return;
  }
  if (from.x == to.x) {
    const float top = std::min(from.y, to.y);
    upright_dashes(canvas, {from.x - half, top, stroke_px, std::abs(to.y - from.y)}, false, color,
                   dash_px, gap_px);
    return;
  }
  const float dx = to.x - from.x;
  const float dy = to.y - from.y;
  const float length = std::hypot(dx, dy);
  each_dash(0, length, 0, length, dash_px, gap_px, [&](float start, float end) {
    const auto at = [&](float along) {
      return ImVec2(from.x + dx * along / length, from.y + dy * along / length);
    };
    canvas.list->AddLine(at(start), at(end), color, stroke_px);
  });
}

void dashed_rect(const Canvas& canvas, const Rect& rect, Color color, float stroke_px,
                 float dash_px, float gap_px) {
  if (rect.empty()) return;
  const float stroke = std::min({stroke_px, rect.w, rect.h});
  const Rect top{rect.x, rect.y, rect.w, stroke};
  const Rect left{rect.x, rect.y, stroke, rect.h};
  upright_dashes(canvas, top, true, color, dash_px, gap_px);
  upright_dashes(canvas, top.moved(0, rect.h - stroke), true, color, dash_px, gap_px);
  upright_dashes(canvas, left, false, color, dash_px, gap_px);
  upright_dashes(canvas, left.moved(rect.w - stroke, 0), false, color, dash_px, gap_px);
}

void hatched_rect(const Canvas& canvas, const Rect& rect, Color color, float stroke_px,
                  float pitch_px) {
  const Rect seen = visible_part(canvas, rect.inset(stroke_px * 0.75f));
  if (seen.empty()) return;
  // A slanted line holds all points whose x + y is the same; the first sum is that of the corner.
  const float corner = rect.x + rect.y;
  const float first = std::ceil((seen.x + seen.y - corner) / pitch_px + 0.25f) * pitch_px + corner;
  const float last = seen.right() + seen.bottom() - 1;
  for (float sum = first; sum < last; sum += pitch_px) {
    const float left = std::max(seen.x, sum - seen.bottom());
    const float right = std::min(seen.right(), sum - seen.y);
    // ImGui moves a line's points to the pixels' centres; here they are edges already.
    canvas.list->AddLine({left - 0.5f, sum - left - 0.5f}, {right - 0.5f, sum - right - 0.5f},
                         color, stroke_px);
  }
}

void arrow(const Canvas& canvas, Point from, Point to, Color color, Provenance provenance,
           bool with_head) {
  const Theme& theme = canvas.theme;
  const float dx = to.x - from.x;
  const float dy = to.y - from.y;
  const float length = std::hypot(dx, dy);
  if (length < 1) return;
  const float head = with_head ? std::min(theme.space(2.5f), length) : 0;
  const Point neck{to.x - dx / length * head, to.y - dy / length * head};
  const float stroke = theme.stroke_px;
  switch (provenance) {
    case Provenance::Observed:
    case Provenance::Derived:
    case Provenance::Injected:
      line(canvas, from, neck, color, stroke);
      break;
    case Provenance::Inferred:
      dashed_line(canvas, from, neck, color, stroke, theme.space(1.5f), theme.space(1));
      break;
    case Provenance::Unknown:
      dashed_line(canvas, from, neck, color, stroke, stroke, stroke * 2);
      break;
  }
  if (!with_head) return;
  const float half = head * 0.45f;
  const Point across{dy / length * half, dx / length * half};
  filled_triangle(canvas, to, {neck.x - across.x, neck.y + across.y},
                  {neck.x + across.x, neck.y - across.y}, color);
}

void glow(const Canvas& canvas, const Rect& rect, float radius_px) {
  const Theme& theme = canvas.theme;
  const float radius = radius_for(canvas, rect, radius_px);
  const float step = std::max(1.f, std::round(theme.scale));
  constexpr float strengths[] = {0.55f, 0.42f, 0.30f, 0.20f, 0.12f, 0.06f};
  float distance = theme.stroke_px;
  for (const float strength : strengths) {
    distance += step;
    outline_rect(canvas, rect.inset(-distance), with_alpha(theme.glow, strength), step,
                 radius + distance);
  }
  outline_rect(canvas, rect.inset(-theme.stroke_px), theme.cursor, theme.stroke_px,
               radius + theme.stroke_px);
}

void hover_outline(const Canvas& canvas, const Rect& rect, float radius_px) {
  const float stroke = canvas.theme.stroke_px;
  outline_rect(canvas, rect.inset(-stroke), canvas.theme.hover, stroke,
               radius_for(canvas, rect, radius_px) + stroke);
}

void group_dot(const Canvas& canvas, Point center, float diameter_px, const GroupColors& colors) {
  canvas.list->AddCircleFilled(vec(center), diameter_px / 2, colors.fill);
}

Rect panel(const Canvas& canvas, const Rect& rect, std::string_view heading) {
  const Theme& theme = canvas.theme;
  fill_rect(canvas, rect, theme.panel, theme.radius_px);
  Rect content = rect.inset(theme.space(3), theme.space(3));
  if (!heading.empty()) {
    const Rect strip = content.take_top(theme.line_px(TextSize::Body), theme.space(2));
    draw_text_in(canvas, strip, {Face::Strong, TextSize::Body, theme.text_quiet}, heading);
  }
  return content;
}

}  // namespace roundtrip::viz
