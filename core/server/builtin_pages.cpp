// The pages that need nothing but the request: /, /hello and /echo.
#include "core/server/builtin.h"

#include <fmt/format.h>

#include <string>

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

struct Offer {
  std::string_view what;
  std::string_view link;  // empty: no browser asks for it by a click
  std::string_view shows;
};
constexpr Offer offers[] = {
    {"GET /hello", "/hello", "the shortest whole request"},
    {"POST /echo", "", "answers with the body it got"},
    {"GET /api/users", "/api/users", "asks a database, on a thread of its own"},
    {"POST /api/users", "", "takes JSON, and waits for the disk"},
    {"POST /upload", "", "takes a form with files, piece by piece"},
    {"GET /slow?ms=2000", "/slow?ms=2000", "takes its time, and has a limit"},
    {"GET /stream", "/stream", "answers in three chunks, or with ?bytes= of them"},
    {"GET /files/letter.txt", "/files/letter.txt", "a file, with tag and ranges"},
};

Async<> front_page(Exchange& exchange) {
  std::string page =
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Roundtrip</title>"
      "</head><body>\n<h1>Roundtrip</h1>\n<p>This answer came from the server inside Roundtrip; "
      "its window shows how.</p>\n<ul>\n";
  for (const Offer& offer : offers) {
    page += offer.link.empty()
                ? fmt::format("<li>{}: {}</li>\n", offer.what, offer.shows)
                : fmt::format("<li><a href=\"{}\">{}</a>: {}</li>\n", offer.link, offer.what,
                              offer.shows);
  }
  page += "</ul>\n<form method=\"post\" action=\"/upload\" enctype=\"multipart/form-data\">\n"
          "<input type=\"file\" name=\"file\"> <button>Upload</button>\n</form>\n"
          "</body></html>\n";
  static_cast<void>(exchange.response().headers().set("Content-Type", "text/html; charset=utf-8"));
  co_await exchange.response().write(page);
}

}  // namespace

Status register_pages(Routes& routes) {
  return register_all(routes, {{"GET /hello", hello, "hello"},
                               {"POST /echo", echo, "echo"},
                               {"GET /{$}", front_page, "front page"}});
}

}  // namespace roundtrip::server
