// The same lifecycle under every model: tasks on workers, a thread for each connection, one thread
// for all of them.
#include "tests/core/server/live_server.h"

using namespace roundtrip;
using namespace roundtrip::testing;
using trace::CloseReason;
using trace::Model;
using trace::Phase;

namespace {

constexpr auto all_models = {Model::Tasks, Model::Threads, Model::Single};

server::ServerOptions with_model(Model model) {
  server::ServerOptions options;
  options.model = model;
  return options;
}

std::string_view name_of(Model model) {
  return trace::word(trace::Unit::ModelUnit, model);
}

}  // namespace

TEST_CASE("models: requests on one connection, a body, a refusal and a close (every model)") {
  for (const Model model : all_models) {
    CAPTURE(name_of(model));
    LiveServer live(with_model(model));
    {
      Client client = live.connect();
      CHECK(client.ask(curl_hello).bytes == 130);
      CHECK(client.ask("POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 3\r\n\r\nabc").body ==
            "abc");
      CHECK(client.ask("GET /hello HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n").status ==
            200);
      CHECK(client.at_end());
    }
    {
      Client client = live.connect();
      CHECK(client.ask("GET /hello HTTP/1.1\r\nHost : t\r\n\r\n").status == 400);
      CHECK(client.at_end());
    }
    live.check_whole();
    CHECK(live.close_reasons() == std::vector{CloseReason::RequestAsked, CloseReason::BadRequest});
    CHECK(live.recording.all<Model>(Phase::StartupRuntimeInit, "model") == std::vector{model});
  }
}

TEST_CASE("models: a head that does not come is answered 408, an idle client closed (every one)") {
  for (const Model model : all_models) {
    CAPTURE(name_of(model));
    server::ServerOptions options = with_model(model);
    options.timeouts.header = Duration::milliseconds(20);
    options.timeouts.idle = Duration::milliseconds(20);
    LiveServer live(options);
    Client half = live.connect();
    half.send("GET /hello HTTP/1.1\r\n");
    CHECK(half.read_answer().status == 408);
    CHECK(half.at_end());
    Client idle = live.connect();
    CHECK(idle.ask(curl_hello).status == 200);
    CHECK(idle.at_end());
    live.check_whole();
    CHECK(live.close_reasons() ==
          std::vector{CloseReason::HeaderTimeout, CloseReason::IdleTimeout});
  }
}

TEST_CASE("models: a reset and a client that leaves half-way end their connection (every model)") {
  for (const Model model : all_models) {
    CAPTURE(name_of(model));
    LiveServer live(with_model(model));
    Client leaves = live.connect();
    leaves.send("GET /hel");
    leaves.close();
    Client resets = live.connect();
    resets.send("POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 9\r\n\r\nabc");
    live.wait_for([](const trace::Event& event) { return event.phase == Phase::ReadBodyPiece; });
    resets.reset();
    CHECK(live.connect().ask(curl_hello).status == 200);
    live.check_whole();
    std::vector<CloseReason> reasons = live.close_reasons();
    CHECK(std::count(reasons.begin(), reasons.end(), CloseReason::PeerReset) == 1);
  }
}

TEST_CASE("models: of many clients at once each has a thread, which tells its stack (threads)") {
  constexpr int count = 40;
  LiveServer live(with_model(Model::Threads));
  std::vector<Client> clients;
  for (int i = 0; i < count; ++i) clients.push_back(live.connect());
  for (Client& client : clients) client.send(curl_hello);
  for (Client& client : clients) CHECK(client.read_answer().status == 200);
  // They all stand open: each waits on a thread of its own.
  CHECK(live.server->runtime().live_tasks() == count + 1);
  clients.clear();
  live.wait_until_closed();
  live.check_whole();
  const auto stacks = live.recording.all<std::uint32_t>(Phase::TaskDone, "stack");
  CHECK(stacks.size() == count + 1);
  const auto reserved = live.recording.all<std::uint64_t>(Phase::StartupRuntimeInit, "stack");
  REQUIRE(reserved.size() == 1);
  for (const std::uint32_t stack : stacks) {
    CHECK(stack >= 4096);
    CHECK(stack < reserved.front());
  }
}

TEST_CASE("models: who comes second waits until the first has closed (single)") {
  LiveServer live(with_model(Model::Single));
  Client first = live.connect();
  CHECK(first.ask(curl_hello).status == 200);
  Client second = live.connect();  // by the kernel: nobody has accepted it
  second.send(curl_hello);
  CHECK(first.ask(curl_hello).status == 200);
  CHECK_FALSE(second.has_bytes());
  first.close();
  CHECK(second.read_answer().status == 200);
  second.close();
  live.check_whole();
}

TEST_CASE("models: a held request keeps its thread and no other (threads)") {
  LiveServer live(with_model(Model::Threads));
  live.server->gate().hold_next({});
  Client held = live.connect();
  held.send(curl_hello);
  live.wait_for(
      [](const trace::Event& event) { return event.phase == Phase::TraceHold && event.begins(); });
  CHECK(live.connect().ask(curl_hello).status == 200);
  CHECK_FALSE(held.has_bytes());
  live.server->gate().let_go(live.server->runtime());
  CHECK(held.read_answer().status == 200);
  held.close();
  live.check_whole();
}

TEST_CASE("models: a handler with a time limit has a thread of its own (threads)") {
  server::ServerOptions options = with_model(Model::Threads);
  options.timeouts.handler = Duration::milliseconds(20);
  LiveServer live(options);
  Client client = live.connect();
  CHECK(client.ask(get("/slow?ms=60000")).status == 503);
  CHECK(client.ask(get("/slow?ms=1")).status == 200);
  live.stop();
  live.check_whole();
}
