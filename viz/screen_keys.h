// Reads the keyboard by the table of commands (viz/model/commands.h). No key acts while a text
// field has the keyboard, a menu is open, or something stands over the screen with keys of its own.
#pragma once

#include "viz/imgui_frame.h"
#include "viz/model/commands.h"

namespace roundtrip::viz {

// One of the command's keys was pressed in this frame.
bool pressed(Command command);

// What the keys of this frame ask for.
Actions key_actions(const CommandContext& context);

}  // namespace roundtrip::viz
