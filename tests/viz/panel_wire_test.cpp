// The drawer of the wire on the real screen: what is clicked, typed and dragged there becomes acts
// at the wire, and nothing of it is cut or covers another at any size of words.
#include "viz/panel_wire.h"

#include <doctest/doctest.h>

#include "tests/viz/screen_driver.h"

namespace roundtrip::viz {
namespace {

void open_wire(ScreenDriver& driver) {
  driver.state.session.wired = true;
  driver.state.drawer = Drawer::Wire;
  driver.screen.settle();
}

std::vector<std::string> acts_of(const ScreenDriver& driver) {
  std::vector<std::string> acts;
  for (const Action& action : driver.asked) {
    if (const auto* act = std::get_if<HandleWire>(&action)) acts.push_back(act->act);
  }
  return acts;
}
using Acts = std::vector<std::string>;

TEST_CASE("wire drawer: opened by the bar's word and by its key, closed by Esc") {
  const Scene scene(tell_hello);
  ScreenDriver driver(scene, 1920, 1080);
  REQUIRE(driver.screen.click("transport/wire"));
  driver.screen.settle();
  CHECK(driver.screen.registry().has("wire"));
  driver.screen.press(Key::Escape);
  driver.screen.settle();
  CHECK_FALSE(driver.screen.registry().has("wire"));
  driver.screen.press(Key::L, {.shift = true});
  driver.screen.settle();
  CHECK(driver.screen.registry().has("wire"));
  REQUIRE(driver.screen.click("wire/close"));
  driver.screen.settle();
  CHECK_FALSE(driver.screen.registry().has("wire"));
}

TEST_CASE("wire drawer: opened anew, and of another lesson, it begins at its top") {
  const Scene scene(tell_hello);
  ScreenDriver driver(scene);
  open_wire(driver);
  const auto top = [&driver] {
    const auto filter = driver.screen.registry().find("wire/filter");
    return filter ? filter->y : 0;
  };
  const float at_top = top();
  REQUIRE(at_top > 0);
  const auto scroll = [&] {
    driver.screen.move(driver.screen.registry().find("wire")->center());
    driver.screen.wheel(-30);
    driver.screen.settle();
    REQUIRE(top() < at_top);
  };
  scroll();
  driver.state.drawer = Drawer::None;
  driver.screen.settle();
  driver.state.drawer = Drawer::Wire;
  driver.screen.settle();
  CHECK(top() == at_top);
  scroll();
  auto another = std::make_shared<Lesson>();
  another->scenario = "02-keep-alive";
  driver.state.lesson = another;
  driver.screen.settle();
  CHECK(top() == at_top);
}

TEST_CASE("wire drawer: a filter is typed, or taken from an example") {
  const Scene scene(tell_hello);
  ScreenDriver driver(scene);
  open_wire(driver);
  REQUIRE(driver.screen.click("wire/chip/from server"));
  driver.screen.settle();
  CHECK(acts_of(driver) == Acts{"hold from server"});
  CHECK(driver.state.wire.filter == "from server");
  driver.asked.clear();
  driver.state.wire.filter.clear();
  driver.screen.settle();
  REQUIRE(driver.screen.click("wire/filter"));
  driver.screen.type("data");
  driver.screen.press(Key::Enter);
  driver.screen.settle();
  CHECK(acts_of(driver) == Acts{"hold data"});
}

TEST_CASE("wire drawer: a number is typed and set by Enter, once") {
  const Scene scene(tell_hello);
  ScreenDriver driver(scene);
  open_wire(driver);
  driver.state.wire.from = trace::Host::Client;
  driver.screen.settle();
  REQUIRE(driver.screen.click("wire/delay_ms"));
  driver.screen.settle();
  driver.screen.type("25");
  driver.screen.settle();
  CHECK(acts_of(driver).empty());
  driver.screen.press(Key::Enter);
  driver.screen.settle();
  CHECK(acts_of(driver) == Acts{"from client delay_ms 25"});
  CHECK_FALSE(driver.state.wire.draft);
}

TEST_CASE("wire drawer: a number that is left is set; one that Esc takes back is not") {
  const Scene scene(tell_hello);
  ScreenDriver driver(scene);
  open_wire(driver);
  REQUIRE(driver.screen.click("wire/jitter_ms"));
  driver.screen.type("4");
  driver.screen.settle();
  driver.screen.press(Key::Escape);
  driver.screen.settle();
  CHECK(acts_of(driver).empty());
  CHECK_FALSE(driver.state.wire.draft);
  CHECK(driver.state.drawer == Drawer::Wire);
  REQUIRE(driver.screen.click("wire/jitter_ms"));
  driver.screen.type("4");
  driver.screen.settle();
  REQUIRE(driver.screen.click("wire/delay_ms"));
  driver.screen.settle();
  CHECK(acts_of(driver) == Acts{"jitter_ms 4"});
}

TEST_CASE("wire drawer: a number is dragged by its name and set where it is let go, once") {
  const Scene scene(tell_hello);
  ScreenDriver driver(scene);
  open_wire(driver);
  for (LinkStatus& link : driver.state.session.wire.links) link.numbers[0] = 10;
  driver.screen.settle();
  const auto handle = driver.screen.registry().find("wire/delay_ms/drag");
  REQUIRE(handle);
  const Point from = handle->center();
  driver.screen.drag(from, {from.x + 4 * 15, from.y});
  driver.screen.settle();
  CHECK(acts_of(driver) == Acts{"delay_ms 25"});
  driver.asked.clear();
  driver.screen.drag(from, {from.x - 4 * 40, from.y});
  driver.screen.settle();
  CHECK(acts_of(driver) == Acts{"delay_ms 0"});
}

TEST_CASE("wire drawer: the backlog is typed and dragged without a lab too, and set once") {
  const Scene scene(tell_hello);
  ScreenDriver driver(scene, 1920, 1080);
  driver.state.drawer = Drawer::Wire;
  driver.screen.settle();
  const auto asked = [&] {
    std::vector<std::string> backlogs;
    for (const Action& action : driver.asked) {
      if (const auto* change = std::get_if<ChangeBacklog>(&action)) {
        backlogs.push_back(change->backlog);
      }
    }
    driver.asked.clear();
    return backlogs;
  };
  REQUIRE(driver.screen.click("wire/backlog"));
  driver.screen.type("5");
  driver.screen.settle();
  CHECK(asked().empty());
  driver.screen.press(Key::Enter);
  driver.screen.settle();
  CHECK(asked() == std::vector<std::string>{"5"});
  CHECK_FALSE(driver.state.wire.draft);
  // From 4096, which the trace tells, down in steps that reach its end.
  const auto handle = driver.screen.registry().find("wire/backlog/drag");
  REQUIRE(handle);
  const Point from = handle->center();
  driver.screen.drag(from, {from.x - 4 * 10, from.y});
  driver.screen.settle();
  CHECK(asked() == std::vector<std::string>{"3456"});
  driver.screen.drag(from, {from.x - 4 * 70, from.y});
  driver.screen.settle();
  CHECK(asked() == std::vector<std::string>{"0"});
}

TEST_CASE("wire drawer: the palette finds the backlog") {
  const Scene scene(tell_hello);
  ScreenDriver driver(scene);
  driver.screen.press(Key::P, {.ctrl = true});
  driver.screen.settle();
  driver.screen.settle();
  driver.screen.type("backlog of 1:");
  driver.screen.settle();
  driver.screen.press(Key::Enter);
  driver.screen.settle();
  REQUIRE(driver.asked.size() == 1);
  const auto* change = std::get_if<ChangeBacklog>(&driver.asked[0]);
  REQUIRE(change != nullptr);
  CHECK(change->backlog == "1");
}

TEST_CASE("wire drawer: nothing is cut, overlaps or is outside (sizes, scales, themes)") {
  const Scene scene(tell_hello);
  for (const ThemeKind kind : all_themes) {
    for (const bool projector : {false, true}) {
      for (const float scale : text_scales) {
        const float shown = scale_in_force(scale, projector);
        if (shown < scale) break;
        for (const auto& [width, height] : {std::pair(1280, 720), std::pair(1920, 1080)}) {
          CAPTURE(projector);
          CAPTURE(scale);
          CAPTURE(width);
          ScreenDriver driver(scene, width, height, make_theme(kind, projector, shown));
          driver.state.session.packets_held = 2;
          open_wire(driver);
          driver.go_to(40);
          check_sound(driver);
          driver.screen.move(driver.screen.registry().find("wire")->center());
          driver.screen.wheel(-30);
          driver.screen.settle();
          check_sound(driver);
        }
      }
    }
  }
}

}  // namespace
}  // namespace roundtrip::viz
