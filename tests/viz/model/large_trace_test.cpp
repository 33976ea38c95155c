// A million events: what a layout costs depends on what is seen, not on what exists. No time is
// asserted here; the counts are, and the times are printed for who looks (run with -s).
#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>

#include "tests/source_dir.h"
#include "tests/viz/model/scene.h"
#include "viz/model/actions.h"
#include "viz/model/layout_bytes.h"
#include "viz/model/layout_connections.h"
#include "viz/model/layout_explain.h"
#include "viz/model/layout_lifecycle.h"
#include "viz/model/layout_log.h"
#include "viz/model/layout_statistics.h"
#include "viz/model/layout_timeline.h"
#include "viz/model/views.h"

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
  CHECK(scene.lanes.gaps().size() <= 2 * LaneIndex::max_gaps);
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
  const double table = milliseconds_of([&] {
    layout_connections(scene.view, cursor, state, ruler, {0, 0, 900, 700});
  });
  const double statistics = milliseconds_of([&] {
    layout_statistics(scene.view, cursor, state, ruler, area);
  });
  const double followed = milliseconds_of([&] { Statistics(scene.index).follow(); });
  MESSAGE("connections " << table << " ms, statistics " << statistics << " ms, followed in "
                         << followed << " ms");
  MESSAGE("statistics: " << static_cast<double>(scene.statistics.memory_bytes()) /
                                static_cast<double>(scene.trace.count())
                         << " bytes an event");
}

// Whatever is asked on every frame must not walk over what a long lesson leaves behind: a gap after
// each of many events, and many facts that are no part of the story.
TEST_CASE("large trace: every picture's work follows what it shows, not what there is") {
  const Scene scene(tell_much);
  const Ruler ruler = plain_ruler();
  ViewState state;
  if (auto read = load_code_listings(source_dir() + "/assets")) {
    state.listings = std::make_shared<const CodeListings>(std::move(*read));
  }
  for (const ViewRow& row : view_rows()) {
    if (row.layout == nullptr) continue;
    const Rect area{0, 0, 1035, 600};
    std::size_t parts = 0;
    const double ms = milliseconds_of([&] {
      const Picture picture =
          row.layout(scene.view, {scene.trace.count() / 2, {}}, state, ruler, area);
      parts = picture.boxes.size() + picture.lines.size() + picture.notes.size();
    });
    MESSAGE(std::string(row.name) << ": " << parts << " parts, " << ms << " ms");
    CHECK(parts < 1'000);
  }
}

TEST_CASE("large trace: many gaps and many untraced requests cost a frame nothing") {
  constexpr int untraced = 300'000;
  const Scene scene([](trace::Story& story) {
    story.startup();
    auto conn = story.open();
    for (int i = 0; i < 6000; ++i) {
      story.ask(conn, trace::Story::curl_request("/hello"), "Hello, World!");
      story.wait(Duration::milliseconds(2 + i % 7));
    }
    for (int i = 0; i < untraced; ++i) {
      story.instant<trace::Phase::TraceRequestUntraced>({}, 1U);
      if (i % 10 == 0) story.wait(Duration::milliseconds(1));
    }
  });
  const auto gaps = scene.lanes.gaps();
  CHECK(gaps.size() <= 2 * LaneIndex::max_gaps);
  CHECK(gaps.size() >= LaneIndex::max_gaps);
  for (std::size_t i = 1; i < gaps.size(); ++i) REQUIRE(gaps[i - 1].to <= gaps[i].from);
  // The longest are among them: 8 ms and what the next request takes to begin.
  CHECK(std::count_if(gaps.begin(), gaps.end(), [](const Gap& gap) {
          return gap.length() > Duration::milliseconds(8);
        }) == 6000 / 7);
  // From the start of the facts that are no story there is no next phase; the one before is far.
  const std::uint64_t last_story = scene.trace.end() - untraced - 1;
  const Stepper stepper(scene.view);
  CHECK_FALSE(stepper.forward({last_story, {}}, StepUnit::Phase));
  const auto back = stepper.back({scene.trace.end() - 1, {}}, StepUnit::Phase);
  REQUIRE(back);
  CHECK(is_story(scene.trace[back->event]));
  CHECK(back->event <= last_story);
  const auto* conn = scene.index.connection(1);
  REQUIRE(conn != nullptr);
  for (const std::size_t place : {0U, 1U, 2999U, 5999U}) {
    CHECK(place_of_request(scene.view, *conn, conn->requests[place]) == place);
  }
  CHECK(place_of_request(scene.view, *conn, 999'999) == conn->requests.size());
  ViewState state;
  state.by_chapter = true;
  const Cursor middle{scene.trace.end() / 2, {}};
  const double frame = milliseconds_of([&] {
    const Rect area{0, 0, 1280, 300};
    layout_timeline(scene.view, middle, state, plain_ruler(), area);
    layout_lifecycle(scene.view, middle, state, plain_ruler(), area);
    stepper.forward({last_story, {}}, StepUnit::Phase);
    event_for_byte(scene.view, {1, trace::Log::In, 83 * 3000 + 30});
  });
  MESSAGE("a frame's layouts: " << frame << " ms");
}

}  // namespace
}  // namespace roundtrip::viz
