// The load generator against the real server, and against peers that do not behave. A test waits
// for requests, answers and closes, never for time; what the schedule takes is not asserted but for
// its lower bound, which no busy machine can break.
#include <doctest/doctest.h>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <functional>
#include <set>
#include <string>
#include <thread>

#include "core/scenario/limits.h"
#include "core/scenario/load_generator.h"
#include "tests/core/server/live_server.h"

namespace roundtrip::scenario {

using testing::LiveServer;
using trace::Phase;

namespace {

// A listening socket on a free port of the loopback, and a thread that does what a test asks.
class Peer {
 public:
  explicit Peer(std::function<void(int listener)> behave)
      : listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in any{};
    any.sin_family = AF_INET;
    any.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof any;
    REQUIRE(bind(listener_, reinterpret_cast<sockaddr*>(&any), length) == 0);
    REQUIRE(getsockname(listener_, reinterpret_cast<sockaddr*>(&any), &length) == 0);
    port_ = ntohs(any.sin_port);
    if (!behave) return;
    REQUIRE(listen(listener_, 64) == 0);
    thread_ = std::jthread([this, behave = std::move(behave)] { behave(listener_); });
  }
  ~Peer() {
    if (thread_.joinable()) thread_.join();
    close(listener_);
  }
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;
  std::uint16_t port() const { return port_; }

 private:
  int listener_;
  std::uint16_t port_ = 0;
  std::jthread thread_;
};

// Reads one request of a client, to its blank line. False when the client has closed.
bool read_request(int client) {
  std::string read;
  char byte = 0;
  while (!read.ends_with("\r\n\r\n")) {
    if (recv(client, &byte, 1, 0) != 1) return false;
    read += byte;
  }
  return true;
}

void answer(int client, std::string_view bytes) {
  CHECK(send(client, bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
        static_cast<ssize_t>(bytes.size()));
}

LoadOptions load_on(std::uint16_t port, std::uint32_t connections, std::uint32_t rate,
                    std::uint64_t requests) {
  LoadOptions options;
  options.port = port;
  options.connections = connections;
  options.requests_per_second = rate;
  options.requests = requests;
  return options;
}

LoadReport generate(const LoadOptions& options, const CallOff* stop = nullptr) {
  const Result<LoadReport> report = generate_load(options, stop);
  if (!report) FAIL(report.error());
  return *report;
}

constexpr std::uint32_t at_once = limits::load_requests_per_second;

void check_all_answered(const LoadReport& report, std::uint64_t requests) {
  CHECK_EQ(report.due, requests);
  CHECK_EQ(report.sent, requests);
  CHECK_EQ(report.answered, requests);
  CHECK_EQ(report.unsent(), 0);
  CHECK_EQ(report.unanswered(), 0);
  CHECK_EQ(report.lateness.count(), requests);
  CHECK_EQ(report.latency.count(), requests);
}

}  // namespace

TEST_CASE("load: each request of the schedule is sent once, and none early (5,000 a second)") {
  LiveServer live({}, true);
  const LoadReport report = generate(load_on(live.port(), 16, 5'000, 1'000));
  live.wait_until_closed();
  live.check_whole();
  check_all_answered(report, 1'000);
  CHECK_EQ(report.refused, 0);
  CHECK_EQ(report.opened, 16);
  CHECK_EQ(report.closed_by_server, 0);
  CHECK_EQ(report.not_connected, 0);
  CHECK_EQ(live.recording.count(Phase::ConnectionObject), 16);
  CHECK_EQ(live.recording.count(Phase::ReadRequestReady), 1'000);
  // The last is due 999 / 5,000 of a second after the first.
  CHECK_GE(report.elapsed, Duration::microseconds(199'800));
  CHECK_GE(report.latency.max(), report.latency.percentile(0.5));
  CHECK_GT(report.latency.percentile(0.5), Duration{});
}

TEST_CASE("load: several hundred connections carry in turn (400)") {
  LiveServer live({}, true);
  const LoadReport report = generate(load_on(live.port(), 400, 20'000, 1'200));
  live.wait_until_closed();
  live.check_whole();
  check_all_answered(report, 1'200);
  CHECK_EQ(report.opened, 400);
  CHECK_EQ(live.recording.count(Phase::ConnectionObject), 400);
}

TEST_CASE("load: what waits for the one connection is sent at once, and its latency says so") {
  LiveServer live({}, true);
  const LoadReport report = generate(load_on(live.port(), 1, at_once, 50));
  live.wait_until_closed();
  live.check_whole();
  check_all_answered(report, 50);
  CHECK_EQ(report.opened, 1);
  // All were due within 50 ns, so that the last waited for the answers to all before it. What is no
  // maximum is told at most a 32nd too long.
  CHECK_GE(report.latency.max(), report.lateness.max());
  CHECK_GE(report.lateness.max().ns * 33, report.latency.percentile(0.9).ns * 32);
}

TEST_CASE("load: an answer that is no success is counted as one") {
  LiveServer live({}, true);
  LoadOptions options = load_on(live.port(), 2, at_once, 10);
  options.target = "/nothing-here";
  const LoadReport report = generate(options);
  check_all_answered(report, 10);
  CHECK_EQ(report.refused, 10);
}

TEST_CASE("load: a connection that the server closes after its answer is opened anew") {
  LiveServer live({}, true);
  LoadOptions options = load_on(live.port(), 2, at_once, 10);
  options.target = "/closing";
  const LoadReport report = generate(options);
  live.wait_until_closed();
  live.check_whole();
  check_all_answered(report, 10);
  CHECK_EQ(report.closed_by_server, 10);
  CHECK_EQ(report.opened, 10);
  CHECK_EQ(live.recording.count(Phase::ConnectionObject), 10);
}

TEST_CASE("load: a request whose connection ends without an answer is cut off") {
  Peer peer([](int listener) {
    for (int i = 0; i < 3; ++i) {
      const int client = accept(listener, nullptr, nullptr);
      CHECK(read_request(client));
      if (i == 1) answer(client, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
      close(client);
    }
  });
  const LoadReport report = generate(load_on(peer.port(), 1, at_once, 3));
  CHECK_EQ(report.due, 3);
  CHECK_EQ(report.sent, 3);
  CHECK_EQ(report.answered, 0);
  CHECK_EQ(report.cut_off, 3);
  CHECK_EQ(report.closed_by_server, 3);
  CHECK_EQ(report.opened, 3);
}

TEST_CASE("load: what ends with its connection is an answer; what is none is broken") {
  Peer peer([](int listener) {
    for (const std::string_view bytes :
         {"HTTP/1.1 200 OK\r\n\r\nuntil the close", "What do you want?\r\n\r\n",
          "HTTP/1.1 204 No\r\n\r\nHTTP/1.1 204 No\r\n\r\n"}) {
      const int client = accept(listener, nullptr, nullptr);
      CHECK(read_request(client));
      answer(client, bytes);
      if (bytes.ends_with("close")) shutdown(client, SHUT_WR);
      while (read_request(client)) {
      }
      close(client);
    }
  });
  const LoadReport report = generate(load_on(peer.port(), 1, at_once, 3));
  CHECK_EQ(report.sent, 3);
  CHECK_EQ(report.answered, 1);
  CHECK_EQ(report.broken, 2);
  CHECK_EQ(report.unanswered(), 0);
}

TEST_CASE("load: a port where nobody listens is named in one sentence") {
  const Peer nobody({});
  const auto report = generate_load(load_on(nobody.port(), 8, 10, 10));
  REQUIRE_FALSE(report.ok());
  CHECK_EQ(report.error(), fmt::format("the load can't open 8 connections to port {}: Connection "
                                       "refused",
                                       nobody.port()));
}

TEST_CASE("load: requests for which no connection can be had any more are said to be unsent") {
  Peer peer([](int listener) {
    const int client = accept(listener, nullptr, nullptr);
    // From here on nobody is let in.
    shutdown(listener, SHUT_RD);
    CHECK(read_request(client));
    answer(client, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    close(client);
  });
  const LoadReport report = generate(load_on(peer.port(), 1, at_once, 5));
  CHECK_EQ(report.due, 5);
  CHECK_EQ(report.sent, 1);
  CHECK_EQ(report.answered, 1);
  CHECK_EQ(report.unsent(), 4);
  CHECK_EQ(report.not_connected, 4);
}

TEST_CASE("load: a stop ends it, and what was due by then and not sent is told") {
  CallOff stop;
  Peer peer([&stop](int listener) {
    const int client = accept(listener, nullptr, nullptr);
    CHECK(read_request(client));
    stop.call_off();
    CHECK_FALSE(read_request(client));
    close(client);
  });
  // Five at once, on a connection that is never free again.
  const LoadReport report = generate(load_on(peer.port(), 1, at_once, 5), &stop);
  CHECK_EQ(report.due, 5);
  CHECK_EQ(report.sent, 1);
  CHECK_EQ(report.unsent(), 4);
  CHECK_EQ(report.unanswered(), 1);
}

TEST_CASE("load: a stop in the middle of a schedule leaves the rest of it undue") {
  LiveServer live({}, true);
  CallOff stop;
  const std::jthread stopper([&] {
    live.wait_for([](const trace::Event& event) { return event.phase == Phase::ReadRequestReady; },
                  20);
    stop.call_off();
  });
  // An hour of requests.
  const LoadReport report = generate(load_on(live.port(), 4, 1'000, 3'600'000), &stop);
  CHECK_GE(report.due, 20);
  CHECK_LT(report.due, 3'600'000);
  CHECK_GE(report.sent, 20);
  CHECK_EQ(report.sent, report.answered + report.unanswered());
}

TEST_CASE("load: a stop that was asked for before it began asks nothing of anybody") {
  LiveServer live;
  CallOff stop;
  stop.call_off();
  const LoadReport report = generate(load_on(live.port(), 4, 1, 1'000), &stop);
  CHECK_EQ(report.sent, 0);
  CHECK_LE(report.due, 1);
}

TEST_CASE("load: an answer that does not come is waited for no longer than the patience") {
  Peer peer([](int listener) {
    const int client = accept(listener, nullptr, nullptr);
    CHECK(read_request(client));
    CHECK_FALSE(read_request(client));
    close(client);
  });
  LoadOptions options = load_on(peer.port(), 1, at_once, 2);
  options.patience = Duration::milliseconds(20);
  const LoadReport report = generate(options);
  CHECK_EQ(report.due, 2);
  CHECK_EQ(report.sent, 1);
  CHECK_EQ(report.unsent(), 1);
  CHECK_EQ(report.unanswered(), 1);
  CHECK_GE(report.elapsed, options.patience);
}

TEST_CASE("load: of a server of this program the trace tells what clients do (every model)") {
  for (const trace::Model model :
       {trace::Model::Tasks, trace::Model::Threads, trace::Model::Single}) {
    CAPTURE(static_cast<int>(model));
    server::ServerOptions server;
    server.model = model;
    LiveServer live(server, true);
    LoadOptions options = load_on(live.port(), 60, at_once, 60);
    options.closes = true;
    options.server = live.server.get();
    const LoadReport report = generate(options);
    live.wait_until_closed();
    live.check_whole();
    check_all_answered(report, 60);
    CHECK_EQ(report.closed_by_server, 60);
    const testing::Recording& told = live.recording;
    CHECK_EQ(told.count(Phase::TraceLoad), 2);
    // Before anybody connects, when all have, and at the end.
    CHECK_GE(told.count(Phase::TraceSample), 2);
    CHECK_EQ(told.count(Phase::TraceUsage), told.count(Phase::TraceSample));
    CHECK_EQ(told.count(Phase::ConnectionConnect), 120);
    CHECK_EQ(told.count(Phase::ReadClientSend), 60);
    CHECK_GE(told.count(Phase::TransmitClientRead), 60);
    CHECK_EQ(told.count(Phase::LifecycleClientClose), 60);
    // The client's number and the server's are one.
    for (const trace::Phase phase : {Phase::ReadClientSend, Phase::ReadRequestReady}) {
      std::set<std::uint32_t> conns;
      told.count_if([&](const trace::Event& event) {
        if (event.phase == phase) conns.insert(event.conn);
        return false;
      });
      CHECK_EQ(conns.size(), 60);
      CHECK_EQ(*conns.rbegin(), 60);
    }
    CHECK_GE(report.most.threads, model == trace::Model::Threads ? 3 : 2);
    CHECK_GT(report.most.resident_bytes, 0);
    CHECK_GT(report.usage.clients_cpu, Duration{});
  }
}

}  // namespace roundtrip::scenario
