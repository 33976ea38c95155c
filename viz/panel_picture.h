// Paints any picture (viz/model/picture.h): boxes with their rows, arrows between them, what is at
// the cursor or hovered as everywhere else. Gives back what the pointer asks for.
#pragma once

#include "viz/model/picture.h"
#include "viz/panel_parts.h"

namespace roundtrip::viz {

Actions draw_picture(const Picture& picture, const Canvas& canvas);
// A bar that stands elsewhere than in a picture.
void draw_bar(const PictureBar& bar, const Canvas& canvas);

}  // namespace roundtrip::viz
