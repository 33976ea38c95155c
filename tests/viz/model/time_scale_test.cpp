#include "viz/model/time_scale.h"

#include <doctest/doctest.h>

#include <random>

#include "tests/viz/model/scene.h"

namespace roundtrip::viz {
namespace {

Instant at_us(std::int64_t us) { return Instant{us * 1000}; }

struct RandomAxis {
  explicit RandomAxis(unsigned seed) : random(seed) {
    Instant time{};
    for (int i = 0; i < 200; ++i) {
      const Instant next = time + Duration{std::uniform_int_distribution<std::int64_t>(
                                      1, i % 7 == 0 ? 50'000'000 : 300'000)(random)};
      if (next - time > Duration::microseconds(500)) {
        gaps.push_back({time, next, static_cast<trace::EventNumber>(i + 1)});
      }
      times.push_back(next);
      time = next;
    }
  }
  TimeWindow window() {
    const auto pick = [this] {
      return times[std::uniform_int_distribution<std::size_t>(0, times.size() - 1)(random)];
    };
    const Instant a = pick();
    const Instant b = pick();
    return {std::min(a, b), std::max(a, b) + Duration{1000}};
  }
  std::mt19937 random;
  std::vector<Instant> times;
  std::vector<Gap> gaps;
};

TEST_CASE("time scale: monotonic, and pixels come back to their moments (random windows)") {
  for (unsigned seed = 0; seed < 40; ++seed) {
    CAPTURE(seed);
    RandomAxis axis(seed);
    const TimeScale scale(axis.window(), 100, 900, axis.gaps, Duration::milliseconds(1), 50);
    const TimeWindow window = scale.window();
    CHECK(scale.x(window.from) == doctest::Approx(100));
    CHECK(scale.x(window.to) == doctest::Approx(1000));
    float before = -1e9f;
    for (const Instant time : axis.times) {
      const float x = scale.x(time);
      CHECK(x >= before);
      before = x;
    }
    Instant earlier{INT64_MIN};
    for (float x = 90; x <= 1010; x += 1) {
      const Instant time = scale.at(x);
      CHECK(time >= earlier);
      CHECK(scale.x(time) == doctest::Approx(x).epsilon(0.001));
      earlier = time;
    }
  }
}

TEST_CASE("time scale: a fold has one width and keeps its length") {
  const std::vector<Gap> gaps = {{at_us(10), at_us(400'010), 3}};
  const TimeScale scale({at_us(0), at_us(400'020)}, 0, 1000, gaps, Duration::milliseconds(1), 60);
  REQUIRE(scale.folds().size() == 1);
  CHECK(scale.folds()[0].w == 60);
  CHECK(scale.folds()[0].length() == Duration::milliseconds(400));
  CHECK(scale.x(at_us(10)) == doctest::Approx(470));
  CHECK(scale.x(at_us(400'010)) == doctest::Approx(530));
  // A window inside one gap has nothing to fold.
  CHECK(TimeScale({at_us(100), at_us(9000)}, 0, 1000, gaps, Duration::milliseconds(1), 60)
            .folds()
            .empty());
}

TEST_CASE("time scale: walking there and back, zooming in and out (random places)") {
  for (unsigned seed = 0; seed < 40; ++seed) {
    CAPTURE(seed);
    RandomAxis axis(seed);
    const Folding folding{axis.gaps, Duration::milliseconds(1)};
    const TimeWindow window = axis.window();
    const Duration length = unfolded(window, folding);
    CHECK(length.ns >= 0);
    CHECK(length <= window.length());
    const Instant there = walk(window.from, length / 2, folding);
    CHECK(there >= window.from);
    CHECK(there <= window.to);
    CHECK(unfolded({window.from, there}, folding) == length / 2);

    const TimeWindow in = zoomed(window, 2, there, folding);
    CHECK(in.length() <= std::max(window.length(), shortest_window));
    CHECK(in.from <= there);
    CHECK(in.to >= there);
    const TimeWindow out = zoomed(window, 0.5, there, folding);
    CHECK(out.from <= window.from);
    CHECK(out.to >= window.to);
  }
}

TEST_CASE("time scale: ticks are 1, 2 or 5 times a power of ten") {
  CHECK(tick_step(1.0, 100) == Duration{100});
  CHECK(tick_step(1.0, 101) == Duration{200});
  CHECK(tick_step(0.001, 60) == Duration{100'000});
  CHECK(tick_step(1e-9, 80) == Duration::seconds(100));
}

TEST_CASE("running time: what a teacher held does not count") {
  const Scene scene([](trace::Story& story) {
    story.startup();
    auto conn = story.open();
    story.begin<trace::Phase::TraceHold>(conn.subject(), trace::Phase::ReadHeader);
    story.wait(Duration::seconds(5));
    story.end<trace::Phase::TraceHold>(conn.subject());
    story.instant<trace::Phase::TraceNote>({}, story.symbol("after"));
  });
  const Instant end = scene.trace[scene.trace.end() - 1].time;
  const Duration ran = running_time(scene.index, scene.lanes, end);
  CHECK(end - Instant{} - ran >= Duration::seconds(5));
  CHECK(end - Instant{} - ran < Duration::seconds(5) + Duration::microseconds(5));
}

}  // namespace
}  // namespace roundtrip::viz
