// The scenarios that ship, each run for real: what their pages promise has to be so.
#include <doctest/doctest.h>

#include <cerrno>
#include <map>
#include <utility>

#include "core/trace/file_reader.h"
#include "tests/core/scenario/recorded_run.h"
#include "tests/source_dir.h"

namespace roundtrip::scenario {

using trace::Phase;

namespace {

// What nobody saw is put where it can have been: a cause stands before its effects, also where both
// have one moment. A handshake between our client's connect() and the first data, an accept behind
// the queue, the ends of a connection in TCP's order, each before the call that reports it.
std::string out_of_order(const trace::Trace& trace) {
  using enum Phase;
  constexpr std::pair<Phase, Phase> cause_and_effect[] = {
      {ConnectionConnect, ConnectionSyn},       {ConnectionSyn, ConnectionSynAck},
      {ConnectionSynAck, ConnectionAck},        {ConnectionAck, ReadSegment},
      {ConnectionAck, ConnectionAcceptQueue},   {ConnectionAcceptQueue, ConnectionObject},
      {ReadClientSend, ReadSegment},            {LifecycleHalfClose, LifecycleFinOut},
      {LifecycleFinOut, LifecycleFinAckIn},     {LifecycleFinIn, LifecycleFinAckOut},
      {LifecycleFinIn, LifecycleTimeWait},      {LifecycleFinOut, LifecycleTimeWait},
      {LifecycleFinAckIn, LifecycleTimeWait},   {LifecycleClientClose, LifecycleFinIn}};
  std::map<std::uint32_t, std::map<Phase, std::uint64_t>> first;
  std::string wrong;
  for (std::uint64_t i = trace.first(); i < trace.end(); ++i) {
    const trace::Event& event = trace[i];
    auto& known = first[event.conn];
    if (!event.ends()) known.try_emplace(event.phase, i);
    if (event.phase != ReadRead || !event.ends()) continue;
    const bool told_end = event.arg("got") == 0U;
    const bool told_reset = event.arg("errno") == static_cast<std::uint64_t>(ECONNRESET);
    if ((told_end && known.count(LifecycleFinIn) == 0) ||
        (told_reset && known.count(LifecycleReset) == 0)) {
      wrong += fmt::format("connection {}: recv() reports an end that stands behind it\n",
                           event.conn);
    }
  }
  for (const auto& [conn, known] : first) {
    for (const auto& [cause, effect] : cause_and_effect) {
      if (known.count(cause) == 0 || known.count(effect) == 0) continue;
      if (known.at(cause) < known.at(effect)) continue;
      // A kernel's stamp that is as near as it is uncertain is simultaneous.
      const trace::Event& stamped = trace[known.at(effect)];
      // On the wire the client's TIME_WAIT begins when our FIN reaches it, and only then it
      // acknowledges that.
      const bool of_client = cause == LifecycleFinAckIn && effect == LifecycleTimeWait &&
                             stamped.arg("on_client") == 1U;
      if (of_client && known.count(TracePacket) != 0) continue;
      const Duration gap = trace[known.at(cause)].time - stamped.time;
      const auto off = static_cast<std::int64_t>(stamped.arg("uncertainty").value_or(0));
      const bool observed = stamped.provenance == trace::Provenance::Observed;
      if (observed && gap.ns > 0 && gap.ns <= off) continue;
      wrong += fmt::format("connection {}: {} stands behind {}\n", conn, trace::phase_id(cause),
                           trace::phase_id(effect));
    }
  }
  return wrong;
}

void check_promises(const RecordedRun& run) {
  CHECK_EQ(out_of_order(run.trace), "");
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

TEST_CASE("02-keep-alive: three requests share a connection, three others do not") {
  const Scenario scenario = shipped("02-keep-alive");
  const RecordedRun run(scenario);
  check_promises(run);
  CHECK_EQ(run.count(Phase::ConnectionObject), 6);
  CHECK_EQ(run.count(Phase::ReadRequestReady), 10);
  const trace::ConnectionSummary* first = run.index.connection(run.report.conn_of(1));
  REQUIRE(first != nullptr);
  CHECK_EQ(first->requests.size(), 3);
  CHECK(first->closed);
  CHECK_EQ(run.index.connection(run.report.conn_of(2))->requests.size(), 1);
}

TEST_CASE("02-keep-alive: 5,000 bytes go in by pieces and come back in chunks") {
  const Scenario scenario = shipped("02-keep-alive");
  const RecordedRun run(scenario);
  const trace::Event& ready = run.event(Phase::ReadRequestReady, 7);
  CHECK_EQ(ready.bytes().length, 93);
  CHECK_EQ(number(ready, "body"), 5000);
  std::uint64_t pieces = 0;
  for (std::uint32_t i = 1; i <= run.count(Phase::ReadBodyPiece); ++i) {
    pieces += run.event(Phase::ReadBodyPiece, i).bytes().length;
  }
  CHECK_EQ(pieces, 5000);
  for (const StepReport& step : run.report.steps) {
    if (scenario.steps[step.step].label != "POST /echo, 5,000 bytes") continue;
    CHECK(step.responses.at(0).chunked);
    CHECK_EQ(step.responses.at(0).body, scenario.steps[step.step].bytes.substr(93));
  }
}

TEST_CASE("03-close: every connection tells its own reason") {
  const Scenario scenario = shipped("03-close");
  const RecordedRun run(scenario);
  check_promises(run);
  using enum trace::CloseReason;
  const trace::CloseReason expected[] = {RequestAsked, Http10,      Http10,      PeerClosed,
                                         PeerReset,    IdleTimeout, HeaderTimeout, ReadTimeout};
  for (std::uint32_t client = 1; client <= 8; ++client) {
    const std::uint32_t conn = run.report.conn_of(client);
    std::optional<std::uint64_t> reason;
    for (std::uint64_t i = run.trace.first(); i < run.trace.end(); ++i) {
      const trace::Event& event = run.trace[i];
      if (event.conn != conn || event.phase != Phase::LifecycleClose || event.ends()) continue;
      reason = event.arg("reason");
    }
    REQUIRE(reason);
    CHECK_MESSAGE(*reason == static_cast<std::uint64_t>(expected[client - 1]),
                  fmt::format("client {} closed because of {}", client,
                              trace::word(trace::Unit::CloseReasonUnit, *reason)));
  }
  CHECK_EQ(run.count(Phase::LifecycleTimeout), 3);
}

TEST_CASE("04-bad-request: the parser stops at each marked byte, with the right status") {
  const Scenario scenario = shipped("04-bad-request");
  const RecordedRun run(scenario);
  check_promises(run);
  std::size_t marked = 0;
  for (const Step& step : scenario.steps) marked += step.blamed_at ? 1 : 0;
  CHECK_EQ(marked, 20);
  // And one that came too late, with no byte to blame.
  CHECK_EQ(run.count(Phase::ReadRejected), marked + 1);
  CHECK_EQ(run.count(Phase::LifecycleTimeout), 1);
}

TEST_CASE("18-shutdown: nobody is accepted, who is idle goes first, the open request is answered") {
  const Scenario scenario = shipped("18-shutdown");
  const RecordedRun run(scenario);
  check_promises(run);
  const trace::Event& asked = run.event(Phase::TraceNote);
  CHECK_EQ(run.count(Phase::ConnectionObject), 3);
  CHECK_EQ(run.count(Phase::LifecycleTaskExit), 3);
  for (const std::uint32_t client : {1U, 2U, 3U}) {
    const auto* conn = run.index.connection(run.report.conn_of(client));
    REQUIRE(conn != nullptr);
    CHECK(conn->closed);
    CHECK_EQ(conn->requests.size(), client == 2 ? 0 : 1);
  }
  // The closes, in order of time: each for this reason, and the open request's is the last.
  const std::uint32_t open = run.report.conn_of(3);
  for (std::uint32_t nth = 1; nth <= 3; ++nth) {
    const trace::Event& close = run.event(Phase::LifecycleClose, nth);
    CHECK(close.time > asked.time);
    CHECK_EQ(number(close, "reason"), static_cast<std::uint64_t>(trace::CloseReason::Shutdown));
    CHECK_EQ(close.conn == open, nth == 3);
  }
  const Response& answer = run.report.steps.back().responses.at(0);
  CHECK_EQ(answer.body, "later");
  CHECK(run.report.steps.back().server_closed);
}

TEST_CASE("shipped: stops come in the order of the page") {
  for (const char* id : {"01-hello", "02-keep-alive", "03-close", "04-bad-request",
                         "13-thousand"}) {
    const Scenario scenario = shipped(id);
    const RecordedRun run(scenario);
    std::uint64_t before = 0;
    for (const Stop& stop : scenario.stops) {
      const auto at = find_stop(stop, run.trace);
      REQUIRE(at);
      CHECK_MESSAGE(*at >= before, fmt::format("{}, line {}", id, stop.line));
      before = *at;
    }
  }
}

TEST_CASE("shipped: each page has its recording, with nothing drawn where it can't have been") {
  const auto entries = list_scenarios(source_dir() + "/scenarios");
  if (!entries) FAIL(entries.error());
  for (const ScenarioEntry& entry : *entries) {
    const std::string& id = entry.id;
    INFO(id);
    trace::Trace trace;
    REQUIRE(trace::read_trace_file(recording_file(id), trace).ok());
    CHECK_EQ(out_of_order(trace), "");
    trace::TraceIndex index(trace);
    index.follow();
    CHECK_EQ(sentence_of(check_expectations(shipped(id), trace, index)), "");
  }
}

TEST_CASE("shipped: run on any number of workers (1, 2, 4)") {
  for (const unsigned workers : {1U, 2U, 4U}) {
    for (const char* id : {"01-hello", "02-keep-alive", "04-bad-request"}) {
      const Scenario scenario = shipped(id);
      const RecordedRun run(scenario, workers);
      INFO(id << " on " << workers);
      check_promises(run);
    }
  }
}

TEST_CASE("shipped: all pages, in order, each with its minutes") {
  const auto entries = list_scenarios(source_dir() + "/scenarios");
  if (!entries) FAIL(entries.error());
  std::vector<std::string> ids;
  for (const ScenarioEntry& entry : *entries) {
    CHECK_EQ(entry.problem, "");
    CHECK_GE(entry.minutes, 5);
    ids.push_back(entry.id);
  }
  CHECK_EQ(ids, std::vector<std::string>{"01-hello", "02-keep-alive", "03-close",
                                         "04-bad-request", "10-post-json", "11-upload",
                                         "12-timeout", "13-thousand", "14-chunked",
                                         "15-pipelining", "16-continue", "17-file",
                                         "18-shutdown", "19-empty-reply", "20-handshake",
                                         "21-held-ack", "22-syn-lost", "23-backlog",
                                         "24-segment-lost", "25-slow-reader",
                                         "26-four-way-close", "27-reset", "28-nagle",
                                         "29-far-away", "30-noisy-line"});
}

}  // namespace roundtrip::scenario
