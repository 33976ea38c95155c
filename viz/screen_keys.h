// What the keyboard does, in one table: the sheet of keys is drawn from it, and the actions of a
// frame's keys are read by it. Keys are Perfetto's where it has them (W S A D, F, period, comma,
// Esc, question mark). No key acts while a text field has the keyboard or a menu is open.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "viz/imgui_frame.h"
#include "viz/model/actions.h"

namespace roundtrip::viz {

struct KeyLine {
  std::string_view keys;  // empty: `does` is a heading
  std::string_view does;
};
std::span<const KeyLine> key_lines();

// `pointed`: the moment under the pointer, while it is over the timeline.
Actions key_actions(const TraceView& view, const Cursor& cursor, const ViewState& state,
                    std::optional<Instant> pointed);

// The sheet over everything; a click or Esc puts it away.
void draw_sheet(const Canvas& canvas, Actions& actions);

}  // namespace roundtrip::viz
