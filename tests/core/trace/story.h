// Story: a builder of synthetic traces for tests of everything that reads a Trace (index, state,
// files, narrator, layouts). It stamps events one microsecond apart, from 1 ms on, and delivers
// them by the Trace's one door. `begin<phase>`, `end<phase>` and `instant<phase>` read like the
// recorder's; the whole chapters (startup, open, ask, close) tell a legal story with the phases,
// ranges and bytes that the server tells, on one worker.
//
//   Story story;
//   story.startup();
//   const auto conn = story.open();
//   story.ask(conn, story.curl_request("/hello"), "Hello, world!");
//   story.close(conn, CloseReason::PeerClosed);
//   const Trace& trace = story.trace();
#pragma once

#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

#include "core/trace/recorder.h"
#include "core/trace/trace.h"

namespace roundtrip::trace {

class Story {
 public:
  // A connection of the story: what its facts bear.
  struct Conn {
    std::uint32_t conn = 0;
    std::uint32_t task = 0;
    std::uint32_t fd = 0;
    std::uint64_t in = 0;   // bytes told so far, each way
    std::uint64_t out = 0;
    std::uint32_t served = 0;
    Subject subject(std::uint32_t request = 0) const { return {task, conn, request}; }
  };

  explicit Story(std::size_t limit_bytes = 0) : trace_(std::make_unique<Trace>(limit_bytes)) {}

  // ---- Single facts. The next one comes `step` later; `wait` lets more time pass.
  Duration step = Duration::microseconds(1);
  std::uint16_t thread = 1;
  void wait(Duration length) { now_ = now_ + length; }
  Instant now() const { return now_; }

  template <Phase phase, class... Args>
  Event& begin(const Subject& who, const Args&... args) {
    return tell<phase>(Kind::Begin, who, args...);
  }
  template <Phase phase, class... Args>
  Event& end(const Subject& who, const Args&... args) {
    return tell<phase>(Kind::End, who, args...);
  }
  template <Phase phase, class... Args>
  Event& instant(const Subject& who, const Args&... args) {
    return tell<phase>(Kind::Instant, who, args...);
  }
  // Any kind; set id, provenance or bytes on what it returns (valid until the next fact).
  template <Phase phase, class... Args>
  Event& tell(Kind kind, const Subject& who, const Args&... args) {
    now_ = now_ + step;
    Record record{};
    record.task = who.task;
    record.conn = who.conn;
    record.request = who.request;
    record.phase = phase;
    record.kind = kind;
    record.thread = thread;
    recorder_detail::put_args<phase>(record, std::index_sequence_for<Args...>{}, args...);
    Event& event = events_.emplace_back();
    static_cast<Facts&>(event) = record;
    event.time = now_;
    return event;
  }
  void keep(std::uint32_t conn, Log log, std::uint64_t offset, std::string_view data) {
    kept_.push_back({conn, log, offset, std::string(data)});
  }
  Symbol symbol(std::string_view text) { return trace_->symbols().intern(text); }

  // ---- Chapters.
  void startup(std::uint16_t port = 8080, std::uint32_t workers = 1);
  Conn open();
  // One request, given byte for byte, and its answer of status 200 with a Content-Length.
  std::uint32_t ask(Conn& conn, std::string_view request, std::string_view body);
  void idle(Conn& conn);
  void close(Conn& conn, CloseReason reason);
  // The whole of scenario 01: startup, one connection, one request, close.
  void hello() {
    startup();
    Conn conn = open();
    ask(conn, curl_request("/hello"), "Hello, World!");
    close(conn, CloseReason::PeerClosed);
  }
  // What curl 7.80.0 sends: 83 bytes for "/hello" on port 8080.
  static std::string curl_request(std::string_view target) {
    return fmt::format("GET {} HTTP/1.1\r\nHost: localhost:8080\r\nUser-Agent: curl/7.80.0\r\n"
                       "Accept: */*\r\n\r\n", target);
  }

  // ---- Tasks, for chapters of your own.
  std::uint32_t spawn(std::string_view name, std::uint32_t parent = 0, std::uint32_t conn = 0);
  void wake(const Subject& who, WakeSource source = WakeSource::Poller, std::uint32_t worker = 1);
  void park(const Subject& who, ParkReason on = ParkReason::Readable);

  // ---- What was told.
  const std::vector<Event>& events() const { return events_; }
  // The trace, with all that was told so far.
  Trace& trace() {
    deliver_to(*trace_, delivered_, events_.size());
    delivered_ = events_.size();
    return *trace_;
  }
  // The same, and nothing is kept here: for stories of millions of facts.
  void deliver_and_forget() {
    trace();
    events_.clear();
    kept_.clear();
    delivered_ = 0;
  }
  // Hands events [from, to) to another trace, the bytes with the first of them.
  void deliver_to(Trace& trace, std::size_t from, std::size_t to) const {
    Delivery delivery;
    std::vector<ByteSighting> bytes;
    if (from == 0 || &trace == trace_.get()) {
      for (const Kept& kept : kept_) bytes.push_back({kept.conn, kept.log, kept.offset, kept.data});
    }
    delivery.bytes = bytes;
    delivery.events = std::span(events_).subspan(from, to - from);
    if (to > from) delivery.settled_to = events_[to - 1].time;
    trace.append(delivery);
  }
  // An event that the collector would find too late: it goes in where its time says.
  static void deliver_late(Trace& trace, const Event& event) {
    Delivery delivery;
    delivery.late = {&event, 1};
    delivery.settled_to = trace.settled_to();
    trace.append(delivery);
  }

 private:
  struct Kept {
    std::uint32_t conn;
    Log log;
    std::uint64_t offset;
    std::string data;
  };
  void head(Conn& conn, const Subject& who, std::string_view request);
  void answer(Conn& conn, const Subject& who, std::string_view body);

  std::unique_ptr<Trace> trace_;
  std::vector<Event> events_;
  std::vector<Kept> kept_;
  std::size_t delivered_ = 0;
  Instant now_ = Instant{} + Duration::milliseconds(1);
  std::uint32_t tasks_ = 0;
  std::uint32_t conns_ = 0;
  std::uint32_t requests_ = 0;
  std::uint32_t accept_task_ = 0;
};

inline std::uint32_t Story::spawn(std::string_view name, std::uint32_t parent,
                                  std::uint32_t conn) {
  const Subject who{++tasks_, conn};
  const std::optional<std::uint32_t> by =
      parent != 0 ? std::optional<std::uint32_t>(parent) : std::nullopt;
  instant<Phase::TaskCreated>(who, symbol(name), 640U, by);
  instant<Phase::TaskRunnable>(who, WakeSource::Spawn, by, 1U, 0U);
  return who.task;
}

inline void Story::wake(const Subject& who, WakeSource source, std::uint32_t worker) {
  instant<Phase::TaskRunnable>(who, source, absent, worker, 0U);
  begin<Phase::TaskRun>(who, worker);
}

inline void Story::park(const Subject& who, ParkReason on) {
  instant<Phase::TaskPark>(who, absent, on);
  end<Phase::TaskRun>(who);
}

inline void Story::startup(std::uint16_t port, std::uint32_t workers) {
  const Address address = Address::v4(0x7f000001, port);
  begin<Phase::StartupProgramLoad>({}, 10U);
  end<Phase::StartupProgramLoad>({});
  begin<Phase::StartupStaticInit>({});
  end<Phase::StartupStaticInit>({});
  instant<Phase::StartupMain>({});
  begin<Phase::StartupRuntimeInit>({});
  end<Phase::StartupRuntimeInit>({}, workers, 2U);
  instant<Phase::StartupRegisterHandler>({}, symbol("GET /hello"), symbol("hello"));
  begin<Phase::StartupSocket>({});
  end<Phase::StartupSocket>({}, 3);
  begin<Phase::StartupBind>({}, address);
  end<Phase::StartupBind>({});
  begin<Phase::StartupListen>({}, 4096U);
  end<Phase::StartupListen>({}, absent, 4096U);
  accept_task_ = spawn("accept loop");
  const Subject loop{accept_task_};
  begin<Phase::TaskRun>(loop, 1U);
  instant<Phase::StartupAcceptLoop>({}, 3);
  instant<Phase::StartupReady>({}, 4'000'000U, 1U, 1U, 900U);
  begin<Phase::ConnectionAccept>(loop);
  end<Phase::ConnectionAccept>(loop, absent, 11U);
  park(loop, ParkReason::Acceptable);
}

inline Story::Conn Story::open() {
  if (accept_task_ == 0) {
    accept_task_ = spawn("accept loop");
    begin<Phase::TaskRun>({accept_task_}, 1U);
    park({accept_task_}, ParkReason::Acceptable);
  }
  Conn conn;
  conn.conn = ++conns_;
  conn.fd = 5 + conn.conn;
  const Subject loop{accept_task_};
  const Subject accepted{accept_task_, conn.conn};
  tell<Phase::ConnectionConnect>(Kind::AsyncBegin, {0, conn.conn}).id = conn.conn;
  instant<Phase::ConnectionSyn>({0, conn.conn}, 1000U, 65495U, 65495U, 60U, 5U).provenance =
      Provenance::Derived;
  instant<Phase::ConnectionSynAck>({0, conn.conn}, 20U).provenance = Provenance::Inferred;
  instant<Phase::ConnectionAck>({0, conn.conn}, 20U).provenance = Provenance::Inferred;
  tell<Phase::ConnectionConnect>(Kind::AsyncEnd, {0, conn.conn}).id = conn.conn;
  wake(loop);
  begin<Phase::ConnectionAccept>(loop);
  end<Phase::ConnectionAccept>(accepted, conn.fd);
  instant<Phase::ConnectionObject>(accepted, Address::v4(0x7f000001, 8080),
                                   Address::v4(0x7f000001, 40000), conn.fd);
  instant<Phase::ConnectionSocketOptions>(accepted, 1U, 0U, 1U, 131072U, 2626560U);
  instant<Phase::ConnectionTimeouts>(accepted, 15000U, 15000U, 15000U, 60000U);
  instant<Phase::ConnectionMemory>(accepted, 640U, 4096U, 4096U, 2048U, 512U);
  instant<Phase::ConnectionTaskSpawned>(accepted, tasks_ + 1, 640U);
  conn.task = spawn("connection", accept_task_, conn.conn);
  begin<Phase::ConnectionAccept>(loop);
  end<Phase::ConnectionAccept>(loop, absent, 11U);
  park(loop, ParkReason::Acceptable);
  begin<Phase::TaskRun>(conn.subject(), 1U);
  instant<Phase::ConnectionFirstRun>(conn.subject(), 1U);
  instant<Phase::TraceTcpInfo>({0, conn.conn}, TcpState::Established, 25U, 12U, 10U, 0U, 0U);
  return conn;
}

inline void Story::head(Conn& conn, const Subject& who, std::string_view request) {
  const std::uint64_t base = conn.in;
  const auto range = [&](Event& event, std::uint64_t from, std::uint64_t length) {
    event.set_bytes(Log::In, {base + from, length});
  };
  const std::size_t line = request.find("\r\n");
  const std::size_t target = request.find(' ') + 1;
  const std::size_t version = request.rfind(' ', line) + 1;
  const auto size = [](std::size_t count) { return static_cast<std::uint32_t>(count); };
  range(instant<Phase::ReadLineFound>(who), 0, line + 2);
  range(instant<Phase::ReadLineSplit>(who, size(target - 1), size(version - 1 - target),
                                      size(line - version)),
        0, line);
  range(instant<Phase::ReadLineValid>(who, symbol(request.substr(0, target - 1)), 1U, 1U), 0,
        line);
  const std::string_view url = request.substr(target, version - 1 - target);
  const std::size_t mark = url.find('?');
  const std::uint32_t path = size(mark == url.npos ? url.size() : mark);
  const std::uint32_t query = size(mark == url.npos ? 0 : url.size() - mark - 1);
  range(instant<Phase::ReadUrl>(who, path, query), target, url.size());
  std::uint32_t number = 0;
  std::size_t at = line + 2;
  for (std::size_t next = request.find("\r\n", at); next != at;
       at = next + 2, next = request.find("\r\n", at)) {
    const std::size_t colon = request.find(':', at);
    range(instant<Phase::ReadHeader>(who, ++number, size(colon - at), size(colon + 2 - at),
                                     size(next - colon - 2)),
          at, next + 2 - at);
  }
  range(instant<Phase::ReadHeadersComplete>(who, number, size(at + 2)), 0, at + 2);
  instant<Phase::ReadRequestReady>(who, request.size() - at - 2, KeepAlive::Kept, number);
  if (request.size() > at + 2) {
    const std::uint64_t body = request.size() - at - 2;
    begin<Phase::ReadBody>(who, body);
    range(instant<Phase::ReadBodyPiece>(who, 1U), at + 2, body);
    end<Phase::ReadBody>(who, absent, body, 1U);
  }
}

inline void Story::answer(Conn& conn, const Subject& who, std::string_view body) {
  const auto size = [](std::size_t count) { return static_cast<std::uint32_t>(count); };
  const std::string head = fmt::format(
      "HTTP/1.1 200 OK\r\nDate: Mon, 23 Nov 2026 12:00:00 GMT\r\nContent-Length: {}\r\n"
      "Content-Type: text/plain; charset=utf-8\r\n\r\n",
      body.size());
  const std::uint32_t whole = size(head.size() + body.size());
  const std::uint64_t base = conn.out;
  instant<Phase::HandleResponseWriter>(who, 2048U, 4096U);
  begin<Phase::HandleMiddleware>(who, symbol("log"), 1U);
  begin<Phase::HandleRoute>(who, 1U);
  instant<Phase::HandleRoutePath>(who);
  instant<Phase::HandleRouteCandidate>(who, symbol("GET /hello"), symbol("matches"));
  instant<Phase::HandleRouteMatch>(who, symbol("GET /hello"), symbol("hello"), 200U);
  end<Phase::HandleRoute>(who);
  begin<Phase::HandleHandler>(who, symbol("hello"));
  instant<Phase::HandleWriteHeader>(who, 200U, 1U, 1U);
  begin<Phase::HandleWriteBody>(who, body.size());
  end<Phase::HandleWriteBody>(who, body.size(), size(body.size()), 2048U);
  end<Phase::HandleHandler>(who);
  end<Phase::HandleMiddleware>(who);
  begin<Phase::TransmitFinish>(who);
  instant<Phase::TransmitFraming>(who, Framing::ContentLength, body.size());
  instant<Phase::TransmitHead>(who, 17U, 37U, 20U, 41U, 0U, size(head.size()))
      .set_bytes(Log::Out, {base, head.size()});
  begin<Phase::TransmitFlush>(who, whole);
  begin<Phase::TransmitWrite>(who, conn.fd, whole);
  keep(conn.conn, Log::Out, base, head + std::string(body));
  end<Phase::TransmitWrite>(who, absent, absent, whole).set_bytes(Log::Out, {base, whole});
  end<Phase::TransmitFlush>(who, 0U);
  instant<Phase::TransmitSendQueue>(conn.subject(who.request), 0U);
  instant<Phase::TransmitLogLine>(who, body.size(), 200U, 40U);
  end<Phase::TransmitFinish>(who, 200U, body.size());
  instant<Phase::TransmitCleanup>(who, 0U);
  auto& sent = tell<Phase::TransmitSegmentOut>(Kind::Instant, {0, conn.conn}, 5U);
  sent.set_bytes(Log::Out, {base, whole});
  conn.out += whole;
}

inline std::uint32_t Story::ask(Conn& conn, std::string_view request, std::string_view body) {
  const Subject who = conn.subject(++requests_);
  const auto length = static_cast<std::uint32_t>(request.size());
  if (conn.served > 0) {
    wake(conn.subject());
    end<Phase::LifecycleIdle>(conn.subject());
    instant<Phase::LifecycleNextRequest>(conn.subject(), conn.served + 1);
  }
  keep(conn.conn, Log::In, conn.in, request);
  instant<Phase::ReadReadable>(conn.subject());
  begin<Phase::ReadRead>(conn.subject(), conn.fd, 4096U);
  end<Phase::ReadRead>(conn.subject(), absent, absent, length)
      .set_bytes(Log::In, {conn.in, length});
  instant<Phase::ReadBufferFill>(conn.subject(), length, 0U, 4096U)
      .set_bytes(Log::In, {conn.in, length});
  head(conn, who, request);
  answer(conn, who, body);
  conn.in += length;
  ++conn.served;
  instant<Phase::LifecycleKeepAlive>(conn.subject(), KeepAlive::Kept, absent, conn.served);
  idle(conn);
  return who.request;
}

inline void Story::idle(Conn& conn) {
  begin<Phase::LifecycleIdle>(conn.subject(), 60000U);
  park(conn.subject());
}

inline void Story::close(Conn& conn, CloseReason reason) {
  const Subject who = conn.subject();
  wake(who);
  if (conn.served > 0) end<Phase::LifecycleIdle>(who);
  begin<Phase::LifecycleClose>(who, reason, conn.fd);
  instant<Phase::LifecycleFinOut>({0, conn.conn}, 20U).provenance = Provenance::Inferred;
  end<Phase::LifecycleClose>(who, absent, absent, 0U);
  instant<Phase::LifecycleTaskExit>(who, 640U, conn.served);
  instant<Phase::TaskDone>(who);
  end<Phase::TaskRun>(who);
}

}  // namespace roundtrip::trace
