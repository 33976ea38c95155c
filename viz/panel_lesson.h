// Paints the lesson's page (layout_lesson.h): its stops, which a click goes to, its prose, and the
// button that goes on. Keeps nothing.
#pragma once

#include "viz/model/layout_lesson.h"
#include "viz/panel_parts.h"

namespace roundtrip::viz {

Actions draw_lesson(const LessonLayout& layout, const Canvas& canvas);

}  // namespace roundtrip::viz
