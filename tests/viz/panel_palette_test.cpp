// The palette and the search, typed and clicked on the real screen.
#include "viz/panel_palette.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>

#include "tests/viz/screen_driver.h"
#include "viz/model/commands.h"

namespace roundtrip::viz {
namespace {

void open(ScreenDriver& driver, Key key) {
  driver.screen.press(key, {.ctrl = true});
  driver.screen.settle();
  driver.screen.settle();
  REQUIRE(driver.screen.registry().has("palette/field"));
}
void type(ScreenDriver& driver, const char* text) {
  driver.screen.type(text);
  driver.screen.settle();
}
void enter(ScreenDriver& driver) {
  driver.screen.press(Key::Enter);
  driver.screen.settle();
}

TEST_CASE("palette: typed, chosen by the arrows, done by Enter") {
  const Scene scene(tell_busy);
  ScreenDriver driver(scene);
  driver.go_to(80);
  open(driver, Key::P);
  type(driver, "zoom");
  CHECK(driver.state.palette.text == "zoom");
  driver.screen.press(Key::Down);
  driver.screen.settle();
  CHECK(driver.state.palette.chosen == 1);
  driver.screen.press(Key::Up);
  driver.screen.settle();
  enter(driver);
  CHECK(driver.state.palette.mode == PaletteMode::Closed);
  CHECK(driver.state.window);
  CHECK(driver.asked.empty());
}

TEST_CASE("palette: Esc, and a click beside it, put it away and nothing is done") {
  const Scene scene(tell_busy);
  ScreenDriver driver(scene);
  const viz::Cursor before = driver.cursor;
  open(driver, Key::P);
  type(driver, "next step");
  driver.screen.press(Key::Escape);
  driver.screen.settle();
  CHECK_FALSE(driver.screen.registry().has("palette"));
  open(driver, Key::P);
  CHECK(driver.state.palette.text.empty());
  driver.screen.click(Point{20, 700});
  driver.screen.settle();
  CHECK_FALSE(driver.screen.registry().has("palette"));
  CHECK(driver.cursor == before);
}

TEST_CASE("palette: a row is clicked; what the session does comes back to it") {
  const Scene scene(tell_busy);
  ScreenDriver driver(scene);
  open(driver, Key::P);
  type(driver, "save this");
  REQUIRE(driver.screen.click("palette/row/0"));
  driver.screen.settle();
  REQUIRE(driver.asked.size() == 1);
  CHECK(std::holds_alternative<Save>(driver.asked[0]));
  CHECK(driver.state.palette.mode == PaletteMode::Closed);
}

TEST_CASE("palette: a command that needs what is not there stays open and does nothing") {
  const Scene scene(tell_busy);
  ScreenDriver driver(scene);
  open(driver, Key::P);
  type(driver, "held request take");
  enter(driver);
  CHECK(driver.state.palette.mode == PaletteMode::Commands);
  CHECK(driver.asked.empty());
}

TEST_CASE("search: Ctrl F finds a header, Enter goes there, Ctrl Z and Alt left come back") {
  const Scene scene(tell_busy);
  for (const bool browser : {false, true}) {
    ScreenDriver driver(scene);
    driver.screen.press(Key::End);
    driver.screen.settle();
    const viz::Cursor before = driver.cursor;
    open(driver, Key::F);
    type(driver, "user-agent");
    driver.screen.press(Key::Down);
    driver.screen.settle();
    enter(driver);
    CHECK(driver.state.palette.mode == PaletteMode::Closed);
    const trace::Event& there = scene.trace[driver.cursor.event];
    CHECK(there.phase == trace::Phase::ReadHeader);
    CHECK(there.request == 2);
    const viz::Cursor found = driver.cursor;
    driver.screen.press(browser ? Key::Left : Key::Z, {.ctrl = !browser, .alt = browser});
    CHECK(driver.cursor == before);
    driver.screen.press(browser ? Key::Right : Key::Y, {.ctrl = !browser, .alt = browser});
    CHECK(driver.cursor == found);
  }
}

TEST_CASE("search: opened again it offers the words, and typing replaces them") {
  const Scene scene(tell_busy);
  ScreenDriver driver(scene);
  open(driver, Key::F);
  type(driver, "user-agent");
  driver.screen.press(Key::Escape);
  driver.screen.settle();
  open(driver, Key::F);
  CHECK(driver.state.palette.text == "user-agent");
  CHECK(driver.state.palette.search.in_bytes.size() == 2);
  type(driver, "17");
  CHECK(driver.state.palette.text == "17");
  enter(driver);
  CHECK(driver.cursor.event == 16);
}

TEST_CASE("search: from the commands by Ctrl F, and by the bar's button") {
  const Scene scene(tell_busy);
  ScreenDriver driver(scene, 1920, 1080);
  open(driver, Key::P);
  type(driver, "host");
  driver.screen.press(Key::F, {.ctrl = true});
  driver.screen.settle();
  CHECK(driver.state.palette.mode == PaletteMode::Search);
  CHECK(driver.state.palette.search.in_bytes.size() == 3);
  driver.screen.press(Key::Escape);
  driver.screen.settle();
  REQUIRE(driver.screen.click("transport/find"));
  driver.screen.settle();
  CHECK(driver.state.palette.mode == PaletteMode::Search);
}

TEST_CASE("palette: nothing leaves the window, and no command is cut (sizes, themes, projector)") {
  const Scene scene(tell_busy);
  for (const auto& [width, height] : {std::pair{1280, 720}, std::pair{1920, 1080}}) {
    for (const bool dark : {false, true}) {
      for (const bool projector : {false, true}) {
        ScreenDriver driver(scene, width, height,
                            make_theme(dark ? ThemeKind::Dark : ThemeKind::Light, projector));
        open(driver, Key::P);
        for (std::size_t row = 0; row < 70; row += 15) {
          driver.state.palette.chosen = row;
          driver.screen.settle();
          const Registry& registry = driver.screen.registry();
          const Rect sheet = *registry.find("palette");
          CHECK(driver.screen.window().contains(sheet));
          for (const std::string& label : registry.labels("palette/row/")) {
            CHECK(sheet.contains(registry.find(label)->inset(0.5f)));
          }
          for (const std::string& label : registry.elided()) {
            CHECK_MESSAGE(!label.starts_with("palette/"), "cut: " << label);
          }
        }
      }
    }
  }
}

TEST_CASE("sheet: no words are cut, and all lines can be reached (sizes, projector)") {
  const Scene scene(tell_hello);
  for (const auto& [width, height] : {std::pair{1280, 720}, std::pair{1920, 1080}}) {
    for (const bool projector : {false, true}) {
      ScreenDriver driver(scene, width, height, make_theme(ThemeKind::Light, projector));
      driver.screen.type("?");
      driver.screen.settle();
      std::vector<std::string> seen;
      for (int press = 0; press < 30; ++press) {
        const Registry& registry = driver.screen.registry();
        for (const std::string& label : registry.labels("sheet/")) seen.push_back(label);
        for (const std::string& label : registry.elided()) {
          CHECK_MESSAGE(!label.starts_with("sheet/"), "cut: " << label);
        }
        driver.screen.press(Key::Down);
        driver.screen.settle();
      }
      for (const KeyLine& line : key_lines()) {
        if (line.heading) continue;
        const bool there = std::find(seen.begin(), seen.end(), "sheet/" + line.keys) != seen.end();
        CHECK_MESSAGE(there, "never seen: " << line.keys);
      }
    }
  }
}

TEST_CASE("explain: a cause is hovered and clicked, and the way back is kept") {
  const Scene scene(tell_hello);
  ScreenDriver driver(scene, 1920, 1080);
  std::uint64_t header = 0;
  while (scene.trace[header].phase != trace::Phase::ReadHeader) ++header;
  driver.go_to(header);
  REQUIRE(driver.screen.hover("explain/cause/1"));
  driver.screen.settle();
  REQUIRE(driver.state.hovered_event);
  CHECK(scene.trace[*driver.state.hovered_event].phase == trace::Phase::ReadBufferFill);
  REQUIRE(driver.screen.click("explain/cause/1"));
  driver.screen.settle();
  CHECK(scene.trace[driver.cursor.event].phase == trace::Phase::ReadBufferFill);
  REQUIRE(driver.screen.registry().has("explain/effect/1"));
  driver.screen.press(Key::Z, {.ctrl = true});
  CHECK(driver.cursor.event == header);
  driver.screen.type("[");
  CHECK(scene.trace[driver.cursor.event].phase == trace::Phase::ReadBufferFill);
  driver.screen.type("]");
  CHECK(scene.trace[driver.cursor.event].phase == trace::Phase::ReadLineFound);
}

}  // namespace
}  // namespace roundtrip::viz
