// Facts that come late move the numbers of what follows them; the screen stays where it was.
#include <doctest/doctest.h>

#include "tests/viz/model/layout_checks.h"
#include "tests/viz/model/scene.h"
#include "viz/model/actions.h"
#include "viz/model/layout_log.h"
#include "viz/model/lesson.h"

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

TEST_CASE("late facts: a lesson's run begins where it began, and its stops stay at their events") {
  Scene scene(tell_busy);
  std::vector<std::uint64_t> headers;
  for (std::uint64_t event = 0; event < scene.trace.end(); ++event) {
    if (scene.trace[event].phase == Phase::ReadHeader) headers.push_back(event);
  }
  REQUIRE(headers.size() > 4);
  Lesson lesson;
  lesson.run_from = scene.trace[headers[2]].time;
  lesson.stops = {{"read.header", 2, "What now?", "The second header of this run."}};
  REQUIRE(event_of_stop(scene.view, lesson, 0) == headers[3]);
  // Before the run, of the very phase that is counted; and in it, of another.
  trace::Event before = scene.trace[headers[0]];
  before.time = before.time - Duration::nanoseconds(1);
  trace::Story::deliver_late(scene.story.trace(), before);
  scene.follow();
  trace::Story::deliver_late(scene.story.trace(), before_event(scene, headers[3] + 1));
  scene.follow();
  CHECK(event_of_stop(scene.view, lesson, 0) == headers[3] + 2);
  CHECK(stop_at(scene.view, headers[3] + 2, lesson) == 0U);
}

TEST_CASE("late facts: the log says which became known late, and finds them by these words") {
  Scene scene(tell_busy);
  trace::Story::deliver_late(scene.story.trace(), before_event(scene, 80));
  scene.follow();
  ViewState state;
  Cursor cursor;
  apply(state, cursor, scene.view, SetLogFilter{"became known late"});
  const auto log = layout_log(scene.view, cursor, state, plain_ruler(), {0, 0, 1600, 400});
  REQUIRE(log.rows.size() == 1);
  CHECK(scene.trace[log.rows.front().event].is_late());
  const auto& sentence = log.rows.front().cells[static_cast<std::size_t>(LogColumn::Sentence)];
  CHECK(sentence.text.starts_with("Became known late: "));
}

}  // namespace
}  // namespace roundtrip::viz
