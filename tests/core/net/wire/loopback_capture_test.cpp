// The capture on the loopback: real connections of the test's own sockets, and what the trace has
// of them. Left out, with a message, where this process may not capture.
#include "core/net/wire/loopback_capture.h"

#include <doctest/doctest.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <string>
#include <thread>
#include <vector>

#include "core/net/address.h"
#include "core/trace/index.h"

using namespace roundtrip;
using namespace roundtrip::net;
using trace::Phase;

namespace {

struct LoopbackPair {
  explicit LoopbackPair(const char* host = "127.0.0.1")
      : listener(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const auto any = parse_address(host, 0);
    REQUIRE(bind(listener.get(), any->raw(), any->length) == 0);
    REQUIRE(listen(listener.get(), 8) == 0);
    where = local_address(listener.get());
  }
  void connect_both() {
    client = FileDescriptor(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    REQUIRE(connect(client.get(), where.raw(), where.length) == 0);
    server = FileDescriptor(accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
    REQUIRE(server.is_open());
  }
  static void carry(const FileDescriptor& from, const FileDescriptor& to, const std::string& text) {
    REQUIRE(send(from.get(), text.data(), text.size(), 0) == static_cast<ssize_t>(text.size()));
    std::string got(text.size(), '\0');
    REQUIRE(recv(to.get(), got.data(), got.size(), MSG_WAITALL) ==
            static_cast<ssize_t>(text.size()));
  }
  // The client first; each waits for the other's FIN.
  void close_both() {
    char none;
    shutdown(client.get(), SHUT_WR);
    CHECK(recv(server.get(), &none, 1, 0) == 0);
    shutdown(server.get(), SHUT_WR);
    CHECK(recv(client.get(), &none, 1, 0) == 0);
    client = FileDescriptor();
    server = FileDescriptor();
  }

  FileDescriptor listener;
  SocketAddress where;
  FileDescriptor client;
  FileDescriptor server;
};

// A capture of one port, and the trace that it makes.
struct Captured {
  // False where none can be had here.
  bool start(std::uint16_t port) {
    LoopbackCapture::Attempt attempt = LoopbackCapture::open();
    if (attempt.capture == nullptr) {
      MESSAGE("not tested, no capture here: ", attempt.failure.sentence());
      CHECK_FALSE(attempt.failure.lift.empty());
      return false;
    }
    capture = std::move(attempt.capture);
    REQUIRE_FALSE(capture->choose(port));
    numbers.remember_accepted();
    return true;
  }
  void begin() { capture->start(bus, numbers); }
  void end() {
    capture->stop();
    collector.collect([this](const trace::Delivery& delivery) { trace.append(delivery); }, true);
    index.follow();
    CHECK(index.violation_count() == 0);
  }
  // "client SYN", "server PSH, ACK +5", by connection; pure ACKs are left out, because the kernel
  // may join them to data.
  std::vector<std::string> lines(std::uint32_t conn) {
    std::vector<std::string> found;
    for (std::uint64_t i = trace.first(); i < trace.end(); ++i) {
      const trace::Event& event = trace[i];
      if (event.phase != Phase::TracePacket || !event.begins() || event.conn != conn) continue;
      const bool by_client = event.arg("from") == static_cast<std::uint64_t>(trace::Host::Client);
      const packet::Packet decoded = header_of(event);
      REQUIRE(decoded.tcp);
      CHECK(decoded.tcp->flags.value == event.arg("flags"));
      const std::uint64_t payload = event.arg("payload").value_or(0);
      const std::string flags = decoded.tcp->flags_text();
      if (flags == "ACK" && payload == 0) continue;
      found.push_back((by_client ? "client " : "server ") + flags +
                      (payload > 0 ? " +" + std::to_string(payload) : ""));
    }
    return found;
  }
  packet::Packet header_of(const trace::Event& event) {
    REQUIRE(event.log == trace::Log::Wire);
    const std::string bytes = trace.bytes(event.conn, trace::Log::Wire, event.bytes()).data;
    return packet::decode_packet(
        {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
  }
  std::size_t count(Phase phase) const {
    std::size_t found = 0;
    for (std::uint64_t i = trace.first(); i < trace.end(); ++i) found += trace[i].phase == phase;
    return found;
  }

  trace::Bus bus{true};
  trace::Collector collector{bus, monotonic_ns()};
  trace::Trace trace;
  trace::TraceIndex index{trace};
  ConnectionNumbers numbers{bus};
  std::unique_ptr<LoopbackCapture> capture;
};

}  // namespace

TEST_CASE("loopback capture: handshake, data and FINs of a connection, each once and in order") {
  LoopbackPair pair;
  Captured seen;
  if (!seen.start(pair.where.port())) return;
  seen.begin();
  pair.connect_both();
  LoopbackPair::carry(pair.client, pair.server, "a question");
  LoopbackPair::carry(pair.server, pair.client, "and its answer");
  pair.close_both();
  seen.end();
  CHECK(seen.lines(1) == std::vector<std::string>{"client SYN", "server SYN, ACK",
                                                  "client PSH, ACK +10", "server PSH, ACK +14",
                                                  "client FIN, ACK", "server FIN, ACK"});
  CHECK(seen.trace.bytes(1, trace::Log::In, {0, 10}).data == "a question");
  CHECK(seen.trace.bytes(1, trace::Log::Out, {0, 14}).data == "and its answer");
  // Nothing but how it is seen, and packets: the steps are the server's to tell.
  CHECK(seen.count(Phase::TraceWire) == 1);
  CHECK(seen.count(Phase::TracePacket) + 1 == seen.trace.end());
  REQUIRE(seen.trace[seen.trace.first()].phase == Phase::TraceWire);
  for (std::uint64_t i = seen.trace.first() + 1; i < seen.trace.end(); i += 2) {
    CHECK(seen.trace[i].begins());
    CHECK(seen.trace[i + 1].ends());
    CHECK(seen.trace[i + 1].id == seen.trace[i].id);
    CHECK(seen.trace[i + 1].time == seen.trace[i].time);
  }
}

TEST_CASE("loopback capture: nothing of other ports, and what passed before the thread began") {
  LoopbackPair pair;
  LoopbackPair other;
  Captured seen;
  if (!seen.start(pair.where.port())) return;
  other.connect_both();
  LoopbackPair::carry(other.client, other.server, "not ours");
  pair.connect_both();
  seen.begin();
  pair.close_both();
  seen.end();
  CHECK(seen.lines(1).front() == "client SYN");
  CHECK(seen.lines(1).size() == 4);
  CHECK(seen.lines(2).empty());
}

TEST_CASE("loopback capture: the kernel's largest segments, and sums that nobody filled in") {
  LoopbackPair pair;
  Captured seen;
  if (!seen.start(pair.where.port())) return;
  seen.begin();
  pair.connect_both();
  const std::string large(500'000, 'x');
  std::thread reader([&] {
    std::string got(large.size(), '\0');
    CHECK(recv(pair.client.get(), got.data(), got.size(), MSG_WAITALL) ==
          static_cast<ssize_t>(large.size()));
  });
  CHECK(send(pair.server.get(), large.data(), large.size(), 0) ==
        static_cast<ssize_t>(large.size()));
  reader.join();
  pair.close_both();
  seen.end();
  std::uint64_t payload = 0;
  std::uint64_t longest = 0;
  for (std::uint64_t i = seen.trace.first(); i < seen.trace.end(); ++i) {
    const trace::Event& event = seen.trace[i];
    if (event.phase != Phase::TracePacket || !event.begins()) continue;
    payload += event.arg("payload").value_or(0);
    longest = std::max(longest, event.arg("payload").value_or(0));
    if (event.arg("payload") != 0) continue;
    const packet::Packet decoded = seen.header_of(event);
    CHECK(decoded.v4->checksum.state == packet::ChecksumState::Right);
    CHECK(decoded.tcp->checksum.state != packet::ChecksumState::Wrong);
  }
  CHECK(payload == large.size());
  CHECK(longest > 16'384);
  // Of the stream the trace keeps its beginning, as of any.
  CHECK(seen.trace.bytes(1, trace::Log::Out, {0, 1000}).data == large.substr(0, 1000));
}

TEST_CASE("loopback capture: a connection has one number, whoever is first (server, capture)") {
  LoopbackPair pair;
  Captured seen;
  if (!seen.start(pair.where.port())) return;
  trace::Symbols none;
  const auto accepted = [&](Captured& by) {
    const auto client = trace_address(local_address(pair.client.get()), none);
    return by.numbers.accepted(client, trace_address(pair.where, none)).number;
  };
  pair.connect_both();
  const std::uint32_t by_server = accepted(seen);
  seen.begin();
  pair.close_both();
  seen.end();
  CHECK(seen.lines(by_server).size() == 4);
  Captured again;
  REQUIRE(again.start(pair.where.port()));
  again.begin();
  pair.connect_both();
  again.capture->stop();
  const std::uint32_t by_capture = accepted(again);
  again.end();
  CHECK(again.lines(by_capture).front() == "client SYN");
}

TEST_CASE("loopback capture: what the kernel could not keep is told") {
  LoopbackPair pair;
  Captured seen;
  if (!seen.start(pair.where.port())) return;
  // As good as no room, and nobody takes from it yet.
  const int least = 1;
  setsockopt(seen.capture->poll_fd(), SOL_SOCKET, SO_RCVBUF, &least, sizeof least);
  pair.connect_both();
  for (int i = 0; i < 50; ++i) LoopbackPair::carry(pair.client, pair.server, "one more");
  seen.begin();
  seen.end();
  CHECK(seen.count(Phase::TraceNote) == 1);
  CHECK(seen.count(Phase::TracePacket) < 2 * 50);
}
