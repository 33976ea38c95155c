// The totals and rows of a trace against a count by hand: at any cursor, followed in portions, with
// late facts, and when the oldest part has left.
#include "viz/model/statistics.h"

#include <algorithm>

#include "tests/viz/model/recorded.h"
#include "tests/viz/model/scene.h"
#include "tests/viz/model/totals_checks.h"

namespace roundtrip::viz {
namespace {

using trace::Phase;
using trace::Story;

TEST_CASE("buckets: a length is in its bucket, whose width is a sixteenth of it at most") {
  for (std::int64_t ns : {0LL, 1LL, 15LL, 16LL, 31LL, 32LL, 33LL, 1'000LL, 65'535LL, 65'536LL,
                          999'999LL, 1'000'000'000LL, 3'600'000'000'000LL}) {
    CAPTURE(ns);
    const std::size_t bucket = bucket_of(Duration::nanoseconds(ns));
    CHECK(bucket_from(bucket).ns <= ns);
    CHECK(bucket_from(bucket + 1).ns > ns);
    const std::int64_t width = bucket_from(bucket + 1).ns - bucket_from(bucket).ns;
    CHECK(width <= std::max<std::int64_t>(1, ns / 16 + 1));
  }
  CHECK(bucket_of(Duration::nanoseconds(-5)) == 0);
  CHECK(bucket_of(Duration::seconds(1'000'000)) == duration_buckets::count - 1);
}

TEST_CASE("statistics: as counted anew at every cursor (shipped recordings)") {
  for (const char* scenario : {"01-hello", "02-keep-alive", "03-close", "04-bad-request"}) {
    CAPTURE(scenario);
    const Recorded told(scenario);
    for (std::uint64_t event = told.view.first(); event < told.view.end(); event += 3) {
      CAPTURE(event);
      const Totals totals = told.statistics.totals().at(event);
      check_counted(totals, count_anew(told.index, event));
      CHECK(totals.events == event - told.view.first() + 1);
    }
  }
}

// One request's first answer was thrown away for a 408, another's client was gone before it.
TEST_CASE("statistics: an answer is counted by the status that was sent (03)") {
  const Recorded told("03-close");
  const Totals totals = told.statistics.totals().at(told.view.end() - 1);
  CHECK(totals.spans_of(Phase::TransmitFinish).count == 7);
  CHECK(totals.of(Counter::Answered2xx) == 4);
  CHECK(totals.of(Counter::Answered4xx) == 2);
  CHECK(totals.of(Counter::Answered5xx) == 0);
}

TEST_CASE("statistics: many blocks, counted anew at cursors in and between them") {
  const Scene scene([](Story& story) {
    story.startup();
    std::vector<Story::Conn> conns;
    for (int i = 0; i < 8; ++i) conns.push_back(story.open());
    for (int i = 0; story.events().size() < 30'000; ++i) {
      story.wait(Duration::microseconds(i * i % 977));
      story.ask(conns[static_cast<std::size_t>(i) % 8], Story::curl_request("/hello"), "Hello!");
    }
  });
  for (const std::uint64_t event : {std::uint64_t{4094}, std::uint64_t{4095}, std::uint64_t{4096},
                                    std::uint64_t{8191}, std::uint64_t{20'000},
                                    scene.view.end() - 2, scene.view.end() - 1}) {
    CAPTURE(event);
    check_counted(scene.statistics.totals().at(event), count_anew(scene.index, event));
  }
  // Past the end is the end.
  check_same(scene.statistics.totals().at(scene.view.end() + 100),
             scene.statistics.totals().at(scene.view.end() - 1));
}

TEST_CASE("statistics: followed in portions is followed at once (portions of 1, 7, 1000)") {
  const Scene scene(tell_busy);
  for (const std::size_t most : {1U, 7U, 1000U}) {
    Statistics portioned(scene.index);
    while (portioned.follow(most) > 0) {
    }
    CHECK(portioned.followed_to() == scene.view.end());
    check_same_rows(portioned.requests(), scene.statistics.requests());
    check_same(portioned.totals().at(scene.view.end()),
               scene.statistics.totals().at(scene.view.end()));
  }
}

TEST_CASE("statistics: late facts are counted where they belong (everywhere in the trace)") {
  Scene scene([](Story& story) {
    story.startup();
    auto conn = story.open();
    while (story.events().size() < 9'000) {
      story.ask(conn, Story::curl_request("/hello"), "Hello!");
    }
  });
  std::uint64_t place = 40;
  for (const std::uint64_t apart : {1ULL, 500ULL, 3'600ULL, 20ULL, 4'000ULL}) {
    place = (place + apart) % (scene.view.end() - 1) + 1;
    trace::Event late = scene.trace[place];
    late.phase = Phase::ReadSegment;
    late.kind = trace::Kind::Instant;
    late.present = 0;
    late.time = late.time - Duration::nanoseconds(1);
    Story::deliver_late(scene.story.trace(), late);
    scene.follow();
    Statistics anew(scene.index);
    anew.follow();
    CAPTURE(place);
    check_same_rows(scene.statistics.requests(), anew.requests());
    for (const std::uint64_t event : {place - 1, place, place + 1, std::uint64_t{4'096},
                                      scene.view.end() - 1}) {
      check_same(scene.statistics.totals().at(event), anew.totals().at(event));
      check_counted(scene.statistics.totals().at(event), count_anew(scene.index, event));
    }
  }
}

// A small live trace, whose oldest part leaves while statistics follow in portions.
TEST_CASE("statistics: what was evicted is counted no more, as in what begins there") {
  Story story(2 << 20);
  story.startup();
  auto gone = story.open();
  auto idle = story.open();
  auto busy = story.open();
  story.ask(gone, Story::curl_request("/hello"), "Hello, World!");
  story.close(gone, trace::CloseReason::PeerClosed);
  story.ask(idle, Story::curl_request("/hello"), "Hello, World!");
  trace::TraceIndex index(story.trace());
  Statistics live(index);
  const trace::Trace& trace = story.trace();
  const auto ask_more = [&](int times) {
    for (int i = 0; i < times; ++i) {
      story.wait(Duration::microseconds(i * 37 % 191));
      story.ask(busy, Story::curl_request("/hello"), "Hello, World!");
      if (i % 50 != 0) continue;
      story.trace();
      index.follow();
      live.follow(i % 3 == 0 ? 700 : SIZE_MAX);
    }
  };
  ask_more(600);
  REQUIRE(trace.first() > 0);
  // The idle one speaks again: its first facts are gone, so its waiting has no known length.
  story.ask(idle, Story::curl_request("/hello"), "Hello, World!");
  ask_more(600);
  story.close(busy, trace::CloseReason::IdleTimeout);
  story.trace();
  index.follow();
  while (live.follow(5'000) > 0) {
  }
  trace::TraceIndex index_anew(trace);
  index_anew.follow();
  Statistics anew(index_anew);
  anew.follow();
  check_same_rows(live.requests(), anew.requests());
  for (std::uint64_t event = trace.first(); event < trace.end(); event += 997) {
    CAPTURE(event);
    check_same(live.totals().at(event), anew.totals().at(event));
    check_counted(live.totals().at(event), count_anew(index, event));
  }
  CHECK(live.totals().at(trace.first() - 1).events == 0);
  CHECK(live.requests().connection(gone.conn) == nullptr);
  CHECK_FALSE(live.requests().connection(busy.conn)->set_up);
}

TEST_CASE("statistics: late facts while the oldest part leaves (many, anywhere)") {
  Story story(2 << 20);
  story.startup();
  std::vector<Story::Conn> conns;
  for (int i = 0; i < 5; ++i) conns.push_back(story.open());
  trace::TraceIndex index(story.trace());
  Statistics live(index);
  const trace::Trace& trace = story.trace();
  std::uint64_t random = 1;
  const auto next = [&random](std::uint64_t below) {
    random = random * 6'364'136'223'846'793'005ULL + 1'442'695'040'888'963'407ULL;
    return (random >> 33) % below;
  };
  for (int i = 0; i < 1'500; ++i) {
    story.wait(Duration::microseconds(static_cast<std::int64_t>(next(200))));
    story.ask(conns[next(conns.size())], Story::curl_request("/hello"), "Hello!");
    if (i % 20 != 0) continue;
    story.trace();
    if (i % 60 == 0) {
      trace::Event late = trace[trace.first() + 1 + next(trace.count() - 1)];
      late.phase = Phase::ReadSegment;
      late.kind = trace::Kind::Instant;
      late.present = 0;
      Story::deliver_late(story.trace(), late);
    }
    index.follow(next(3) == 0 ? 500 : SIZE_MAX);
    live.follow(next(3) == 0 ? 300 : SIZE_MAX);
  }
  index.follow();
  while (live.follow(5'000) > 0) {
  }
  REQUIRE(trace.first() > 0);
  trace::TraceIndex index_anew(trace);
  index_anew.follow();
  Statistics anew(index_anew);
  anew.follow();
  check_same_rows(live.requests(), anew.requests());
  for (std::uint64_t event = trace.first(); event < trace.end(); event += 499) {
    CAPTURE(event);
    check_same(live.totals().at(event), anew.totals().at(event));
  }
  check_counted(live.totals().at(trace.end()), count_anew(index, trace.end() - 1));
}

TEST_CASE("statistics: percentiles are the lengths themselves where few, near them where many") {
  const Scene scene([](Story& story) {
    story.startup();
    auto conn = story.open();
    for (int i = 1; i <= 1000; ++i) {
      story.begin<Phase::HandleSleep>(conn.subject());
      story.wait(Duration::microseconds(i * 10));
      story.end<Phase::HandleSleep>(conn.subject());
    }
  });
  const Lengths lengths =
      scene.statistics.totals().at(scene.view.end()).spans_of(Phase::HandleSleep);
  REQUIRE(lengths.count == 1000);
  const auto near_to = [](Duration length, std::int64_t us) {
    return std::abs(length.in_microseconds() - static_cast<double>(us)) <=
           0.06 * static_cast<double>(us);
  };
  CHECK(near_to(lengths.percentile(0.5), 5'001));
  CHECK(near_to(lengths.percentile(0.9), 9'001));
  CHECK(near_to(lengths.percentile(0.99), 9'901));
  CHECK(lengths.percentile(1) == lengths.longest);
  CHECK(lengths.longest == Duration::microseconds(10'001));
  CHECK(Lengths{}.percentile(0.5) == Duration{});
  const Scene few([](Story& story) {
    story.startup();
    auto conn = story.open();
    for (const int us : {3, 40, 700}) {
      story.begin<Phase::HandleSleep>(conn.subject());
      story.wait(Duration::microseconds(us));
      story.end<Phase::HandleSleep>(conn.subject());
    }
  });
  const Lengths three = few.statistics.totals().at(few.view.end()).spans_of(Phase::HandleSleep);
  CHECK(three.percentile(0.3) == Duration::microseconds(4));
  CHECK(three.percentile(0.5) == Duration::microseconds(41));
  CHECK(three.percentile(0.99) == Duration::microseconds(701));
}

}  // namespace
}  // namespace roundtrip::viz
