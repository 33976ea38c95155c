#include "viz/panel_transport.h"

#include <doctest/doctest.h>

#include "tests/viz/screen_driver.h"

namespace roundtrip::viz {
namespace {

TEST_CASE("transport: Space pauses a view that follows, and the banner goes to what is newer") {
  Scene scene(tell_hello);
  ScreenDriver driver(scene);
  REQUIRE(driver.screen.click("transport/follow"));
  driver.screen.settle();
  REQUIRE(driver.state.follow);
  driver.screen.press(Key::Space);
  driver.screen.settle();
  CHECK_FALSE(driver.state.follow);
  CHECK_FALSE(driver.state.playing);
  const Cursor paused = driver.cursor;
  CHECK_FALSE(driver.screen.registry().has("transport/newer"));
  auto conn = scene.story.open();
  scene.story.ask(conn, scene.story.curl_request("/hello"), "Hello, World!");
  scene.follow();
  driver.screen.settle();
  CHECK(driver.cursor == paused);
  REQUIRE(driver.screen.click("transport/newer"));
  driver.screen.settle();
  CHECK(driver.cursor.event > paused.event);
  CHECK(scene.trace[driver.cursor.event].request == scene.index.requests().back());
  check_sound(driver);
}

}  // namespace
}  // namespace roundtrip::viz
