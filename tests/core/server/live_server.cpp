#include "tests/core/server/live_server.h"

#include <stdexcept>

#include "core/server/builtin.h"
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

// 5,000 bytes in writes of 50 each, HTML by its first bytes.
Async<> write_many(Exchange& exchange) {
  const std::string piece(50, 'm');
  co_await exchange.response().write("<!doctype html>" + std::string(35, 'm'));
  for (int i = 1; i < 100; ++i) co_await exchange.response().write(piece);
}

Async<> write_page(Exchange& exchange) {
  const std::string page = "<!doctype html>" + std::string(4985, 'p');
  co_await exchange.response().write(page);
}

// Announces the length that the request tells it to, and writes four bytes.
Async<> write_four(Exchange& exchange) {
  const auto length = exchange.header("X-Length");
  static_cast<void>(exchange.response().headers().set("Content-Length", length.value_or("4")));
  co_await exchange.response().write("four");
}

Async<> ask_to_close(Exchange& exchange) {
  static_cast<void>(exchange.response().headers().set("Connection", "close"));
  co_await exchange.response().write("goodbye");
}

// Reads the body and asks for a header only then.
Async<> ask_late(Exchange& exchange) {
  bool more = true;
  while (more) {
    const Exchange::Piece piece = co_await exchange.read_body();
    more = !piece.bytes.empty();
  }
  co_await exchange.response().write(exchange.header("Host") ? "there" : "gone");
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
        {"GET /steps", answer_in_steps},
        {"GET /many", write_many},
        {"GET /page", write_page},
        {"GET /length", write_four},
        {"GET /closing", ask_to_close},
        {"POST /late", ask_late}}) {
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
