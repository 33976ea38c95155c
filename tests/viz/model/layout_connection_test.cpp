// The connection's picture: what is still to come, and what never will be.
#include "viz/model/layout_connection.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "tests/viz/model/layout_checks.h"
#include "tests/viz/model/picture_texts.h"
#include "tests/viz/model/recorded.h"

namespace roundtrip::viz {
namespace {

using trace::Phase;

const Rect wide{0, 0, 900, 371};

TEST_CASE("connection: a closed one has given its descriptor back (01)") {
  const Recorded told("01-hello");
  const auto descriptor = [&](std::uint64_t event) {
    return value_of(picture_at(told.view, "connection", event), "Who it joins", "descriptor");
  };
  CHECK(descriptor(event_of(told.view, Phase::ConnectionConnect)) == "not yet");
  const std::uint64_t close = event_of(told.view, Phase::LifecycleClose);
  CHECK(descriptor(close) == fmt::format("{}", *told.trace[close].arg("fd")));
  CHECK(descriptor(event_of(told.view, Phase::LifecycleClose, 1, true)) == "given back");
}

TEST_CASE("connection: what the kernel was not asked for is not still to come (04)") {
  const Recorded told("04-bad-request");
  const Picture last = picture_at(told.view, "connection", told.view.end() - 1, wide);
  CHECK(says(words_of(last, "Socket options"), "not asked"));
  CHECK(box_titled(last, "Socket options")->rows.empty());
  CHECK(value_of(last, "So far", "round trip") == "not asked");
  CHECK(value_of(last, "Bytes that wait", "kernel, out") == "not asked");
  const Picture early =
      picture_at(told.view, "connection", event_of(told.view, Phase::ConnectionObject));
  CHECK(value_of(early, "Socket options", "TCP_NODELAY") == "not yet");
}

TEST_CASE("connection: the rows stand close together, and say more where there is room (01)") {
  const Recorded told("01-hello");
  const std::uint64_t object = event_of(told.view, Phase::ConnectionObject);
  for (const float height : {330.f, 400.f, 700.f}) {
    CAPTURE(height);
    const Picture picture = picture_at(told.view, "connection", object, {0, 0, 900, height});
    REQUIRE(picture.boxes.size() == 6);
    const Rect upper = picture.boxes[0].rect;
    const Rect lower = picture.boxes[3].rect;
    CHECK(lower.y - upper.bottom() <= plain_ruler().space(2));
    CHECK(picture.boxes[5].rows.size() == 5);
    CHECK(words_of(picture, "Time-outs").empty() == (height < 500));
  }
}

}  // namespace
}  // namespace roundtrip::viz
