// The window's diary: what happened on the screen as lines on standard output, for whoever can't
// see it: the test of the real window and the bench of starting. Kept only where the environment
// asks for it: ROUNDTRIP_WINDOW_DIARY=1; ROUNDTRIP_WINDOW_FRAMES=N closes the window after N frames
// (people need neither, so --help names neither). A line for each change:
//   frame 1 at 1735732800000000000        nanoseconds since 1970, after the first frame was shown
//   button transport/next at 512 24       where a control stands
//   at event 12 of 57, read.header, 1 requests
//   asks to save to 01-hello.trace.json
//   says Saved 57 events to a.trace.json
#pragma once

#include <string>

#include "app/desk.h"
#include "viz/registry.h"

namespace roundtrip::app {

// What the environment asks for; 0: frames until the window is closed.
bool diary_is_asked_for();
unsigned frames_asked_for();

class WindowDiary {
 public:
  explicit WindowDiary(bool kept) : kept_(kept) {}
  // After each frame.
  void frame(const Desk& desk, const viz::Registry& registry);

 private:
  void line_when_new(std::string& last, std::string line);

  bool kept_;
  bool first_ = true;
  std::string place_;
  std::string question_;
  std::string notice_;
};

}  // namespace roundtrip::app
