#include "viz/model/measurement.h"

#include <fmt/format.h>

#include <map>
#include <random>

#include "tests/viz/model/recorded.h"
#include "tests/viz/model/scene.h"
#include "viz/model/format.h"

namespace roundtrip::viz {
namespace {

using trace::Phase;
using trace::Provenance;

TEST_CASE("measurement: events and phases are those between the two moments (recordings)") {
  std::mt19937 random(7);
  for (const char* scenario : {"01-hello", "02-keep-alive", "03-close", "04-bad-request"}) {
    const Recorded told(scenario);
    for (int round = 0; round < 40; ++round) {
      const auto pick = [&] { return random() % told.trace.end(); };
      const Instant one = told.trace[pick()].time;
      const Instant other = told.trace[pick()].time;
      const TimeWindow span{std::min(one, other), std::max(one, other)};
      std::uint64_t events = 0;
      std::map<Phase, std::uint64_t> phases;
      for (std::uint64_t n = 0; n < told.trace.end(); ++n) {
        const trace::Event& event = told.trace[n];
        if (!span.contains(event.time)) continue;
        ++events;
        const auto begin = event.ends() ? told.index.partner(n) : trace::no_event;
        const bool begun_inside = begin != trace::no_event && span.contains(told.trace[begin].time);
        if (!begun_inside) ++phases[event.phase];
      }
      const Measurement measured = measurement(told.view, span);
      CHECK(measured.events == events);
      CHECK(measured.all_phases);
      CHECK(measured.running == span.length());
      std::map<Phase, std::uint64_t> shown;
      for (const PhaseCount& phase : measured.phases) shown[phase.phase] += phase.count;
      CHECK(shown == phases);
      CHECK(shown.size() == measured.phases.size());
    }
  }
}

TEST_CASE("measurement: what a teacher held is left out of the running time, and said") {
  const Scene scene([](trace::Story& story) {
    story.startup();
    auto conn = story.open();
    story.begin<Phase::TraceHold>(conn.subject(), Phase::ReadRead);
    story.wait(Duration::milliseconds(20));
    story.end<Phase::TraceHold>(conn.subject());
    story.ask(conn, story.curl_request("/hello"), "Hello, World!");
  });
  std::uint64_t hold = 0;
  while (scene.trace[hold].phase != Phase::TraceHold) ++hold;
  const std::uint64_t release = scene.index.partner(hold);
  const Duration held = scene.trace[release].time - scene.trace[hold].time;
  REQUIRE(held > Duration::milliseconds(19));
  const TimeWindow around{scene.trace[hold - 3].time, scene.trace[release + 5].time};
  const Measurement measured = measurement(scene.view, around);
  CHECK(measured.held() == held);
  CHECK(measured.running == around.length() - held);
  const std::string words = contents_text(measured, 0);
  CHECK(words.find(fmt::format("[{}] running, [{}] held", duration(measured.running).text(),
                               duration(held).text())) != words.npos);
  // Half of the hold counts half.
  const Instant middle = scene.trace[hold].time + held / 2;
  CHECK(measurement(scene.view, {around.from, middle}).held() == held / 2);
  CHECK(contents_text(measurement(scene.view, {around.from, scene.trace[hold].time}), 0)
            .find("held") == std::string::npos);
}

TEST_CASE("measurement: a moment on a fact is known as that is, any other is a place (01)") {
  const Recorded told("01-hello");
  std::uint64_t syn = 0;
  while (told.trace[syn].phase != Phase::ConnectionSyn) ++syn;
  std::uint64_t read = 0;
  while (told.trace[read].phase != Phase::ReadBufferFill) ++read;
  const Instant inferred = told.trace[syn].time;
  const Instant observed = told.trace[read].time;
  const Measurement measured = measurement(told.view, {inferred, observed});
  CHECK(measured.from_source == Provenance::Inferred);
  CHECK(measured.to_source == Provenance::Observed);
  CHECK(from_text(measured) == "~" + moment(inferred).text());
  CHECK(to_text(measured) == moment(observed).text());
  CHECK(length_text(measured) == "~" + duration(observed - inferred).text());
  const Measurement free = measurement(
      told.view, {observed + Duration::nanoseconds(1), observed + Duration::nanoseconds(501)});
  CHECK_FALSE(free.from_source);
  CHECK_FALSE(free.to_source);
  CHECK(length_text(free) == "[" + duration(Duration::nanoseconds(500)).text() + "]");
}

TEST_CASE("measurement: many events are counted all, their phases told of the first (bound)") {
  const Scene scene([](trace::Story& story) {
    story.startup();
    auto conn = story.open();
    for (int i = 0; i < 120; ++i) {
      story.ask(conn, story.curl_request("/hello"), "Hello, World!");
    }
  });
  REQUIRE(scene.trace.end() > most_events_walked);
  const Measurement all = measurement(scene.view, scene.view.whole());
  CHECK(all.events == scene.trace.end());
  CHECK_FALSE(all.all_phases);
  CHECK(contents_text(all, 0).find("of the first") != std::string::npos);
  std::uint64_t counted_events = 0;
  for (const PhaseCount& phase : all.phases) counted_events += phase.count;
  CHECK(counted_events <= most_events_walked);
}

TEST_CASE("measurement: the words name as many phases as are asked for, and count the rest") {
  Measurement measured;
  measured.events = 14;
  measured.phases = {{Phase::ReadRead, 1}, {Phase::ReadHeader, 3}, {Phase::ReadUrl, 1}};
  CHECK(contents_text(measured, 3) == "14 events: read, header ×3, URL");
  CHECK(contents_text(measured, 2) == "14 events: read, header ×3 and 1 more phase");
  CHECK(contents_text(measured, 0) == "14 events of 3 phases");
  CHECK(contents_text({}, 3) == "0 events");
}

}  // namespace
}  // namespace roundtrip::viz
