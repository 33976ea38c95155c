// The legend: what each texture and each colour means, always in reach beside the timeline's
// heading, and on the sheet of keys. Draws only; knows no trace.
#pragma once

#include "viz/imgui_controls.h"

namespace roundtrip::viz {

// A quiet button with a miniature of the textures; under the pointer it shows the whole legend.
// Registry: "legend".
void legend_button(const Canvas& canvas, const Rect& rect);
float legend_button_width(const Canvas& canvas);

// The legend itself from the top of the rectangle; returns how high it is.
float draw_legend(const Canvas& canvas, const Rect& rect);
float legend_width(const Canvas& canvas);
float legend_height(const Canvas& canvas);

}  // namespace roundtrip::viz
