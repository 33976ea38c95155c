#include "tests/core/server/live_server.h"

#include <stdexcept>

#include "core/server/handlers.h"
#include "core/server/startup.h"

namespace roundtrip::testing {

using runtime::Async;
using server::Exchange;

Door& door() {
  static Door the_door;
  return the_door;
}

namespace {

Async<> throw_at_once(Exchange&) {
  throw std::runtime_error("thrown by a handler");
  co_return;
}

// Throws when its answer has begun: after a flush when the query asks for one.
Async<> throw_late(Exchange& exchange) {
  co_await exchange.response().write("a part of the answer");
  if (exchange.header("Flush")) co_await exchange.response().flush();
  throw std::runtime_error("thrown by a handler");
}

Async<> write_without_end(Exchange& exchange) {
  const std::string piece(4096, 'e');
  bool alive = true;
  while (alive) alive = co_await exchange.response().write(piece);
}

Async<> wait_at_door(Exchange& exchange) {
  Door& the_door = door();
  const int before = the_door.entered.value();
  co_await runtime::run_blocking({}, [&the_door, before] {
    the_door.entered.add();
    the_door.opened.wait_for(before + 1);
  });
  co_await exchange.response().write("waited");
}

// Declares its length and flushes in between.
Async<> answer_in_steps(Exchange& exchange) {
  static_cast<void>(exchange.response().headers().set("Content-Length", "6"));
  exchange.response().write_header(202);
  co_await exchange.response().write("one");
  co_await exchange.response().flush();
  co_await exchange.response().write("two");
}

}  // namespace

server::ServerOptions with_workers(unsigned workers) {
  server::ServerOptions options;
  options.workers = workers;
  return options;
}

LiveServer::LiveServer(server::ServerOptions options, bool live)
    : recording(live, server::process_epoch_ns()) {
  server::tell_program_start(recording.bus(), read_ticks());
  options.listen.port = 0;
  server = std::make_unique<server::Server>(recording.bus(), options);
  REQUIRE(server::register_builtin(server->routes()).ok());
  for (const auto& [pattern, handler] :
       {std::pair<const char*, server::HandlerFunction>{"GET /throw", throw_at_once},
        {"GET /throw-late", throw_late},
        {"GET /endless", write_without_end},
        {"GET /wait", wait_at_door},
        {"GET /steps", answer_in_steps}}) {
    REQUIRE(server->routes().handle(pattern, handler, pattern).ok());
  }
  const Status started = server->start();
  REQUIRE_MESSAGE(started.ok(), started.error());
}

LiveServer::~LiveServer() { server->stop(); }

void LiveServer::check_whole() {
  server->stop();
  recording.check_whole();
}

void LiveServer::check_story() {
  server->stop();
  recording.check_story();
}

void LiveServer::wait_until_closed() {
  while (server->open_connections() > 0) std::this_thread::yield();
}

void LiveServer::wait_for(const std::function<bool(const trace::Event&)>& wanted,
                          std::size_t count) {
  while (true) {
    recording.drain();
    if (recording.count_if(wanted) >= count) return;
    std::this_thread::yield();
  }
}

}  // namespace roundtrip::testing
