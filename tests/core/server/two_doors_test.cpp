// A server with two doors: whoever comes to either is served by the same tasks and routes, and the
// trace tells both from the first socket() to the last FIN.
#include "core/trace/state.h"
#include "tests/core/server/live_server.h"

using namespace roundtrip;
using namespace roundtrip::testing;
using trace::Phase;

namespace {

server::ServerOptions with_second_door(std::uint16_t port) {
  server::ServerOptions options;
  options.also_listen.emplace();
  options.also_listen->port = port;
  return options;
}

std::uint16_t port_of(const trace::Address& address) {
  return static_cast<std::uint16_t>(address.packed);
}

}  // namespace

TEST_CASE("two doors: one server answers at both (tasks, threads)") {
  for (const trace::Model model : {trace::Model::Tasks, trace::Model::Threads}) {
    CAPTURE(trace::word(trace::Unit::ModelUnit, static_cast<std::uint64_t>(model)));
    server::ServerOptions options = with_second_door(0);
    options.model = model;
    LiveServer live(options);
    REQUIRE(live.server->second_address());
    const std::uint16_t second = port_of(*live.server->second_address());
    CHECK(second != live.port());
    for (const std::uint16_t port : {live.port(), second, live.port()}) {
      Client client(port);
      CHECK(client.ask(curl_hello).bytes == 130);
    }
    live.check_whole();
    // Each connection has the address of the door that it came to.
    const auto local = live.recording.all<std::uint64_t>(Phase::ConnectionObject, "local");
    REQUIRE(local.size() == 3);
    CHECK(port_of({local[0]}) == live.port());
    CHECK(port_of({local[1]}) == second);
    CHECK(port_of({local[2]}) == live.port());
    // And nobody listens at either any more.
    CHECK_FALSE(Client(live.port()).connected());
    CHECK_FALSE(Client(second).connected());
  }
}

TEST_CASE("two doors: the state of the process keeps the two apart") {
  LiveServer live(with_second_door(0));
  REQUIRE(live.server->change_backlog(7).ok());
  live.server->stop();
  const trace::TraceIndex& index = live.recording.settle();
  const trace::StateReader states(index);
  const trace::ProcessAt process = states.process_at(live.recording.trace().end() - 1);
  CHECK(process.address == live.server->address());
  CHECK(process.second_address == live.server->second_address());
  CHECK(process.backlog == 7);
  CHECK(live.recording.count(Phase::StartupReady) == 1);
}

TEST_CASE("two doors: a second that is taken is one sentence, and nobody is let in at the first") {
  LiveServer other;
  trace::Bus bus;
  const trace::ThreadRecording recording(bus);
  server::ServerOptions options = with_second_door(other.port());
  options.listen.port = 0;
  server::Server server(bus, options);
  const Status started = server.start();
  REQUIRE_FALSE(started.ok());
  CHECK(started.error().find(std::to_string(other.port())) != std::string::npos);
  CHECK_FALSE(server.running());
  const std::uint16_t first = server.port();
  server.stop();
  CHECK_FALSE(Client(first).connected());
}
