// The shipped pages as lessons: every stop is in the recording, in the order of the page.
#include "app/lesson_page.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <set>

#include "app/places.h"
#include "app/session.h"
#include "viz/model/lane_index.h"

namespace roundtrip::app {
namespace {

TEST_CASE("lesson page: every stop is in the recording, in the order of the page (all shipped)") {
  const auto entries = scenario::list_scenarios(scenarios_dir());
  REQUIRE(entries.ok());
  REQUIRE(entries->size() >= 4);
  for (const scenario::ScenarioEntry& entry : *entries) {
    CAPTURE(entry.id);
    const auto page = scenario::load_scenario(entry.file);
    REQUIRE(page.ok());
    const viz::Lesson lesson = lesson_of(*page);
    CHECK(lesson.scenario == entry.id);
    CHECK(lesson.minutes == entry.minutes);
    CHECK_FALSE(lesson.page.empty());
    REQUIRE_FALSE(lesson.stops.empty());
    const auto session = Session::open(recording_of(entry.id));
    REQUIRE(session.ok());
    viz::LaneIndex lanes((*session)->index());
    lanes.follow();
    viz::Statistics statistics((*session)->index());
    statistics.follow();
    const viz::TraceView view{(*session)->trace(), (*session)->index(), (*session)->states(),
                              lanes, statistics};
    std::set<std::string> names;
    for (const viz::LessonStop& stop : lesson.stops) names.insert(viz::name_of(stop));
    CHECK_MESSAGE(names.size() == lesson.stops.size(), "two stops have one name");
    std::optional<std::uint64_t> last;
    for (std::size_t stop = 0; stop < lesson.stops.size(); ++stop) {
      CAPTURE(lesson.stops[stop].phase);
      const auto event = viz::event_of_stop(view, lesson, stop);
      REQUIRE(event);
      if (last) CHECK(*event > *last);
      last = event;
      const auto parts = viz::parts_before_stop(lesson, stop);
      REQUIRE_FALSE(parts.empty());
      CHECK(parts.back()->stop == stop);
    }
  }
}

TEST_CASE("lesson page: a step that stops the server says so, where it stands") {
  const auto page = scenario::parse_scenario(
      "# T\n```http then=stop\nGET / HTTP/1.1\n\n```\n```http then=closed\n```\n", "99-test");
  REQUIRE(page.ok());
  const viz::Lesson lesson = lesson_of(*page);
  REQUIRE(lesson.page.size() == 3);
  CHECK(lesson.page[0].text == "GET / HTTP/1.1\n");
  CHECK(lesson.page[1].text == "SIGTERM to the server: it is asked to stop");
}

TEST_CASE("lesson page: a client that is refused sends nothing, and that is what is shown") {
  const auto page = scenario::parse_scenario("# T\n```http closed_port=9\n```\n", "99-test");
  REQUIRE(page.ok());
  const viz::Lesson lesson = lesson_of(*page);
  REQUIRE(lesson.page.size() == 1);
  CHECK(lesson.page[0].text == "A connection to port 9 is asked for, where nobody listens");
}

}  // namespace
}  // namespace roundtrip::app
