// What the pointer can touch: an area of any shape a panel drew, and buttons in the look of the
// theme. Each enters its label and rectangle in the registry, so tests press it by label. A label
// is a path ("transport/next"), unique in the frame. No state: ImGui keeps what is pressed.
#pragma once

#include <optional>
#include <string_view>

#include "viz/imgui_frame.h"
#include "viz/shapes.h"

namespace roundtrip::viz {

struct Touch {
  bool hovered = false;
  bool held = false;     // pressed, the pointer still down
  bool clicked = false;  // pressed and let go on it
  bool double_clicked = false;
};

// Draws nothing. Where two areas overlap, the one touched first in the frame wins.
Touch touch(const Canvas& canvas, std::string_view label, const Rect& rect);

enum class ButtonKind : std::uint8_t {
  Quiet,    // shows a ground only under the pointer
  Normal,
  Primary,  // the one obvious next thing to press
};

struct Button {
  std::string_view label;           // for the registry and ImGui
  std::string_view text = {};       // empty for an icon alone
  std::optional<Icon> icon = {};    // before the text
  ButtonKind kind = ButtonKind::Normal;
  bool enabled = true;
  bool chosen = false;              // a switch that is on
  std::string_view tip = {};        // a sentence under the pointer, with the key that does the same
};

// Returns true in the frame in which it was pressed. A disabled one still shows its tip.
bool button(const Canvas& canvas, const Rect& rect, const Button& spec);
// How wide it must be for its text and icon.
float button_width(const Canvas& canvas, const Button& spec);

// A few words beside the pointer, at most `width_steps` of 4 px wide; none where a key was pressed
// after the pointer had moved last.
void tip(const Canvas& canvas, std::string_view text, float width_steps = 80);

}  // namespace roundtrip::viz
