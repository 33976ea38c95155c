// The phase gate against a real client that hangs meanwhile: every phase in turn, others going on,
// filters, deadlines that move, and the pairs of hold and release in the trace.
#include <algorithm>
#include <map>

#include "tests/core/server/live_server.h"

using namespace roundtrip;
using namespace roundtrip::testing;
using server::HoldFilter;
using server::PhaseGate;
using trace::Phase;

namespace {

// Steps the request that is held next through all its phases up to `last`, and returns them.
std::vector<Phase> step_to(Phase last, server::Server& server, std::uint64_t seen = 0) {
  std::vector<Phase> stops;
  while (stops.empty() || stops.back() != last) {
    const PhaseGate::Status status = server.gate().wait_for_stop(seen);
    seen = status.stops;
    stops.push_back(status.at);
    CHECK(server.gate().step(server.runtime()));
  }
  return stops;
}

void check_hold_pairs(LiveServer& live, std::size_t holds) {
  CHECK(live.recording.count_if([](const trace::Event& event) {
    return event.phase == Phase::TraceHold && event.begins();
  }) == holds);
  CHECK(live.recording.count(Phase::TraceRelease) == holds);
}

// Between the first hold of a connection and its last: each step that the table calls holdable is
// held before the next one comes, and nothing else is.
std::string unlike_the_table(const trace::Trace& trace) {
  struct Range {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    std::optional<Phase> due;
  };
  std::map<std::uint32_t, Range> ranges;
  const auto is_hold = [&](std::uint64_t i) {
    return trace[i].phase == Phase::TraceHold && trace[i].begins();
  };
  for (auto i = trace.first(); i < trace.end(); ++i) {
    if (is_hold(i)) ranges.try_emplace(trace[i].conn, Range{i, i, {}}).first->second.last = i;
  }
  std::string wrong;
  for (auto i = trace.first(); i < trace.end(); ++i) {
    const trace::Event& event = trace[i];
    const auto found = ranges.find(event.conn);
    if (found == ranges.end() || i > found->second.last) continue;
    Range& range = found->second;
    // A read is held at its end, when it is known to have brought something.
    const bool counts = event.phase == Phase::ReadRead ? event.ends() : !event.ends();
    if (is_hold(i)) {
      const auto at = static_cast<Phase>(*event.arg("phase"));
      if (range.due != at) wrong += fmt::format("{} was held\n", trace::phase_id(at));
      range.due.reset();
    } else if (event.row().holdable && counts) {
      const bool missed = range.due && i > range.first;
      if (missed) wrong += fmt::format("{} was not held\n", trace::phase_id(*range.due));
      range.due = event.phase;
    }
  }
  return wrong;
}

}  // namespace

TEST_CASE("gate: holds the next request at each phase in turn (1 and 2 workers)") {
  for (const unsigned workers : {1U, 2U}) {
    CAPTURE(workers);
    LiveServer live(with_workers(workers));
    live.server->gate().hold_next({});
    CHECK(live.server->gate().status().waiting);
    Client held = live.connect();
    held.send(curl_hello);
    const PhaseGate::Status first = live.server->gate().wait_for_stop(0);
    CHECK(first.at == Phase::ReadRead);
    CHECK(first.who.conn != 0);
    // Its client hangs, and others go on: the task waits, not the worker.
    for (int i = 0; i < 5; ++i) CHECK(live.connect().ask(curl_hello).bytes == 130);
    CHECK_FALSE(held.has_bytes());
    CHECK(live.server->gate().status().held);
    REQUIRE(live.server->gate().step(live.server->runtime()));

    std::vector<Phase> stops{first.at};
    std::uint64_t seen = first.stops;
    while (stops.back() != Phase::LifecycleKeepAlive) {
      const PhaseGate::Status status = live.server->gate().wait_for_stop(seen);
      seen = status.stops;
      stops.push_back(status.at);
      CHECK(status.who.conn == first.who.conn);
      const bool sent =
          std::find(stops.begin(), stops.end(), Phase::TransmitLogLine) != stops.end();
      if (!sent) CHECK_FALSE(held.has_bytes());
      CHECK(live.server->gate().step(live.server->runtime()));
    }
    CHECK(held.read_answer().bytes == 130);
    using enum Phase;
    const std::size_t holds = stops.size();
    const auto candidates = std::count(stops.begin(), stops.end(), HandleRouteCandidate);
    // The winner, two that lost, and all others together.
    CHECK(candidates == 4);
    stops.erase(std::unique(stops.begin() + 9, stops.end()), stops.end());
    CHECK(stops == std::vector{ReadRead, ReadBufferFill, ReadLineFound, ReadLineSplit,
                               ReadLineValid, ReadUrl, ReadHeader, ReadHeader, ReadHeader,
                               ReadHeadersComplete, ReadRequestReady, HandleResponseWriter,
                               HandleMiddleware, HandleRoute, HandleRoutePath,
                               HandleRouteCandidate, HandleRouteMatch, HandleHandler,
                               HandleWriteHeader, HandleWriteBody, TransmitFinish, TransmitFraming,
                               TransmitHead, TransmitFlush, TransmitWrite, TransmitLogLine,
                               TransmitCleanup, LifecycleKeepAlive});
    for (const Phase phase : stops) CHECK(trace::row_of(phase).holdable);
    // The gate is open again: the same connection is not held any more.
    CHECK(held.ask(curl_hello).bytes == 130);
    live.check_whole();
    check_hold_pairs(live, holds);
  }
}

TEST_CASE("gate: what the table calls holdable stops once each time, and nothing else does") {
  server::ServerOptions options;
  options.timeouts.read = Duration::milliseconds(30);
  LiveServer live(options);
  struct Held {
    std::string request;
    Phase last;
  };
  std::size_t idle = 0;
  for (const auto& [request, last] :
       {Held{curl_hello, Phase::LifecycleKeepAlive},
        Held{post("/echo", long_body(6000)), Phase::LifecycleKeepAlive},
        Held{get("/steps"), Phase::LifecycleKeepAlive},
        Held{get("/slow?ms=1"), Phase::LifecycleKeepAlive},
        Held{get("/nowhere"), Phase::LifecycleKeepAlive},
        Held{"G{T / HTTP/1.1\r\n\r\n", Phase::LifecycleDrain},
        Held{get("/hello", "Connection: close\r\n"), Phase::LifecycleDrain},
        Held{post("/echo", "four").substr(0, 56), Phase::LifecycleDrain}}) {
    CAPTURE(request.substr(0, 40));
    Client client = live.connect();
    // The second request of a connection has a beginning of its own.
    CHECK(client.ask(curl_hello).bytes == 130);
    live.wait_for([](const trace::Event& event) {
      return event.phase == Phase::LifecycleIdle && event.begins();
    }, ++idle);
    const std::uint64_t seen = live.server->gate().status().stops;
    live.server->gate().hold_next({});
    client.send(request);
    step_to(last, *live.server, seen);
    CHECK(client.read_answer().status != 0);
    client.close();
    live.wait_until_closed();
    live.server->gate().let_go(live.server->runtime());
    if (last == Phase::LifecycleKeepAlive) ++idle;
  }
  live.check_whole();
  CHECK(unlike_the_table(live.recording.trace()) == "");
}

TEST_CASE("gate: let go, the request runs to its end") {
  LiveServer live;
  live.server->gate().hold_next({});
  Client held = live.connect();
  held.send(curl_hello);
  CHECK(live.server->gate().wait_for_stop(0).held);
  live.server->gate().let_go(live.server->runtime());
  CHECK(held.read_answer().bytes == 130);
  CHECK(held.ask(curl_hello).bytes == 130);
  CHECK_FALSE(live.server->gate().armed());
  CHECK_FALSE(live.server->gate().step(live.server->runtime()));
  live.check_whole();
  check_hold_pairs(live, 1);
}

TEST_CASE("gate: only the request that matches is held (method, path, connection)") {
  LiveServer live(with_workers(2));
  HoldFilter filter;
  filter.method = "POST";
  filter.path = "/echo";
  live.server->gate().hold_next(filter);
  Client other = live.connect();
  CHECK(other.ask(curl_hello).bytes == 130);
  CHECK(other.ask(get("/")).status == 200);
  Client held = live.connect();
  held.send(post("/echo", "held"));
  const PhaseGate::Status status = live.server->gate().wait_for_stop(0);
  CHECK(status.at == Phase::ReadUrl);
  CHECK(other.ask(post("/echo", "not held")).body == "not held");
  live.server->gate().let_go(live.server->runtime());
  CHECK(held.read_answer().body == "held");

  HoldFilter by_connection;
  by_connection.conn = status.who.conn;
  live.server->gate().hold_next(by_connection);
  CHECK(other.ask(curl_hello).bytes == 130);
  held.send(curl_hello);
  CHECK(live.server->gate().wait_for_stop(status.stops).who.conn == status.who.conn);
  live.server->gate().let_go(live.server->runtime());
  CHECK(held.read_answer().bytes == 130);
  live.check_whole();
}

TEST_CASE("gate: a body's pieces are stops, and a long answer can be stepped through") {
  LiveServer live;
  live.server->gate().hold_next({});
  Client held = live.connect();
  const std::string body = long_body(6000);
  held.send(post("/echo", body));
  const std::vector<Phase> stops = step_to(Phase::LifecycleKeepAlive, *live.server);
  const Answer answer = held.read_answer();
  CHECK(answer.body == body);
  CHECK(std::count(stops.begin(), stops.end(), Phase::ReadBodyPiece) >= 2);
  CHECK(std::count(stops.begin(), stops.end(), Phase::HandleWriteBody) >= 2);
  live.check_whole();
  check_hold_pairs(live, stops.size());
}

TEST_CASE("gate: a held request's time-outs wait as long as it does (read, buffer fill)") {
  for (const Phase stop : {Phase::ReadRead, Phase::ReadBufferFill}) {
    CAPTURE(trace::phase_id(stop));
    server::ServerOptions options;
    options.timeouts.header = Duration::milliseconds(800);
    LiveServer live(options, true);
    PhaseGate& gate = live.server->gate();
    gate.hold_next({});
    Client held = live.connect();
    held.send(curl_hello.substr(0, 30));
    PhaseGate::Status status = gate.wait_for_stop(0);
    while (status.at != stop) {
      CHECK(gate.step(live.server->runtime()));
      status = gate.wait_for_stop(status.stops);
    }
    // Another client's half head, begun later, is given up: so much time has passed.
    Client late = live.connect();
    CHECK(late.ask(curl_hello.substr(0, 30)).status == 408);
    gate.let_go(live.server->runtime());
    // It goes on as far as it can, and then has its time to wait for the rest.
    live.wait_for([](const trace::Event& event) {
      return event.phase == Phase::ReadLineFound && event.conn == 1;
    });
    held.send(curl_hello.substr(30));
    CHECK(held.read_answer().bytes == 130);
    live.check_whole();
    // What it was held, though it had no number yet, is not its own time.
    const auto elapsed = live.recording.all<std::uint64_t>(Phase::TransmitLogLine, "elapsed");
    REQUIRE(!elapsed.empty());
    CHECK(elapsed.back() < 800'000);
  }
}

TEST_CASE("gate: what a request has begun in a task of its own is held, and its limit waits") {
  for (const trace::Model model : {trace::Model::Tasks, trace::Model::Threads}) {
    CAPTURE(trace::word(trace::Unit::ModelUnit, static_cast<std::uint64_t>(model)));
    server::ServerOptions options = with_workers(2);
    options.model = model;
    options.timeouts.handler = Duration::milliseconds(800);
    options.shutdown_grace = Duration::milliseconds(1);
    LiveServer live(options, true);
    PhaseGate& gate = live.server->gate();
    gate.hold_next({});
    Client held = live.connect();
    held.send(get("/slow?ms=1"));
    PhaseGate::Status status = gate.wait_for_stop(0);
    const std::uint32_t task = status.who.task;
    std::size_t stops = 1;
    for (; status.at != Phase::HandleSleep; ++stops) {
      CHECK(gate.step(live.server->runtime()));
      status = gate.wait_for_stop(status.stops);
    }
    CHECK(status.who.task != task);
    CHECK(status.who.request != 0);
    // Others, begun later, sleep past their limit: so much time has passed, and once more.
    for (int i = 0; i < 2; ++i) CHECK(live.connect().ask(get("/slow?ms=60000")).status == 503);
    CHECK_FALSE(held.has_bytes());
    gate.let_go(live.server->runtime());
    const Answer answer = held.read_answer();
    CHECK(answer.status == 200);
    CHECK(answer.body == "Done\n");
    live.stop();
    live.recording.check_story();
    check_hold_pairs(live, stops);
    // What was held is not the request's own time.
    CHECK(live.recording.count_if([](const trace::Event& event) {
      return event.phase == Phase::TransmitLogLine && event.arg("status") == 200U &&
             event.arg("elapsed") < 1'600'000U;
    }) == 1);
  }
}

TEST_CASE("gate: a handler whose client was told 503 is held no more") {
  server::ServerOptions options;
  options.timeouts.handler = Duration::milliseconds(5);
  LiveServer live(options);
  PhaseGate& gate = live.server->gate();
  HoldFilter on_path;
  on_path.path = "/hello";
  gate.hold_next(on_path);
  Client client = live.connect();
  CHECK(client.ask(get("/slow?ms=40")).status == 503);
  // The next request of the connection is held, what is left of the one before goes on.
  client.send(curl_hello);
  CHECK(gate.wait_for_stop(0).held);
  live.wait_for([](const trace::Event& event) { return event.phase == Phase::HandleLateWrite; });
  CHECK_FALSE(client.has_bytes());
  gate.let_go(live.server->runtime());
  CHECK(client.read_answer().bytes == 130);
  live.check_whole();
}

TEST_CASE("gate: a held client that goes away, or a shutdown, ends the hold") {
  LiveServer live;
  live.server->gate().hold_next({});
  Client held = live.connect();
  held.send(curl_hello);
  std::uint64_t stops = live.server->gate().wait_for_stop(0).stops;
  held.reset();
  live.server->gate().let_go(live.server->runtime());
  live.wait_until_closed();
  live.server->gate().hold_next({});
  Client last = live.connect();
  last.send(curl_hello);
  CHECK(live.server->gate().wait_for_stop(stops).held);
  live.stop();
  CHECK(last.read_answer().bytes > 0);
  live.check_whole();
}
