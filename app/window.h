// The window: Dear ImGui over GLFW and OpenGL. It draws what the panels say about a session and
// turns their actions into steps, sends and saves. It knows GLFW; nothing else does.
#pragma once

#include <memory>
#include <string>

#include "app/session.h"
#include "app/stop_signals.h"

namespace roundtrip::app {

struct WindowOptions {
  std::string scenario = "01-hello";  // the lesson that is ready; empty: none
  std::string file;                   // the name of the trace file that is shown, where it is one
  std::string notice;                 // shown once: the port that was taken, a torn file
  int width = 1280;
  int height = 720;
};

// Whether a display is set in the environment at all.
bool display_is_set();

// Runs until the window is closed or a signal asks for the end; what the session's server has open
// is finished then. One sentence when the display can't be opened.
Status open_window(std::unique_ptr<Session> session, const WindowOptions& options,
                   const StopSignals& signals);

}  // namespace roundtrip::app
