// A scenario's page as the screen shows it: its prose in parts, what clients send, its stops with
// their questions, and how long it takes. Called by the desk when a lesson is made ready, and by
// `screenshot`. Reads no file and knows no trace.
#pragma once

#include "core/scenario/scenario.h"
#include "viz/model/lesson.h"

namespace roundtrip::app {

viz::Lesson lesson_of(const scenario::Scenario& page);

}  // namespace roundtrip::app
