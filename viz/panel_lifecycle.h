// Paints the lifecycle list (viz/model/layout_lifecycle.h) and turns the pointer into actions: a
// click goes to a phase, on a heading it folds the group away; hovering outlines the phase in every
// view. Each row enters the registry as "lifecycle/<event number from 1>", a heading as
// "lifecycle/group/<name>". Called by the screen; decides nothing about what stands where.
#pragma once

#include "viz/model/layout_lifecycle.h"
#include "viz/panel_parts.h"

namespace roundtrip::viz {

Actions draw_lifecycle(const LifecycleLayout& layout, const Canvas& canvas);

}  // namespace roundtrip::viz
