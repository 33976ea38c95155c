// What the kernel is asked, and how often: the budget, its cause when it bites, a connection that
// comes into it later, and the ends that are inferred.
#include <set>

#include "tests/core/server/live_server.h"

using namespace roundtrip;
using namespace roundtrip::testing;
using trace::Phase;

namespace {

std::size_t count_on(LiveServer& live, Phase phase, std::uint32_t conn) {
  return live.recording.count_if([phase, conn](const trace::Event& event) {
    return event.phase == phase && event.conn == conn && !event.ends();
  });
}

// Whether the kernel gives time-stamps here at all.
bool stamps_are_there() {
  LiveServer live;
  Client client = live.connect();
  CHECK(client.ask(curl_hello).bytes == 130);
  client.close();
  live.wait_until_closed();
  live.check_whole();
  return live.recording.count(Phase::TransmitSegmentOut) > 0;
}

// Where the first fact of a phase and kind stands in the trace; with `got`, a read that brought so
// many bytes.
std::uint64_t place(LiveServer& live, std::uint32_t conn, Phase phase, trace::Kind kind,
                    std::optional<std::uint64_t> got = {}) {
  const trace::Trace& trace = live.recording.trace();
  for (auto i = trace.first(); i < trace.end(); ++i) {
    const trace::Event& event = trace[i];
    if (event.conn == conn && event.phase == phase && event.kind == kind &&
        (!got || event.arg("got") == got)) {
      return i;
    }
  }
  FAIL("connection ", conn, " has no such ", std::string(trace::phase_id(phase)));
  return 0;
}

}  // namespace

TEST_CASE("observation: what nobody saw stands before what showed it, and after what caused it") {
  LiveServer live;
  Client leaves = live.connect();
  CHECK(leaves.ask(curl_hello).bytes == 130);
  leaves.close();
  live.wait_until_closed();
  Client told = live.connect();
  CHECK(told.ask(get("/hello", "Connection: close\r\n")).bytes > 130);
  CHECK(told.at_end());
  told.close();
  live.wait_until_closed();
  live.check_whole();
  using enum Phase;
  using trace::Kind;
  const auto at = [&live](std::uint32_t conn, Phase phase, Kind kind = Kind::Instant) {
    return place(live, conn, phase, kind);
  };
  for (const std::uint32_t conn : {1U, 2U}) {
    CHECK(at(conn, ConnectionSyn) < at(conn, ConnectionAck));
    CHECK(at(conn, ConnectionAck) < at(conn, ConnectionAcceptQueue, Kind::AsyncBegin));
    CHECK(at(conn, ConnectionAcceptQueue, Kind::AsyncBegin) <
          at(conn, ConnectionAccept, Kind::End));
  }
  const trace::Trace& trace = live.recording.trace();
  std::uint64_t asked = place(live, 1, ReadRead, Kind::End, 0);
  while (trace[asked].phase != ReadRead || !trace[asked].begins() || trace[asked].conn != 1) {
    --asked;
  }
  CHECK(at(1, LifecycleFinIn) < asked);
  CHECK(at(1, LifecycleFinIn) < at(1, LifecycleFinAckOut));
  CHECK(at(2, LifecycleHalfClose) < at(2, LifecycleFinOut));
  CHECK(at(2, LifecycleFinOut) < at(2, LifecycleFinAckIn));
}

TEST_CASE("observation: a connection that came beyond the budget is observed when there is room") {
  if (!stamps_are_there()) return;
  LiveServer live;
  server::ObservationBudget& budget = live.server->observation();
  while (budget.take(read_ticks())) {
  }
  Client client = live.connect();
  CHECK(client.ask(curl_hello).bytes == 130);
  // A moment that is not within this second ends it, and the next request begins another.
  const double ticks_per_second = 1e9 / live.recording.bus().ns_per_tick();
  static_cast<void>(budget.take(read_ticks() + static_cast<std::uint64_t>(10 * ticks_per_second)));
  CHECK(client.ask(curl_hello).bytes == 130);
  client.close();
  live.wait_until_closed();
  live.check_whole();
  const auto of_request = [](Phase phase, std::uint32_t request) {
    return [phase, request](const trace::Event& event) {
      return event.phase == phase && event.request == request;
    };
  };
  CHECK(live.recording.count_if(of_request(Phase::TransmitSegmentOut, 1)) == 0);
  CHECK(live.recording.count_if(of_request(Phase::TransmitSegmentOut, 2)) == 1);
  CHECK(live.recording.count(Phase::ConnectionSyn) == 0);
  const trace::Event& off = live.recording.first(Phase::TraceObservationOff);
  CHECK(off.arg("budget") == limits::observed_requests_per_second);
  const trace::Symbol cause{static_cast<std::uint32_t>(off.arg("cause").value_or(0))};
  CHECK(live.recording.trace().symbols().text(cause).find("budget") != std::string_view::npos);
}

TEST_CASE("observation: of one request only the first flushes, and no segment twice") {
  LiveServer live;
  Client client = live.connect();
  const std::string body = long_body(200'000);
  std::jthread sender([&client, request = post("/echo", body)] { client.send(request); });
  CHECK(client.read_answer().body == body);
  sender.join();
  client.close();
  live.wait_until_closed();
  live.check_whole();
  CHECK(live.recording.count(Phase::TransmitFlush) > 2 * limits::observed_flushes_per_request);
  CHECK(live.recording.count(Phase::TransmitSendQueue) <= limits::observed_flushes_per_request);
  CHECK(live.recording.count(Phase::TraceQueues) <= limits::observed_flushes_per_request);
  std::set<std::int64_t> stamps;
  std::size_t segments = 0;
  const trace::Trace& trace = live.recording.trace();
  for (auto i = trace.first(); i < trace.end(); ++i) {
    if (trace[i].phase != Phase::ReadSegment) continue;
    ++segments;
    stamps.insert(trace[i].time.ns);
  }
  CHECK(stamps.size() == segments);
}

TEST_CASE("observation: the ends of a connection are inferred, and said to be") {
  LiveServer live;
  Client leaves = live.connect();
  CHECK(leaves.ask(curl_hello).bytes == 130);
  leaves.close();
  live.wait_until_closed();
  Client told = live.connect();
  CHECK(told.ask(get("/hello", "Connection: close\r\n")).bytes > 130);
  CHECK(told.at_end());
  told.close();
  live.wait_until_closed();
  Client resets = live.connect();
  resets.send("GET /hel");
  live.wait_for([](const trace::Event& event) { return event.phase == Phase::ReadBufferFill; }, 3);
  resets.reset();
  live.wait_until_closed();
  live.check_whole();
  using enum Phase;
  for (const Phase phase : {LifecycleFinIn, LifecycleFinAckOut, LifecycleFinOut,
                            LifecycleFinAckIn, LifecycleReset, LifecycleTimeWait}) {
    CHECK(live.recording.first(phase).provenance == trace::Provenance::Inferred);
  }
  // The client keeps the addresses of the first, the server those of the second, and nobody more.
  CHECK(live.recording.all<bool>(LifecycleTimeWait, "on_client") == std::vector{true, false});
  CHECK(count_on(live, LifecycleFinAckIn, 1) == 0);
  CHECK(count_on(live, LifecycleFinAckIn, 2) == 1);
  CHECK(count_on(live, LifecycleFinOut, 3) == 0);
  CHECK(live.recording.all<bool>(LifecycleReset, "from_peer") == std::vector{true});
}
