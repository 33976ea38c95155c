// The real screen, pressed by mouse and keys without a display, over told stories.
#include "viz/screen.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>

#include "tests/viz/screen_driver.h"

namespace roundtrip::viz {
namespace {

TEST_CASE("screen: nothing overlaps, leaves the window or is cut (sizes, themes, cursors)") {
  const Scene scene(tell_busy);
  for (const auto& [width, height] : {std::pair{1280, 720}, std::pair{1920, 1080}}) {
    for (const ThemeKind kind : {ThemeKind::Light, ThemeKind::Dark}) {
      ScreenDriver driver(scene, width, height, kind);
      for (std::uint64_t event = 0; event < scene.trace.end(); event += 5) {
        driver.go_to(event);
        check_sound(driver);
      }
      driver.state.preset = Preset::Log;
      for (std::uint64_t event = 0; event < scene.trace.end(); event += 29) {
        driver.go_to(event);
        check_sound(driver);
      }
    }
  }
}

TEST_CASE("screen: sound on a projector (1280x720)") {
  const Scene scene(tell_hello);
  ScreenDriver driver(scene, 1280, 720, make_theme(ThemeKind::Light, true));
  for (std::uint64_t event = 0; event < scene.trace.end(); event += 3) {
    driver.go_to(event);
    check_sound(driver);
  }
}

TEST_CASE("screen: an empty trace says what would be here and how to get it") {
  const Scene scene([](trace::Story&) {});
  ScreenDriver driver(scene);
  check_sound(driver);
  CHECK(driver.screen.click("transport/send"));
  REQUIRE(driver.asked.size() == 1);
  CHECK(std::holds_alternative<Send>(driver.asked[0]));
}

TEST_CASE("screen: Next to the end and Back to the start pass the same phases") {
  const Scene scene(tell_hello);
  ScreenDriver driver(scene);
  std::vector<std::uint64_t> there{driver.cursor.event};
  for (int step = 0; step < 500; ++step) {
    REQUIRE(driver.screen.click("transport/next"));
    driver.screen.settle();
    if (driver.cursor.event == there.back()) break;
    there.push_back(driver.cursor.event);
  }
  CHECK(there.size() > 40);
  std::vector<std::uint64_t> back{driver.cursor.event};
  while (back.size() < there.size()) {
    REQUIRE(driver.screen.click("transport/back"));
    driver.screen.settle();
    back.push_back(driver.cursor.event);
  }
  std::reverse(back.begin(), back.end());
  CHECK(there == back);
}

TEST_CASE("screen: a click on a byte goes to its event and chooses its field") {
  const Scene scene(tell_hello);
  ScreenDriver driver(scene);
  driver.go_to(scene.trace.end() - 1);
  driver.screen.press(Key::Home);
  driver.state.preset = Preset::Bytes;
  driver.go_to(60);
  REQUIRE(driver.screen.registry().has("bytes/in/25"));
  // The 26th byte of the request stands in "Host: localhost:8080".
  REQUIRE(driver.screen.click("bytes/in/25"));
  driver.screen.settle();
  REQUIRE(driver.state.selected_byte);
  CHECK(driver.state.selected_byte->offset == 25);
  CHECK(scene.trace[driver.cursor.event].phase == trace::Phase::ReadHeader);
  CHECK(scene.trace[driver.cursor.event].bytes().contains(25));
}

TEST_CASE("screen: a row of a picture goes to the fact that told it, hovered as everywhere") {
  const Scene scene(tell_hello);
  ScreenDriver driver(scene);
  std::uint64_t limits = 0;
  while (scene.trace[limits].phase != trace::Phase::ConnectionTimeouts) ++limits;
  driver.go_to(limits);
  REQUIRE(driver.screen.registry().has("connection"));
  REQUIRE(driver.screen.hover("connection/1"));
  driver.screen.settle();
  REQUIRE(driver.state.hovered_event);
  CHECK(scene.trace[*driver.state.hovered_event].phase == trace::Phase::ConnectionObject);
  REQUIRE(driver.screen.click("connection/1"));
  driver.screen.settle();
  CHECK(scene.trace[driver.cursor.event].phase == trace::Phase::ConnectionObject);
}

TEST_CASE("screen: what is hovered in the bytes is hovered in the timeline, and the reverse") {
  const Scene scene(tell_hello);
  ScreenDriver driver(scene);
  driver.state.preset = Preset::Bytes;
  driver.go_to(60);
  REQUIRE(driver.screen.hover("bytes/in/25"));
  driver.screen.settle();
  REQUIRE(driver.state.hovered_byte);
  REQUIRE(driver.state.hovered_event);
  CHECK(scene.trace[*driver.state.hovered_event].phase == trace::Phase::ReadHeader);
  const std::uint64_t header = *driver.state.hovered_event;
  // Away from everything: the hover ends.
  driver.screen.move({1, 719});
  driver.screen.settle();
  CHECK_FALSE(driver.state.hovered_event);
  CHECK_FALSE(driver.state.hovered_byte);
  // The list row of the same event.
  REQUIRE(driver.screen.hover(fmt::format("lifecycle/{}", header + 1)));
  driver.screen.settle();
  CHECK(driver.state.hovered_event == header);
}

TEST_CASE("screen: the log's filter is typed, finds, and a click goes there") {
  const Scene scene(tell_busy);
  ScreenDriver driver(scene);
  REQUIRE(driver.screen.click("picture/log"));
  driver.screen.settle();
  REQUIRE(driver.screen.click("log/search"));
  driver.screen.type("header");
  driver.screen.settle();
  CHECK(driver.state.log_filter == "header");
  // Letters that are keys elsewhere did nothing but type.
  CHECK_FALSE(driver.state.window);
  apply(driver.state, driver.cursor, scene.view, Advance{});
  driver.screen.settle();
  const auto rows = driver.screen.registry().labels("log/");
  REQUIRE(rows.size() > 2);
  REQUIRE(driver.screen.click(rows.back()));
  driver.screen.settle();
  CHECK(fmt::format("log/{}", driver.cursor.event + 1) == rows.back());
}

TEST_CASE("screen: wheel and keys zoom the timeline, dragging pans, F fits, undo comes back") {
  const Scene scene(tell_busy);
  ScreenDriver driver(scene);
  driver.go_to(80);
  const Rect plot = *driver.screen.registry().find("timeline/plot");
  driver.screen.move(plot.center());
  driver.screen.wheel(3);
  REQUIRE(driver.state.window);
  const TimeWindow zoomed_in = *driver.state.window;
  CHECK(zoomed_in.length() < scene.view.whole().length());
  driver.screen.drag(plot.center(), {plot.center().x - 120, plot.center().y});
  driver.screen.settle();
  CHECK(driver.state.window->from > zoomed_in.from);
  const std::uint64_t before = driver.cursor.event;
  driver.screen.press(Key::Right);
  CHECK(driver.cursor.event > before);
  driver.screen.press(Key::Z, {.ctrl = true});
  CHECK(driver.cursor.event == before);
  driver.screen.press(Key::Z, {.ctrl = true, .shift = true});
  CHECK(driver.cursor.event > before);
  REQUIRE(driver.screen.click("timeline-all"));
  CHECK_FALSE(driver.state.window);
  driver.screen.move({1, 719});
  driver.screen.press(Key::W);
  CHECK(driver.state.window);
}

TEST_CASE("screen: panning pauses following") {
  const Scene scene(tell_busy);
  ScreenDriver driver(scene);
  REQUIRE(driver.screen.click("transport/follow"));
  CHECK(driver.state.follow);
  CHECK(driver.cursor.event + 1 == scene.trace.end());
  driver.screen.press(Key::A);
  CHECK_FALSE(driver.state.follow);
}

TEST_CASE("screen: keys step by byte, event, phase and request") {
  const Scene scene(tell_busy);
  ScreenDriver driver(scene);
  driver.screen.press(Key::PageDown);
  const std::uint64_t request = driver.cursor.event;
  CHECK(scene.trace[request].request == 1);
  driver.screen.press(Key::Right, {.shift = true});
  REQUIRE(driver.cursor.consumed);
  driver.screen.press(Key::Left, {.shift = true});
  driver.screen.press(Key::Home);
  CHECK(driver.cursor.event == 0);
  driver.screen.press(Key::Right, {.ctrl = true});
  CHECK(driver.cursor.event == 1);
  driver.screen.type(".");
  CHECK(driver.cursor.event > 1);
  driver.screen.press(Key::End);
  CHECK(driver.cursor.event + 1 == scene.trace.end());
  driver.screen.press(Key::Space);
  CHECK(driver.state.playing);
}

TEST_CASE("screen: a lesson's stops by Page Down, its answers by Enter, Space plays to the next") {
  const Scene scene(tell_busy);
  ScreenDriver driver(scene);
  Lesson lesson;
  lesson.scenario = "01-hello";
  lesson.title = "Hello";
  lesson.stops = {{"startup.listen", 1, "Does it wait?", "No, it returns at once."},
                  {"read.header", 2, "Which header is this?", "The second."}};
  lesson.page = {{LessonPart::Kind::Words, "The house is built.", 0},
                 {LessonPart::Kind::Stop, "", 0},
                 {LessonPart::Kind::Words, "A parcel comes.", 0},
                 {LessonPart::Kind::Stop, "", 1}};
  driver.state.lesson = std::make_shared<const Lesson>(lesson);
  const auto phase = [&] { return scene.trace[driver.cursor.event].row().id; };
  driver.screen.press(Key::PageDown);
  CHECK(phase() == "startup.listen");
  driver.screen.press(Key::Enter);
  CHECK(driver.state.lesson_places.back().answered);
  driver.screen.press(Key::Enter);
  CHECK(phase() == "read.header");
  driver.screen.press(Key::PageUp);
  CHECK(phase() == "startup.listen");
  CHECK(driver.asked.empty());
  driver.screen.press(Key::Space);
  for (int i = 0; i < 5000 && driver.state.playing; ++i) {
    apply(driver.state, driver.cursor, scene.view, Advance{Duration::milliseconds(100)});
  }
  CHECK(phase() == "read.header");
  // Elsewhere Enter sends.
  driver.screen.press(Key::Right);
  driver.screen.press(Key::Enter);
  REQUIRE(driver.asked.size() == 1);
  CHECK(std::holds_alternative<Send>(driver.asked.back()));
  // On its page everything can be pressed.
  driver.screen.press(Key::K);
  driver.screen.settle();
  const std::string side = driver.screen.registry().has("lesson") ? "" : "second/";
  REQUIRE(driver.screen.click(side + "lesson/stop/1"));
  driver.screen.settle();
  CHECK(phase() == "startup.listen");
  REQUIRE(driver.screen.click(side + "lesson/next"));
  CHECK(driver.state.lesson_places.back().answered);
  check_sound(driver);
  // Requests are stepped by their unit.
  driver.screen.type("4");
  driver.screen.press(Key::Right);
  CHECK(scene.trace[driver.cursor.event].request == 1);
}

TEST_CASE("screen: the sheet of keys takes the keyboard and the pointer, and goes away") {
  const Scene scene(tell_hello);
  ScreenDriver driver(scene);
  driver.screen.type("?");
  driver.screen.settle();
  REQUIRE(driver.screen.registry().has("sheet"));
  for (const std::string& label : driver.screen.registry().elided()) CHECK(label == "");
  const viz::Cursor before = driver.cursor;
  driver.screen.press(Key::Right);
  CHECK(driver.cursor == before);
  driver.screen.click("transport/next");
  driver.screen.settle();
  CHECK(driver.cursor == before);
  CHECK_FALSE(driver.state.sheet_open);
}

TEST_CASE("screen: menus choose, and Send has both its parts") {
  const Scene scene(tell_hello);
  ScreenDriver driver(scene);
  REQUIRE(driver.screen.click("transport/unit"));
  driver.screen.settle();
  REQUIRE(driver.screen.click("menu/unit/by event"));
  driver.screen.settle();
  CHECK(driver.state.unit == StepUnit::Event);
  REQUIRE(driver.screen.click("transport/send/menu"));
  driver.screen.settle();
  REQUIRE(driver.screen.click("menu/send/Run 01-hello"));
  REQUIRE(driver.asked.size() == 1);
  CHECK(std::holds_alternative<RunAgain>(driver.asked[0]));
  driver.screen.settle();
  REQUIRE(driver.screen.click("transport/send"));
  REQUIRE(driver.asked.size() == 2);
  CHECK(std::holds_alternative<Send>(driver.asked[1]));
}

TEST_CASE("screen: the question for a file is typed and answered by Enter") {
  const Scene scene(tell_hello);
  ScreenDriver driver(scene);
  driver.state.session.question = FileQuestion{true, "", "the disk is full"};
  driver.screen.settle();
  driver.screen.settle();
  driver.screen.type("a.json");
  driver.screen.settle();
  driver.screen.press(Key::Enter);
  REQUIRE(driver.asked.size() >= 2);
  const auto* saved = std::get_if<Save>(&driver.asked.back());
  REQUIRE(saved != nullptr);
  CHECK(saved->path == "a.json");
  driver.screen.press(Key::Escape);
  CHECK(std::holds_alternative<Dismiss>(driver.asked.back()));
}

TEST_CASE("screen: after an answer that would not do the path has the keyboard again (both ways)") {
  const Scene scene(tell_hello);
  ScreenDriver driver(scene);
  driver.state.session.question = FileQuestion{false, "absent.json", ""};
  driver.screen.settle();
  driver.screen.settle();
  for (const bool by_mouse : {false, true}) {
    CAPTURE(by_mouse);
    driver.state.session.question = FileQuestion{false, "absent.json", ""};
    driver.screen.settle();
    if (by_mouse) {
      REQUIRE(driver.screen.click("question/answer"));
    } else {
      driver.screen.press(Key::Enter);
    }
    REQUIRE_FALSE(driver.asked.empty());
    REQUIRE(std::holds_alternative<Open>(driver.asked.back()));
    driver.state.session.question->problem = "there is no such file";
    driver.screen.settle();
    driver.screen.settle();
    driver.screen.type("b");
    driver.screen.settle();
    CHECK(std::holds_alternative<TypePath>(driver.asked.back()));
  }
}

TEST_CASE("screen: a slash types into the log's filter at once") {
  const Scene scene(tell_hello);
  ScreenDriver driver(scene);
  driver.screen.type("/");
  driver.screen.settle();
  driver.screen.settle();
  driver.screen.type("header");
  driver.screen.settle();
  CHECK(driver.state.preset == Preset::Log);
  CHECK(driver.state.log_filter == "header");
}

TEST_CASE("screen: everything that the bar does is on the keyboard") {
  const Scene scene(tell_busy);
  ScreenDriver driver(scene);
  for (const ThemeKind next : {ThemeKind::Dark, ThemeKind::Contrast, ThemeKind::Light}) {
    driver.screen.press(Key::T);
    CHECK(driver.state.theme == next);
  }
  for (const Key key : {Key::P, Key::F5}) {
    driver.screen.press(key);
    CHECK(driver.state.projector);
    driver.screen.press(key);
    CHECK_FALSE(driver.state.projector);
  }
  const double pace = driver.state.pace;
  driver.screen.type(">");
  CHECK(driver.state.pace == 2 * pace);
  driver.screen.type("<");
  CHECK(driver.state.pace == pace);
  driver.screen.press(Key::N);
  REQUIRE(driver.asked.size() == 1);
  CHECK(std::get<ChooseScenario>(driver.asked.back()).scenario == "02-keep-alive");
  driver.screen.press(Key::H);
  CHECK(std::get<HoldNext>(driver.asked.back()).on);
  driver.state.session.held.emplace().phase = "header 2";
  driver.screen.press(Key::H);
  CHECK(std::holds_alternative<ReleaseHeld>(driver.asked.back()));
  driver.state.session.live_behind = true;
  driver.screen.press(Key::V);
  CHECK(std::holds_alternative<ShowLive>(driver.asked.back()));
  driver.go_to(80);
  driver.screen.press(Key::X);
  CHECK(driver.state.chosen.conn != 0);
  driver.screen.press(Key::X);
  CHECK(driver.state.chosen == Focus{});
}

TEST_CASE("screen: W zooms at the pointer while it is over the timeline") {
  const Scene scene(tell_busy);
  ScreenDriver driver(scene);
  driver.go_to(80);
  driver.screen.press(Key::E);
  driver.screen.settle();
  const Rect plot = *driver.screen.registry().find("timeline/plot");
  const TimeWindow whole = scene.view.whole();
  driver.screen.move({plot.right() - 4, plot.center().y});
  driver.screen.press(Key::W);
  REQUIRE(driver.state.window);
  CHECK(whole.to - driver.state.window->to < driver.state.window->from - whole.from);
}

TEST_CASE("screen: a connection is chosen by its title and by its lane, and freed again") {
  const Scene scene(tell_busy);
  ScreenDriver driver(scene, 1920, 1080);
  driver.go_to(80);
  REQUIRE(driver.screen.click("lifecycle/title"));
  driver.screen.settle();
  const std::uint32_t conn = driver.state.chosen.conn;
  CHECK(conn == 1);
  REQUIRE(driver.screen.click("lifecycle/title"));
  driver.screen.settle();
  CHECK(driver.state.chosen == Focus{});
  for (const std::string& lane : driver.screen.registry().labels("timeline/lane/")) {
    driver.screen.click(lane);
    driver.screen.settle();
    if (driver.state.chosen.conn != 0) break;
  }
  CHECK(driver.state.chosen.conn != 0);
  driver.screen.press(Key::Escape);
  CHECK(driver.state.chosen == Focus{});
}

TEST_CASE("screen: the same frame twice is the same picture") {
  const Scene scene(tell_busy);
  ScreenDriver one(scene);
  one.go_to(90);
  const Image first = one.screen.render();
  one.screen.settle();
  CHECK(one.screen.render() == first);
}

}  // namespace
}  // namespace roundtrip::viz
