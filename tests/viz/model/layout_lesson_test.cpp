// The lesson's page on the screen: its stops, its prose, questions and answers.
#include "viz/model/layout_lesson.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "tests/viz/model/layout_checks.h"
#include "tests/viz/model/recorded.h"
#include "viz/model/lesson_steps.h"

namespace roundtrip::viz {
namespace {

using Kind = LessonPart::Kind;

const Rect place{0, 0, 660, 370};

std::shared_ptr<Lesson> long_lesson(std::size_t stops, std::size_t paragraphs) {
  auto lesson = std::make_shared<Lesson>();
  lesson->scenario = "01-hello";
  lesson->title = "Hello";
  lesson->minutes = 7;
  for (std::size_t stop = 0; stop < stops; ++stop) {
    for (std::size_t i = 0; i < paragraphs; ++i) {
      lesson->page.push_back({Kind::Words,
                              "A request is a parcel, and a carrier brings it to a "
                              "house, where somebody opens it.",
                              0});
    }
    lesson->page.push_back({Kind::Stop, "", stop});
    lesson->stops.push_back({"read.header", static_cast<std::uint32_t>(stop + 1),
                             "Which header is this?", "One of those that curl sends."});
  }
  lesson->page.push_back({Kind::Words, "That was all.", 0});
  return lesson;
}

struct Page {
  Recorded told{"01-hello"};
  ViewState state;
  Cursor cursor;

  explicit Page(std::shared_ptr<const Lesson> lesson) {
    state.lesson = std::move(lesson);
    start_lesson(state, cursor, told.view);
  }
  void act(const Action& action) { apply(state, cursor, told.view, action); }
  LessonLayout layout(const Rect& area = place, bool projector = false) const {
    return layout_lesson(told.view, cursor, state, plain_ruler(projector), area);
  }
  std::string text(LessonVoice voice, const Rect& area = place) const {
    std::string all;
    for (const LessonLine& line : layout(area).lines) {
      if (line.voice == voice) all += line.text.text + " ";
    }
    return all;
  }
};

TEST_CASE("lesson page: done, current and ahead; the button goes on (01)") {
  Page page(long_lesson(3, 1));
  const auto progress = [&] {
    std::vector<Progress> all;
    for (const LessonStopRow& row : page.layout().stops) all.push_back(row.progress);
    return all;
  };
  using enum Progress;
  CHECK(page.layout().about.text == "about 7 minutes, 3 stops");
  CHECK(progress() == std::vector{Ahead, Ahead, Ahead});
  CHECK(page.layout().button_words.text == "Go to the first stop");
  page.act(*page.layout().next);
  page.act(GoToStop{1});
  CHECK(progress() == std::vector{Done, Running, Ahead});
  CHECK(page.layout().stops[1].at_cursor);
  CHECK(page.layout().about.text == "about 7 minutes, stop 2 of 3");
  CHECK(page.layout().button_words.text == "Show the answer");
  // The mark of the cursor stands where the cursor does, and nowhere else.
  page.act(GoTo{page.told.view.end() - 1});
  CHECK(progress() == std::vector{Done, Unfinished, Unfinished});
  CHECK(!page.layout().stops[1].at_cursor);
  page.act(GoToStop{1});
  CHECK(progress() == std::vector{Done, Running, Ahead});
  page.act(*page.layout().next);
  CHECK(progress() == std::vector{Done, Done, Ahead});
  CHECK(page.layout().button_words.text == "Go on to stop 3");
  page.act(*page.layout().next);
  page.act(ShowAnswer{});
  CHECK(page.layout().button_words.text.empty());
  CHECK_FALSE(page.layout().next);
  CHECK(page.text(LessonVoice::Words).find("That was all.") != std::string::npos);
}

TEST_CASE("lesson page: the byte that is wrong is marked in what is sent (01)") {
  auto lesson = long_lesson(1, 0);
  lesson->page.insert(lesson->page.begin(),
                      {Kind::Sent, "GET / HTTP/1.1\nHost : a\n", 0, ByteRange{19, 1}});
  const Page page(lesson);
  const LessonLayout layout = page.layout();
  std::size_t marked = 0;
  for (const LessonLine& line : layout.lines) {
    if (line.mark.empty()) continue;
    ++marked;
    CHECK(line.text.text == "Host : a");
    const float letter = plain_ruler().width("H", Voice::Mono);
    CHECK(line.mark.x == doctest::Approx(line.text.rect.x + 4 * letter));
    CHECK(line.mark.w == doctest::Approx(letter));
  }
  CHECK(marked == 1);
}

TEST_CASE("lesson page: a stop that the cursor has passed without it is marked open (01)") {
  Page page(long_lesson(3, 1));
  const auto progress = [&](std::size_t stop) { return page.layout().stops[stop].progress; };
  const auto third = event_of_stop(page.told.view, *page.state.lesson, 2);
  REQUIRE(third);
  for (std::size_t stop = 0; stop < 3; ++stop) CHECK(progress(stop) == Progress::Ahead);
  page.act(GoTo{*third + 1});
  for (std::size_t stop = 0; stop < 3; ++stop) CHECK(progress(stop) == Progress::Unfinished);
  page.act(GoTo{0});
  for (std::size_t stop = 0; stop < 3; ++stop) CHECK(progress(stop) == Progress::Ahead);
}

TEST_CASE("lesson page: nothing is asked before the stop, no answer before it is asked for (01)") {
  Page page(long_lesson(3, 1));
  CHECK(page.text(LessonVoice::Question).empty());
  page.act(GoToStop{2});
  CHECK(page.text(LessonVoice::Question) == "Which header is this? ");
  CHECK(page.text(LessonVoice::Answer).empty());
  page.act(ShowAnswer{});
  CHECK(page.text(LessonVoice::Answer) == "One of those that curl sends. ");
  page.act(StepForward{StepUnit::Event});
  CHECK(page.text(LessonVoice::Question).empty());
}

TEST_CASE("lesson page: where it was left is said, and the button leads there (01)") {
  Page page(long_lesson(3, 1));
  page.act(GoToStop{1});
  start_lesson(page.state, page.cursor, page.told.view);
  CHECK(page.text(LessonVoice::Note).find("stop 2") != std::string::npos);
  CHECK(page.layout().button_words.text == "Back to stop 2");
  page.act(*page.layout().next);
  CHECK(stop_here(page.told.view, page.cursor, page.state) == 1);
}

TEST_CASE("lesson page: long prose is scrolled, a question is in sight by itself (01)") {
  Page page(long_lesson(3, 30));
  const LessonLayout top = page.layout();
  CHECK(top.content_px > top.page.h);
  CHECK(top.scroll_px == 0);
  page.act(ScrollTo{Panel::Lesson, 100});
  CHECK(page.layout().scroll_px == 100);
  page.act(ScrollTo{Panel::Lesson, 1e9f});
  CHECK(page.layout().scroll_px == doctest::Approx(top.content_px - top.page.h));
  page.act(GoToStop{1});
  CHECK(page.text(LessonVoice::Question) == "Which header is this? ");
  CHECK(page.layout().scroll_px > 0);
  page.act(ShowAnswer{});
  CHECK(page.text(LessonVoice::Question) == "Which header is this? ");
  CHECK(page.text(LessonVoice::Answer) == "One of those that curl sends. ");
}

TEST_CASE("lesson page: sound at any size and stop, many stops are counted (01)") {
  for (const std::size_t stops : {std::size_t{0}, std::size_t{3}, std::size_t{40}}) {
    Page page(long_lesson(stops, 4));
    for (const bool projector : {false, true}) {
      for (const Rect& area : {place, Rect{5, 9, 1100, 600}, Rect{0, 0, 300, 240}}) {
        for (std::uint32_t stop = 0; stop < 3; ++stop) {
          page.act(GoToStop{stop});
          const LessonLayout layout = page.layout(area, projector);
          const Ruler ruler = plain_ruler(projector);
          check_text(ruler, layout.title, area);
          check_text(ruler, layout.about, area);
          check_text(ruler, layout.button_words, area);
          check_text(ruler, layout.unseen, area);
          std::vector<Rect> rects{layout.title.rect, layout.about.rect};
          for (const LessonStopRow& row : layout.stops) {
            check_text(ruler, row.name, area);
            rects.push_back(row.rect);
          }
          for (const LessonLine& line : layout.lines) {
            check_text(ruler, line.text, layout.page);
            rects.push_back(line.text.rect);
          }
          check_apart(rects);
          if (!layout.stops.empty() && layout.stops.size() < stops) {
            CHECK(layout.unseen.text ==
                  "and " + std::to_string(stops - layout.stops.size()) + " more");
          }
        }
      }
    }
  }
}

TEST_CASE("lesson page: without a lesson it says what would be here and how to get it (01)") {
  Page page(nullptr);
  CHECK(page.text(LessonVoice::Note).find("N makes the next one ready") != std::string::npos);
}

}  // namespace
}  // namespace roundtrip::viz
