#include "core/server/middleware.h"

#include <exception>

#include "core/http/characters.h"
#include "core/server/exchange.h"

namespace roundtrip::server {

using runtime::Async;

namespace {

// Has the request logged, once its status and its bytes are known.
Async<> access_log(Exchange& exchange) {
  co_await run_inner(exchange);
  exchange.logs = true;
}

// A handler that throws is answered 500, and the connection goes on. Where the status is fixed
// already the answer can only be cut: that is left to whoever called.
Async<> recover(Exchange& exchange) {
  std::exception_ptr thrown;
  try {
    co_await run_inner(exchange);
  } catch (...) {
    thrown = std::current_exception();
  }
  if (!thrown) co_return;
  if (exchange.response().wrote_header() || exchange.body_failure()) {
    std::rethrow_exception(thrown);
  }
  exchange.response().write_header(500);
  co_await exchange.response().write("Internal Server Error\n");
}

// A request is found again in everybody's logs by the name that its client gave it: an answer
// repeats it, where it is short and harmless.
Async<> request_id(Exchange& exchange) {
  constexpr std::size_t most_bytes = 64;
  const auto sent = exchange.header("X-Request-Id");
  if (sent && sent->size() <= most_bytes && http::is_token(*sent)) {
    static_cast<void>(exchange.response().headers().set("X-Request-Id", *sent));
  }
  co_await run_inner(exchange);
}

Async<> gzip(Exchange& exchange) {
  exchange.response().offer_gzip(exchange.accept_encoding().prefers_gzip());
  co_await run_inner(exchange);
}

}  // namespace

void register_middleware(Routes& routes) {
  routes.use(access_log, "access log");
  routes.use(recover, "recover");
  routes.use(request_id, "request id");
  routes.use(gzip, "gzip");
}

}  // namespace roundtrip::server
