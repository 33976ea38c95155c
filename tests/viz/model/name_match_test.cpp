#include "viz/model/name_match.h"

#include <doctest/doctest.h>

namespace roundtrip::viz {
namespace {

TEST_CASE("name match: letters together, words that begin words, or initials") {
  CHECK(match_score("Zoom in", "zi"));
  CHECK(match_score("Zoom in", "z in"));
  CHECK(match_score("Zoom in", "ZOOM IN"));
  CHECK(match_score("Zoom in", "oom"));
  CHECK(match_score("Zoom in", "oom i"));
  CHECK(match_score("Zoom in", ""));
  CHECK(match_score("Go to the next step", "gns"));
  CHECK(match_score("Go to the next step", "go nex"));
  CHECK_FALSE(match_score("Zoom in", "inz"));
  CHECK_FALSE(match_score("Zoom in", "zm"));
  CHECK_FALSE(match_score("Zoom in", "omin"));
  CHECK_FALSE(match_score("Zoom in", "zoooom"));
  CHECK_FALSE(match_score("Make the next scenario ready", "thread"));
  CHECK_FALSE(match_score("", "a"));
}

TEST_CASE("name match: whole words and beginnings of words come first, then shorter names") {
  CHECK(match_score("Save this trace", "sa") > match_score("Go to what was passed at", "sa"));
  CHECK(match_score("Go to the next step", "gns") > match_score("Going nowhere to sit", "gns"));
  CHECK(match_score("Show the log", "log") > match_score("Show the catalogue", "log"));
  CHECK(match_score("Zoom in", "zo") > match_score("Zoom out again", "zo"));
}

}  // namespace
}  // namespace roundtrip::viz
