// Draws the palette over everything (layout_palette.h), takes its keys and its clicks, and returns
// what they ask for. Esc and a click beside it put it away; Ctrl P and Ctrl F change between
// commands and search. Registry: "palette", "palette/field", "palette/row/N".
#pragma once

#include "viz/model/layout_palette.h"
#include "viz/panel_parts.h"

namespace roundtrip::viz {

void draw_palette(const PaletteLayout& layout, const ViewState& state, const Canvas& canvas,
                  Actions& actions);

}  // namespace roundtrip::viz
