// Facts that come late move the numbers of what follows them; the screen stays where it was.
#include <doctest/doctest.h>

#include "tests/viz/model/scene.h"
#include "viz/model/actions.h"

namespace roundtrip::viz {
namespace {

using trace::Phase;

// A fact of the kernel that belongs just before an event.
trace::Event before_event(const Scene& scene, std::uint64_t number) {
  trace::Event late = scene.trace[number];
  late.phase = Phase::ReadSegment;
  late.kind = trace::Kind::Instant;
  late.present = 0;
  late.time = late.time - Duration::nanoseconds(1);
  return late;
}

TEST_CASE("late facts: cursor, selection and history stay at their events (before, after)") {
  Scene scene(tell_busy);
  ViewState state;
  Cursor cursor;
  const auto act = [&](const Action& action) { apply(state, cursor, scene.view, action); };
  start_lesson(state, cursor, scene.view);
  act(GoTo{50});
  act(GoTo{90});
  act(Select{70});
  const trace::Event at_cursor = scene.trace[90];
  const trace::Event selected = scene.trace[70];
  const trace::Event been = scene.trace[50];
  const auto same = [](const trace::Event& a, const trace::Event& b) {
    return a.time == b.time && a.phase == b.phase && a.kind == b.kind;
  };
  // One between the two, one before both, one after both.
  for (const std::uint64_t place : {80, 30, 120}) {
    trace::Story::deliver_late(scene.story.trace(), before_event(scene, place));
    scene.follow();
    act(TraceGrew{});
    CAPTURE(place);
    CHECK(same(scene.trace[cursor.event], at_cursor));
    REQUIRE(state.selected_event);
    CHECK(same(scene.trace[*state.selected_event], selected));
  }
  CHECK(cursor.event == 92);
  CHECK(*state.selected_event == 71);
  act(Undo{});
  CHECK(same(scene.trace[cursor.event], been));
  act(Redo{});
  CHECK(same(scene.trace[cursor.event], at_cursor));
}

}  // namespace
}  // namespace roundtrip::viz
