#include "viz/model/layout_palette.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>

#include "tests/viz/model/layout_checks.h"
#include "tests/viz/model/scene.h"
#include "viz/model/commands.h"

namespace roundtrip::viz {
namespace {

struct Opened {
  Opened(const Scene& of, PaletteMode mode, const char* text) : scene(of) {
    start_lesson(state, cursor, scene.view);
    apply(state, cursor, scene.view, OpenPalette{mode, text});
    while (searching(state, scene.view)) apply(state, cursor, scene.view, Advance{});
  }
  PaletteLayout layout(const Rect& window = {0, 0, 1280, 720}, bool projector = false) const {
    return layout_palette(scene.view, cursor, state, plain_ruler(projector), window);
  }
  const Scene& scene;
  ViewState state;
  Cursor cursor;
};

std::vector<std::string> texts(const PaletteLayout& layout, bool headings) {
  std::vector<std::string> found;
  for (const PaletteRow& row : layout.rows) {
    if (row.heading == headings) found.push_back(row.text.text);
  }
  return found;
}

TEST_CASE("palette: sound whatever is typed (two sizes, projector)") {
  const Scene scene(tell_busy);
  for (const Rect window : {Rect{0, 0, 1280, 720}, Rect{0, 0, 1920, 1080}}) {
    for (const bool projector : {false, true}) {
      const Ruler ruler = plain_ruler(projector);
      for (const PaletteMode mode : {PaletteMode::Commands, PaletteMode::Search}) {
        for (const char* text : {"", "e", "zoom", "host", "hello", "200", "qqqqqq"}) {
          CAPTURE(text);
          const Opened opened(scene, mode, text);
          const PaletteLayout layout = opened.layout(window, projector);
          CHECK(lies_in(layout.sheet, window));
          std::vector<Rect> rects = {layout.field, layout.foot.rect};
          for (const PaletteRow& row : layout.rows) {
            check_text(ruler, row.text, row.rect);
            check_text(ruler, row.hint, row.rect);
            if (!row.hint.empty()) CHECK_FALSE(row.text.rect.overlaps(row.hint.rect));
            CHECK_FALSE(row.hint.cut);
            CHECK(lies_in(row.rect, layout.sheet));
            rects.push_back(row.rect);
          }
          check_text(ruler, layout.foot, layout.sheet);
          check_text(ruler, layout.found, layout.sheet);
          check_apart(rects);
        }
      }
    }
  }
}

TEST_CASE("palette: commands with their keys; what can't act says what it needs") {
  const Scene scene(tell_hello);
  Opened opened(scene, PaletteMode::Commands, "run the scenario");
  PaletteLayout layout = opened.layout();
  REQUIRE(layout.rows.size() >= 2);
  CHECK(layout.rows[0].text.text == "Run the scenario");
  CHECK(layout.rows[0].hint.text == "R");
  CHECK_FALSE(layout.rows[0].enabled);
  CHECK(layout.foot.text == "This needs the live server, with nothing under way");
  CHECK(actions_of_chosen(layout).empty());
  opened.state.session.live = true;
  layout = opened.layout();
  REQUIRE(actions_of_chosen(layout).size() == 1);
  CHECK(std::holds_alternative<RunAgain>(actions_of_chosen(layout)[0]));
  // The last row hands the words to the search.
  const auto& last = layout.rows.back();
  REQUIRE(last.actions.size() == 1);
  CHECK(std::get<OpenPalette>(last.actions[0]).text == "run the scenario");
}

TEST_CASE("palette: a command's own words come before those of its section") {
  const Scene scene(tell_hello);
  const auto rows = texts(Opened(scene, PaletteMode::Commands, "timeline").layout(), false);
  const auto place_of = [&rows](const char* words) {
    return std::find(rows.begin(), rows.end(), words) - rows.begin();
  };
  CHECK(place_of("Zoom in") < std::ssize(rows));
  CHECK(place_of("Show everything in the timeline") < place_of("Zoom in"));
}

TEST_CASE("palette: where no command fits, it says so and offers the search alone") {
  const Scene scene(tell_hello);
  Opened opened(scene, PaletteMode::Commands, "goroutine");
  opened.state.session.live = true;
  opened.state.session.scenarios = {"01-hello", "02-keep-alive"};
  const PaletteLayout layout = opened.layout();
  CHECK(texts(layout, true) == std::vector<std::string>{"No command has these words"});
  CHECK(layout.row_count == 1);
  REQUIRE(actions_of_chosen(layout).size() == 1);
  CHECK(std::get<OpenPalette>(actions_of_chosen(layout)[0]).mode == PaletteMode::Search);
}

TEST_CASE("palette: with nothing typed all commands stand there, in their sections") {
  const Scene scene(tell_hello);
  const Opened opened(scene, PaletteMode::Commands, "");
  const PaletteLayout layout = opened.layout({0, 0, 1280, 5000});
  const auto rows = texts(layout, false);
  for (const CommandRow& row : commands()) {
    CHECK_MESSAGE(std::find(rows.begin(), rows.end(), row.words) != rows.end(), row.words);
  }
  CHECK(texts(layout, true).front() == "Step through the story");
}

TEST_CASE("palette: a grip says that there is more, and no heading stands last without a row") {
  const Scene scene(tell_busy);
  const Opened opened(scene, PaletteMode::Commands, "");
  for (float h = 400; h < 800; h += 24) {
    const PaletteLayout layout = opened.layout({0, 0, 1280, h});
    REQUIRE_FALSE(layout.rows.empty());
    CHECK_FALSE(layout.rows.back().heading);
    CHECK_FALSE(layout.grip.empty());
    CHECK(lies_in(layout.grip, layout.sheet));
    for (const PaletteRow& row : layout.rows) CHECK_FALSE(layout.grip.overlaps(row.rect));
  }
  CHECK(Opened(scene, PaletteMode::Commands, "zoom").layout().grip.empty());
}

TEST_CASE("palette: what was found stands in groups, with whom it belongs to and when") {
  const Scene scene(tell_busy);
  const Opened opened(scene, PaletteMode::Search, "host");
  const PaletteLayout layout = opened.layout();
  const auto headings = texts(layout, true);
  REQUIRE(headings.size() == 1);
  CHECK(headings[0] == "Requests and answers, 3 found");
  REQUIRE(layout.rows.size() == 4);
  CHECK(layout.rows[1].text.text == "header: Host: localhost:8080");
  CHECK(layout.rows[1].hint.text.starts_with("connection 1 \u00b7 request 1, "));
  CHECK(layout.rows[1].hint.text.ends_with("\u202fms"));
  const auto actions = actions_of_chosen(layout);
  REQUIRE(actions.size() == 1);
  CHECK(scene.trace[std::get<GoTo>(actions[0]).event].phase == trace::Phase::ReadHeader);
  CHECK(layout.found.text.find("searched") != std::string::npos);
}

TEST_CASE("palette: a number goes to that event, a step to its first, a connection to its begin") {
  const Scene scene(tell_busy);
  const Opened number(scene, PaletteMode::Search, "17");
  auto actions = actions_of_chosen(number.layout());
  REQUIRE(actions.size() == 1);
  CHECK(std::get<GoTo>(actions[0]).event == 16);
  const Opened step(scene, PaletteMode::Search, "read.url");
  actions = actions_of_chosen(step.layout());
  REQUIRE(actions.size() == 1);
  CHECK(std::get<GoTo>(actions[0]).event == Stepper(scene.view).position_of("read.url")->event);
  const Opened conn(scene, PaletteMode::Search, "connection 2");
  actions = actions_of_chosen(conn.layout());
  REQUIRE(actions.size() == 1);
  CHECK(std::get<GoTo>(actions[0]).event == scene.index.connection(2)->first);
  // Out of the trace: no such place.
  const Opened far(scene, PaletteMode::Search, "999999");
  CHECK(far.layout().row_count == 0);
  CHECK(far.layout().foot.text == "Nothing in this trace has these words");
}

TEST_CASE("palette: the chosen row is in sight, and only what is seen is made") {
  const Scene scene([](trace::Story& story) {
    story.startup();
    auto conn = story.open();
    for (int i = 0; i < 500; ++i) {
      story.ask(conn, trace::Story::curl_request("/hello"), "Hello, World!");
    }
  });
  Opened opened(scene, PaletteMode::Search, "host");
  CHECK(opened.state.palette.search.in_bytes.size() == 500);
  const std::size_t rows = opened.layout().row_count;
  CHECK(rows == most_rows_of_group);
  for (const std::size_t chosen : {std::size_t{0}, std::size_t{7}, rows / 2, rows - 1, rows + 50}) {
    apply(opened.state, opened.cursor, scene.view, ChooseRow{chosen});
    const PaletteLayout layout = opened.layout();
    CHECK(layout.rows.size() < 30);
    CHECK(layout.chosen == std::min(chosen, rows - 1));
    const auto row = std::find_if(layout.rows.begin(), layout.rows.end(),
                                  [](const PaletteRow& one) { return one.chosen; });
    REQUIRE(row != layout.rows.end());
    CHECK(row->number == layout.chosen);
    CHECK(actions_of_chosen(layout).size() == 1);
  }
}

}  // namespace
}  // namespace roundtrip::viz
