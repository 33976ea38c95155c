#include "viz/model/cursor.h"

#include <doctest/doctest.h>

#include <vector>

#include "tests/viz/model/scene.h"

namespace roundtrip::viz {
namespace {

using trace::Phase;
using trace::phase_id;

TEST_CASE("cursor: forward then back is the same place (every event, by event)") {
  const Scene scene(tell_busy);
  for (const std::uint32_t conn : {0U, 1U, 2U}) {
    const Stepper stepper(scene.view, conn);
    std::optional<Cursor> at = stepper.first();
    std::uint64_t steps = 0;
    while (at) {
      const auto next = stepper.forward(*at, StepUnit::Event);
      if (!next) break;
      REQUIRE(next->event > at->event);
      const auto back = stepper.back(*next, StepUnit::Event);
      REQUIRE(back);
      REQUIRE(*back == *at);
      at = next;
      ++steps;
    }
    CHECK(steps > 40);
  }
}

TEST_CASE("cursor: forward then back is the same place (every phase, every request)") {
  const Scene scene(tell_busy);
  const Stepper stepper(scene.view);
  for (const StepUnit unit : {StepUnit::Phase, StepUnit::Request}) {
    auto at = unit == StepUnit::Phase ? stepper.first() : stepper.forward(*stepper.first(), unit);
    int steps = 0;
    for (; at; ++steps) {
      const auto next = stepper.forward(*at, unit);
      if (!next) break;
      CHECK_FALSE(scene.trace[next->event].ends());
      REQUIRE(stepper.back(*next, unit) == at);
      at = next;
    }
    CHECK(steps >= (unit == StepUnit::Phase ? 60 : 2));
  }
}

TEST_CASE("cursor: stepping by byte takes each of the 83 bytes of curl's request") {
  const Scene scene(tell_hello);
  const Stepper stepper(scene.view);
  Cursor at = *stepper.first();
  std::vector<Cursor> places;
  while (const auto next = stepper.forward(at, StepUnit::Byte)) {
    REQUIRE(next->consumed);
    CHECK(*next->consumed == places.size() + 1);
    places.push_back(*next);
    at = *next;
  }
  REQUIRE(places.size() == 83);
  // 21 + 22 + 25 + 13 + 2
  CHECK(scene.trace[places[20].event].phase == Phase::ReadLineFound);
  CHECK(scene.trace[places[42].event].phase == Phase::ReadHeader);
  CHECK(scene.trace[places[67].event].phase == Phase::ReadHeader);
  CHECK(scene.trace[places[80].event].phase == Phase::ReadHeader);
  CHECK(scene.trace[places[82].event].phase == Phase::ReadHeadersComplete);
  for (std::size_t i = places.size() - 1; i > 0; --i) {
    const auto back = stepper.back(places[i], StepUnit::Byte);
    REQUIRE(back);
    CHECK(*back == places[i - 1]);
  }
  const auto start = stepper.back(places[0], StepUnit::Byte);
  REQUIRE(start);
  CHECK(start->consumed == 0);
  CHECK_FALSE(stepper.back(*start, StepUnit::Byte));
}

TEST_CASE("cursor: bytes of a second request and of a body follow the first") {
  const Scene scene(tell_busy);
  for (const auto& [conn, bytes] : {std::pair{1U, 83U + 92U}, std::pair{2U, 65U + 11U}}) {
    const Stepper stepper(scene.view, conn);
    Cursor at{scene.index.connection(conn)->first, 0};
    std::uint64_t steps = 0;
    while (const auto next = stepper.forward(at, StepUnit::Byte)) {
      at = *next;
      ++steps;
      REQUIRE(scene.trace[at.event].conn == conn);
    }
    CHECK(steps == bytes);
  }
}

TEST_CASE("cursor: a lesson starts at the first phase") {
  const Scene scene(tell_hello);
  CHECK(Stepper(scene.view).first() == Cursor{0, {}});
  const Scene nothing([](trace::Story&) {});
  CHECK_FALSE(Stepper(nothing.view).first());
  CHECK_FALSE(Stepper(nothing.view).forward({}, StepUnit::Event));
}

TEST_CASE("cursor: places by word (end, number, phase, nonsense)") {
  const Scene scene(tell_hello);
  const Stepper stepper(scene.view);
  CHECK(stepper.position_of("end")->event == scene.trace.end() - 1);
  CHECK(stepper.position_of("1")->event == 0);
  const auto header = stepper.position_of("read.header");
  REQUIRE(header.ok());
  CHECK(phase_id(scene.trace[header->event].phase) == "read.header");
  for (const char* wrong : {"0", "99999", "read.nothing", "", "12x", "handle.sleep"}) {
    CAPTURE(wrong);
    const auto place = stepper.position_of(wrong);
    CHECK_FALSE(place.ok());
  }
  CHECK(stepper.position_of("99999").error().find("events 1 to") != std::string::npos);
}

}  // namespace
}  // namespace roundtrip::viz
