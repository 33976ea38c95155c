#include "viz/imgui_controls.h"

#include <doctest/doctest.h>

#include "tests/viz/screen_driver.h"

namespace roundtrip::viz {
namespace {

TEST_CASE("tip: it goes away at any key, and comes back when the pointer has moved") {
  const Scene scene(tell_hello);
  ScreenDriver driver(scene);
  REQUIRE(driver.screen.hover("transport/next"));
  driver.screen.settle();
  CHECK(driver.screen.registry().has("tip"));
  driver.screen.press(Key::Right);
  driver.screen.settle();
  CHECK_FALSE(driver.screen.registry().has("tip"));
  const Rect button = *driver.screen.registry().find("transport/next");
  driver.screen.move({button.x + 3, button.y + 3});
  driver.screen.settle();
  CHECK(driver.screen.registry().has("tip"));
  driver.screen.type("x");
  driver.screen.settle();
  CHECK_FALSE(driver.screen.registry().has("tip"));
}

}  // namespace
}  // namespace roundtrip::viz
