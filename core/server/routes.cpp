#include "core/server/routes.h"

#include "core/server/server.h"

namespace roundtrip::server {

using runtime::Async;
using trace::Phase;

namespace {

// Ends a span that has begun, also where what runs inside it throws.
template <Phase phase>
class EndedSpan {
 public:
  explicit EndedSpan(Connection& conn) : conn_(conn) {}
  ~EndedSpan() { trace::end<phase>(conn_.subject); }
  EndedSpan(const EndedSpan&) = delete;
  EndedSpan& operator=(const EndedSpan&) = delete;

 private:
  Connection& conn_;
};

Async<> answer_not_found(Exchange& exchange) {
  exchange.response().write_header(404);
  co_await exchange.response().write("404 page not found\n");
}

Async<> answer_not_implemented(Exchange& exchange) {
  exchange.response().write_header(501);
  co_await exchange.response().write("Not Implemented\n");
}

Async<> answer_method_not_allowed(Exchange& exchange) {
  const http::Router& router = exchange.connection().server.routes().router();
  const http::RouteMatch match = http::match(router, exchange.method(), exchange.path());
  static_cast<void>(exchange.response().headers().set("Allow", router.allow(match.allowed)));
  exchange.response().write_header(405);
  co_await exchange.response().write("Method Not Allowed\n");
}

}  // namespace

Routes::Routes(trace::Symbols& symbols)
    : not_found_{answer_not_found, symbols.intern("not found")},
      method_not_allowed_{answer_method_not_allowed, symbols.intern("method not allowed")},
      not_implemented_{answer_not_implemented, symbols.intern("not implemented")},
      symbols_(symbols) {
  for (std::size_t i = 0; i < verdicts_.size(); ++i) {
    verdicts_[i] = symbols.intern(http::verdict_sentence(static_cast<http::Verdict>(i)));
  }
}

Status Routes::handle(std::string_view pattern, HandlerFunction function, std::string_view name) {
  const Result<http::RouteId> id = router_.add(pattern);
  if (!id) return Error{id.error()};
  const trace::Symbol pattern_symbol = symbols_.intern(pattern);
  const trace::Symbol name_symbol = symbols_.intern(name);
  handlers_.push_back({function, name_symbol});
  patterns_.push_back(pattern_symbol);
  trace::instant<Phase::StartupRegisterHandler>(trace::Subject{}, pattern_symbol, name_symbol);
  return Nothing{};
}

void Routes::use(HandlerFunction function, std::string_view name) {
  middleware_.push_back({function, symbols_.intern(name)});
}

bool Routes::knows_method(const Exchange& exchange) const {
  return exchange.request().method != http::Method::Other || router_.knows(exchange.method());
}

void Routes::tell(const trace::Subject& who, const http::Matching::Candidate& candidate) const {
  trace::instant<Phase::HandleRouteCandidate>(
      who, patterns_[candidate.route->id],
      verdicts_[static_cast<std::size_t>(candidate.verdict)]);
}

const Handler& Routes::decide(const trace::Subject& who, const http::RouteMatch* match) const {
  if (match != nullptr && match->outcome == http::RouteOutcome::Found) {
    const Handler& handler = handlers_[match->route];
    trace::instant<Phase::HandleRouteMatch>(who, patterns_[match->route], handler.name);
    return handler;
  }
  const bool path = match != nullptr && match->outcome == http::RouteOutcome::MethodNotAllowed;
  const Handler& handler = match == nullptr ? not_implemented_
                           : path           ? method_not_allowed_
                                            : not_found_;
  trace::instant<Phase::HandleRouteMatch>(who, trace::absent, handler.name,
                                          match == nullptr ? 501 : path ? 405 : 404);
  return handler;
}

Async<> run_inner(Exchange& exchange) {
  Connection& conn = exchange.connection();
  const Routes& routes = conn.server.routes();
  const std::size_t depth = exchange.next_middleware;
  if (depth < routes.middleware().size()) {
    const Middleware& middleware = routes.middleware()[depth];
    ++exchange.next_middleware;
    trace::begin<Phase::HandleMiddleware>(conn.subject, middleware.name, depth + 1);
    if (conn.must_stop()) co_await conn.stop_at(Phase::HandleMiddleware);
    const EndedSpan<Phase::HandleMiddleware> span(conn);
    co_await middleware.function(exchange);
    co_return;
  }
  // The innermost step: which handler is it? Each route is a candidate, the most specific first.
  trace::begin<Phase::HandleRoute>(conn.subject, routes.count());
  if (conn.must_stop()) co_await conn.stop_at(Phase::HandleRoute);
  trace::instant<Phase::HandleRoutePath>(conn.subject,
                                         {trace::Log::In, exchange.request().url.path});
  if (conn.must_stop()) co_await conn.stop_at(Phase::HandleRoutePath);
  http::Matching matching(routes.router(), exchange.method(), exchange.path());
  const bool known = routes.knows_method(exchange);
  while (known) {
    const auto candidate = matching.next();
    if (!candidate) break;
    routes.tell(conn.subject, *candidate);
    if (conn.must_stop()) co_await conn.stop_at(Phase::HandleRouteCandidate);
  }
  const Handler& handler = routes.decide(conn.subject, known ? &matching.match() : nullptr);
  if (conn.must_stop()) co_await conn.stop_at(Phase::HandleRouteMatch);
  trace::end<Phase::HandleRoute>(conn.subject);
  trace::begin<Phase::HandleHandler>(conn.subject, handler.name);
  if (conn.must_stop()) co_await conn.stop_at(Phase::HandleHandler);
  const EndedSpan<Phase::HandleHandler> span(conn);
  co_await handler.function(exchange);
}

}  // namespace roundtrip::server
