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

TEST_CASE("transport: Open, Save, Search and every command are in the menu") {
  const Scene scene(tell_hello);
  ScreenDriver driver(scene);
  const auto choose = [&driver](const char* row) {
    REQUIRE(driver.screen.click("transport/status"));
    driver.screen.settle();
    REQUIRE(driver.screen.click(std::string("menu/status/") + row));
    driver.screen.settle();
  };
  choose("Open a trace");
  CHECK(std::holds_alternative<Open>(driver.asked.back()));
  choose("Save this trace");
  CHECK(std::holds_alternative<Save>(driver.asked.back()));
  choose("Search the trace");
  CHECK(driver.state.palette.mode == PaletteMode::Search);
  driver.screen.press(Key::Escape);
  driver.screen.settle();
  choose("Every command");
  CHECK(driver.state.palette.mode == PaletteMode::Commands);
  driver.screen.press(Key::Escape);
  driver.screen.settle();
  choose("Sheet of keys");
  CHECK(driver.state.sheet_open);
}

}  // namespace
}  // namespace roundtrip::viz
