// The drawn vocabulary of the screen: the texture of each provenance, dashes, hatching, icons,
// arrows, the glow of what is at the cursor. Pure drawing on a Canvas: no input, no state.
// Textures keep their phase relative to the whole rectangle, so they move with a bar that is
// panned, and only their visible part is built, however wide the bar.
#pragma once

#include <string_view>

#include "core/trace/vocabulary.h"
#include "viz/imgui_frame.h"

namespace roundtrip::viz {

// Negative: the bar radius of the theme, less for small rectangles.
inline constexpr float default_radius = -1;

void fill_rect(const Canvas& canvas, const Rect& rect, Color color,
               float radius_px = default_radius);
void outline_rect(const Canvas& canvas, const Rect& rect, Color color, float stroke_px,
                  float radius_px = default_radius);

// The edge that panels and buttons have where grounds alone do not part them; else nothing.
void edge_rect(const Canvas& canvas, const Rect& rect, bool chosen = false);

// How we know, as a texture: observed solid, derived lighter with a rim, inferred dashed, injected
// hatched, unknown dotted and empty.
void textured_rect(const Canvas& canvas, const Rect& rect, const GroupColors& colors,
                   trace::Provenance provenance);
// The same with words on it, readable on every texture. Returns true when they were cut or left
// out.
bool textured_label(const Canvas& canvas, const Rect& rect, const GroupColors& colors,
                    trace::Provenance provenance, std::string_view text);
// Many in one block: a heavier foot.
void block_foot(const Canvas& canvas, const Rect& rect, const GroupColors& colors);
// The colour for words on such a rectangle.
Color text_on(const Canvas& canvas, const GroupColors& colors, trace::Provenance provenance);

// What a task does, as a pattern: runs solid, is ready in upright bars, is parked as a line on pale
// ground, blocks a thread of the pool between two rails. `words_px`: of the words on it.
void state_rect(const Canvas& canvas, const Rect& rect, const GroupColors& colors,
                trace::TaskState state, float words_px = 0);
Color text_on_state(const Canvas& canvas, const GroupColors& colors, trace::TaskState state);

// Lines of any direction; horizontal and vertical ones are sharp, and cut to what is visible.
void line(const Canvas& canvas, Point from, Point to, Color color, float stroke_px);
void dashed_line(const Canvas& canvas, Point from, Point to, Color color, float stroke_px,
                 float dash_px, float gap_px);
void dashed_rect(const Canvas& canvas, const Rect& rect, Color color, float stroke_px,
                 float dash_px, float gap_px);
void hatched_rect(const Canvas& canvas, const Rect& rect, Color color, float stroke_px,
                  float pitch_px);

// A line with a head at its end, in the style of its provenance (solid, dashed or dotted); without
// the head, only that line.
void arrow(const Canvas& canvas, Point from, Point to, Color color,
           trace::Provenance provenance = trace::Provenance::Observed, bool with_head = true);

// What is at the cursor, and what is hovered: the same in every view.
void glow(const Canvas& canvas, const Rect& rect, float radius_px = default_radius);
void hover_outline(const Canvas& canvas, const Rect& rect, float radius_px = default_radius);

void filled_triangle(const Canvas& canvas, Point a, Point b, Point c, Color color);
void group_dot(const Canvas& canvas, Point center, float diameter_px, const GroupColors& colors);

// Transport: previous and next are one step, first and last go to the ends. DejaVu lacks some of
// these signs, so all are shapes.
enum class Icon : std::uint8_t {
  Play, Pause, Next, Previous, First, Last, Padlock, Search, Check, Cross, Down, Right, Dot
};
// Centred in the rectangle, as large as its smaller side.
void icon(const Canvas& canvas, const Rect& rect, Icon which, Color color);

// A panel: its surface, a quiet heading (none when empty), and the rectangle that is left for the
// content.
Rect panel(const Canvas& canvas, const Rect& rect, std::string_view heading = {});

}  // namespace roundtrip::viz
