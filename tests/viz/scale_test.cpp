// Everything from 100 % to 200 %, and a projector's words: nothing is cut, overlaps or leaves the
// window, over every shipped recording. Keys of the scale; the side panes as drawers.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <array>
#include <filesystem>

#include "tests/viz/model/recorded.h"
#include "tests/viz/screen_driver.h"
#include "viz/model/views.h"

namespace roundtrip::viz {
namespace {

std::vector<std::string> shipped() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(source_dir() + "/scenarios")) {
    const std::string name = entry.path().filename().string();
    const std::size_t end = name.find(".trace.json");
    if (end != std::string::npos) names.push_back(name.substr(0, end));
  }
  REQUIRE(names.size() >= 4);
  return names;
}

constexpr std::array<std::pair<int, int>, 2> windows = {{{1280, 720}, {1920, 1080}}};

// A few cursors over the whole trace: the story, and every view in turn, with either drawer open.
void check_journey(ScreenDriver& driver, std::uint64_t stops) {
  const std::uint64_t step = driver.view.end() / stops + 1;
  std::size_t turn = 0;
  for (std::uint64_t event = 0; event < driver.view.end(); event += step, ++turn) {
    constexpr std::array drawers = {Drawer::None, Drawer::Lifecycle, Drawer::Explain};
    driver.state.preset = turn % 2 == 0 ? Preset::Story : Preset::Everything;
    driver.state.drawer = drawers[turn % drawers.size()];
    const ViewRow& row = view_rows()[turn / 2 % view_rows().size()];
    if (turn % 2 == 1) show_view(driver.state.workspace(), row.id);
    CAPTURE(std::string(row.name));
    CAPTURE(turn);
    driver.go_to(event);
    check_sound(driver);
  }
}

TEST_CASE("scale: nothing is cut, overlaps or is outside (100 % to 200 %, sizes, recordings)") {
  for (const std::string& scenario : shipped()) {
    const Recorded told(scenario);
    for (const auto& [width, height] : windows) {
      for (const float scale : text_scales) {
        CAPTURE(scenario);
        CAPTURE(scale);
        CAPTURE(width);
        ScreenDriver driver(told.view, width, height,
                            make_theme(ThemeKind::Light, false, scale));
        check_journey(driver, 36);
      }
    }
  }
}

TEST_CASE("scale: dark and high contrast as well, and a projector (100 % to 200 %, sizes)") {
  const std::vector<std::string> scenarios = shipped();
  std::size_t turn = 0;
  for (const ThemeKind kind : all_themes) {
    for (const bool projector : {false, true}) {
      if (kind == ThemeKind::Light && !projector) continue;
      const Recorded told(scenarios[turn++ % scenarios.size()]);
      for (const auto& [width, height] : windows) {
        for (const float scale : text_scales) {
          const float shown = scale_in_force(scale, projector);
          if (shown < scale) break;
          CAPTURE(theme_word(kind));
          CAPTURE(projector);
          CAPTURE(scale);
          CAPTURE(width);
          ScreenDriver driver(told.view, width, height, make_theme(kind, projector, shown));
          check_journey(driver, 30);
        }
      }
    }
  }
}

TEST_CASE("scale: what is held is said whole at every size (100 % to 200 %)") {
  const Scene scene(tell_hello);
  for (const float scale : text_scales) {
    CAPTURE(scale);
    ScreenDriver driver(scene, 1280, 720, make_theme(ThemeKind::Light, false, scale));
    driver.state.session.hold_next = true;
    driver.go_to(40);
    check_sound(driver);
    HeldRequest& held = driver.state.session.held.emplace();
    held.request = 4;
    held.conn = 2;
    held.method = "GET";
    held.path = "/hello";
    held.phase = "header 2";
    held.client = "curl";
    held.others = 12;
    driver.go_to(scene.trace.end() - 1);
    check_sound(driver);
    CHECK(driver.screen.registry().has("transport/hold"));
    held.client_gone = Duration::seconds(20);
    driver.screen.settle();
    check_sound(driver);
  }
}

TEST_CASE("scale: the legend has room on the screen (100 % to 200 %, projector)") {
  const Scene scene(tell_hello);
  for (const bool projector : {false, true}) {
    for (const float scale : text_scales) {
      CAPTURE(scale);
      const float shown = scale_in_force(scale, projector);
      ScreenDriver driver(scene, 1280, 720, make_theme(ThemeKind::Light, projector, shown));
      REQUIRE(driver.screen.hover("legend"));
      driver.screen.settle();
      const auto page = driver.screen.registry().find("legend-page");
      REQUIRE(page);
      CHECK(driver.screen.window().contains(*page));
    }
  }
}

TEST_CASE("scale: a projector's words are at least 24 px, everything else at least 14") {
  for (const float scale : text_scales) {
    for (const float px : make_theme(ThemeKind::Light, true, scale).text_px) CHECK(px >= 24);
    for (const float px : make_theme(ThemeKind::Light, false, scale).text_px) CHECK(px >= 14);
  }
}

TEST_CASE("scale: Ctrl + and Ctrl − walk from 100 % to 200 % and stop there, Ctrl 0 goes back") {
  const Scene scene(tell_hello);
  ScreenDriver driver(scene);
  for (const float step : {1.25f, 1.5f, 1.75f, 2.f, 2.f}) {
    driver.screen.press(Key::Equal, {.ctrl = true});
    CHECK(driver.state.text_scale == step);
  }
  driver.screen.press(Key::Minus, {.ctrl = true});
  CHECK(driver.state.text_scale == 1.75f);
  driver.screen.press(Key::Digit0, {.ctrl = true});
  CHECK(driver.state.text_scale == 1);
  driver.screen.press(Key::Minus, {.ctrl = true});
  CHECK(driver.state.text_scale == 1);
  driver.screen.type("+");
  CHECK(driver.state.text_scale == 1.25f);
  driver.screen.type("-");
  CHECK(driver.state.text_scale == 1);
  // A projector's words are 150 % already.
  driver.state.text_scale = 2;
  CHECK(scale_in_force(driver.state.text_scale, true) == doctest::Approx(4.0 / 3));
}

TEST_CASE("drawers: from 150 % on, opened and put away by keys, handles and Esc") {
  const Scene scene(tell_hello);
  ScreenDriver usual(scene);
  CHECK_FALSE(usual.screen.registry().has("drawer/lifecycle"));
  CHECK(usual.screen.registry().has("lifecycle"));

  ScreenDriver driver(scene, 1280, 720, make_theme(ThemeKind::Light, false, 1.5f));
  const Registry& registry = driver.screen.registry();
  driver.go_to(60);
  CHECK_FALSE(registry.has("lifecycle"));
  CHECK_FALSE(registry.has("explain"));
  driver.screen.press(Key::Q);
  driver.screen.settle();
  CHECK(registry.has("lifecycle"));
  CHECK_FALSE(registry.has("explain"));
  driver.screen.press(Key::I);
  driver.screen.settle();
  CHECK(registry.has("explain"));
  CHECK_FALSE(registry.has("lifecycle"));
  driver.screen.press(Key::I);
  driver.screen.settle();
  CHECK_FALSE(registry.has("explain"));
  REQUIRE(driver.screen.click("drawer/lifecycle"));
  driver.screen.settle();
  CHECK(registry.has("lifecycle"));
  // Esc puts the drawer away and leaves what is chosen for the next one.
  driver.state.selected_event = 3;
  driver.screen.press(Key::Escape);
  driver.screen.settle();
  CHECK_FALSE(registry.has("lifecycle"));
  CHECK(driver.state.selected_event == 3);
  driver.screen.press(Key::Escape);
  CHECK_FALSE(driver.state.selected_event);
}

TEST_CASE("drawers: what lies under an open one gets no pointer, what stands on it does") {
  const Scene scene(tell_hello);
  ScreenDriver driver(scene, 1280, 720, make_theme(ThemeKind::Light, false, 2));
  driver.state.preset = Preset::Bytes;
  driver.go_to(60);
  const auto bytes = driver.screen.registry().labels("bytes/in/");
  REQUIRE_FALSE(bytes.empty());
  const Rect byte = *driver.screen.registry().find(bytes.front());
  driver.screen.press(Key::Q);
  driver.screen.settle();
  REQUIRE(driver.screen.registry().find("lifecycle")->contains(byte.center()));
  driver.screen.click(byte.center());
  driver.screen.settle();
  CHECK_FALSE(driver.state.selected_byte);
  const auto rows = driver.screen.registry().labels("lifecycle/");
  REQUIRE_FALSE(rows.empty());
  REQUIRE(driver.screen.click(rows.back()));
  driver.screen.settle();
  CHECK(fmt::format("lifecycle/{}", driver.cursor.event + 1) == rows.back());
  // It stays open: the next step is followed in it.
  CHECK(driver.state.drawer == Drawer::Lifecycle);
}

TEST_CASE("scale: a picture that is taller than its pane is moved to what is at the cursor") {
  const Scene scene(tell_hello);
  ScreenDriver driver(scene, 1280, 720, make_theme(ThemeKind::Light, false, 2));
  std::uint64_t ready = 0;
  while (scene.trace[ready].phase != trace::Phase::StartupReady) ++ready;
  driver.go_to(ready);
  const Registry& registry = driver.screen.registry();
  REQUIRE(registry.has("picture-bar"));
  CHECK(registry.has("server/8"));
  const Rect pane = *registry.find("server");
  driver.screen.move(pane.center());
  driver.screen.wheel(30);
  driver.screen.settle();
  REQUIRE(driver.state.scrolls.picture);
  CHECK(*driver.state.scrolls.picture == 0);
  CHECK(registry.has("server/1"));
}

TEST_CASE("scale: every list shows a row or more, and the timeline a lane (largest words)") {
  const Recorded told("03-close");
  std::uint64_t ready = told.trace.end() / 2;
  while (told.trace[ready].phase != trace::Phase::ReadRequestReady) --ready;
  const std::string at_cursor = fmt::format("log/{}", ready + 1);
  for (const bool projector : {false, true}) {
    const float scale = scale_in_force(text_scales.back(), projector);
    ScreenDriver driver(told.view, 1280, 720, make_theme(ThemeKind::Light, projector, scale));
    for (const auto& [view, rows] :
         {std::pair{ViewId::Bytes, "bytes/in/"}, {ViewId::Log, at_cursor.c_str()},
          {ViewId::Connections, "connections/row/"},
          {ViewId::Statistics, "statistics/table/row/"}}) {
      CAPTURE(projector);
      CAPTURE(std::string(rows));
      driver.state.preset = Preset::Everything;
      show_view(driver.state.workspace(), view);
      driver.go_to(ready);
      const Registry& registry = driver.screen.registry();
      CHECK_FALSE(registry.labels(rows).empty());
      CHECK_FALSE(registry.labels("timeline/lane/").empty());
    }
  }
}

}  // namespace
}  // namespace roundtrip::viz
