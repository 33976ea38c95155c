#include "viz/panel_sheet.h"

#include <doctest/doctest.h>

#include "tests/viz/screen_driver.h"

namespace roundtrip::viz {
namespace {

TEST_CASE("sheet: one that is too tall says at its end that no more comes") {
  const Scene scene(tell_hello);
  ScreenDriver driver(scene, 1280, 720, make_theme(ThemeKind::Light, false, 1.5f));
  driver.screen.type("?");
  driver.screen.settle();
  CHECK(driver.screen.registry().has("sheet/more"));
  for (int press = 0; press < 40; ++press) driver.screen.press(Key::PageDown);
  driver.screen.settle();
  CHECK(driver.state.sheet_open);
  CHECK_FALSE(driver.screen.registry().has("sheet/more"));
}

}  // namespace
}  // namespace roundtrip::viz
