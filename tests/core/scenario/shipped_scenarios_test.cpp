// The scenarios that ship, each run for real: what their pages promise has to be so.
#include <doctest/doctest.h>

#include "tests/core/scenario/recorded_run.h"

namespace roundtrip::scenario {

using trace::Phase;

namespace {

void check_promises(const RecordedRun& run) {
  CHECK_EQ(run.breaches(), "");
  CHECK_EQ(sentence_of(check_answers(run.scenario, run.report)), "");
  CHECK_EQ(sentence_of(check_blamed_bytes(run.scenario, run.report, run.trace)), "");
  CHECK_EQ(sentence_of(check_expectations(run.scenario, run.trace, run.index)), "");
  CHECK_EQ(run.trace.losses().lost_records, 0);
  CHECK_EQ(run.trace.losses().untraced_requests, 0);
  for (const Stop& stop : run.scenario.stops) {
    CHECK_MESSAGE(find_stop(stop, run.trace).has_value(),
                  fmt::format("the stop of line {} is never reached", stop.line));
  }
}

std::uint64_t number(const trace::Event& event, std::string_view name) {
  const auto value = event.arg(name);
  if (!value) FAIL(fmt::format("{} has no {}", event.row().id, name));
  return *value;
}

}  // namespace

TEST_CASE("01-hello: every byte is accounted for (83 = 21+22+25+13+2, 130 = 117+13)") {
  const Scenario scenario = shipped("01-hello");
  const RecordedRun run(scenario);
  check_promises(run);
  CHECK_EQ(run.event(Phase::ReadClientSend).bytes().length, 83);
  CHECK_EQ(run.event(Phase::ReadLineFound).bytes(), ByteRange{0, 21});
  CHECK_EQ(run.event(Phase::ReadHeader, 1).bytes(), ByteRange{21, 22});
  CHECK_EQ(run.event(Phase::ReadHeader, 2).bytes(), ByteRange{43, 25});
  CHECK_EQ(run.event(Phase::ReadHeader, 3).bytes(), ByteRange{68, 13});
  CHECK_EQ(run.event(Phase::ReadHeadersComplete).bytes(), ByteRange{81, 2});
  CHECK_EQ(number(run.event(Phase::TransmitHead), "head"), 117);
  CHECK_EQ(number(run.event(Phase::TransmitHead), "date"), 37);
  CHECK_EQ(number(run.event(Phase::TransmitHead), "length"), 20);
  CHECK_EQ(run.event(Phase::TransmitClientRead).bytes(), ByteRange{0, 130});
  CHECK_EQ(number(run.event(Phase::TransmitClientRead), "status"), 200);
  REQUIRE_EQ(run.report.steps.size(), 1);
  const Response& response = run.report.steps[0].responses.at(0);
  CHECK_EQ(response.body, "Hello, World!");
  CHECK_EQ(response.range, ByteRange{0, 130});
}

TEST_CASE("01-hello: client and server tell of one connection, and connect pairs by it") {
  const Scenario scenario = shipped("01-hello");
  const RecordedRun run(scenario);
  REQUIRE_EQ(run.index.connections().size(), 1);
  const std::uint32_t conn = run.report.steps.at(0).conn;
  CHECK_EQ(run.event(Phase::ConnectionObject).conn, conn);
  Stop stop;
  stop.at = Phase::ConnectionConnect;
  const auto begin = find_stop(stop, run.trace);
  REQUIRE(begin);
  const trace::EventNumber end = run.index.partner(*begin);
  REQUIRE_NE(end, trace::no_event);
  CHECK_EQ(run.trace[end].conn, conn);
}

}  // namespace roundtrip::scenario
