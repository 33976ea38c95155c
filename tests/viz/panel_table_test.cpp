// The tables on the real screen, pressed by the pointer and by keys: connections and statistics.
#include "viz/panel_table.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "tests/viz/screen_driver.h"
#include "viz/model/connections.h"
#include "viz/model/layout_statistics.h"

namespace roundtrip::viz {
namespace {

void show(ScreenDriver& driver, ViewId view) {
  driver.state.preset = Preset::Log;
  show_view(driver.state.workspace(), view);
  driver.screen.settle();
}

TEST_CASE("connections panel: rows, headings, folds and buttons are pressed") {
  const Scene scene(tell_busy);
  ScreenDriver driver(scene, 1920, 1080);
  show(driver, ViewId::Connections);
  check_sound(driver);
  REQUIRE(driver.screen.registry().has("connections/row/5"));
  REQUIRE(driver.screen.click("connections/row/5"));
  driver.screen.settle();
  CHECK(row_at_cursor(driver.view, driver.state, driver.cursor) == RowId{2, 3});
  CHECK(driver.state.chosen == Focus{2, 0});
  REQUIRE(driver.screen.hover("connections/row/2"));
  driver.screen.settle();
  CHECK(driver.state.hovered_event == first_fact_of(driver.view, {1, 1}));
  REQUIRE(driver.screen.click("connections/row/1/fold"));
  driver.screen.settle();
  CHECK(driver.state.connections.folds.folded(1));
  CHECK(driver.screen.registry().has("connections/row/3"));
  CHECK_FALSE(driver.screen.registry().has("connections/row/4"));
  REQUIRE(driver.screen.click("connections/fold"));
  driver.screen.settle();
  CHECK_FALSE(driver.screen.registry().has("connections/row/3"));
  REQUIRE(driver.screen.click("connections/head/duration"));
  driver.screen.settle();
  CHECK(driver.state.connections.sort ==
        TableSort{static_cast<std::size_t>(RowColumn::Took), true});
  CHECK(driver.screen.registry().has("connections/row/3"));
  check_sound(driver);
  REQUIRE(driver.screen.click("connections/slowest"));
  driver.screen.settle();
  const RowId slowest = *slowest_row(driver.view, driver.state.connections);
  CHECK(row_at_cursor(driver.view, driver.state, driver.cursor) == slowest);
  REQUIRE(driver.screen.click("connections/after"));
  driver.screen.settle();
  CHECK_FALSE(row_at_cursor(driver.view, driver.state, driver.cursor) == slowest);
  driver.screen.press(Key::O);
  CHECK(row_at_cursor(driver.view, driver.state, driver.cursor) == slowest);
}

TEST_CASE("connections panel: the filter is typed, and what is wrong with it is said") {
  const Scene scene(tell_busy);
  ScreenDriver driver(scene, 1280, 720);
  show(driver, ViewId::Connections);
  REQUIRE(driver.screen.click("connections/filter"));
  driver.screen.type("path:/echo");
  driver.screen.settle();
  CHECK(driver.state.connections.filter == "path:/echo");
  CHECK(driver.state.connections.order.rows().size() == 2);
  check_sound(driver);
}

TEST_CASE("statistics panel: parts, scope and order are chosen, a row goes to the longest") {
  const Scene scene(tell_busy);
  ScreenDriver driver(scene, 1280, 720);
  driver.go_to(scene.view.end() - 1);
  show(driver, ViewId::Statistics);
  for (const char* part : {"request", "durations", "figures", "phases"}) {
    REQUIRE(driver.screen.click(std::string("statistics/") + part));
    driver.screen.settle();
    check_sound(driver);
  }
  REQUIRE(driver.screen.click("statistics/whole"));
  driver.screen.settle();
  CHECK(driver.state.statistics.whole);
  REQUIRE(driver.screen.click("statistics/table/head/max"));
  driver.screen.settle();
  CHECK(driver.state.statistics.sort ==
        TableSort{static_cast<std::size_t>(PhaseColumn::Longest), true});
  REQUIRE(driver.screen.click("statistics/table/row/1"));
  driver.screen.settle();
  const auto took = scene.index.duration(driver.cursor.event);
  REQUIRE(took);
  const Totals totals = scene.statistics.totals().at(scene.view.end() - 1);
  Duration longest{};
  for (const trace::PhaseRow& row : trace::phase_table) {
    longest = std::max(longest, totals.spans_of(row.phase).longest);
  }
  CHECK(*took == longest);
}

}  // namespace
}  // namespace roundtrip::viz
