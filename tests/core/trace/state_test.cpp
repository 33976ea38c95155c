#include "core/trace/state.h"

#include <doctest/doctest.h>

#include <random>

#include "core/trace/state_scheduler.h"
#include "tests/core/trace/story.h"

namespace roundtrip::trace {
namespace {

// The states by the slow way: every event from the first on.
ConnectionStateAt replayed(const Trace& trace, std::uint32_t conn, std::uint64_t number) {
  ConnectionStateAt state;
  state.conn = conn;
  for (std::uint64_t n = trace.first(); n <= number && n < trace.end(); ++n) {
    if (trace[n].conn == conn) apply(state, trace[n], static_cast<EventNumber>(n));
  }
  return state;
}
SchedulerAt replayed_scheduler(const Trace& trace, std::uint64_t number) {
  SchedulerReplay state;
  for (std::uint64_t n = trace.first(); n <= number && n < trace.end(); ++n) {
    state.apply(trace[n], static_cast<EventNumber>(n));
  }
  return state.result();
}

// The last event of this phase and kind.
std::uint64_t last_of(const Trace& trace, Phase phase, Kind kind) {
  std::uint64_t found = 0;
  for (std::uint64_t n = trace.first(); n < trace.end(); ++n) {
    if (trace[n].phase == phase && trace[n].kind == kind) found = n;
  }
  return found;
}

std::string text_of(const Trace& trace, Log log, ByteRange range) {
  const Trace::Excerpt excerpt = trace.bytes(1, log, range);
  return excerpt.whole ? excerpt.data : "(not kept)";
}

// Requests in random order on a few connections, some closed; a long story on purpose.
void tell_randomly(Story& story, int requests, std::uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<Story::Conn> open;
  for (int i = 0; i < requests; ++i) {
    if (open.empty() || (open.size() < 5 && random() % 4 == 0)) open.push_back(story.open());
    const std::size_t which = random() % open.size();
    if (open[which].served > 0 && random() % 10 == 0) {
      story.close(open[which], CloseReason::PeerClosed);
      open.erase(open.begin() + static_cast<std::ptrdiff_t>(which));
      continue;
    }
    story.ask(open[which], Story::curl_request(random() % 2 == 0 ? "/hello" : "/hello?name=you"),
              std::string(random() % 300, 'x'));
  }
}

}  // namespace

TEST_CASE("state: equals a replay from the first event (every event, every connection)") {
  Story story;
  story.startup();
  tell_randomly(story, 40, 7);
  const Trace& trace = story.trace();
  TraceIndex index(trace);
  index.follow();
  const StateReader reader(index);
  for (std::uint64_t n = 0; n < trace.end(); ++n) {
    for (const std::uint32_t conn : index.connections()) {
      INFO("event " << n << ", " << phase_id(trace[n].phase) << ", connection " << conn);
      REQUIRE(reader.connection_at(conn, n) == replayed(trace, conn, n));
    }
    REQUIRE(reader.scheduler_at(n) == replayed_scheduler(trace, n));
  }
}

TEST_CASE("state: equals a replay at random places of a long trace, in any order (checkpoints)") {
  Story story;
  story.startup();
  tell_randomly(story, 3000, 11);
  const Trace& trace = story.trace();
  TraceIndex index(trace);
  index.follow();
  const StateReader reader(index);
  std::mt19937 random(3);
  for (int i = 0; i < 100; ++i) {
    const std::uint64_t n = random() % trace.end();
    const std::uint32_t conn = index.connections()[random() % index.connections().size()];
    INFO("event " << n << ", connection " << conn);
    REQUIRE(reader.connection_at(conn, n) == replayed(trace, conn, n));
    REQUIRE(reader.scheduler_at(n) == replayed_scheduler(trace, n));
  }
  CHECK(reader.memory_bytes() < trace.count() * 8);
}

TEST_CASE("state: a late fact before checkpoints takes them back") {
  Story story;
  story.startup();
  tell_randomly(story, 400, 5);
  Trace other;
  other.share_symbols(story.trace().symbols());
  TraceIndex index(other);
  const StateReader reader(index);
  const std::size_t late = story.events().size() / 3;
  story.deliver_to(other, 0, late);
  story.deliver_to(other, late + 1, story.events().size());
  index.follow();
  const std::uint64_t end = other.end() - 1;
  for (const std::uint32_t conn : index.connections()) reader.connection_at(conn, end);
  reader.scheduler_at(end);
  Story::deliver_late(other, story.events()[late]);
  index.follow();
  for (std::uint64_t n = late - 3; n < late + 40; ++n) {
    for (const std::uint32_t conn : index.connections()) {
      REQUIRE(reader.connection_at(conn, n) == replayed(other, conn, n));
    }
    REQUIRE(reader.scheduler_at(n) == replayed_scheduler(other, n));
  }
  REQUIRE(reader.scheduler_at(other.end()) == replayed_scheduler(other, other.end()));
}

TEST_CASE("state: what evicted events led to is kept") {
  Story whole;
  Story bounded(4 << 20);
  for (Story* story : {&whole, &bounded}) {
    TraceIndex index(story->trace());
    const StateReader reader(index);
    story->startup();
    auto old = story->open();
    story->ask(old, Story::curl_request("/hello"), "Hello, World!");
    for (int i = 0; i < 1500; ++i) {
      auto conn = story->open();
      story->ask(conn, Story::curl_request("/hello"), "Hello, World!");
      story->close(conn, CloseReason::PeerClosed);
      story->trace();
      index.follow();
    }
    const Trace& trace = story->trace();
    CHECK((trace.first() > 0) == (story == &bounded));
    const std::uint64_t end = trace.end() - 1;
    const ConnectionStateAt idle = reader.connection_at(1, end);
    CHECK(idle.state == ConnectionState::Idle);
    CHECK(idle.fd == 6);
    CHECK(idle.header_timeout_ms == 15000);
    CHECK(idle.request.headers.size() == 3);
    CHECK((idle.request.headers[0].event == no_event) == (story == &bounded));
    const SchedulerAt scheduler = reader.scheduler_at(end);
    CHECK(scheduler.tasks.size() == 2);  // the accept loop and the idle connection's
    CHECK(scheduler.done == 1500);
    const ProcessAt process = reader.process_at(end);
    CHECK(process.accepting);
    CHECK(process.accepted == 1501);
    CHECK(process.open_connections == 1);
    CHECK(process.finished_requests == 1501);
    CHECK(process.workers == 1);
  }
}

TEST_CASE("state: the fields of curl's request are ranges of its 83 bytes") {
  Story story;
  story.hello();
  const Trace& trace = story.trace();
  TraceIndex index(trace);
  index.follow();
  const StateReader reader(index);
  const std::uint64_t ready = last_of(trace, Phase::ReadRequestReady, Kind::Instant);
  const RequestState request = reader.connection_at(1, ready).request;
  CHECK(text_of(trace, Log::In, *request.line) == "GET /hello HTTP/1.1\r\n");
  CHECK(text_of(trace, Log::In, *request.method) == "GET");
  CHECK(text_of(trace, Log::In, *request.target) == "/hello");
  CHECK(text_of(trace, Log::In, *request.version) == "HTTP/1.1");
  CHECK(text_of(trace, Log::In, *request.path) == "/hello");
  CHECK_FALSE(request.query);
  REQUIRE(request.headers.size() == 3);
  CHECK(text_of(trace, Log::In, request.headers[1].name) == "User-Agent");
  CHECK(text_of(trace, Log::In, request.headers[1].value) == "curl/7.80.0");
  CHECK(request.head == ByteRange{0, 83});
  CHECK(request.ready);
  CHECK(trace.symbols().text(*request.method_name) == "GET");
}

TEST_CASE("state: a query and the second request on a connection keep their stream offsets") {
  Story story;
  auto conn = story.open();
  story.ask(conn, Story::curl_request("/hello"), "Hello, World!");
  story.ask(conn, Story::curl_request("/hello?name=you"), "Hello, you!");
  const Trace& trace = story.trace();
  TraceIndex index(trace);
  index.follow();
  const StateReader reader(index);
  const ConnectionStateAt state = reader.connection_at(1, trace.end());
  CHECK(state.request.request == 2);
  CHECK(state.request.line->offset == 83);
  CHECK(text_of(trace, Log::In, *state.request.target) == "/hello?name=you");
  CHECK(text_of(trace, Log::In, *state.request.path) == "/hello");
  CHECK(text_of(trace, Log::In, *state.request.query) == "name=you");
  CHECK(state.requests_served == 2);
  CHECK(state.state == ConnectionState::Idle);
  CHECK(state.bytes_in == 83 + 92);
}

TEST_CASE("state: a connection goes from NEW to CLOSED, its buffers fill and empty") {
  Story story;
  story.hello();
  const Trace& trace = story.trace();
  TraceIndex index(trace);
  index.follow();
  const StateReader reader(index);
  const auto after = [&](Phase phase, Kind kind) {
    return reader.connection_at(1, last_of(trace, phase, kind));
  };
  CHECK(after(Phase::ConnectionSyn, Kind::Instant).state == ConnectionState::New);
  CHECK(after(Phase::ConnectionSyn, Kind::Instant).server_tcp == TcpState::SynReceived);
  CHECK(after(Phase::ConnectionAck, Kind::Instant).server_tcp_source == Provenance::Inferred);
  const ConnectionStateAt object = after(Phase::ConnectionObject, Kind::Instant);
  CHECK(object.state == ConnectionState::Established);
  CHECK(object.local == Address::v4(0x7f000001, 8080));
  CHECK_FALSE(object.no_delay);
  CHECK(after(Phase::ConnectionSocketOptions, Kind::Instant).no_delay == true);
  const ConnectionStateAt observed = after(Phase::TraceTcpInfo, Kind::Instant);
  CHECK(observed.server_tcp_source == Provenance::Observed);
  CHECK(observed.rtt_us == 25);

  CHECK(after(Phase::ReadBufferFill, Kind::Instant).read_buffer == BufferState{4096, 83, 0});
  const ConnectionStateAt line = after(Phase::ReadLineFound, Kind::Instant);
  CHECK(line.state == ConnectionState::ServingRequest);
  CHECK(line.read_buffer == BufferState{4096, 83, 21});
  CHECK(after(Phase::ReadHeadersComplete, Kind::Instant).read_buffer ==
        BufferState{4096, 83, 83});

  const ConnectionStateAt wrote = after(Phase::HandleWriteBody, Kind::End);
  CHECK(wrote.request.status == 200);
  CHECK(wrote.request.written == 13);
  CHECK(wrote.request.body_buffered == 13);
  CHECK(wrote.request.handling);
  CHECK(after(Phase::TransmitHead, Kind::Instant).write_buffer.filled ==
        after(Phase::TransmitHead, Kind::Instant).request.response_head->length);
  const ConnectionStateAt flushing = after(Phase::TransmitFlush, Kind::Begin);
  CHECK(flushing.request.body_buffered == 0);
  CHECK(flushing.write_buffer.filled == flushing.request.response_head->length + 13);
  const ConnectionStateAt sent = after(Phase::TransmitFlush, Kind::End);
  CHECK(sent.write_buffer == BufferState{4096, 0, 0});
  CHECK(sent.request.sent == flushing.write_buffer.filled);
  CHECK(sent.bytes_out == sent.request.sent);

  CHECK(after(Phase::LifecycleIdle, Kind::Begin).state == ConnectionState::Idle);
  CHECK(after(Phase::LifecycleClose, Kind::Begin).state == ConnectionState::Closing);
  const ConnectionStateAt closed = after(Phase::LifecycleClose, Kind::End);
  CHECK(closed.state == ConnectionState::Closed);
  CHECK(closed.close_reason == CloseReason::PeerClosed);
  CHECK(closed.server_tcp == TcpState::FinWait1);
  CHECK_FALSE(closed.fd);
}

TEST_CASE("state: what of a chunk left while it was written does not wait in the write buffer") {
  Story story;
  story.startup();
  auto conn = story.open();
  const Subject who = conn.subject(1);
  story.instant<Phase::HandleResponseWriter>(who, 2048U, 4096U);
  story.instant<Phase::TransmitHead>(who, 17U, 37U, 0U, 41U, 5U, 100U)
      .set_bytes(Log::Out, {0, 100});
  story.begin<Phase::TransmitFlush>(who, 4096U);
  story.begin<Phase::TransmitWrite>(who, conn.fd, 4096U);
  story.end<Phase::TransmitWrite>(who, absent, absent, 4096U).set_bytes(Log::Out, {0, 4096});
  story.end<Phase::TransmitFlush>(who);
  story.instant<Phase::TransmitChunk>(who, 5000U).set_bytes(Log::Out, {100, 5008});
  const Trace& trace = story.trace();
  TraceIndex index(trace);
  index.follow();
  const ConnectionStateAt state = StateReader(index).connection_at(conn.conn, trace.end() - 1);
  CHECK(state.write_buffer.filled - state.write_buffer.consumed == 100 + 5008 - 4096);
}

TEST_CASE("state: an answer that begins anew has thrown away what was written before") {
  Story story;
  story.startup();
  auto conn = story.open();
  const Subject who = conn.subject(1);
  story.instant<Phase::HandleResponseWriter>(who, 2048U, 4096U);
  for (const std::uint32_t length : {42U, 43U}) {
    story.instant<Phase::HandleWriteHeader>(who, length == 42U ? 200U : 408U, 0U, 0U);
    story.begin<Phase::HandleWriteBody>(who, length);
    story.end<Phase::HandleWriteBody>(who, length, length, 2048U);
  }
  const Trace& trace = story.trace();
  TraceIndex index(trace);
  index.follow();
  const ConnectionStateAt state = StateReader(index).connection_at(conn.conn, trace.end() - 1);
  CHECK(state.request.status == 408);
  CHECK(state.request.written == 43);
  CHECK(state.request.body_buffered == 43);
}

TEST_CASE("state: TCP walks through both ways of closing") {
  const auto ends_in = [](bool client_first) {
    Story story;
    auto conn = story.open();
    const Subject wire{0, conn.conn};
    if (client_first) {
      story.instant<Phase::LifecycleFinIn>(wire);
      story.instant<Phase::LifecycleFinAckOut>(wire);
    }
    story.wake(conn.subject());
    story.begin<Phase::LifecycleClose>(conn.subject(), CloseReason::Shutdown, conn.fd);
    story.instant<Phase::LifecycleFinOut>(wire);
    story.end<Phase::LifecycleClose>(conn.subject());
    story.instant<Phase::LifecycleFinAckIn>(wire);
    if (!client_first) {
      story.instant<Phase::LifecycleFinIn>(wire);
      story.instant<Phase::LifecycleFinAckOut>(wire);
    }
    TraceIndex index(story.trace());
    index.follow();
    const ConnectionStateAt state = StateReader(index).connection_at(1, story.trace().end());
    return std::pair{*state.server_tcp, *state.client_tcp};
  };
  CHECK(ends_in(true) == std::pair{TcpState::Closed, TcpState::TimeWait});
  CHECK(ends_in(false) == std::pair{TcpState::TimeWait, TcpState::Closed});
}

TEST_CASE("state: the scheduler's queues, workers and parked tasks") {
  Story story;
  const Subject a{story.spawn("a")};
  const Subject b{story.spawn("b")};
  const Subject c{story.spawn("c")};
  story.begin<Phase::TaskRun>(a, 1U);
  story.instant<Phase::TaskStolen>(c, 1U, 2U);
  TraceIndex index(story.trace());
  index.follow();
  const StateReader reader(index);
  SchedulerAt state = reader.scheduler_at(story.trace().end());
  CHECK(state.tasks.size() == 3);
  CHECK(state.running.at(1) == a.task);
  CHECK(state.run_queues.at(1) == std::vector<std::uint32_t>{b.task});
  CHECK(state.run_queues.at(2) == std::vector<std::uint32_t>{c.task});
  CHECK(state.stolen == 1);
  // Who is stolen has been ready all along.
  CHECK(state.tasks.at(c.task).since ==
        last_of(story.trace(), Phase::TaskRunnable, Kind::Instant));
  story.park(a, ParkReason::Blocking);
  story.begin<Phase::TaskBlocking>(a, 1U);
  story.begin<Phase::TaskRun>(b, 1U);
  story.park(b, ParkReason::Sleep);
  story.trace();
  index.follow();
  state = reader.scheduler_at(story.trace().end());
  CHECK(state.tasks.at(a.task).state == TaskState::Blocking);
  CHECK(state.tasks.at(b.task).state == TaskState::Parked);
  CHECK(state.tasks.at(b.task).waits_for == ParkReason::Sleep);
  CHECK(state.tasks.at(b.task).since == last_of(story.trace(), Phase::TaskPark, Kind::Instant));
  CHECK(state.running.empty());
  story.begin<Phase::TaskRun>(c, 2U);
  story.instant<Phase::TaskDone>(c);
  story.end<Phase::TaskRun>(c);
  story.trace();
  index.follow();
  state = reader.scheduler_at(story.trace().end());
  CHECK(state.tasks.size() == 2);
  CHECK(state.done == 1);
  CHECK(state.run_queues.empty());
}

TEST_CASE("state: the process tells its startup step by step and counts its connections") {
  Story story;
  story.hello();
  const Trace& trace = story.trace();
  TraceIndex index(trace);
  index.follow();
  const StateReader reader(index);
  CHECK(reader.process_at(0).steps.size() == 1);
  CHECK(reader.process_at(0).steps[0].end == no_event);
  CHECK_FALSE(reader.process_at(0).accepting);
  const ProcessAt ready = reader.process_at(last_of(trace, Phase::StartupReady, Kind::Instant));
  CHECK(ready.accepting);
  CHECK(ready.listen_fd == 3);
  CHECK(ready.backlog == 4096);
  CHECK(ready.backlog_in_force == 4096);
  CHECK(ready.address == Address::v4(0x7f000001, 8080));
  CHECK(ready.resident_bytes == 4'000'000);
  REQUIRE(ready.routes.size() == 1);
  CHECK(trace.symbols().text(ready.routes[0].first) == "GET /hello");
  CHECK(ready.accepted == 0);
  const ProcessAt during = reader.process_at(last_of(trace, Phase::ReadUrl, Kind::Instant));
  CHECK(during.open_connections == 1);
  CHECK(during.finished_requests == 0);
  const ProcessAt after = reader.process_at(trace.end());
  CHECK(after.open_connections == 0);
  CHECK(after.accepted == 1);
  CHECK(after.finished_requests == 1);
}

TEST_CASE("state: an unknown connection is not known, and says so") {
  Story story;
  story.hello();
  TraceIndex index(story.trace());
  index.follow();
  const ConnectionStateAt state = StateReader(index).connection_at(77, 5);
  CHECK(state.conn == 77);
  CHECK(state.state == ConnectionState::New);
  CHECK_FALSE(state.fd);
  CHECK_FALSE(state.server_tcp);
}

}  // namespace roundtrip::trace
