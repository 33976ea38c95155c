// A million events: what a layout costs depends on what is seen, not on what exists. No time is
// asserted here; the counts are, and the times are printed for who looks (run with -s).
#include <doctest/doctest.h>

#include <chrono>

#include "tests/viz/model/scene.h"
#include "viz/model/actions.h"
#include "viz/model/layout_bytes.h"
#include "viz/model/layout_explain.h"
#include "viz/model/layout_lifecycle.h"
#include "viz/model/layout_log.h"
#include "viz/model/layout_timeline.h"

namespace roundtrip::viz {
namespace {

constexpr std::uint64_t wanted_events = 1'000'000;
constexpr int connections = 64;

void tell_much(trace::Story& story) {
  story.startup();
  std::vector<trace::Story::Conn> conns;
  for (int i = 0; i < connections; ++i) conns.push_back(story.open());
  std::size_t turn = 0;
  while (story.events().size() < wanted_events) {
    auto& conn = conns[turn++ % conns.size()];
    story.ask(conn, trace::Story::curl_request("/hello"), "Hello, World!");
    if (turn % 1000 == 0) story.wait(Duration::milliseconds(20));
  }
}

template <class Work>
double milliseconds_of(Work&& work) {
  double best = 1e9;
  for (int round = 0; round < 3; ++round) {
    const auto from = std::chrono::steady_clock::now();
    work();
    const std::chrono::duration<double, std::milli> took =
        std::chrono::steady_clock::now() - from;
    best = std::min(best, took.count());
  }
  return best;
}

TEST_CASE("large trace: the timeline's work follows the pixels, its counts the events") {
  const Scene scene(tell_much);
  REQUIRE(scene.trace.count() >= wanted_events);
  const Ruler ruler = plain_ruler();
  const Rect area{0, 0, 1920, 1000};
  ViewState state;
  Cursor cursor{scene.trace.count() / 2, {}};
  for (int zoom = 0; zoom < 24; ++zoom) {
    TimelineLayout layout;
    const double ms = milliseconds_of([&] {
      layout = layout_timeline(scene.view, cursor, state, ruler, area);
    });
    MESSAGE("zoom " << zoom << ": " << layout.bars.size() << " bars, " << ms << " ms");
    std::size_t rows = 0;
    for (const TimelineLane& lane : layout.lanes) rows += scene.lanes.rows(lane.key).size();
    CHECK(layout.bars.size() <= rows * static_cast<std::size_t>(layout.plot.w / least_bar_px + 2));
    if (zoom == 0) {
      std::uint64_t shown = 0;
      std::uint64_t expected = 0;
      for (const TimelineBar& bar : layout.bars) shown += bar.count;
      for (const TimelineLane& lane : layout.lanes) {
        for (const auto& row : scene.lanes.rows(lane.key)) expected += row.size();
      }
      CHECK(shown == expected);
    }
    apply(state, cursor, scene.view, Zoom{2, {}});
  }
  const double lifecycle = milliseconds_of([&] {
    layout_lifecycle(scene.view, cursor, state, ruler, {0, 0, 240, 600});
  });
  const double bytes = milliseconds_of([&] {
    layout_bytes(scene.view, cursor, state, ruler, {0, 0, 900, 700});
  });
  const double log = milliseconds_of([&] {
    layout_log(scene.view, cursor, state, ruler, {0, 0, 900, 700});
  });
  const double explain = milliseconds_of([&] {
    layout_explain(scene.view, cursor, state, ruler, {0, 0, 400, 700});
  });
  MESSAGE("lifecycle " << lifecycle << " ms, bytes " << bytes << " ms, log " << log
                       << " ms, explain " << explain << " ms");
  MESSAGE("lane index: " << scene.lanes.memory_bytes() / scene.trace.count() << " bytes an event");
}

}  // namespace
}  // namespace roundtrip::viz
