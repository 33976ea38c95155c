#include "viz/panel_measure.h"

#include <doctest/doctest.h>

#include "tests/viz/screen_driver.h"

namespace roundtrip::viz {
namespace {

TEST_CASE("measure: Shift and a drag measure and do not pan; Shift M zooms, Esc puts it away") {
  const Scene scene(tell_busy);
  ScreenDriver driver(scene);
  driver.go_to(80);
  const Rect plot = *driver.screen.registry().find("timeline/plot");
  const Point from{plot.x + plot.w * 0.2f, plot.center().y};
  const Point to{plot.x + plot.w * 0.7f, plot.center().y};
  const auto window = driver.state.window;
  driver.screen.drag(from, to, 0, {.shift = true});
  driver.screen.settle();
  CHECK(driver.state.window == window);
  CHECK(driver.cursor.event == 80);
  REQUIRE(driver.state.measured);
  CHECK_FALSE(driver.state.measured->under_way);
  const MeasuredSpan measured = *driver.state.measured;
  CHECK(measured.anchor < measured.reach);
  CHECK(driver.screen.registry().has("timeline/axis/measured/length"));
  check_sound(driver);
  // It stays while one pans and steps.
  driver.screen.drag(to, from);
  driver.screen.press(Key::Right);
  driver.screen.settle();
  CHECK(driver.state.measured == measured);
  driver.screen.press(Key::M, {.shift = true});
  driver.screen.settle();
  REQUIRE(driver.state.window);
  CHECK(driver.state.window->contains(measured.anchor));
  CHECK(driver.state.window->contains(measured.reach));
  // The other way round, and the button.
  driver.screen.drag(to, from, 0, {.shift = true});
  driver.screen.settle();
  REQUIRE(driver.state.measured);
  CHECK(driver.state.measured->anchor > driver.state.measured->reach);
  REQUIRE(driver.screen.click("timeline-measured-zoom"));
  driver.screen.settle();
  CHECK(driver.state.window->contains(driver.state.measured->anchor));
  driver.screen.press(Key::Escape);
  driver.screen.settle();
  CHECK_FALSE(driver.state.measured);
  CHECK_FALSE(driver.screen.registry().has("timeline-measured-zoom"));
}

TEST_CASE("measure: M measures from the cursor to what is chosen") {
  const Scene scene(tell_busy);
  ScreenDriver driver(scene);
  driver.go_to(80);
  driver.state.selected_event = 60;
  driver.screen.press(Key::M);
  driver.screen.settle();
  REQUIRE(driver.state.measured);
  CHECK(driver.state.measured->window() ==
        TimeWindow{scene.trace[60].time, scene.trace[80].time});
  check_sound(driver);
}

}  // namespace
}  // namespace roundtrip::viz
