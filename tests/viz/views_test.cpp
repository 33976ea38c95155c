// What stands around the views: tabs, panes, splitters, one view alone, the tour.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "tests/viz/screen_driver.h"
#include "viz/model/screen_places.h"
#include "viz/model/tour.h"
#include "viz/model/views.h"

namespace roundtrip::viz {
namespace {

TEST_CASE("views: every view can be opened, and is sound (sizes, cursors)") {
  const Scene scene(tell_busy);
  for (const auto& [width, height] : {std::pair{1280, 720}, std::pair{1920, 1080}}) {
    ScreenDriver driver(scene, width, height, ThemeKind::Light);
    driver.state.preset = Preset::Everything;
    for (const ViewRow& row : view_rows()) {
      CAPTURE(row.name);
      show_view(driver.state.workspace(), row.id);
      for (std::uint64_t event = 0; event < scene.trace.end(); event += 41) {
        driver.go_to(event);
        check_sound(driver);
      }
    }
  }
}

TEST_CASE("views: tabs are pressed, turned, moved across and closed") {
  const Scene scene(tell_hello);
  ScreenDriver driver(scene, 1920, 1080);
  driver.screen.press(Key::U);
  driver.screen.settle();
  CHECK(driver.state.preset == Preset::Everything);
  REQUIRE(driver.screen.click("views/tab/server"));
  CHECK(driver.state.workspace().panes[0].shown() == ViewId::Server);
  driver.screen.press(Key::Tab);
  CHECK(driver.state.workspace().panes[0].shown() == ViewId::Spawn);
  driver.screen.press(Key::Tab, {.shift = true});
  CHECK(driver.state.workspace().panes[0].shown() == ViewId::Server);
  driver.screen.settle();
  REQUIRE(driver.screen.click("views/menu/1"));
  driver.screen.settle();
  REQUIRE(driver.screen.click("views/menu/1/list/To the other side"));
  driver.screen.settle();
  CHECK(driver.state.workspace().panes[1].shown() == ViewId::Server);
  REQUIRE(driver.screen.click("views/tab/server", 2));
  CHECK(driver.state.workspace().pane_of(ViewId::Server) == 2);
}

TEST_CASE("views: a view has the whole window, and gives it back") {
  const Scene scene(tell_hello);
  ScreenDriver driver(scene);
  driver.screen.press(Key::Z);
  driver.screen.settle();
  CHECK(driver.state.whole);
  CHECK(!driver.screen.registry().has("lifecycle"));
  check_sound(driver);
  driver.screen.press(Key::Escape);
  driver.screen.settle();
  CHECK(!driver.state.whole);
  CHECK(driver.screen.registry().has("lifecycle"));
}

TEST_CASE("views: splitters are dragged, kept in bounds, and go back when pressed twice") {
  const Scene scene(tell_hello);
  ScreenDriver driver(scene, 1920, 1080);
  const auto parts = [&] {
    const float bar_px = driver.screen.registry().find("transport")->h;
    return screen_parts(Ruler{}, driver.state, driver.screen.window(), bar_px);
  };
  for (const char* label : {"splitter/lifecycle", "splitter/explain", "splitter/timeline"}) {
    CAPTURE(label);
    const Rect before = *driver.screen.registry().find(label);
    const Point from = before.center();
    driver.screen.drag(from, {from.x + 60, from.y + 60});
    driver.screen.settle();
    CHECK(*driver.screen.registry().find(label) != before);
    check_sound(driver);
    driver.screen.drag(driver.screen.registry().find(label)->center(), {5000, 5000});
    driver.screen.settle();
    check_sound(driver);
    driver.screen.drag(driver.screen.registry().find(label)->center(), {-100, -100});
    driver.screen.settle();
    check_sound(driver);
    CHECK(parts().picture.w > 300);
    const Point at = driver.screen.registry().find(label)->center();
    driver.screen.click(at);
    driver.screen.click(at);
    driver.screen.settle();
    CHECK(*driver.screen.registry().find(label) == before);
  }
}

TEST_CASE("views: the tour goes through its steps by key and button, and ends") {
  const Scene scene(tell_hello);
  for (const auto& [width, height] : {std::pair{1280, 720}, std::pair{1920, 1080}}) {
    ScreenDriver driver(scene, width, height, ThemeKind::Light);
    driver.screen.press(Key::F1);
    for (std::size_t step = 0; step < tour_steps.size(); ++step) {
      driver.screen.settle();
      REQUIRE(driver.state.tour == step);
      const auto card = driver.screen.registry().find("tour/card");
      REQUIRE(card);
      CHECK(driver.screen.window().contains(*card));
      for (const std::string& label : driver.screen.registry().elided()) {
        CHECK(!label.starts_with("tour"));
      }
      if (step % 2 == 0) driver.screen.press(Key::Right);
      else CHECK(driver.screen.click("tour/next"));
    }
    CHECK(!driver.state.tour);
  }
}

}  // namespace
}  // namespace roundtrip::viz
