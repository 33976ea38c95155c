// A session's end: whatever waits for the owner of the trace, the writers get on and stop returns.
#include <doctest/doctest.h>

#include <filesystem>

#include "app/session.h"
#include "core/scenario/runner.h"

namespace roundtrip::app {

TEST_CASE("session: a run of any length is drained, though nobody updates before its end") {
  const auto scenario = scenario::load_scenario(
      (std::filesystem::path(ROUNDTRIP_SOURCE_DIR) / "scenarios" / "02-keep-alive.md").string());
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

}  // namespace roundtrip::app
