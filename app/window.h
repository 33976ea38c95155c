// The window: Dear ImGui over GLFW and OpenGL. It draws what the panels say about a session and
// turns their actions into steps, sends and saves. It knows GLFW; nothing else does.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "app/session.h"
#include "app/stop_signals.h"

namespace roundtrip::app {

// What the window shows.
struct WindowContent {
  std::unique_ptr<Session> session;
  std::string scenario = "01-hello";  // the lesson that is ready; empty: none
  std::string file;                   // the name of the trace file that is shown, where it is one
  std::string notice;                 // shown once: the port that was taken, a torn file
  std::string said;                   // on standard output, as soon as there is a window
};

// Whether a display is set in the environment at all.
bool display_is_set();

// Runs until the window is closed or a signal asks for the end; what the session's server has open
// is finished then. `content` is called once, on a thread of its own, while the display is made
// ready. One sentence when the display can't be opened, or what `content` says.
Status open_window(const std::function<Result<WindowContent>()>& content,
                   const StopSignals& signals);

}  // namespace roundtrip::app
