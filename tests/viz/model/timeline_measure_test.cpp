#include <cmath>

#include "tests/viz/model/layout_checks.h"
#include "tests/viz/model/recorded.h"
#include "tests/viz/model/scene.h"
#include "viz/model/actions.h"
#include "viz/model/chapter.h"
#include "viz/model/layout_timeline.h"

namespace roundtrip::viz {
namespace {

void check_texts(const TimelineLayout& layout, const Ruler& ruler) {
  const TimelineMeasure& measure = *layout.measure;
  std::vector<Rect> texts;
  for (const TextBox* box : {&measure.from, &measure.length, &measure.to}) {
    check_text(ruler, *box, layout.axis);
    CHECK_FALSE(box->cut);
    if (!box->empty()) texts.push_back(box->rect);
  }
  for (const TimelineTick& tick : layout.ticks) {
    if (!tick.label.empty()) texts.push_back(tick.label.rect);
  }
  for (const TimelineFold& fold : layout.folds) {
    if (!fold.label.empty()) texts.push_back(fold.label.rect);
  }
  check_apart(texts);
}

TEST_CASE("timeline: a measured band stands at its moments, its words apart (spans, sizes)") {
  const Recorded told("02-keep-alive");
  for (const auto& [w, h] : {std::pair{1280.f, 720.f}, std::pair{1920.f, 1080.f}}) {
    for (const bool projector : {false, true}) {
      const Ruler ruler = plain_ruler(projector);
      ViewState state;
      for (std::uint64_t one = 0; one < told.trace.end(); one += 23) {
        for (std::uint64_t other = one; other < told.trace.end(); other += 31) {
          state.measured = MeasuredSpan{told.trace[other].time, told.trace[one].time};
          const auto layout =
              layout_timeline(told.view, {one, {}}, state, ruler, places(w, h).timeline);
          REQUIRE(layout.measure);
          const auto x_of = [&](std::uint64_t event) {
            return std::round(layout.scale.x(told.trace[event].time));
          };
          CHECK(layout.measure->band.x == doctest::Approx(x_of(one)));
          CHECK(layout.measure->band.right() == doctest::Approx(x_of(other)));
          CHECK(layout.measure->anchor == told.trace[other].time);
          check_texts(layout, ruler);
        }
      }
    }
  }
}

TEST_CASE("timeline: a band out of the window is cut at its edge, or not there (zoomed)") {
  const Scene scene(tell_hello);
  const Ruler ruler = plain_ruler();
  const auto at = [&](std::uint64_t event) { return scene.trace[event].time; };
  ViewState state;
  state.window = TimeWindow{at(40), at(60)};
  state.measured = MeasuredSpan{at(50), at(80)};
  auto layout = layout_timeline(scene.view, {45, {}}, state, ruler, {0, 0, 1000, 300});
  CHECK(layout.measure->from_seen);
  CHECK_FALSE(layout.measure->to_seen);
  CHECK(layout.measure->band.right() == doctest::Approx(layout.plot.right()));
  check_texts(layout, ruler);
  state.measured = MeasuredSpan{at(70), at(80)};
  layout = layout_timeline(scene.view, {45, {}}, state, ruler, {0, 0, 1000, 300});
  CHECK(layout.measure->band.empty());
  CHECK(layout.measure->length.empty());
}

TEST_CASE("timeline: a drag snaps to the edge of a bar in its row, within reach only (01)") {
  const Recorded told("01-hello");
  ViewState state;
  state.by_chapter = true;
  const auto layout = layout_timeline(told.view, {60, {}}, state, plain_ruler(), {0, 0, 1200, 400});
  constexpr float reach_px = 8;
  int ends = 0;
  for (const TimelineBar& bar : layout.bars) {
    for (const auto event : {bar.event, bar.last}) {
      if (!told.view.has(event)) continue;
      const Instant edge = told.trace[event].time;
      const float x = layout.scale.x(edge);
      if (x < layout.plot.x || x > layout.plot.right()) continue;
      const Instant got = snapped_at(layout, told.view, {x + 1.5f, bar.rect.center().y}, reach_px);
      // Another edge may be nearer still; none that is farther is taken.
      CHECK(std::abs(layout.scale.x(got) - (x + 1.5f)) <= 1.51f);
      ends += got == edge ? 1 : 0;
    }
  }
  CHECK(ends > 20);
  // Far from every edge, and from the cursor, it is the place itself.
  const Point free{layout.plot.x + 40, layout.plot.bottom() + 100};
  CHECK(snapped_at(layout, told.view, free, reach_px) == layout.scale.at(free.x));
  const Point near_cursor{*layout.cursor_x + 3, free.y};
  CHECK(snapped_at(layout, told.view, near_cursor, reach_px) == told.trace[60].time);
}

TEST_CASE("timeline: the line of words keeps its words and its button in the place (widths)") {
  const Scene scene(tell_busy);
  ViewState state;
  state.measured = MeasuredSpan{scene.view.whole().from, scene.view.whole().to};
  for (const bool projector : {false, true}) {
    const Ruler ruler = plain_ruler(projector);
    const auto layout = layout_timeline(scene.view, {60, {}}, state, ruler, {0, 0, 1000, 300});
    std::size_t last_length = 0;
    for (float width = 40; width <= 1800; width += 40) {
      const Rect area{100, 10, width, ruler.row_px};
      const MeasureLine line = layout_measure_line(*layout.measure, ruler, area);
      check_text(ruler, line.words, area);
      CHECK_FALSE(line.words.cut);
      if (!line.zoom.empty()) CHECK(lies_in(line.zoom, area));
      if (width >= 160) CHECK_FALSE(line.zoom.empty());
      check_apart({line.words.rect, line.zoom});
      CHECK(line.words.text.size() >= last_length);
      last_length = line.words.text.size();
      CHECK(line.whole == contents_text(layout.measure->told, 1000));
    }
  }
}

TEST_CASE("actions: measuring pauses the view, one can zoom to it, Esc ends it") {
  const Scene scene(tell_hello);
  ViewState state;
  Cursor cursor;
  start_lesson(state, cursor, scene.view);
  state.follow = true;
  const Instant from = scene.trace[30].time;
  const Instant to = scene.trace[50].time;
  apply(state, cursor, scene.view, Measure{MeasuredSpan{to, from}});
  CHECK_FALSE(state.follow);
  REQUIRE(state.measured);
  CHECK(state.measured->window() == TimeWindow{from, to});
  apply(state, cursor, scene.view, ZoomToMeasured{});
  REQUIRE(state.window);
  CHECK(state.window->contains(from));
  CHECK(state.window->contains(to));
  CHECK(state.window->length() < (to - from) * 5 / 4);
  apply(state, cursor, scene.view, ClearSelection{});
  CHECK_FALSE(state.measured);
  const auto window_before = state.window;
  apply(state, cursor, scene.view, ZoomToMeasured{});
  CHECK(state.window == window_before);
  // M: nothing where nothing else is chosen.
  cursor.event = 40;
  apply(state, cursor, scene.view, MeasureToSelection{});
  CHECK_FALSE(state.measured);
  apply(state, cursor, scene.view, Select{40});
  apply(state, cursor, scene.view, MeasureToSelection{});
  CHECK_FALSE(state.measured);
  apply(state, cursor, scene.view, Select{22});
  apply(state, cursor, scene.view, MeasureToSelection{});
  REQUIRE(state.measured);
  CHECK(state.measured->window() == TimeWindow{scene.trace[22].time, scene.trace[40].time});
  start_lesson(state, cursor, scene.view);
  CHECK_FALSE(state.measured);
}

TEST_CASE("actions: a view that is paused keeps its stretch of time while the capture goes on") {
  Scene scene(tell_hello);
  for (const bool by_chapter : {false, true}) {
    ViewState state;
    Cursor cursor;
    start_lesson(state, cursor, scene.view);
    state.by_chapter = by_chapter;
    apply(state, cursor, scene.view, Follow{true});
    apply(state, cursor, scene.view, Pause{});
    const TimeWindow before = window_shown(scene.view, cursor, state);
    auto conn = scene.story.open();
    scene.story.ask(conn, scene.story.curl_request("/hello"), "Hello, World!");
    scene.follow();
    apply(state, cursor, scene.view, TraceGrew{});
    CHECK(window_shown(scene.view, cursor, state) == before);
  }
}

}  // namespace
}  // namespace roundtrip::viz
