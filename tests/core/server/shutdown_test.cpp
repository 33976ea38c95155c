// A graceful stop: what is under way is finished, what is idle is closed, and the story of both is
// whole; a server that can't start says why.
#include "tests/core/server/live_server.h"

using namespace roundtrip;
using namespace roundtrip::testing;
using trace::CloseReason;
using trace::Phase;

TEST_CASE("stop: an open request is finished, an idle connection closed (workers, threads)") {
  for (const unsigned workers : {1U, 2U, 0U}) {
    CAPTURE(workers);
    server::ServerOptions options = with_workers(std::max(workers, 1U));
    if (workers == 0) options.model = trace::Model::Threads;
    options.shutdown_grace = Duration::seconds(600);
    LiveServer live(options);
    Client idle = live.connect();
    CHECK(idle.ask(curl_hello).bytes == 130);
    Client open = live.connect();
    const int entered = door().entered.value();
    open.send(get("/wait"));
    door().entered.wait_for(entered + 1);
    std::jthread stopper([&live] {
      const trace::ThreadRecording recording(live.recording.bus());
      live.stop();
    });
    // The idle one is closed while the other is still under way.
    CHECK(idle.at_end());
    CHECK_FALSE(open.has_bytes());
    // The accept loop, the first of all tasks, has ended: nobody listens any more.
    live.wait_for([](const trace::Event& event) {
      return event.phase == Phase::TaskDone && event.task == 1;
    });
    CHECK_FALSE(live.connect().connected());
    door().opened.add();
    const Answer answer = open.read_answer();
    CHECK(answer.status == 200);
    CHECK(answer.body == "waited");
    CHECK(answer.field("Connection") == "close");
    CHECK(open.at_end());
    stopper.join();
    live.check_whole();
    CHECK(live.close_reasons() == std::vector{CloseReason::Shutdown, CloseReason::Shutdown});
  }
}

TEST_CASE("stop: what does not end by itself is ended after the grace") {
  server::ServerOptions options;
  options.shutdown_grace = Duration::milliseconds(5);
  LiveServer live(options);
  Client half = live.connect();
  half.send("GET /hello HTTP/1.1\r\n");
  Client body = live.connect();
  body.send("POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 9\r\n\r\nbod");
  live.wait_for([](const trace::Event& event) { return event.phase == Phase::ReadBodyPiece; });
  live.wait_for([](const trace::Event& event) { return event.phase == Phase::ReadLineFound; }, 2);
  live.stop();
  half.read_to_end();
  body.read_to_end();
  live.check_whole();
  CHECK(live.close_reasons().size() == 2);
}

TEST_CASE("stop: a handler that would run on is cut after the grace, answered, and counted") {
  for (const trace::Model model : {trace::Model::Tasks, trace::Model::Threads}) {
    CAPTURE(trace::word(trace::Unit::ModelUnit, static_cast<std::uint64_t>(model)));
    server::ServerOptions options;
    options.model = model;
    options.timeouts.handler = Duration::seconds(600);
    options.shutdown_grace = Duration::milliseconds(5);
    LiveServer live(options);
    Client client = live.connect();
    client.send(get("/slow?ms=60000"));
    live.wait_for([](const trace::Event& event) { return event.phase == Phase::HandleSleep; });
    live.stop();
    const Answer cut = client.read_answer();
    CHECK(cut.status == 503);
    CHECK(cut.field("Connection") == "close");
    CHECK(cut.body == "The server stops, and the handler was not done in time.\n");
    CHECK(client.at_end());
    CHECK(live.server->cut_requests() == 1);
    live.check_whole();
  }
}

TEST_CASE("stop: again and again, with traffic all the while (2 workers)") {
  for (int round = 0; round < 5; ++round) {
    LiveServer live(with_workers(2), true);
    const std::uint16_t port = live.port();
    std::atomic<bool> over{false};
    Gauge served;
    std::vector<std::jthread> clients;
    for (int i = 0; i < 3; ++i) {
      clients.emplace_back([&served, &over, port] {
        while (!over) {
          Client client(port);
          while (client.connected() && client.ask(curl_hello).whole) served.add();
        }
      });
    }
    served.wait_for(100);
    live.stop();
    over = true;
    clients.clear();
    live.check_whole();
  }
}

TEST_CASE("start: a taken port is one sentence, and nothing was started") {
  LiveServer live;
  trace::Bus bus;
  const trace::ThreadRecording recording(bus);
  server::ServerOptions options;
  options.listen.port = live.port();
  server::Server second(bus, options);
  const Status started = second.start();
  REQUIRE_FALSE(started.ok());
  CHECK(started.error().find(std::to_string(live.port())) != std::string::npos);
  CHECK_FALSE(second.running());
  second.stop();
}
