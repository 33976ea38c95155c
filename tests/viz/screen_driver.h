// Drives the real screen without a display: a told story or a recording, the cursor and the view
// state, and every action that the screen returns handed to `apply`, as the program does. What
// apply gives back for the session is kept in `asked`. check_sound says what must hold of every
// frame.
#pragma once

#include <doctest/doctest.h>

#include <memory>
#include <string>

#include "tests/source_dir.h"
#include "tests/viz/model/scene.h"
#include "viz/headless.h"
#include "viz/screen.h"

namespace roundtrip::viz {

class ScreenDriver {
 public:
  ScreenDriver(const TraceView& shown, int width, int height, const Theme& theme)
      : view(shown), screen(width, height, theme) {
    state.theme = theme.kind;
    state.projector = theme.projector;
    state.text_scale = scale_in_force(theme.scale, theme.projector);
    state.session.live = true;
    state.session.address = "127.0.0.1:8080";
    state.session.scenarios = {"01-hello", "02-keep-alive"};
    if (auto read = load_explanations(source_dir() + "/assets")) {
      state.explanations = std::make_shared<Explanations>(std::move(*read));
    }
    if (auto read = load_code_listings(source_dir() + "/assets")) {
      state.listings = std::make_shared<CodeListings>(std::move(*read));
    }
    auto lesson = std::make_shared<Lesson>();
    lesson->scenario = "01-hello";
    state.lesson = lesson;
    start_lesson(state, cursor, view);
    screen.settle([this](Canvas& canvas) { draw(canvas); });
  }
  ScreenDriver(const Scene& told, int width, int height, const Theme& theme)
      : ScreenDriver(told.view, width, height, theme) {}
  explicit ScreenDriver(const Scene& told, int width = 1280, int height = 720,
                        ThemeKind kind = ThemeKind::Light)
      : ScreenDriver(told, width, height, make_theme(kind)) {}

  void go_to(std::uint64_t event) {
    cursor = {event, {}};
    state.scrolls = {};
    screen.settle();
  }

  TraceView view;
  HeadlessScreen screen;
  ViewState state;
  Cursor cursor;
  Actions asked;

 private:
  void draw(Canvas& canvas) {
    for (const Action& action : draw_screen(view, cursor, state, canvas)) {
      if (auto left = apply(state, cursor, view, action)) asked.push_back(*left);
    }
  }
};

// What must hold whatever is shown.
inline void check_sound(const ScreenDriver& driver) {
  const Registry& registry = driver.screen.registry();
  CAPTURE(driver.cursor.event);
  for (const auto& [one, other] : registry.overlaps()) {
    FAIL_CHECK("overlap of " << one << " and " << other);
  }
  for (const std::string& label : registry.outside(driver.screen.window())) {
    FAIL_CHECK("outside the window: " << label);
  }
  for (const std::string& label : registry.duplicates()) FAIL_CHECK("twice: " << label);
  // Names that have to be read whole.
  for (const std::string& label : registry.elided()) {
    const bool may =
        label.starts_with("lifecycle/") || label.find("bytes/field/") != std::string::npos;
    CHECK_MESSAGE(may, "cut: " << label);
  }
}

}  // namespace roundtrip::viz
