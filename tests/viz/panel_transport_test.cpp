#include "viz/panel_transport.h"

#include <doctest/doctest.h>

#include "tests/viz/screen_driver.h"
#include "viz/model/layout_transport.h"

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

// Of a live lesson, at every size of words: what leaves the bar can be clicked in its main menu.
TEST_CASE("transport: main menu, lesson, wire and Next stay; what leaves is in the menu (sizes)") {
  const Scene scene(tell_hello);
  for (const bool projector : {false, true}) {
    for (const float scale : text_scales) {
      const float shown = scale_in_force(scale, projector);
      if (shown < scale) break;
      CAPTURE(projector);
      CAPTURE(scale);
      ScreenDriver driver(scene, 1280, 720, make_theme(ThemeKind::Light, projector, shown));
      driver.state.session.packets_held = 2;
      driver.screen.settle();
      const Registry& registry = driver.screen.registry();
      for (const char* stays : {"status", "scenario", "wire", "send", "back", "next"}) {
        CHECK_MESSAGE(registry.has(std::string("transport/") + stays), stays);
      }
      const std::pair<const char*, const char*> rows[] = {
          {"follow", "Follow the server"}, {"pace", "Play faster"}, {"unit", "Step by event"},
          {"open", "Open a trace"},        {"save", "Save this trace"}};
      const auto in_bar = [&registry](const char* control) {
        return registry.has(std::string("transport/") + control);
      };
      std::vector<const char*> left;
      for (const auto& [control, row] : rows) {
        if (!in_bar(control)) left.push_back(row);
      }
      REQUIRE(driver.screen.click("transport/status"));
      driver.screen.settle();
      for (const char* row : left) {
        CHECK_MESSAGE(registry.has(std::string("menu/status/") + row), row);
      }
      if (!in_bar("follow")) {
        REQUIRE(driver.screen.click("menu/status/Follow the server"));
        driver.screen.settle();
        CHECK(driver.state.follow);
        REQUIRE(driver.screen.click("transport/status"));
        driver.screen.settle();
      }
      // What is too long for the window is turned by the wheel.
      driver.screen.move(registry.find("menu/status/Search the trace")->center());
      driver.screen.wheel(-30);
      driver.screen.settle();
      for (const std::string& label : registry.outside(driver.screen.window())) {
        CHECK_MESSAGE(label != "menu/status/Sheet of keys", label);
      }
    }
  }
}

TEST_CASE("transport: what carries connections is chosen where one sends, and said") {
  const Scene scene(tell_hello);
  ScreenDriver driver(scene);
  const auto open = [&driver] {
    driver.screen.settle();
    REQUIRE(driver.screen.click("transport/send/menu"));
    driver.screen.settle();
  };
  driver.state.session.model = trace::Model::Tasks;
  open();
  CHECK_FALSE(driver.screen.registry().has("menu/send/Run under all three models"));
  REQUIRE(driver.screen.click("menu/send/Serve by one thread for all"));
  driver.screen.settle();
  REQUIRE(std::holds_alternative<ChooseModel>(driver.asked.back()));
  CHECK(std::get<ChooseModel>(driver.asked.back()).model == trace::Model::Single);
  driver.state.session.model = trace::Model::Single;
  driver.state.session.has_load = true;
  open();
  // What it is already is no choice.
  const std::size_t asked = driver.asked.size();
  REQUIRE(driver.screen.click("menu/send/Serve by one thread for all"));
  driver.screen.settle();
  CHECK(driver.asked.size() == asked);
  open();
  REQUIRE(driver.screen.click("menu/send/Run under all three models"));
  driver.screen.settle();
  CHECK(std::holds_alternative<CompareModels>(driver.asked.back()));
  const TransportLayout bar = layout_transport(driver.view, driver.cursor, driver.state,
                                               plain_ruler(), {0, 0, 1280, 64});
  CHECK(bar.buttons.front().label.text == "live 127.0.0.1:8080, one thread");
}

TEST_CASE("transport: whatever is in the bar stands inside of it (held, armed, widths, scales)") {
  const Scene scene(tell_hello);
  for (const float scale : {1.f, 1.5f, 2.f}) {
    for (const int width : {640, 960, 1280}) {
      ScreenDriver driver(scene, width, 720, make_theme(ThemeKind::Light, false, scale));
      for (const bool held : {false, true}) {
        driver.state.session.hold_next = true;
        driver.state.hold_filter = {0, "POST", "/api/users"};
        if (held) driver.state.session.held = HeldRequest{1, 1, "GET", "/hello", "header 2"};
        driver.screen.settle();
        CAPTURE(scale);
        CAPTURE(width);
        CAPTURE(held);
        const auto outside = driver.screen.registry().outside(driver.screen.window());
        for (const std::string& label : outside) CHECK_FALSE(label.starts_with("transport/"));
      }
    }
  }
}

}  // namespace
}  // namespace roundtrip::viz
