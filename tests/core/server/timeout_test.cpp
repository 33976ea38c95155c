// Time-outs, each set short by an option and waited for by what the client then sees; the one that
// is not meant stays at its default of many seconds.
#include <algorithm>

#include "tests/core/server/live_server.h"

using namespace roundtrip;
using namespace roundtrip::testing;
using trace::CloseReason;
using trace::Phase;
using trace::TimeoutKind;

namespace {

constexpr Duration soon = Duration::milliseconds(30);

std::vector<TimeoutKind> timeouts(LiveServer& live) {
  return live.recording.all<TimeoutKind>(Phase::LifecycleTimeout, "kind");
}

}  // namespace

TEST_CASE("time-out: half a head is answered 408") {
  server::ServerOptions options;
  options.timeouts.header = soon;
  LiveServer live(options);
  Client client = live.connect();
  const Answer answer = client.ask("GET /hello HTTP/1.1\r\nHost: te");
  CHECK(answer.status == 408);
  CHECK(answer.field("Connection") == "close");
  CHECK(client.at_end());
  client.close();
  live.wait_until_closed();
  live.check_whole();
  CHECK(timeouts(live) == std::vector{TimeoutKind::Header});
  CHECK(live.close_reasons() == std::vector{CloseReason::HeaderTimeout});
}

TEST_CASE("time-out: a client that never sends anything is closed without an answer") {
  server::ServerOptions options;
  options.timeouts.header = soon;
  LiveServer live(options);
  Client client = live.connect();
  CHECK(client.at_end());
  client.close();
  live.wait_until_closed();
  live.check_whole();
  CHECK(timeouts(live) == std::vector{TimeoutKind::Header});
  CHECK(live.close_reasons() == std::vector{CloseReason::HeaderTimeout});
}

TEST_CASE("time-out: an idle connection is closed, after it was served") {
  server::ServerOptions options;
  options.timeouts.idle = soon;
  LiveServer live(options);
  Client client = live.connect();
  CHECK(client.ask(curl_hello).bytes == 130);
  CHECK(client.at_end());
  live.wait_until_closed();
  live.check_whole();
  CHECK(timeouts(live) == std::vector{TimeoutKind::Idle});
  CHECK(live.close_reasons() == std::vector{CloseReason::IdleTimeout});
  // Never before its time, by the trace's own clock.
  const Duration waited = live.recording.first(trace::Phase::LifecycleTimeout).time -
                          live.recording.first(trace::Phase::LifecycleIdle).time;
  CHECK(waited.ns >= soon.ns);
}

TEST_CASE("time-out: a body that does not come ends the connection") {
  server::ServerOptions options;
  options.timeouts.read = soon;
  LiveServer live(options);
  Client client = live.connect();
  client.send("POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 45\r\n\r\n");
  client.send(std::string(42, 'b'));
  // The echo has written those 42 already, but the head was not out.
  const Answer answer = client.read_answer();
  CHECK(answer.status == 408);
  CHECK(answer.whole);
  CHECK(answer.body.find('b') != 0);
  CHECK(answer.field("Connection") == "close");
  CHECK(client.at_end());
  client.close();
  live.wait_until_closed();
  live.check_whole();
  CHECK(timeouts(live) == std::vector{TimeoutKind::Read});
  CHECK(live.close_reasons() == std::vector{CloseReason::ReadTimeout});
}

TEST_CASE("time-out: a client that does not read is given up") {
  server::ServerOptions options;
  options.timeouts.write = soon;
  options.drain = soon;
  LiveServer live(options, true);
  Client client(live.port(), {4096, 536});
  client.send(get("/endless"));
  live.wait_until_closed();
  // Others were served all the while, and are now.
  CHECK(live.connect().ask(curl_hello).bytes == 130);
  CHECK_FALSE(client.read_answer().whole);
  live.stop();
  live.recording.check_story();
  CHECK(timeouts(live) == std::vector{TimeoutKind::Write});
  const std::vector<CloseReason> reasons = live.close_reasons();
  CHECK(std::count(reasons.begin(), reasons.end(), CloseReason::WriteTimeout) == 1);
}

TEST_CASE("time-out: an answer that is out already is cut so that it shows (1.1 and 1.0)") {
  for (const std::string version : {"1.1", "1.0"}) {
    CAPTURE(version);
    server::ServerOptions options;
    options.timeouts.read = Duration::milliseconds(400);
    LiveServer live(options);
    Client client = live.connect();
    client.send("POST /echo HTTP/" + version + "\r\nHost: t\r\nContent-Length: 90000\r\n\r\n");
    client.send(std::string(80'000, 'b'));
    const Answer answer = client.read_answer();
    CHECK(answer.status == 200);
    CHECK(answer.body.size() > 4096);
    if (version == "1.1") CHECK_FALSE(answer.whole);
    // Without a length or chunks, the reset is all that tells.
    if (version == "1.0") CHECK(client.was_reset());
    client.close();
    live.wait_until_closed();
    live.check_whole();
    CHECK(timeouts(live) == std::vector{TimeoutKind::Read});
  }
}

TEST_CASE("time-out: the idle one does not bite a request that takes longer") {
  server::ServerOptions options;
  options.timeouts.idle = soon;
  LiveServer live(options);
  Client slow = live.connect();
  CHECK(slow.ask(curl_hello).bytes == 130);
  slow.send(curl_hello.substr(0, 30));
  live.wait_for([](const trace::Event& event) { return event.phase == Phase::ReadBufferFill; }, 2);
  // Another one, idle since then, is given up: so much time has passed.
  Client idle = live.connect();
  CHECK(idle.ask(curl_hello).bytes == 130);
  CHECK(idle.at_end());
  slow.send(curl_hello.substr(30));
  CHECK(slow.read_answer().bytes == 130);
  live.check_whole();
  const std::vector<TimeoutKind> struck = timeouts(live);
  CHECK(std::count(struck.begin(), struck.end(), TimeoutKind::Header) == 0);
}
