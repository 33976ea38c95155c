// What the kernel is asked, and how often: the budget, its cause when it bites, a connection that
// comes into it later, and the ends that are inferred.
#include <cstdio>
#include <fstream>
#include <map>
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

// The server has asked the kernel whose FIN was first, so that a client that closes now is second.
void wait_for_half_close(LiveServer& live, std::uint32_t conn) {
  live.wait_for([conn](const trace::Event& event) {
    return event.phase == Phase::LifecycleHalfClose && event.conn == conn;
  });
}

// Connection 1, which the client ends, and then connection 2, which the server ends.
void end_both_ways(LiveServer& live) {
  Client leaves = live.connect();
  CHECK(leaves.ask(curl_hello).bytes == 130);
  leaves.close();
  live.wait_until_closed();
  Client told = live.connect();
  CHECK(told.ask(get("/hello", "Connection: close\r\n")).bytes > 130);
  CHECK(told.at_end());
  wait_for_half_close(live, 2);
  told.close();
  live.wait_until_closed();
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
  end_both_ways(live);
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

namespace {

// Local and remote port of the connections that the kernel keeps in TIME_WAIT (proc(5)).
std::set<std::pair<unsigned, unsigned>> kept_by_the_kernel() {
  constexpr unsigned time_wait = 6;
  std::set<std::pair<unsigned, unsigned>> kept;
  std::ifstream table("/proc/net/tcp");
  for (std::string line; std::getline(table, line);) {
    unsigned local = 0, remote = 0, state = 0;
    const int found = std::sscanf(line.c_str(), " %*u: %*8x:%4x %*8x:%4x %2x", &local, &remote,
                                  &state);
    if (found == 3 && state == time_wait) kept.insert({local, remote});
  }
  return kept;
}

}  // namespace

TEST_CASE("observation: TIME_WAIT is told of the side where the kernel keeps it (40 closes)") {
  server::ServerOptions options;
  options.observed_requests_per_second = 100'000;
  LiveServer live(options);
  const unsigned ours = live.port();
  for (int i = 0; i < 40; ++i) {
    Client client = live.connect();
    CHECK(client.ask(get("/hello", "Connection: close\r\n")).bytes > 130);
    client.close();  // just before or just after the server's own end
  }
  live.wait_until_closed();
  live.check_whole();
  const auto kept = kept_by_the_kernel();
  std::map<std::uint32_t, unsigned> client_port;
  int told = 0;
  int confirmed = 0;
  const trace::Trace& trace = live.recording.trace();
  for (auto i = trace.first(); i < trace.end(); ++i) {
    const trace::Event& event = trace[i];
    if (event.phase == Phase::ConnectionObject) {
      client_port[event.conn] = static_cast<unsigned>(*event.arg("remote") & 0xffffU);
    }
    if (event.phase != Phase::LifecycleTimeWait) continue;
    ++told;
    const unsigned theirs = client_port[event.conn];
    const std::pair on_client{theirs, ours};
    const std::pair on_server{ours, theirs};
    const bool says_client = event.arg("on_client") == 1;
    CAPTURE(event.conn);
    CAPTURE(says_client);
    const bool here = kept.count(says_client ? on_client : on_server) == 1;
    // Where FINs have crossed, both sides keep it.
    CHECK((here || kept.count(says_client ? on_server : on_client) == 0));
    confirmed += here ? 1 : 0;
  }
  CHECK(told > 0);
  // The kernel may have a limit on what it keeps, but not none at all.
  CHECK(confirmed > 0);
}

TEST_CASE("observation: the ends of a connection are inferred, and said to be") {
  LiveServer live;
  end_both_ways(live);
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

// The first connection is the only one that the server has room for: the second one's FIN is there
// before it is accepted.
TEST_CASE("observation: a FIN that TCP_INFO shows is told before it, and once") {
  server::ServerOptions options;
  options.max_connections = 1;
  LiveServer live(options);
  Client first = live.connect();
  CHECK(first.ask(curl_hello).bytes == 130);
  Client second = live.connect();
  second.send("GET /hel");
  second.close();
  first.close();
  live.wait_for([](const trace::Event& event) {
    return event.phase == Phase::LifecycleTaskExit && event.conn == 2;
  });
  live.check_whole();
  const std::uint64_t fin = place(live, 2, Phase::LifecycleFinIn, trace::Kind::Instant);
  const std::uint64_t word = place(live, 2, Phase::TraceTcpInfo, trace::Kind::Instant);
  CHECK(live.recording.trace()[word].arg("state") ==
        static_cast<std::uint64_t>(trace::TcpState::CloseWait));
  CHECK(fin < word);
  CHECK(count_on(live, Phase::LifecycleFinIn, 2) == 1);
  CHECK(count_on(live, Phase::LifecycleFinAckOut, 2) == 1);
}
