// The question for a file, over all: a line for the path, what is wrong with the last answer,
// and two buttons. Enter answers, Esc puts it away. Registry: "question", "question/path",
// "question/answer", "question/cancel" and, where something would be lost, "question/leave".
#pragma once

#include "viz/panel_parts.h"

namespace roundtrip::viz {

void draw_question(const FileQuestion& question, const Canvas& canvas, Actions& actions);

}  // namespace roundtrip::viz
