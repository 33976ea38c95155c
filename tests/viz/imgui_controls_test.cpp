#include "viz/imgui_controls.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

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

TEST_CASE("tip: a padlock says why its step can't be held, other steps have none") {
  const Scene scene(tell_hello);
  ScreenDriver driver(scene);
  const auto labels_where = [&](const auto& is_wanted) {
    std::vector<std::string> all = driver.screen.registry().labels("lifecycle/");
    std::erase_if(all, [&](const std::string& label) { return !is_wanted(label); });
    return all;
  };
  driver.go_to(scene.trace.end() - 1);
  const auto locks = labels_where([](std::string_view label) { return label.ends_with("lock"); });
  REQUIRE(!locks.empty());
  REQUIRE(driver.screen.hover(locks.front()));
  driver.screen.settle();
  CHECK(driver.screen.registry().has("tip"));
  const auto others = labels_where([&](const std::string& label) {
    return label.find_first_not_of("0123456789", std::string_view("lifecycle/").size()) ==
               label.npos &&
           !driver.screen.registry().has(label + "/padlock");
  });
  REQUIRE(!others.empty());
  REQUIRE(driver.screen.hover(others.front()));
  driver.screen.settle();
  CHECK_FALSE(driver.screen.registry().has("tip"));
}

}  // namespace
}  // namespace roundtrip::viz
