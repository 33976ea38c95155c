// Settings: how a person had the screen when they last left it: theme, sizes, pace, and which views
// stand where. One small JSON file, read at the start and written a moment after something changed,
// whole or not at all. A file that can't be read, or says what makes no sense, is told in one
// sentence and costs no more than the usual settings.
// Where: $ROUNDTRIP_SETTINGS where that is set (empty: nothing is kept), else
// roundtrip/settings.json in $XDG_CONFIG_HOME or ~/.config. Used by the desk; only a window keeps
// settings.
#pragma once

#include <filesystem>
#include <string>

#include "core/base/result.h"
#include "core/base/time.h"
#include "viz/model/view_state.h"

namespace roundtrip::app {

std::filesystem::path settings_file();  // empty: nothing is kept

class Settings {
 public:
  // A default one keeps nothing.
  Settings() = default;
  explicit Settings(std::filesystem::path file) : file_(std::move(file)) {}

  // Into the view state. At the first start there is no file: the usual settings, and the tour.
  Status read(viz::ViewState& state);
  // Once a frame; `changed`: something may have been set anew.
  Status update(const viz::ViewState& state, bool changed, Duration elapsed);
  // Now, if it differs from what the file has.
  Status write(const viz::ViewState& state);

 private:
  std::filesystem::path file_;
  std::string written_;  // what the file has
  bool due_ = false;
  Duration waited_;
};

// The file's text, and back; the error says what makes no sense.
std::string settings_text(const viz::ViewState& state);
Status read_settings(const std::string& text, viz::ViewState& state);

}  // namespace roundtrip::app
