// A session as the owner of a recording: it drains whatever waits, and tells what it finds wrong.
#include <doctest/doctest.h>
#include <poll.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "app/session.h"
#include "core/scenario/load_generator.h"
#include "core/scenario/runner.h"
#include "core/trace/trace_compare.h"
#include "tests/app/desk_driver.h"
#include "tests/source_dir.h"

namespace roundtrip::app {

TEST_CASE("session: a run of any length is drained, though nobody updates before its end") {
  const auto scenario = scenario::load_scenario(
      (std::filesystem::path(source_dir()) / "scenarios" / "02-keep-alive.md").string());
  REQUIRE(scenario.ok());
  SessionOptions options;
  options.server.listen.port = 0;
  options.server = scenario::apply_settings(*scenario, options.server);
  options.lossless = true;
  options.limit_bytes = 0;
  options.most_waiting_events = 1'000;
  auto started = Session::start(options);
  REQUIRE(started.ok());
  Session& session = **started;
  // More than the rings of `run` hold, and far more than may wait elsewhere.
  constexpr int rounds = 80;
  for (int round = 0; round < rounds; ++round) {
    REQUIRE(scenario::run_scenario(*scenario, *session.server(), *session.bus()).ok());
  }
  REQUIRE(session.stop().ok());
  CHECK(session.trace().count() > 2 * limits::small_ring_records);
  CHECK(session.trace().losses().untraced_requests == 0);
  CHECK(session.trace().losses().lost_records == 0);
  CHECK(session.trace().losses().traced_requests == rounds * 10);
}

TEST_CASE("session: what waits for an absent owner is bounded; it goes on when the owner is back") {
  SessionOptions options;
  options.server.listen.port = 0;
  options.server.workers = 1;
  options.most_waiting_events = 1'000;
  auto started = Session::start(options);
  REQUIRE(started.ok());
  Session& session = **started;
  scenario::LoadOptions load;
  load.port = session.server()->port();
  load.requests_per_second = 20'000;
  load.requests = 500;
  std::uint64_t answered = 0;
  const auto ask = [&] {
    const auto report = scenario::generate_load(load);
    REQUIRE(report.ok());
    REQUIRE(report->answered == load.requests);
    answered += report->answered;
  };
  const auto untraced = [&] { return session.bus()->losses().untraced_requests; };
  // The limit is far behind when the ring is full as well; then requests go untraced.
  constexpr std::uint64_t most_asked = 100'000;
  while (untraced() == 0 && answered < most_asked) ask();
  REQUIRE(untraced() > 0);
  const std::uint64_t untraced_before = untraced();
  const std::uint64_t traced_before = session.bus()->losses().traced_requests;
  while (session.bus()->losses().traced_requests == traced_before && answered < most_asked) {
    while (session.update() || session.behind()) continue;
    ask();
  }
  CHECK(session.bus()->losses().traced_requests > traced_before);
  CHECK(untraced() >= untraced_before);
  REQUIRE(session.stop().ok());
  const trace::LossCounts& losses = session.trace().losses();
  CHECK(losses.traced_requests + losses.untraced_requests == answered);
  CHECK(losses.lost_records == 0);
  CHECK(session.index().violation_count() == 0);
}

TEST_CASE("session: a breach of order is told as a fact, live, saved and loaded") {
  const std::unique_ptr<Session> started = live_session();
  Session& session = *started;
  {
    const trace::ThreadRecording recording(*session.bus());
    trace::instant<trace::Phase::ReadReadable>({0, 4'000'000});  // nobody accepted it
  }
  REQUIRE(session.stop().ok());
  REQUIRE(session.index().violation_count() == 1);
  const trace::Violation& breach = session.index().violations().front();
  CHECK(session.index().violating(breach.event));
  std::uint64_t told = 0;
  for (auto n = session.trace().first(); n < session.trace().end(); ++n) {
    const trace::Event& event = session.trace()[n];
    if (event.phase != trace::Phase::TraceViolation) continue;
    ++told;
    CHECK(event.arg("event") == breach.event + 1ULL);
    CHECK(event.arg("phase") == static_cast<std::uint64_t>(trace::Phase::ReadReadable));
    const auto rule = static_cast<std::uint32_t>(event.arg("rule").value_or(0));
    CHECK(session.trace().symbols().text({rule}) == breach.sentence);
  }
  CHECK(told == 1);
  const auto file = std::filesystem::temp_directory_path() /
                    ("roundtrip-breach-" + std::to_string(getpid()) + ".trace.json");
  REQUIRE(session.save(file).ok());
  const auto loaded = Session::open(file);
  std::filesystem::remove(file);
  REQUIRE(loaded.ok());
  std::string why;
  CHECK_MESSAGE(trace::same_trace(session.trace(), (*loaded)->trace(), &why), why);
  CHECK((*loaded)->index().violation_count() == 1);
}

TEST_CASE("session: a late fact finds its place among events that nobody has taken in yet") {
  const std::unique_ptr<Session> started = live_session();
  Session& session = *started;
  pollfd news{session.news_fd(), POLLIN, 0};
  REQUIRE(poll(&news, 1, -1) == 1);  // of the start: it waits for its owner
  {
    const trace::ThreadRecording recording(*session.bus());
    constexpr std::uint64_t before_all_ticks = 1;
    trace::fact<trace::Phase::TraceNote>(trace::Kind::Instant, {before_all_ticks}, {}, {});
  }
  REQUIRE(session.stop().ok());
  const trace::Trace& trace = session.trace();
  REQUIRE(trace.late_events() == 1);
  for (auto number = trace.first() + 1; number < trace.end(); ++number) {
    CAPTURE(number);
    CHECK(trace[number - 1].time <= trace[number].time);
  }
}

}  // namespace roundtrip::app
