#include "core/server/builtin.h"

#include "core/server/exchange.h"
#include "core/server/middleware.h"
#include "core/server/server.h"

namespace roundtrip::server {

Status register_all(Routes& routes, std::initializer_list<BuiltinRoute> list) {
  for (const BuiltinRoute& route : list) {
    const Status added = routes.handle(route.pattern, route.function, route.name);
    if (!added) return added;
  }
  return Nothing{};
}

void tell_trouble(Exchange& exchange, std::string_view sentence) {
  Connection& conn = exchange.connection();
  trace::instant<trace::Phase::TraceNote>(conn.subject,
                                          conn.server.bus().symbols().intern(sentence));
}

void refuse_for_memory(Exchange& exchange) {
  tell_trouble(exchange, memory_limit_sentence);
  exchange.connection().server.memory().count_refusal();
  static_cast<void>(exchange.response().headers().set("Retry-After", "1"));
}

Status register_builtin(Routes& routes) {
  register_middleware(routes);
  for (const auto register_some : {register_pages, register_users, register_slow, register_files,
                                   register_upload}) {
    const Status registered = register_some(routes);
    if (!registered) return registered;
  }
  return Nothing{};
}

}  // namespace roundtrip::server
