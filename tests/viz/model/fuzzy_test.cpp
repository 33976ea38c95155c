#include "viz/model/fuzzy.h"

#include <doctest/doctest.h>

namespace roundtrip::viz {
namespace {

TEST_CASE("fuzzy: all letters in their order, whatever stands between") {
  CHECK(fuzzy_score("Zoom in", "zin"));
  CHECK(fuzzy_score("Zoom in", "ZOOM IN"));
  CHECK(fuzzy_score("Zoom in", ""));
  CHECK_FALSE(fuzzy_score("Zoom in", "inz"));
  CHECK_FALSE(fuzzy_score("Zoom in", "zoooom"));
  CHECK_FALSE(fuzzy_score("", "a"));
}

TEST_CASE("fuzzy: whole words and beginnings of words come first, then shorter names") {
  CHECK(fuzzy_score("Save this trace", "save") > fuzzy_score("Slower, and even slower", "save"));
  CHECK(fuzzy_score("Go to the next step", "gns") > fuzzy_score("Going nowhere to sit", "gns"));
  CHECK(fuzzy_score("Show the log", "log") > fuzzy_score("Slow going", "log"));
  CHECK(fuzzy_score("Zoom in", "zo") > fuzzy_score("Zoom out again", "zo"));
}

}  // namespace
}  // namespace roundtrip::viz
