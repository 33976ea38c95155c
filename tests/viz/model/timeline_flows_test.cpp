#include <algorithm>
#include <chrono>
#include <cmath>

#include "tests/viz/model/recorded.h"
#include "tests/viz/model/scene.h"
#include "viz/model/causality.h"
#include "viz/model/layout_timeline.h"

namespace roundtrip::viz {
namespace {

using trace::EventNumber;
using trace::Phase;

// The begin that a fact stands by.
EventNumber begin_of_fact(const TraceView& view, EventNumber event) {
  return view.trace[event].ends() ? view.index.partner(event) : event;
}

// Looks at every event of the bar's row.
bool shows(const TraceView& view, const TimelineBar& bar, EventNumber event) {
  const EventNumber begin = begin_of_fact(view, event);
  for (const EventNumber number : view.lanes.rows(bar.lane)[bar.row]) {
    if (number != begin || number < bar.event) continue;
    return bar.count == 1 ? number == bar.event : number <= bar.last;
  }
  return false;
}

const TimelineBar* bar_showing(const TraceView& view, const TimelineLayout& layout,
                               EventNumber event) {
  for (const TimelineBar& bar : layout.bars) {
    if (shows(view, bar, event)) return &bar;
  }
  return nullptr;
}

TEST_CASE("timeline: arrows join what is seen of causes and effects, and no other (01, 03)") {
  std::size_t drawn = 0;
  for (const char* scenario : {"01-hello", "03-close"}) {
    CAPTURE(scenario);
    const Recorded told(scenario);
    ViewState state;
    state.by_chapter = true;
    for (EventNumber here = 0; here < told.trace.end(); here += 3) {
      CAPTURE(here + 1);
      const auto layout =
          layout_timeline(told.view, {here, {}}, state, plain_ruler(), {0, 0, 1600, 700});
      const TimelineBar* own = bar_showing(told.view, layout, here);
      std::vector<std::pair<EventNumber, EventNumber>> wanted;
      const auto want = [&](const CausalLink& link, bool is_cause) {
        const TimelineBar* other = bar_showing(told.view, layout, link.event);
        if (own == nullptr || other == nullptr || other == own) return;
        wanted.push_back(is_cause ? std::pair{link.event, here} : std::pair{here, link.event});
      };
      for (const CausalLink& link : causes_of(told.view, here)) want(link, true);
      for (const CausalLink& link : effects_of(told.view, here)) want(link, false);
      for (const TimelineFlow& flow : layout.flows) {
        ++drawn;
        CHECK(std::count(wanted.begin(), wanted.end(), std::pair{flow.cause, flow.effect}) == 1);
        for (const auto& [event, at] : {std::pair{flow.cause, flow.from},
                                        std::pair{flow.effect, flow.to}}) {
          const TimelineBar* bar = bar_showing(told.view, layout, event);
          REQUIRE(bar != nullptr);
          CHECK(at.y == bar->rect.center().y);
          const float x = std::round(layout.scale.x(told.trace[event].time));
          CHECK(at.x == std::clamp(x, bar->rect.x, bar->rect.right()));
        }
        CHECK(std::hypot(flow.to.x - flow.from.x, flow.to.y - flow.from.y) >= 8);
      }
      // What is left out is too near to be told apart.
      CHECK(layout.flows.size() <= wanted.size());
    }
  }
  CHECK(drawn > 100);
}

TEST_CASE("timeline: the recv() that brought bytes has an arrow from their segment (01)") {
  const Recorded told("01-hello");
  EventNumber read = 0;
  while (told.trace[read].phase != Phase::ReadRead || !told.trace[read].has_bytes()) ++read;
  ViewState state;
  state.by_chapter = true;
  const auto layout =
      layout_timeline(told.view, {read, {}}, state, plain_ruler(), {0, 0, 1600, 700});
  const bool joined = std::any_of(
      layout.flows.begin(), layout.flows.end(), [&](const TimelineFlow& flow) {
        return flow.effect == read && told.trace[flow.cause].phase == Phase::ReadSegment;
      });
  CHECK(joined);
  // Where the segment is out of sight there is none.
  state.window = TimeWindow{told.trace[read - 1].time, told.trace[read + 20].time};
  const auto near = layout_timeline(told.view, {read, {}}, state, plain_ruler(), {0, 0, 1600, 700});
  for (const TimelineFlow& flow : near.flows) {
    CHECK(told.trace[flow.cause].phase != Phase::ReadSegment);
  }
}

TEST_CASE("timeline: no arrow and no cursor's line goes through a word that has room beside it") {
  const Ruler ruler = plain_ruler();
  TimelineLayout layout;
  layout.cursor_x = 130.f;
  TimelineBar bar;
  bar.rect = {100, 40, 200, 16};
  bar.label = {{104, 40, 192, 16}, "close"};
  layout.bars.push_back(bar);
  TimelineFlow flow;
  flow.from = {136, 48};
  flow.to = {160, 80};
  layout.flows.push_back(flow);
  move_labels_clear(ruler, layout);
  // The arrow leaves the bar at its lower edge, a quarter of its way.
  CHECK(layout.bars[0].label.rect.x == 142 + ruler.space(1));
  CHECK(layout.bars[0].label.rect.right() == 296);

  layout.bars[0].label = {{104, 40, 40, 16}, "close"};
  move_labels_clear(ruler, layout);
  CHECK(layout.bars[0].label.rect.x == 104);
}

TEST_CASE("timeline: arrows cost a frame little in a long trace (time is printed)") {
  const Scene scene([](trace::Story& story) {
    story.startup();
    auto conn = story.open();
    for (int i = 0; i < 3000; ++i) {
      story.ask(conn, story.curl_request("/hello"), "Hello, World!");
    }
  });
  const EventNumber here = static_cast<EventNumber>(scene.trace.end() / 2);
  TimelineLayout layout = layout_timeline(scene.view, {here, {}}, {}, plain_ruler(),
                                          {0, 0, 1600, 700});
  constexpr int rounds = 100;
  const auto from = std::chrono::steady_clock::now();
  for (int i = 0; i < rounds; ++i) {
    layout.flows.clear();
    place_flows(scene.view, {here, {}}, std::nullopt, layout);
  }
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - from;
  MESSAGE(scene.trace.end() << " events: " << took.count() / rounds << " ms");
  CHECK(layout.flows.size() <= 2 * most_links);
}

}  // namespace
}  // namespace roundtrip::viz
