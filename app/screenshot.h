// A picture of the screen without a display: the same panels, drawn by the CPU rasterizer. Called
// by the `screenshot` command. The session has to be indexed. Sizes in pixels, 64 to 16,384.
#pragma once

#include <string>

#include "app/session.h"
#include "viz/model/look.h"

namespace roundtrip::app {

struct ScreenshotOptions {
  std::string at = "end";  // an event number from 1, a phase id, or "end"
  int width = 1280;
  int height = 720;
  std::string panel;       // one panel alone; empty: the whole screen
  viz::ThemeKind theme = viz::ThemeKind::Light;
  bool projector = false;  // large words
  float scale = 1;         // of everything, 1 to 2
  std::string output;      // a .png file
};

Status write_screenshot(const Session& session, const ScreenshotOptions& options);

}  // namespace roundtrip::app
