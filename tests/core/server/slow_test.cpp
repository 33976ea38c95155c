// Handlers with a time limit: in time, too late, throwing; what they write when nobody waits.
#include "tests/core/server/live_server.h"

using namespace roundtrip;
using namespace roundtrip::testing;
using trace::Phase;

namespace {

server::ServerOptions with_limit(Duration limit) {
  server::ServerOptions options;
  options.timeouts.handler = limit;
  return options;
}

}  // namespace

TEST_CASE("time limit: a handler that is done in time answers, from a task of its own") {
  LiveServer live;
  Client client = live.connect();
  const Answer answer = client.ask(get("/slow?ms=1"));
  CHECK(answer.status == 200);
  CHECK(answer.body == "Done\n");
  CHECK(client.ask(curl_hello).bytes == 130);
  client.close();
  live.wait_until_closed();
  live.check_whole();
  const trace::Event& sleep = live.recording.first(Phase::HandleSleep);
  CHECK(sleep.task != live.recording.first(Phase::ReadLineFound).task);
  CHECK(sleep.request == live.recording.first(Phase::ReadLineFound).request);
  CHECK(live.recording.count(Phase::HandleLateWrite) == 0);
  CHECK(live.recording.count(Phase::LifecycleTimeout) == 0);
}

TEST_CASE("time limit: past it the client gets 503, and what the handler writes then is refused") {
  LiveServer live(with_limit(Duration::milliseconds(5)));
  Client client = live.connect();
  CHECK(client.ask(get("/slow?ms=60")).status == 503);
  // The connection goes on while that handler still sleeps.
  CHECK(client.ask(curl_hello).bytes == 130);
  client.close();
  live.wait_for([](const trace::Event& event) { return event.phase == Phase::HandleLateWrite; });
  live.wait_until_closed();
  live.stop();
  live.check_whole();
  CHECK(live.recording.all<trace::TimeoutKind>(Phase::LifecycleTimeout, "kind") ==
        std::vector{trace::TimeoutKind::Handler});
  const trace::Event& late = live.recording.first(Phase::HandleLateWrite);
  CHECK(late.arg("length") == 5U);
  CHECK(late.request == 1);
}

TEST_CASE("time limit: a server that stops does not wait for a handler that sleeps") {
  server::ServerOptions options = with_limit(Duration::milliseconds(1));
  options.shutdown_grace = Duration::milliseconds(1);
  LiveServer live(options);
  Client client = live.connect();
  CHECK(client.ask(get("/slow?ms=60000")).status == 503);
  live.stop();
  live.check_story();
}

TEST_CASE("time limit: times can run faster than they say") {
  server::ServerOptions options;
  options.times_as_fast = 1'000;
  LiveServer live(options);
  CHECK(live.connect().ask(get("/slow?ms=10000")).status == 200);
  live.wait_until_closed();
  live.check_whole();
  CHECK(live.recording.first(Phase::HandleSleep).arg("length") == 10'000'000U);
}

TEST_CASE("server: an answer that comes after the write time-out is not begun") {
  server::ServerOptions options = with_limit(Duration::seconds(10));
  options.timeouts.write = Duration::milliseconds(5);
  LiveServer live(options);
  Client client = live.connect();
  client.send(get("/slow?ms=60"));
  CHECK(client.read_to_end().empty());
  live.wait_until_closed();
  live.check_whole();
  CHECK(live.close_reasons() == std::vector{trace::CloseReason::WriteTimeout});
}

TEST_CASE("server: /stream goes out in three chunks, each flushed") {
  LiveServer live;
  Client client = live.connect();
  const Answer answer = client.ask(get("/stream"));
  CHECK(answer.chunked);
  CHECK(answer.body == "one\ntwo\nthree\n");
  client.close();
  live.wait_until_closed();
  live.check_whole();
  CHECK(live.recording.count(Phase::TransmitChunk) == 3);
}

TEST_CASE("server: /stream?bytes= sends as many as it is asked for (1 byte to 300,000)") {
  for (const std::size_t bytes : {1UL, 4'096UL, 300'000UL}) {
    CAPTURE(bytes);
    LiveServer live;
    Client client = live.connect();
    const Answer answer = client.ask(get("/stream?bytes=" + std::to_string(bytes)));
    REQUIRE(answer.body.size() == bytes);
    CHECK(answer.body.front() == 'a');
    CHECK(answer.body.find_first_not_of("abcdefghijklmnopqrstuvwxyz") == std::string::npos);
    client.close();
    live.wait_until_closed();
    live.check_whole();
  }
}
