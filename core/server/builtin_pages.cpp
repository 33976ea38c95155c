// The pages that need nothing but the request: /, /hello and /echo.
#include "core/server/builtin.h"

#include "core/server/server.h"

namespace roundtrip::server {

using runtime::Async;
using trace::Phase;

namespace {

Async<> hello(Exchange& exchange) {
  co_await exchange.response().write("Hello, World!");
}

// Answers with the body it got, piece by piece as it comes.
Async<> echo(Exchange& exchange) {
  const auto type = exchange.header("Content-Type");
  if (type) static_cast<void>(exchange.response().headers().set("Content-Type", *type));
  while (true) {
    const Exchange::Piece piece = co_await exchange.read_body();
    if (piece.failed || piece.bytes.empty()) break;
    const bool alive = co_await exchange.response().write(piece.bytes);
    if (!alive) break;
  }
}

Async<> front_page(Exchange& exchange) {
  co_await exchange.response().write(
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Roundtrip</title>"
      "</head><body>\n<h1>Roundtrip</h1>\n<p>This answer came from the server inside Roundtrip; "
      "its window shows how.</p>\n<ul>\n<li><a href=\"/hello\">GET /hello</a>: the shortest whole "
      "request</li>\n<li>POST /echo: answers with the body it got</li>\n</ul>\n</body></html>\n");
}

}  // namespace

Status register_pages(Routes& routes) {
  return register_all(routes, {{"GET /hello", hello, "hello"},
                               {"POST /echo", echo, "echo"},
                               {"GET /{$}", front_page, "front page"}});
}

}  // namespace roundtrip::server
