#include "viz/model/spread.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>

namespace roundtrip::viz {
namespace {

TEST_CASE("spread: rows that have room stay where they are wanted") {
  const std::vector<float> tops = spread_rows({30, 60, 100}, 20, 0, 200);
  CHECK(tops == std::vector<float>{20, 50, 90});
}

TEST_CASE("spread: two at one place part evenly, and those at an edge stay inside") {
  CHECK(spread_rows({100, 100}, 20, 0, 200) == std::vector<float>{80, 100});
  CHECK(spread_rows({0, 0, 0}, 20, 0, 200) == std::vector<float>{0, 20, 40});
  CHECK(spread_rows({200, 200}, 20, 0, 200) == std::vector<float>{160, 180});
  CHECK(spread_rows({}, 20, 0, 200).empty());
}

TEST_CASE("spread: in order, apart and inside wherever they are wanted (random places)") {
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    CAPTURE(round);
    std::vector<float> wanted;
    const int count = std::uniform_int_distribution<int>(1, 20)(random);
    for (int i = 0; i < count; ++i) {
      wanted.push_back(std::uniform_real_distribution<float>(-50, 450)(random));
    }
    std::sort(wanted.begin(), wanted.end());
    const std::vector<float> tops = spread_rows(wanted, 20, 0, 400);
    REQUIRE(tops.size() == wanted.size());
    for (std::size_t i = 0; i < tops.size(); ++i) {
      CHECK(tops[i] >= -0.01f);
      CHECK(tops[i] <= 380.01f);
      if (i > 0) CHECK(tops[i] - tops[i - 1] >= 19.99f);
    }
  }
}

}  // namespace
}  // namespace roundtrip::viz
