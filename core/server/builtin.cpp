#include "core/server/builtin.h"

#include "core/server/exchange.h"

namespace roundtrip::server {
namespace {

// The first middleware: has the request logged, once its status and its bytes are known.
runtime::Async<> access_log(Exchange& exchange) {
  co_await run_inner(exchange);
  exchange.logs = true;
}

}  // namespace

Status register_all(Routes& routes, std::initializer_list<BuiltinRoute> list) {
  for (const BuiltinRoute& route : list) {
    const Status added = routes.handle(route.pattern, route.function, route.name);
    if (!added) return added;
  }
  return Nothing{};
}

Status register_builtin(Routes& routes) {
  routes.use(access_log, "access log");
  for (const auto register_some : {register_pages, register_users}) {
    const Status registered = register_some(routes);
    if (!registered) return registered;
  }
  return Nothing{};
}

}  // namespace roundtrip::server
