#include "viz/model/layout_timeline.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "tests/viz/model/layout_checks.h"
#include "tests/viz/model/picture_texts.h"
#include "tests/viz/model/recorded.h"
#include "tests/viz/model/scene.h"
#include "viz/model/actions.h"
#include "viz/model/chapter.h"
#include "viz/model/timeline_lanes.h"

namespace roundtrip::viz {
namespace {

void check_sound(const TimelineLayout& layout, const Ruler& ruler) {
  std::map<std::tuple<int, std::uint32_t, std::uint32_t>, std::vector<Rect>> rows;
  for (const TimelineBar& bar : layout.bars) {
    rows[{static_cast<int>(bar.lane.kind), bar.lane.number, bar.row}].push_back(bar.rect);
    CHECK(lies_in(bar.rect, layout.plot));
    CHECK(bar.rect.w > 0);
    check_text(ruler, bar.label, bar.rect);
  }
  for (const auto& [row, rects] : rows) check_apart(rects);
  std::vector<Rect> labels;
  for (const TimelineTick& tick : layout.ticks) {
    check_text(ruler, tick.label, layout.axis);
    if (!tick.label.empty()) labels.push_back(tick.label.rect);
  }
  for (const TimelineFold& fold : layout.folds) {
    check_text(ruler, fold.label, layout.axis);
    labels.push_back(fold.label.rect);
  }
  check_apart(labels);
  std::vector<Rect> names;
  for (const TimelineLane& lane : layout.lanes) {
    check_text(ruler, lane.name, layout.names);
    names.push_back(lane.rect);
  }
  check_apart(names);
}

TEST_CASE("timeline: sound at every cursor (two sizes, projector)") {
  const Scene scene(tell_busy);
  for (const auto& [w, h] : {std::pair{1280.f, 720.f}, std::pair{1920.f, 1080.f}}) {
    for (const bool projector : {false, true}) {
      const Ruler ruler = plain_ruler(projector);
      ViewState state;
      for (std::uint64_t event = 0; event < scene.trace.end(); event += 3) {
        check_sound(layout_timeline(scene.view, {event, {}}, state, ruler, places(w, h).timeline),
                    ruler);
      }
    }
  }
}

TEST_CASE("timeline: the cursor's lane is always seen, and a low one gives its overview's room") {
  const Scene scene(tell_busy);
  for (const bool projector : {false, true}) {
    const Ruler ruler = plain_ruler(projector);
    const float tight = ruler.body_px + 2;
    const float above_px = ruler.row_px + ruler.space(2);
    const Rect heading{200, 0, 500, ruler.row_px};
    for (const float rows : {1.f, 2.f, 3.f, 4.f}) {
      const Rect area{0, ruler.row_px, 1200, above_px + rows * tight};
      for (std::uint64_t event = 0; event < scene.trace.end(); event += 3) {
        const Cursor cursor{event, {}};
        const auto layout = layout_timeline(scene.view, cursor, {}, ruler, area, heading);
        check_sound(layout, ruler);
        CAPTURE(event + 1);
        CHECK(heading.contains(layout.overview));
        CHECK(layout.plot.h >= rows * tight);
        const trace::Event& fact = scene.trace[event];
        if (fact.ends() && scene.index.partner(event) == trace::no_event) continue;
        CHECK(std::any_of(layout.bars.begin(), layout.bars.end(),
                          [](const TimelineBar& bar) { return bar.at_cursor; }));
      }
      ViewState measuring;
      measuring.measured = MeasuredSpan{scene.trace[3].time, scene.trace[30].time};
      const auto layout = layout_timeline(scene.view, {3, {}}, measuring, ruler, area, heading);
      CHECK(area.contains(layout.overview));
    }
  }
}

TEST_CASE("timeline: counts add up to the begins and instants (zoomed in steps)") {
  const Scene scene(tell_busy);
  const Ruler ruler = plain_ruler();
  ViewState state;
  Cursor cursor{scene.trace.end() / 2, {}};
  for (int zoom = 0; zoom < 12; ++zoom) {
    const auto layout = layout_timeline(scene.view, cursor, state, ruler, {0, 0, 1280, 900});
    REQUIRE(layout.scroll_px == 0);
    const TimeWindow window = layout.scale.window();
    std::uint64_t expected = 0;
    for (std::uint64_t n = 0; n < scene.trace.end(); ++n) {
      const trace::Event& event = scene.trace[n];
      if (event.ends()) continue;
      const auto partner = scene.index.partner(n);
      const bool reaches = event.begins() && event.time < window.from &&
                           (partner == trace::no_event || scene.trace[partner].time > window.from);
      // What the scheduler tells of a task stands in the task's row of states (another test).
      const bool in_states = event.row().group() == trace::Group::Task &&
                             event.phase != trace::Phase::TaskRun;
      if (!in_states) expected += window.contains(event.time) || reaches ? 1 : 0;
    }
    std::uint64_t shown = 0;
    for (const TimelineBar& bar : layout.bars) {
      if (kind_of_row(bar.lane, bar.row) == RowKind::Facts) shown += bar.count;
    }
    // Of facts that overlap, only the last that reaches in from before is looked for.
    CHECK(shown == expected);
    apply(state, cursor, scene.view, Zoom{2, {}});
  }
}

TEST_CASE("timeline: the bar at the cursor is marked, in a block too") {
  const Scene scene(tell_busy);
  const Ruler ruler = plain_ruler();
  for (std::uint64_t event = 0; event < scene.trace.end(); ++event) {
    const auto layout = layout_timeline(scene.view, {event, {}}, {}, ruler, {0, 0, 1280, 900});
    const auto marked = std::count_if(layout.bars.begin(), layout.bars.end(),
                                      [](const TimelineBar& bar) { return bar.at_cursor; });
    CAPTURE(event);
    CAPTURE(trace::phase_id(scene.trace[event].phase));
    // A run stands in the lane of its task and in that of its worker.
    CHECK(marked == (scene.trace[event].phase == trace::Phase::TaskRun ? 2 : 1));
    CHECK(layout.cursor_x);
  }
}

TEST_CASE("timeline: the long pause is folded and says how long it was") {
  const Scene scene(tell_busy);
  const auto layout =
      layout_timeline(scene.view, {0, {}}, {}, plain_ruler(), {0, 0, 1280, 300});
  REQUIRE(layout.folds.size() == 1);
  CHECK(layout.folds[0].label.text.substr(0, 4) == "[400");
}

TEST_CASE("timeline: the lane of a connection's task says which connection (03)") {
  const Recorded told("03-close");
  const std::uint64_t run = event_of(told.view, trace::Phase::ConnectionFirstRun, 8);
  const trace::Event& event = told.trace[run];
  CHECK(lane_name(told.view, {LaneKind::Task, event.task}) ==
        fmt::format("task {} connection {}", event.task, event.conn));
  CHECK(lane_name(told.view, {LaneKind::Task, 1}) == "task 1 accept loop");
}

TEST_CASE("timeline: however low it is, the cursor's lane stands, and tasks left out are counted") {
  const Scene scene([](trace::Story& story) {
    story.startup();
    for (std::size_t i = 0; i < 2 * most_task_lanes; ++i) {
      auto conn = story.open();
      story.ask(conn, story.curl_request("/hello"), "Hello, World!");
    }
  });
  const Ruler ruler = plain_ruler();
  const auto with_plot = [&](float plot_px) {
    // Above the lanes the strip of all and the axis.
    const float above_px = ruler.space(6) + ruler.row_px + ruler.space(2);
    return layout_timeline(scene.view, {scene.view.end() - 1, {}}, {}, ruler,
                           {0, 0, 1000, above_px + plot_px});
  };
  for (const float rows : {1.2f, 2.f, 3.f, 8.f}) {
    CAPTURE(rows);
    const auto layout = with_plot(rows * (ruler.body_px + 2));
    check_sound(layout, ruler);
    CHECK_FALSE(layout.lanes.empty());
    CHECK(std::any_of(layout.bars.begin(), layout.bars.end(),
                      [](const TimelineBar& bar) { return bar.at_cursor; }));
    CHECK(layout.more.text.find(" more") != std::string::npos);
    CHECK_FALSE(layout.more.cut);
  }
}

TEST_CASE("timeline: a lane that has scrolled away is away whole (02, 03, 04)") {
  for (const char* scenario : {"02-keep-alive", "03-close", "04-bad-request"}) {
    CAPTURE(scenario);
    const Recorded told(scenario);
    ViewState state;
    state.by_chapter = true;
    std::size_t scrolled = 0;
    for (std::uint64_t event = 0; event < told.view.end(); event += 5) {
      CAPTURE(event + 1);
      const auto layout =
          layout_timeline(told.view, {event, {}}, state, plain_ruler(), {0, 0, 1000, 190});
      if (layout.scroll_px == 0 || layout.lanes.empty()) continue;
      ++scrolled;
      const LaneKey first = layout.lanes.front().key;
      const TimeWindow window = window_shown(told.view, {event, {}}, state);
      for (const LaneRows& lane : lanes_shown(told.view, {event, {}}, state, window)) {
        if (!(lane.key == first)) continue;
        const bool outer = std::any_of(
            layout.bars.begin(), layout.bars.end(), [&](const TimelineBar& bar) {
              return bar.lane == first && bar.row == lane.rows.front();
            });
        const bool cursor_inside = std::any_of(
            layout.bars.begin(), layout.bars.end(),
            [&](const TimelineBar& bar) { return bar.lane == first && bar.at_cursor; });
        CHECK((outer || cursor_inside));
      }
    }
    CHECK(scrolled > 0);
  }
}

TEST_CASE("timeline: a span without an end is open to the right") {
  const Scene scene([](trace::Story& story) {
    story.startup();
    auto conn = story.open();
    story.begin<trace::Phase::ReadRead>(conn.subject(), 6U, 4096U);
    story.instant<trace::Phase::TraceNote>({}, story.symbol("later"));
  });
  const auto layout = layout_timeline(scene.view, {0, {}}, {}, plain_ruler(), {0, 0, 1280, 600});
  bool found = false;
  for (const TimelineBar& bar : layout.bars) {
    if (scene.trace[bar.event].phase != trace::Phase::ReadRead || bar.count > 1) continue;
    found = true;
    CHECK(bar.unfinished);
    CHECK(bar.rect.right() == doctest::Approx(layout.plot.right()));
  }
  CHECK(found);
}

TEST_CASE("timeline: an instant just before a long span does not swallow it") {
  const Scene scene([](trace::Story& story) {
    story.startup();
    auto conn = story.open();
    story.step = Duration::nanoseconds(1);
    for (int i = 0; i < 20; ++i) {
      story.begin<trace::Phase::ReadRead>(conn.subject(), 6U, 4096U);
      story.end<trace::Phase::ReadRead>(conn.subject());
    }
    story.begin<trace::Phase::LifecycleIdle>(conn.subject(), 60000U);
    story.wait(Duration::microseconds(300));
    story.end<trace::Phase::LifecycleIdle>(conn.subject());
  });
  for (float width = 700; width < 760; ++width) {
    const auto layout =
        layout_timeline(scene.view, {0, {}}, {}, plain_ruler(), {0, 0, width, 900});
    bool found = false;
    for (const TimelineBar& bar : layout.bars) {
      if (bar.lane.kind != LaneKind::Task || bar.count == 1) {
        found = found || scene.trace[bar.event].phase == trace::Phase::LifecycleIdle;
        continue;
      }
      CAPTURE(width);
      CHECK(bar.rect.w <= dense_bar_px + 1);
    }
    CHECK(found);
  }
}

TEST_CASE("timeline: a block's pixels find it, and a bar's own") {
  const Scene scene(tell_busy);
  const auto layout = layout_timeline(scene.view, {0, {}}, {}, plain_ruler(), {0, 0, 1280, 900});
  for (const TimelineBar& bar : layout.bars) CHECK(bar_at(layout, bar.rect.center()) == &bar);
  CHECK(bar_at(layout, {1e5f, 1e5f}) == nullptr);
}

}  // namespace
}  // namespace roundtrip::viz
