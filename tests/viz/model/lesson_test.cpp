// A lesson's page, its stops in a trace, and the way from one to the next.
#include "viz/model/lesson.h"

#include <doctest/doctest.h>

#include "tests/viz/model/recorded.h"
#include "tests/viz/model/scene.h"
#include "viz/model/lesson_steps.h"

namespace roundtrip::viz {
namespace {

using Kind = LessonPart::Kind;

std::shared_ptr<const Lesson> lesson_of_three() {
  Lesson lesson;
  lesson.scenario = "01-hello";
  lesson.title = "Hello";
  lesson.minutes = 7;
  lesson.stops = {{"startup.listen", 1, "Does it wait?", "No."},
                  {"read.header", 2, "Which is this?", "The second."},
                  {"lifecycle.close", 1, "Who closes?", "The client."}};
  lesson.page = {{Kind::Words, "Before anything.", 0},
                 {Kind::Stop, "", 0},
                 {Kind::Heading, "Reading", 0},
                 {Kind::Words, "On the way.", 0},
                 {Kind::Sent, "GET / HTTP/1.1\nHost: a\n", 0},
                 {Kind::Stop, "", 1},
                 {Kind::Words, "To the end.", 0},
                 {Kind::Stop, "", 2},
                 {Kind::Words, "After all.", 0}};
  return std::make_shared<const Lesson>(std::move(lesson));
}

// A person at a recording, with a lesson that is ready.
struct Student {
  Recorded told{"01-hello"};
  ViewState state;
  Cursor cursor;

  Student() {
    state.lesson = lesson_of_three();
    start_lesson(state, cursor, told.view);
  }
  bool act(const Action& action) { return !apply(state, cursor, told.view, action).has_value(); }
  void page(int direction) {
    if (const auto stop = step_to_stop(told.view, cursor, state, direction)) act(*stop);
  }
  bool enter() {
    const auto next = enter_in_lesson(told.view, cursor, state);
    if (next) act(*next);
    return next.has_value();
  }
  std::string phase() const { return std::string(told.trace[cursor.event].row().id); }
  std::uint32_t reached() const { return place_in_lesson(state).reached; }
};

TEST_CASE("lesson: prose becomes headings, paragraphs, items and what is fenced") {
  const auto parts = parts_of_prose(
      "First `words` of\na **paragraph**.\n\n## A heading\nRight below it.\n\n- one\n  and more\n"
      "- two\n\n12. twelve\n```\ncode `as` it is\n  indented\n```\nThe end.");
  const std::vector<LessonPart> expected{{Kind::Words, "First words of a paragraph.", 0},
                                         {Kind::Heading, "A heading", 0},
                                         {Kind::Words, "Right below it.", 0},
                                         {Kind::Item, "one and more", 0},
                                         {Kind::Item, "two", 0},
                                         {Kind::Item, "twelve", 0},
                                         {Kind::Sent, "code `as` it is\n  indented", 0},
                                         {Kind::Words, "The end.", 0}};
  REQUIRE(parts.size() == expected.size());
  for (std::size_t i = 0; i < parts.size(); ++i) {
    CHECK(parts[i].text == expected[i].text);
    CHECK(parts[i].kind == expected[i].kind);
  }
  CHECK(parts_of_prose("").empty());
  CHECK(parts_of_prose("```").front().text.empty());
}

TEST_CASE("lesson: a stop has its parts before it, the end of the page is behind the last") {
  const auto lesson = lesson_of_three();
  CHECK(parts_before_stop(*lesson, 0).size() == 2);
  CHECK(parts_before_stop(*lesson, 1).size() == 4);
  CHECK(parts_before_stop(*lesson, 2).size() == 2);
  REQUIRE(parts_before_stop(*lesson, 3).size() == 1);
  CHECK(parts_before_stop(*lesson, 3).front()->text == "After all.");
  CHECK(name_of(lesson->stops[1]) == "header, the 2nd");
  CHECK(name_of({"read.header", 11, "", "", ""}) == "header, the 11th");
  CHECK(name_of({"read.rejected", 2, "", "", "no version"}) == "no version");
  CHECK(name_of({"no.phase", 1, "", "", ""}) == "no.phase");
}

TEST_CASE("lesson: the event of a stop is the one at which it asks (01)") {
  const Recorded told("01-hello");
  const auto lesson = lesson_of_three();
  for (std::size_t stop = 0; stop < lesson->stops.size(); ++stop) {
    const auto event = event_of_stop(told.view, *lesson, stop);
    REQUIRE(event);
    CHECK(stop_at(told.view, *event, *lesson) == stop);
    CHECK_FALSE(stop_at(told.view, *event + 1, *lesson));
  }
  CHECK_FALSE(event_of_stop(told.view, *lesson, 3));
  Lesson later = *lesson;
  later.stops[1].nth = 9;
  CHECK_FALSE(event_of_stop(told.view, later, 1));
}

TEST_CASE("lesson: Page Down and Page Up go from stop to stop, and no further (01)") {
  Student student;
  CHECK(student.reached() == 0);
  std::vector<std::string> there;
  for (int i = 0; i < 4; ++i) {
    student.page(1);
    there.push_back(student.phase());
  }
  CHECK(there == std::vector<std::string>{"startup.listen", "read.header", "lifecycle.close",
                                          "lifecycle.close"});
  CHECK(student.reached() == 3);
  student.page(-1);
  CHECK(student.phase() == "read.header");
  // A little further, and back to the stop that was passed.
  student.act(StepForward{StepUnit::Event});
  student.page(-1);
  CHECK(student.phase() == "read.header");
  student.page(-1);
  CHECK(student.phase() == "startup.listen");
  student.page(-1);
  CHECK(student.phase() == "startup.listen");
}

TEST_CASE("lesson: Enter shows the answer, then goes on, and ends with the last answer (01)") {
  Student student;
  CHECK_FALSE(enter_is_the_lessons(student.told.view, student.cursor, student.state));
  REQUIRE(student.enter());
  CHECK(student.phase() == "startup.listen");
  CHECK(enter_is_the_lessons(student.told.view, student.cursor, student.state));
  CHECK_FALSE(is_answered(student.state, 0));
  REQUIRE(student.enter());
  CHECK(student.phase() == "startup.listen");
  CHECK(is_answered(student.state, 0));
  REQUIRE(student.enter());
  CHECK(student.phase() == "read.header");
  CHECK_FALSE(is_answered(student.state, 1));
  for (int i = 0; i < 3; ++i) REQUIRE(student.enter());
  CHECK(is_answered(student.state, 2));
  CHECK_FALSE(student.enter());
  // Back at a stop, its question stands again.
  student.page(-1);
  CHECK_FALSE(is_answered(student.state, 1));
}

TEST_CASE("lesson: whichever way the cursor comes to a stop, that is the current one (01)") {
  Student student;
  const auto event = event_of_stop(student.told.view, *student.state.lesson, 1);
  student.act(GoTo{*event});
  CHECK(student.reached() == 2);
  student.act(GoFirst{});
  CHECK(student.reached() == 2);
  student.act(GoTo{*event - 1});
  student.act(StepForward{StepUnit::Event});
  CHECK(student.reached() == 2);
}

TEST_CASE("lesson: playing stops at a stop, and goes on from it (01)") {
  Student student;
  student.act(SetPace{1000});
  student.act(Play{});
  std::vector<std::string> stops;
  for (int frame = 0; frame < 1000 && stops.size() < 3; ++frame) {
    student.act(Advance{Duration::milliseconds(16)});
    if (student.state.playing) continue;
    stops.push_back(student.phase());
    student.act(Play{});
  }
  CHECK(stops == std::vector<std::string>{"startup.listen", "read.header", "lifecycle.close"});
}

TEST_CASE("lesson: begun anew it knows where it was left, each lesson its own place (01)") {
  Student student;
  student.page(1);
  student.page(1);
  REQUIRE(student.reached() == 2);
  start_lesson(student.state, student.cursor, student.told.view);
  CHECK(was_left(student.state));
  CHECK(student.reached() == 2);
  // Another lesson in between.
  const auto first = student.state.lesson;
  auto other = std::make_shared<Lesson>(*first);
  other->scenario = "02-keep-alive";
  student.state.lesson = other;
  start_lesson(student.state, student.cursor, student.told.view);
  CHECK_FALSE(was_left(student.state));
  student.page(1);
  CHECK(student.state.lesson_places.size() == 2);
  student.state.lesson = first;
  start_lesson(student.state, student.cursor, student.told.view);
  // The next step leads back to it, and what is kept is enough for that.
  ViewState fresh;
  fresh.lesson = first;
  fresh.lesson_places = student.state.lesson_places;
  student.state = fresh;
  start_lesson(student.state, student.cursor, student.told.view);
  CHECK(was_left(student.state));
  student.page(-1);
  CHECK(was_left(student.state));
  REQUIRE(student.enter());
  CHECK(student.phase() == "read.header");
  CHECK_FALSE(was_left(student.state));
}

TEST_CASE("lesson: a stop that has not happened is left to the session (told)") {
  const Scene scene([](trace::Story& story) { story.startup(); });
  ViewState state;
  Cursor cursor;
  state.lesson = lesson_of_three();
  start_lesson(state, cursor, scene.view);
  const auto left = apply(state, cursor, scene.view, GoToStop{1});
  REQUIRE(left);
  CHECK(std::get<GoToStop>(*left).stop == 1);
  CHECK_FALSE(apply(state, cursor, scene.view, GoToStop{0}));
  CHECK(place_in_lesson(state).reached == 1);
}

}  // namespace
}  // namespace roundtrip::viz
