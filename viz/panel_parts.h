// What every panel needs to paint a layout: the ruler that layouts measure with, texts that it
// placed, the pointer as far as it is over this panel, lists scrolled by wheel and by a thin bar,
// and a menu under a button. Draws and reads input; keeps nothing (ImGui keeps which menu is open).
// Unit: pixels of the picture.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "viz/imgui_controls.h"
#include "viz/model/actions.h"
#include "viz/model/text_box.h"
#include "viz/text.h"

namespace roundtrip::viz {

// Measures with the canvas's fonts, which must outlive it; of one frame.
Ruler ruler_of(const Canvas& canvas);

TextStyle style_of(const Theme& theme, Voice voice);
// A text where the layout has put it. Without a colour, its voice's own.
void draw_box(const Canvas& canvas, const TextBox& box);
void draw_box(const Canvas& canvas, const TextBox& box, Color color);

// How a row's fact is known, as the texture of a short bar at its left edge; `ahead`: paler.
void source_edge(const Canvas& canvas, const Rect& row, const GroupColors& colors,
                 trace::Provenance source, bool ahead);

// Where the pointer is, when nothing stands over this canvas there and nothing else is dragged.
std::optional<Point> pointer_in(const Canvas& canvas, const Rect& rect);

// Cuts what is drawn while it lives.
class Clip {
 public:
  Clip(const Canvas& canvas, const Rect& rect) : list_(canvas.list) {
    list_->PushClipRect(top_left(rect), bottom_right(rect), true);
  }
  ~Clip() { list_->PopClipRect(); }
  Clip(const Clip&) = delete;
  Clip& operator=(const Clip&) = delete;

 private:
  ImDrawList* list_;
};

// A window of its own over the whole screen, which it dims, or over `part` of it, undimmed. What
// lies under it gets no pointer. In the registry it is a layer of its own.
class Overlay {
 public:
  Overlay(const Canvas& canvas, const char* id, std::optional<Rect> part = {});
  ~Overlay();
  Overlay(const Overlay&) = delete;
  Overlay& operator=(const Overlay&) = delete;
  const Canvas& canvas() const { return canvas_; }

 private:
  Canvas canvas_;
};

// The bar of a list that is taller than its place, at the right edge inside `list`; turns it and
// the wheel into ScrollTo. Call it before the rows' own touch areas.
inline constexpr float scroll_bar_steps = 2;
void scroll_list(const Canvas& canvas, Panel which, std::string_view label, const Rect& list,
                 float content_px, float scroll_px, Actions& actions);

// A line to type into, with a hint where it is empty. It gives back the text after a change,
// and whether Enter was pressed. `take_keyboard`: the keyboard goes there in this frame.
// `replaces`: what is typed first replaces all that stands there.
struct Typed {
  std::string text;
  bool entered = false;
};
std::optional<Typed> text_field(const Canvas& canvas, std::string_view label, const Rect& rect,
                                std::string_view text, std::string_view hint,
                                bool take_keyboard = false, bool replaces = false);

// Opens under a button that was just pressed, and gives the row that was chosen. `chosen`: the row
// that is in force, marked; -1 for none.
struct MenuRow {
  std::string text;
  std::string hint;  // quiet, at the right: a key
};
std::optional<std::size_t> menu(const Canvas& canvas, std::string_view label, const Rect& under,
                                bool open, std::span<const MenuRow> rows, int chosen = -1);

}  // namespace roundtrip::viz
