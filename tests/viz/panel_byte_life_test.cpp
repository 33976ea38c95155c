#include "viz/panel_byte_life.h"

#include <doctest/doctest.h>

#include "tests/viz/screen_driver.h"

namespace roundtrip::viz {
namespace {

TEST_CASE("byte life: that of the byte under the pointer is told, and ends with the hover") {
  const Scene scene(tell_hello);
  ScreenDriver driver(scene);
  driver.state.preset = Preset::Bytes;
  driver.go_to(60);
  CHECK_FALSE(driver.screen.registry().has("byte-life"));
  for (const std::string label : {"bytes/in/25", "bytes/field/in/0"}) {
    REQUIRE(driver.screen.hover(label));
    driver.screen.settle();
    CHECK(driver.screen.registry().has("byte-life"));
    check_sound(driver);
  }
  driver.screen.move({1, 719});
  driver.screen.settle();
  CHECK_FALSE(driver.screen.registry().has("byte-life"));
}

}  // namespace
}  // namespace roundtrip::viz
