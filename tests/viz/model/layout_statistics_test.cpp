// The statistics: sound at every cursor, their numbers those of the totals, the waterfall in order
// of time, and what stands there before anything was counted.
#include "viz/model/layout_statistics.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "tests/viz/model/layout_checks.h"
#include "tests/viz/model/recorded.h"
#include "tests/viz/model/scene.h"
#include "viz/model/actions.h"
#include "viz/model/describe.h"
#include "viz/model/format.h"
#include "viz/model/tall_room.h"

namespace roundtrip::viz {
namespace {

constexpr StatisticsPart all_parts[] = {StatisticsPart::Phases, StatisticsPart::Request,
                                        StatisticsPart::Durations, StatisticsPart::Figures};

void check_layout(const Ruler& ruler, const StatisticsLayout& layout) {
  const Picture& picture = layout.picture;
  std::vector<Rect> rects;
  for (const StatisticsButton& button : layout.buttons) {
    CHECK(lies_in(button.rect, picture.area));
    rects.push_back(button.rect);
  }
  for (const PictureNote& note : picture.notes) {
    check_text(ruler, note.text, picture.area);
    CAPTURE(note.text.text);
    CHECK_FALSE(note.text.cut);
  }
  for (const PictureBar& bar : picture.bars) CHECK(lies_in(bar.rect, picture.area));
  for (const PictureLine& line : picture.lines) {
    CHECK(lies_in({line.from.x, line.from.y, 0, 0}, picture.area));
    CHECK(lies_in({line.to.x, line.to.y, 0, 0}, picture.area));
  }
  for (const PictureBox& box : picture.boxes) {
    CHECK(lies_in(box.rect, picture.area));
    rects.push_back(box.rect);
    for (const PictureRow& row : box.rows) {
      check_text(ruler, row.name, box.rect);
      check_text(ruler, row.value, box.rect);
      CHECK_FALSE(row.name.cut);
      CHECK_FALSE(row.value.cut);
    }
  }
  if (layout.phases) {
    CHECK(lies_in(layout.phases->area, picture.area));
    rects.push_back(layout.phases->area);
    for (const TableRow& row : layout.phases->rows) {
      for (const TextBox& cell : row.cells) check_text(ruler, cell, row.rect);
    }
  }
  check_apart(rects);
}

TEST_CASE("statistics view: sound at every cursor (scenarios, sizes, projector, parts)") {
  for (const char* scenario : {"01-hello", "02-keep-alive", "04-bad-request"}) {
    const Recorded told(scenario);
    for (const bool projector : {false, true}) {
      const Ruler ruler = plain_ruler(projector);
      for (const Rect& area : {Rect{0, 0, projector ? 1240.f : 640.f, 370}, {10, 20, 1880, 1000}}) {
        for (const StatisticsPart part : all_parts) {
          ViewState state;
          state.statistics.part = part;
          for (std::uint64_t event = 0; event < told.view.end(); event += 31) {
            CAPTURE(event);
            check_layout(ruler, layout_statistics(told.view, {event, {}}, state, ruler, area));
          }
        }
      }
    }
  }
}

TEST_CASE("statistics view: figures alone are told to the last line (sizes, projector)") {
  const Recorded told("02-keep-alive");
  for (const bool projector : {false, true}) {
    const Ruler ruler = plain_ruler(projector);
    const float line = ruler.line(Voice::Body);
    for (const float width : {projector ? 1160.f : 640.f, 1240.f}) {
      for (const float pane_px : {2 * line, 12 * line, least_lines_of_figures * line}) {
        const Rect tall = tall_rect(ruler, {0, 0, width, pane_px}, least_lines_of_figures);
        const Cursor end{told.view.end() - 1, {}};
        const Picture picture = layout_figures(told.view, end, {}, ruler, tall);
        REQUIRE(picture.boxes.size() == 4);
        std::vector<std::string> names;
        for (const PictureBox& box : picture.boxes) {
          CHECK(lies_in(box.rect, tall));
          for (const PictureRow& row : box.rows) {
            CAPTURE(row.name.text);
            CHECK_FALSE(row.name.cut);
            CHECK_FALSE(row.value.cut);
            CHECK(!row.name.text.starts_with("and "));
            names.push_back(row.name.text);
          }
        }
        CHECK(std::count(names.begin(), names.end(), "bytes in, out") == 1);
        CHECK(std::count(names.begin(), names.end(), "cost of an event") == 1);
      }
    }
  }
}

TEST_CASE("statistics view: a phase's name is whole in the table (lowest width)") {
  const Ruler ruler = plain_ruler();
  const Scene scene(tell_busy);
  const Cursor end{scene.view.end() - 1, {}};
  const StatisticsLayout layout =
      layout_statistics(scene.view, end, {}, ruler, {0, 0, 420, 1200});
  REQUIRE(layout.phases);
  REQUIRE(layout.phases->rows.size() > 10);
  for (const TableRow& row : layout.phases->rows) CHECK_FALSE(row.cells.front().cut);
}

TEST_CASE("statistics view: the table of phases says the totals, sorted by each column (02)") {
  const Recorded told("02-keep-alive");
  const Cursor end{told.view.end() - 1, {}};
  const Totals totals = told.statistics.totals().at(end.event);
  for (std::size_t column = 0; column < phase_columns; ++column) {
    for (const bool descending : {false, true}) {
      ViewState state;
      state.statistics.sort = {column, descending};
      const auto layout =
          layout_statistics(told.view, end, state, plain_ruler(), {0, 0, 1000, 1200});
      REQUIRE(layout.phases);
      std::vector<std::string> names;
      std::optional<Duration> before;
      for (const TableRow& row : layout.phases->rows) {
        names.push_back(row.cells[0].text);
        const trace::Phase phase = told.trace[row.event].phase;
        CHECK(row.cells[0].text == trace::row_of(phase).name);
        const Lengths& spans = totals.spans_of(phase);
        CHECK(row.cells[1].text == count(static_cast<std::int64_t>(spans.count)));
        // The process's start is known to hundredths of a second.
        const bool coarse = phase == trace::Phase::StartupProgramLoad;
        CHECK(row.cells[2].text.starts_with('~') == (coarse || spans.inferred > 0));
        if (coarse) continue;
        CHECK(row.cells[2].text.find(duration(spans.total).text()) != std::string::npos);
        CHECK(row.cells[5].text.find(duration(spans.longest).text()) != std::string::npos);
        // A click goes to the longest.
        CHECK(told.index.duration(row.event) == spans.longest);
        if (column == static_cast<std::size_t>(PhaseColumn::Mean) && before) {
          CHECK((descending ? spans.mean() <= *before : spans.mean() >= *before));
        }
        before = spans.mean();
      }
      CHECK(names.size() > 10);
      std::sort(names.begin(), names.end());
      CHECK(std::adjacent_find(names.begin(), names.end()) == names.end());
    }
  }
}

TEST_CASE("statistics view: up to the cursor, or the whole (02)") {
  const Recorded told("02-keep-alive");
  const auto at = *Stepper(told.view).position_of("handle.handler");
  ViewState state;
  Cursor cursor = at;
  state.statistics.part = StatisticsPart::Durations;
  const auto text = [&] {
    return dump(layout_statistics(told.view, cursor, state, plain_ruler(), {0, 0, 640, 370}));
  };
  CHECK(text().find("No request was finished yet") != std::string::npos);
  apply(state, cursor, told.view, CountWhole{true});
  const Totals whole = told.statistics.totals().at(told.view.end() - 1);
  const Lengths& requests = whole.of(Combined::Request);
  REQUIRE(requests.count > 3);
  CHECK(text().find(counted(static_cast<std::int64_t>(requests.count), "request")) !=
        std::string::npos);
  for (const double share : {0.5, 0.9, 0.99, 1.0}) {
    CHECK(text().find(duration(requests.percentile(share)).text()) != std::string::npos);
  }
  // Where the chart has no room it is said that there is one; else its marks have names.
  const auto in = [&](float height) {
    return dump(
        layout_statistics(told.view, cursor, state, plain_ruler(), {0, 0, 640, height}));
  };
  CHECK(in(170).find("Where there is more room") != std::string::npos);
  CHECK(in(370).find("Where there is more room") == std::string::npos);
  CHECK(in(370).find("\"p50") != in(370).rfind("\"p50"));
  apply(state, cursor, told.view, ShowStatistics{StatisticsPart::Figures});
  const std::string figures =
      dump(layout_figures(told.view, cursor, state, plain_ruler(), {0, 0, 640, 370}));
  CHECK(figures.find(duration(whole.of(Combined::Saved).total).text()) != std::string::npos);
  CHECK(figures.find("not the mean") != std::string::npos);
}

TEST_CASE("statistics view: the waterfall's bars lie where their spans do (01)") {
  const Recorded told("01-hello");
  ViewState state;
  state.statistics.part = StatisticsPart::Request;
  const auto cursor = *Stepper(told.view).position_of("handle.write_body");
  const auto layout =
      layout_statistics(told.view, cursor, state, plain_ruler(), {0, 0, 1000, 800});
  struct Seen {
    Instant time;
    float x;
  };
  std::vector<Seen> seen;
  bool ahead = false;
  for (const PictureBar& bar : layout.picture.bars) {
    const trace::Event& begin = told.trace[bar.link.event];
    CHECK((begin.request == 1 || begin.request == 0));
    if (begin.begins() && bar.filling == Filling::Filled) seen.push_back({begin.time, bar.rect.x});
    if (bar.filling == Filling::Free) ahead = true;
  }
  REQUIRE(seen.size() > 4);
  CHECK(ahead);
  for (std::size_t i = 1; i < seen.size(); ++i) {
    if (seen[i].time > seen[i - 1].time) CHECK(seen[i].x >= seen[i - 1].x - 0.01f);
  }
}

// Runs of some µs in a request of seconds: many of them begin within one pixel.
TEST_CASE("statistics view: no bar of the waterfall lies on another, and none is lost (25, 29)") {
  for (const char* scenario : {"25-slow-reader", "29-far-away"}) {
    CAPTURE(scenario);
    const Recorded told(scenario);
    const std::uint64_t last = told.view.end() - 1;
    ViewState state;
    state.statistics.part = StatisticsPart::Request;
    bool blocks = false;
    for (const float width : {640.f, 1880.f}) {
      for (std::uint64_t event = last; event > last / 2; event -= last / 16) {
        CAPTURE(event);
        const Picture picture =
            layout_statistics(told.view, {event, {}}, state, plain_ruler(), {0, 0, width, 900})
                .picture;
        std::vector<Rect> rects;
        std::size_t runs = 0;
        trace::EventNumber counted = trace::no_event;
        for (const PictureBar& bar : picture.bars) {
          rects.push_back(bar.rect);
          blocks = blocks || bar.count > 1;
          // The solid and the pale part of one are one.
          const bool again = std::exchange(counted, bar.link.event) == bar.link.event;
          if (bar.group == trace::Group::Task && !again) runs += bar.count;
        }
        check_apart(rects);
        if (runs < 2) continue;
        // As many as the name of their row says.
        CHECK(std::any_of(picture.notes.begin(), picture.notes.end(), [&](const PictureNote& note) {
          return note.text.text == fmt::format("on a worker ×{}", runs);
        }));
      }
    }
    CHECK(blocks);
  }
}

TEST_CASE("statistics view: where few steps have room, the longest is one of them (01)") {
  const Recorded told("01-hello");
  ViewState state;
  state.statistics.part = StatisticsPart::Request;
  const Cursor end{told.view.end() - 1, {}};
  bool left_out = false;
  for (float height = 130; height < 300; height += 10) {
    CAPTURE(height);
    const std::string text = dump(
        layout_statistics(told.view, end, state, plain_ruler(), {0, 0, 800, height}));
    const auto has = [&text](std::string_view part) { return text.find(part) != text.npos; };
    if (!has("read") && !has("finish")) continue;
    left_out = left_out || has(" more");
    CHECK(has("finish request"));
    CHECK_FALSE(has("inner"));
  }
  CHECK(left_out);
}

TEST_CASE("statistics view: nothing recorded, no request yet (empty, startup)") {
  const Scene empty([](trace::Story&) {});
  CHECK(dump(layout_statistics(empty.view, {}, {}, plain_ruler(), {0, 0, 640, 370}))
            .find("Nothing has been recorded yet") != std::string::npos);
  const Scene started([](trace::Story& story) { story.startup(); });
  ViewState state;
  state.statistics.part = StatisticsPart::Request;
  CHECK(dump(layout_statistics(started.view, {}, state, plain_ruler(), {0, 0, 640, 370}))
            .find("No request yet") != std::string::npos);
}

}  // namespace
}  // namespace roundtrip::viz
