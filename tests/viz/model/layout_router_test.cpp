// The router's picture: what was compared, and what never will be.
#include "viz/model/layout_router.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "tests/viz/model/layout_checks.h"
#include "tests/viz/model/picture_texts.h"
#include "tests/viz/model/recorded.h"

namespace roundtrip::viz {
namespace {

using trace::Phase;

TEST_CASE("router: a refused request is compared with nothing, and that is said (04)") {
  const Recorded told("04-bad-request");
  std::uint64_t rejected = event_of(told.view, Phase::ReadRejected);
  REQUIRE(rejected < told.view.end());
  const Picture early = picture_at(told.view, "router", rejected);
  CHECK(value_of(early, "Decided", "handler") == "none: refused");
  CHECK(value_of(early, "Decided", "answers") == "not yet");
  CHECK(words_of(early, "GET /hello") == "not compared");
  CHECK(says(joined(early.sentence), "refused before"));
  while (told.trace[rejected].phase != Phase::HandleWriteHeader) ++rejected;
  CHECK(value_of(picture_at(told.view, "router", rejected), "Decided", "answers") ==
        std::to_string(*told.trace[rejected].arg("status")));
}

TEST_CASE("router: the paths stand side by side where they have room, boxes close together (01)") {
  const Recorded told("01-hello");
  const std::uint64_t match = event_of(told.view, Phase::HandleRouteMatch);
  const Picture picture = picture_at(told.view, "router", match, {0, 0, 1000, 500});
  CHECK(value_of(picture, "GET /hello", "path") == "[/hello = /hello]");
  CHECK(value_of(picture, "POST /api/users", "path") == "[/api/users ≠ /hello]");
  // Where the path does not fit, nobody asks for the method.
  CHECK(value_of(picture, "GET /hello", "method") == "[GET = GET]");
  const PictureBox* first = box_titled(picture, "GET /hello");
  const PictureBox* second = box_titled(picture, "POST /api/users");
  REQUIRE(first != nullptr);
  REQUIRE(second != nullptr);
  CHECK(row_named(second, "method") == nullptr);
  CHECK(second->rect.y - first->rect.bottom() <= plain_ruler().space(2));
  // The mark of a path's end is no part of the path.
  const Picture tall = picture_at(told.view, "router", match, {0, 0, 1000, 900});
  CHECK(value_of(tall, "GET /{$}", "path") == "[/ ≠ /hello]");
  const Picture small = picture_at(told.view, "router", match, {0, 0, 400, 160});
  CHECK(row_named(box_titled(small, "GET /hello"), "path") == nullptr);
}

TEST_CASE("router: each pattern has a box, or its name in the box of the others (01, heights)") {
  const Recorded told("01-hello");
  const std::uint64_t match = event_of(told.view, Phase::HandleRouteMatch);
  std::vector<std::string> patterns;
  for (std::uint64_t at = told.view.first(); at < told.view.end(); ++at) {
    const trace::Event& event = told.trace[at];
    if (event.phase != Phase::StartupRegisterHandler) continue;
    const trace::Symbol pattern{static_cast<std::uint32_t>(*event.arg("pattern"))};
    patterns.emplace_back(told.trace.symbols().text(pattern));
  }
  REQUIRE(patterns.size() > 3);
  for (const float height : {500.f, 700.f, 900.f}) {
    CAPTURE(height);
    const Picture picture = picture_at(told.view, "router", match, {0, 0, 1000, height});
    std::size_t boxes = 0;
    for (const std::string& pattern : patterns) boxes += box_titled(picture, pattern) ? 1 : 0;
    const std::string others = fmt::format("and {} more patterns", patterns.size() - boxes);
    const std::string named = words_of(picture, others);
    CHECK((named.empty() || says(named, ": Its path does not fit.")));
    for (const std::string& pattern : patterns) {
      CAPTURE(pattern);
      CHECK((box_titled(picture, pattern) != nullptr || says(named, pattern)));
    }
  }
}

TEST_CASE("router: a path that is there for another method says which (04)") {
  const Recorded told("04-bad-request");
  const Picture picture =
      picture_at(told.view, "router", told.view.end() - 1, {0, 0, 1000, 500});
  CHECK(value_of(picture, "GET /hello", "path") == "[/hello = /hello]");
  CHECK(value_of(picture, "GET /hello", "method") == "[GET ≠ POST]");
}

TEST_CASE("router: the rule stands whole below what was asked for, or not at all (01)") {
  const Recorded told("01-hello");
  const std::uint64_t match = event_of(told.view, Phase::HandleRouteMatch);
  for (const float height : {160.f, 240.f, 340.f, 371.f, 500.f}) {
    CAPTURE(height);
    const Picture picture = picture_at(told.view, "router", match, {0, 0, 900, height});
    const PictureBox* rule = box_titled(picture, "The rule");
    CHECK((rule != nullptr) == (height >= 340));
    if (rule == nullptr) continue;
    CHECK(says(joined(rule->words), "the method is wrong, 405."));
    CHECK(says(joined(rule->words), "/{$} is / alone."));
  }
}

TEST_CASE("router: before a pattern was compared its path is not (01)") {
  const Recorded told("01-hello");
  const Picture picture = picture_at(told.view, "router",
                                     event_of(told.view, Phase::HandleRoutePath),
                                     {0, 0, 1000, 500});
  CHECK(row_named(box_titled(picture, "GET /hello"), "path") == nullptr);
  CHECK(words_of(picture, "GET /hello") == "not compared yet");
}

TEST_CASE("router: where no pattern fits the list of steps names no winner either (04)") {
  const Recorded told("04-bad-request");
  std::size_t seen = 0;
  for (std::uint64_t event = 0; event < told.view.end(); ++event) {
    const trace::Event& fact = told.trace[event];
    if (fact.phase != Phase::HandleRouteMatch) continue;
    const bool won = fact.arg("pattern").has_value();
    const std::string name = row_name(told.view, static_cast<trace::EventNumber>(event));
    CAPTURE(name);
    CHECK(name.starts_with(won ? "winner " : "no winner: "));
    CHECK((value_of(picture_at(told.view, "router", event), "Decided", "pattern") ==
           "none fits") == !won);
    seen += won ? 0 : 1;
  }
  CHECK(seen > 0);
}

}  // namespace
}  // namespace roundtrip::viz
