// The window: Dear ImGui over GLFW and OpenGL. It draws what the panels say about a session and
// turns their actions into steps, sends and saves. It knows GLFW; nothing else does.
#pragma once

#include <memory>
#include <string>

#include "app/session.h"

namespace roundtrip::app {

struct WindowOptions {
  std::string scenario = "01-hello";
  std::string notice;       // shown once: the port that was taken, a torn file
  int width = 1280;
  int height = 720;
  unsigned frames = 0;      // stop after so many frames; 0: until it is closed (tests)
};

// Whether a display is set in the environment at all.
bool display_is_set();

// Runs until the window is closed. One sentence when the display can't be opened.
Status open_window(std::unique_ptr<Session> session, const WindowOptions& options);

}  // namespace roundtrip::app
