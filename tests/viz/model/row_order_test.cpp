// The rows of the table of connections: their places whatever is folded, the filter and what it
// says of mistakes, the orders, in portions and while the trace changes.
#include "viz/model/row_order.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "tests/viz/model/recorded.h"
#include "tests/viz/model/scene.h"

namespace roundtrip::viz {
namespace {

// Many connections with none to four requests each.
void tell_many(trace::Story& story) {
  story.startup();
  std::vector<trace::Story::Conn> conns;
  for (int i = 0; i < 700; ++i) conns.push_back(story.open());
  for (std::size_t i = 0; i < conns.size(); ++i) {
    for (std::size_t times = 0; times < i % 5; ++times) {
      story.wait(Duration::microseconds(static_cast<std::int64_t>(i * 7919 % 613)));
      story.ask(conns[i], trace::Story::curl_request(i % 3 == 0 ? "/hello" : "/other"), "Hello!");
    }
  }
}

std::vector<RowId> listed(const Scene& scene, const Folds& folds) {
  std::vector<RowId> rows;
  for (const auto& conn : scene.statistics.requests().connections()) {
    rows.push_back({conn.conn, 0});
    if (folds.folded(conn.conn)) continue;
    for (const std::uint32_t request : scene.index.connection(conn.conn)->requests) {
      rows.push_back({conn.conn, request});
    }
  }
  return rows;
}

TEST_CASE("grouped rows: every row has its place, whatever is folded (700 connections)") {
  const Scene scene(tell_many);
  Folds some;
  for (std::uint32_t conn = 3; conn < 690; conn += 11) some.flip(conn);
  some.flip(3);
  Folds but_some = some;
  but_some.all = true;
  for (const Folds& folds : {Folds{}, Folds{true, {}}, some, but_some}) {
    const GroupedRows rows(scene.index, scene.statistics.requests(), folds);
    const std::vector<RowId> expected = listed(scene, folds);
    REQUIRE(rows.count() == expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
      CAPTURE(i);
      CHECK(rows.at(i) == expected[i]);
      CHECK(rows.place_of(expected[i]) == i);
    }
    CHECK_FALSE(rows.place_of({9'999, 0}));
  }
  // A request that is folded away is found at its connection.
  const Folds all{true, {}};
  const GroupedRows rows(scene.index, scene.statistics.requests(), all);
  const std::uint32_t request = scene.index.connection(5)->requests.front();
  CHECK(rows.place_of({5, request}) == rows.place_of({5, 0}));
}

std::vector<RowId> ordered(const TraceView& view, const RowQuery& query,
                           std::size_t portion = SIZE_MAX) {
  RowOrder order;
  order.ask(query);
  while (order.follow(view, portion)) {
  }
  CHECK_FALSE(order.searched());
  return order.rows();
}

// The numbers of the requests that a filter finds, in order.
std::vector<std::uint32_t> found(const TraceView& view, const std::string& filter) {
  std::vector<std::uint32_t> numbers;
  for (const RowId& row : ordered(view, {filter, {}, {}})) {
    if (row.request != 0) numbers.push_back(row.request);
  }
  return numbers;
}

template <class Test>
std::vector<std::uint32_t> requests_with(const TraceView& view, Test test) {
  std::vector<std::uint32_t> numbers;
  for (const std::uint32_t conn : view.index.connections()) {
    for (const std::uint32_t request : view.index.connection(conn)->requests) {
      if (test(request_row(view.index, request, view.end() - 1))) numbers.push_back(request);
    }
  }
  return numbers;
}

TEST_CASE("filter: each term finds what the facts say, several are combined by and (02, 04)") {
  for (const char* scenario : {"02-keep-alive", "04-bad-request"}) {
    const Recorded told(scenario);
    const TraceView& view = told.view;
    using Row = const RequestRow&;
    CHECK(found(view, "status:>=400") ==
          requests_with(view, [](Row row) { return row.status && *row.status >= 400; }));
    CHECK(found(view, "status:200") ==
          requests_with(view, [](Row row) { return row.status == 200U; }));
    CHECK(found(view, "status:<300") ==
          requests_with(view, [](Row row) { return row.status && *row.status < 300; }));
    CHECK(found(view, "dur:>100us") == requests_with(view, [](Row row) {
            return row.took && *row.took > Duration::microseconds(100);
          }));
    CHECK(found(view, "dur:<=0.2ms") == requests_with(view, [](Row row) {
            return row.took && *row.took <= Duration::microseconds(200);
          }));
    CHECK(found(view, "conn:1") == requests_with(view, [](Row row) { return row.conn == 1; }));
    CHECK(found(view, "out:>0") == requests_with(view, [](Row row) { return row.bytes_out > 0; }));
    CHECK(found(view, "in:>83") == requests_with(view, [](Row row) { return row.bytes_in > 83; }));
    CHECK(found(view, "phase:rejected") == requests_with(view, [](Row row) {
            return row.phases.has(trace::Phase::ReadRejected);
          }));
    const auto hello = requests_with(view, [&](Row row) {
      return words_of(view, row).target.find("/hello") != std::string::npos;
    });
    CHECK(found(view, "path:/hello") == hello);
    CHECK(found(view, "PATH") == std::vector<std::uint32_t>{});
    CHECK(found(view, "  path:/HELLO   conn:1 ") ==
          requests_with(view, [&](Row row) {
            return row.conn == 1 && words_of(view, row).target.find("/hello") == 0;
          }));
    CHECK(found(view, "method:get").size() >= found(view, "method:get status:200").size());
  }
  const Recorded bad("04-bad-request");
  CHECK_FALSE(found(bad.view, "status:>=400").empty());
  CHECK_FALSE(found(bad.view, "phase:rejected").empty());
}

TEST_CASE("filter: a connection stands above what was found of it, or by itself where meant") {
  const Scene scene(tell_many);
  const auto rows = ordered(scene.view, {"path:/hello", {}, {}});
  std::uint32_t above = 0;
  for (const RowId& row : rows) {
    if (row.request == 0) above = row.conn;
    CHECK(row.conn == above);
  }
  // Connection 1 has no request at all.
  CHECK(ordered(scene.view, {"conn:1", {}, {}}) == std::vector<RowId>{{1, 0}});
  // Folded away it is found all the same.
  const Folds all{true, {}};
  const auto folded = ordered(scene.view, {"path:/hello", {}, all});
  CHECK(std::all_of(folded.begin(), folded.end(), [](RowId row) { return row.request == 0; }));
  CHECK(folded.size() == static_cast<std::size_t>(std::count_if(
                             rows.begin(), rows.end(), [](RowId r) { return r.request == 0; })));
}

TEST_CASE("filter: a mistake is said in one sentence (each kind)") {
  const auto said = [](std::string_view text) {
    const auto filter = parse_filter(text);
    return filter ? std::string() : filter.error();
  };
  CHECK(said("") == "");
  CHECK(said("hello status:200") == "");
  CHECK(said("stat:400").find("'stat:' is none of status, dur,") == 0);
  CHECK(said("status:").find("status: what?") == 0);
  CHECK(said("status:>=many").find("status: needs a number") == 0);
  CHECK(said("conn:-1").find("conn: needs a number") == 0);
  CHECK(said("dur:>1").find("dur: needs a unit") == 0);
  CHECK(said("dur:1ms").find("dur: needs > or <") == 0);
  CHECK(said("dur:>soon").find("dur: needs a length of time") == 0);
  CHECK(said("phase:dance").find("No phase is called 'dance'") == 0);
}

TEST_CASE("order: sorted by every column, both ways, in portions as at once") {
  const Recorded told("04-bad-request");
  const TraceView& view = told.view;
  for (std::size_t column = 0; column < row_columns; ++column) {
    for (const bool descending : {false, true}) {
      CAPTURE(column);
      CAPTURE(descending);
      const RowQuery query{"", {column, descending}, {}};
      if (query.is_plain()) continue;
      const auto rows = ordered(view, query);
      CHECK(rows.size() == (query.is_flat() ? view.index.requests().size()
                                            : view.index.requests().size() +
                                                  view.index.connections().size()));
      CHECK(ordered(view, query, 1) == rows);
      CHECK(ordered(view, query, 7) == rows);
    }
  }
  const auto slowest_first =
      ordered(view, {"", {static_cast<std::size_t>(RowColumn::Took), true}, {}});
  std::optional<Duration> before;
  for (const RowId& row : slowest_first) {
    const auto took = view.statistics.requests().row(row.request)->took;
    if (before && took) CHECK(*took <= *before);
    // What has none stands last.
    if (!before && took && &row != &slowest_first.front()) FAIL_CHECK("absent before a length");
    before = took;
  }
  const auto back = ordered(view, {"", {0, true}, {}});
  CHECK(back.front() == RowId{view.statistics.requests().connections().back().conn, 0});
}

TEST_CASE("order: follows a trace that grows; the rows of before stand meanwhile") {
  Scene scene(tell_busy);
  RowOrder order;
  order.ask({"", {static_cast<std::size_t>(RowColumn::Took), true}, {}});
  while (order.follow(scene.view, 1)) {
  }
  CHECK(order.rows().size() == 3);
  CHECK_FALSE(order.follow(scene.view, 1));
  auto conn = scene.story.open();
  scene.story.ask(conn, trace::Story::curl_request("/hello"), "Hello!");
  scene.follow();
  CHECK(order.follow(scene.view, 1));
  CHECK(order.rows().size() == 3);
  CHECK(order.searched());
  while (order.follow(scene.view, 1)) {
  }
  CHECK(order.rows().size() == 4);
  // What is asked anew begins with nothing; a filter that can't be understood changes nothing.
  order.ask({"status:", {}, {}});
  CHECK(order.rows().size() == 4);
  order.ask({"status:404", {}, {}});
  CHECK(order.rows().empty());
  while (order.follow(scene.view, 1)) {
  }
  CHECK(order.rows().empty());
}

}  // namespace
}  // namespace roundtrip::viz
