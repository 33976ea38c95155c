// The table of connections: sound at every cursor, its values those of the facts, what is ahead
// pale, what is under way with what is known; and what its actions do.
#include "viz/model/layout_connections.h"

#include <fmt/format.h>

#include "tests/viz/model/layout_checks.h"
#include "tests/viz/model/picture_texts.h"
#include "tests/viz/model/recorded.h"
#include "tests/viz/model/scene.h"
#include "viz/model/actions.h"
#include "viz/model/connections.h"

namespace roundtrip::viz {
namespace {

const Rect place{0, 0, 640, 340};

void check_layout(const Ruler& ruler, const ConnectionsLayout& layout) {
  for (const TextBox* text : {&layout.heading, &layout.sentence, &layout.found}) {
    check_text(ruler, *text, layout.area);
    CHECK_FALSE(text->cut);
  }
  std::vector<Rect> rects{layout.filter, layout.slowest, layout.before, layout.after,
                          layout.fold_all, layout.found.rect};
  for (const TextBox& line : layout.problem) {
    check_text(ruler, line, layout.area);
    rects.push_back(line.rect);
  }
  REQUIRE(layout.ids.size() == layout.table.rows.size());
  for (const TableRow& row : layout.table.rows) {
    CHECK(lies_in(row.rect, layout.area));
    rects.push_back(row.rect);
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      check_text(ruler, row.cells[i], row.rect);
      const bool number = row.cells[i].voice == Voice::Mono && row.cells[i].side == Side::Right;
      if (number) CHECK_FALSE(row.cells[i].cut);
    }
  }
  check_apart(rects);
}

TEST_CASE("connections: sound at every cursor (scenarios, sizes, projector)") {
  for (const char* scenario : {"01-hello", "03-close", "04-bad-request"}) {
    const Recorded told(scenario);
    for (const bool projector : {false, true}) {
      const Ruler ruler = plain_ruler(projector);
      for (const Rect& area : {Rect{0, 0, projector ? 1240.f : 640.f, 370}, {10, 20, 1880, 1000}}) {
        for (std::uint64_t event = 0; event < told.view.end(); event += 9) {
          const auto layout = layout_connections(told.view, {event, {}}, {}, ruler, area);
          check_layout(ruler, layout);
        }
      }
    }
  }
}

std::string cell(const ConnectionsLayout& layout, const RowId& id, RowColumn column) {
  for (std::size_t i = 0; i < layout.ids.size(); ++i) {
    if (layout.ids[i] == id) {
      return layout.table.rows[i].cells[static_cast<std::size_t>(column)].text;
    }
  }
  return "no such row";
}

TEST_CASE("connections: values are those of the facts, as far as they had come (01)") {
  const Recorded told("01-hello");
  const Ruler ruler = plain_ruler();
  const Rect area{0, 0, 1800, 600};
  const auto at = [&](std::string_view phase) {
    return layout_connections(told.view, *Stepper(told.view).position_of(phase), {}, ruler, area);
  };
  const RowId conn{1, 0};
  const RowId request{1, 1};
  const auto ahead = at("startup.bind");
  CHECK(cell(ahead, request, RowColumn::State) == "to come");
  CHECK(ahead.table.rows[1].ahead);
  const auto reading = at("read.url");
  CHECK(cell(reading, request, RowColumn::State) == "reading");
  CHECK(cell(reading, request, RowColumn::Method) == "GET");
  CHECK(cell(reading, request, RowColumn::Path) == "/hello");
  CHECK(cell(reading, request, RowColumn::Status) == "–");
  CHECK(cell(reading, request, RowColumn::Took) == "–");
  CHECK(cell(reading, request, RowColumn::BytesOut) == "–");
  CHECK(reading.table.rows[1].at_cursor);
  CHECK_FALSE(reading.table.rows[1].ahead);
  const auto handling = at("handle.write_body");
  CHECK(cell(handling, request, RowColumn::State) == "handling");
  CHECK(cell(handling, request, RowColumn::Status) == "200");
  CHECK(cell(handling, request, RowColumn::BytesIn) == "83");
  const auto end = at("end");
  CHECK(cell(end, request, RowColumn::BytesOut) == "130");
  CHECK(cell(end, conn, RowColumn::BytesIn) == "83");
  CHECK(cell(end, conn, RowColumn::State) == "CLOSED");
  CHECK(cell(end, conn, RowColumn::Client).starts_with("127.0.0.1:"));
  CHECK(cell(end, request, RowColumn::Took).starts_with("["));
}

TEST_CASE("connections: a request that nothing was sent to has no status once it is over (03)") {
  const Recorded told("03-close");
  std::uint64_t fixed = event_of(told.view, trace::Phase::HandleWriteHeader);
  while (fixed < told.view.end() && !(told.trace[fixed].request == 5 &&
         told.trace[fixed].phase == trace::Phase::HandleWriteHeader)) {
    ++fixed;
  }
  REQUIRE(fixed < told.view.end());
  CHECK(request_row(told.view.index, 5, fixed).status == 200);
  CHECK_FALSE(request_row(told.view.index, 5, told.view.end() - 1).status);
  CHECK(request_row(told.view.index, 8, told.view.end() - 1).status == 408);
}

TEST_CASE("connections: an error of the filter is said, and nothing found as well") {
  const Scene scene(tell_busy);
  ViewState state;
  Cursor cursor{scene.view.end() - 1, {}};
  const auto said = [&] {
    const auto layout = layout_connections(scene.view, cursor, state, plain_ruler(), place);
    check_layout(plain_ruler(), layout);
    std::string text;
    for (const TextBox& line : layout.problem) text += line.text + " ";
    return text;
  };
  CHECK(said().empty());
  apply(state, cursor, scene.view, FilterConnections{"stat:4"});
  CHECK(said().find("is none of") != std::string::npos);
  apply(state, cursor, scene.view, FilterConnections{"status:500"});
  CHECK(said().find("No request answers") != std::string::npos);
  const Scene empty([](trace::Story&) {});
  const auto nothing = layout_connections(empty.view, {}, {}, plain_ruler(), place);
  CHECK_FALSE(nothing.problem.empty());
  CHECK(nothing.table.rows.empty());
}

TEST_CASE("connections: sorted, folded, walked, and to the slowest (actions)") {
  const Scene scene(tell_busy);
  ViewState state;
  Cursor cursor;
  const auto act = [&](const Action& action) { apply(state, cursor, scene.view, action); };
  start_lesson(state, cursor, scene.view);
  const auto rows = [&] {
    return layout_connections(scene.view, cursor, state, plain_ruler(), {0, 0, 1800, 900}).ids;
  };
  CHECK(rows() == std::vector<RowId>{{1, 0}, {1, 1}, {1, 2}, {2, 0}, {2, 3}});
  act(FoldConnection{1});
  CHECK(rows() == std::vector<RowId>{{1, 0}, {2, 0}, {2, 3}});
  act(FoldConnections{true});
  CHECK(rows() == std::vector<RowId>{{1, 0}, {2, 0}});
  act(FoldConnections{false});
  act(SortConnections{static_cast<std::size_t>(RowColumn::Took)});
  const auto slowest_first = rows();
  REQUIRE(slowest_first.size() == 3);
  act(GoToSlowest{});
  CHECK(scene.trace[cursor.event].phase == trace::Phase::ReadRead);
  CHECK(state.chosen == Focus{slowest_first[0].conn, 0});
  CHECK(row_at_cursor(scene.view, state, cursor) == slowest_first[0]);
  act(GoToNextRow{1});
  CHECK(row_at_cursor(scene.view, state, cursor) == slowest_first[1]);
  act(GoToNextRow{-1});
  CHECK(row_at_cursor(scene.view, state, cursor) == slowest_first[0]);
  act(SortConnections{static_cast<std::size_t>(RowColumn::Took)});
  const auto took = [&](const RowId& row) {
    return *scene.statistics.requests().row(row.request)->took;
  };
  const auto quickest_first = rows();
  REQUIRE(quickest_first.size() == 3);
  CHECK(took(quickest_first[0]) == took(slowest_first[2]));
  CHECK(took(quickest_first[2]) == took(slowest_first[0]));
  act(GoToRow{{2, 0}});
  CHECK(cursor.event == scene.index.connection(2)->first);
  act(Undo{});
  CHECK(row_at_cursor(scene.view, state, cursor) == slowest_first[0]);
  act(FilterConnections{"path:/echo"});
  CHECK(rows() == std::vector<RowId>{{2, 3}});
  act(SortConnections{0});
  CHECK(rows() == std::vector<RowId>{{2, 0}, {2, 3}});
}

TEST_CASE("connections: a frame makes the rows in sight only (10,000 connections)") {
  const Scene scene([](trace::Story& story) {
    story.startup();
    for (int i = 0; i < 10'000; ++i) {
      auto conn = story.open();
      story.ask(conn, trace::Story::curl_request("/hello"), "Hello!");
    }
  });
  const Cursor middle{scene.view.end() / 2, {}};
  const auto layout = layout_connections(scene.view, middle, {}, plain_ruler(), place);
  CHECK(layout.table.row_count == 20'000);
  CHECK(layout.table.rows.size() < 20);
  const auto here = row_at_cursor(scene.view, {}, middle);
  CHECK(std::find(layout.ids.begin(), layout.ids.end(), here) != layout.ids.end());
}

}  // namespace
}  // namespace roundtrip::viz
