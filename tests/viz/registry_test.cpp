#include <doctest/doctest.h>

#include "viz/registry.h"

using namespace roundtrip::viz;

TEST_CASE("registry: finds by label and forgets at the start of a frame") {
  Registry registry;
  registry.add("transport/next", {10, 10, 40, 20});
  CHECK(registry.find("transport/next") == Rect{10, 10, 40, 20});
  CHECK_FALSE(registry.has("transport"));
  registry.begin_frame();
  CHECK(registry.entries().empty());
}

TEST_CASE("registry: parents may overlap their children, neighbours may not") {
  Registry registry;
  registry.add("timeline", {0, 0, 100, 100});
  registry.add("timeline/lane/1", {0, 0, 100, 20});
  registry.add("timeline/lane/2", {0, 20, 100, 20});
  CHECK(registry.overlaps().empty());
  registry.add("explain", {90, 0, 50, 50});
  const auto pairs = registry.overlaps();
  REQUIRE(pairs.size() == 3);
  CHECK(pairs[0].first == "timeline");
  CHECK(pairs[0].second == "explain");
}

TEST_CASE("registry: says what is outside, cut or named twice") {
  Registry registry;
  registry.add("a", {0, 0, 10, 10});
  registry.add("b", {95, 0, 10, 10}, true);
  registry.add("a", {20, 0, 10, 10});
  CHECK(registry.outside({0, 0, 100, 100}) == std::vector<std::string>{"b"});
  CHECK(registry.elided() == std::vector<std::string>{"b"});
  CHECK(registry.duplicates() == std::vector<std::string>{"a"});
}

TEST_CASE("geometry: strips are cut off the side that is named, never more than there is") {
  Rect rest{0, 0, 100, 50};
  CHECK(rest.take_left(30, 10) == Rect{0, 0, 30, 50});
  CHECK(rest == Rect{40, 0, 60, 50});
  CHECK(rest.take_right(20) == Rect{80, 0, 20, 50});
  CHECK(rest.take_top(10, 5) == Rect{40, 0, 40, 10});
  CHECK(rest.take_bottom(100) == Rect{40, 15, 40, 35});
  CHECK(rest.empty());
  CHECK_FALSE(rest.contains(Point{40, 15}));
}
