#include "core/server/routes.h"

#include "core/http/target.h"
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

// Reading the body ends with the handler, also where it has left some of it.
class LeftBody {
 public:
  explicit LeftBody(Exchange& exchange) : exchange_(exchange) {}
  ~LeftBody() { exchange_.leave_body(); }
  LeftBody(const LeftBody&) = delete;
  LeftBody& operator=(const LeftBody&) = delete;

 private:
  Exchange& exchange_;
};

Async<> answer_in_words(Exchange& exchange, int status, std::string_view words) {
  exchange.response().write_header(status);
  co_await exchange.response().write(words);
}

Async<> answer_not_found(Exchange& exchange) {
  co_await answer_in_words(exchange, 404, "404 page not found\n");
}

Async<> answer_not_implemented(Exchange& exchange) {
  co_await answer_in_words(exchange, 501, "Not Implemented\n");
}

// RFC 9112, section 3.2.4.
Async<> answer_bad_target(Exchange& exchange) {
  co_await answer_in_words(exchange, 400, "Only OPTIONS asks for the server as a whole, by *.\n");
}

// The methods that this path, or the server as a whole, answers.
std::string allowed_for(Exchange& exchange) {
  const http::Router& router = exchange.connection().server.routes().router();
  const bool all = exchange.request().url.form == http::TargetForm::Asterisk;
  if (all) return router.allow(http::all_methods);
  return router.allow(http::match(router, exchange.method(), exchange.path()).allowed);
}

Async<> answer_method_not_allowed(Exchange& exchange) {
  static_cast<void>(exchange.response().headers().set("Allow", allowed_for(exchange)));
  co_await answer_in_words(exchange, 405, "Method Not Allowed\n");
}

Async<> answer_options(Exchange& exchange) {
  static_cast<void>(exchange.response().headers().set("Allow", allowed_for(exchange)));
  exchange.response().write_header(204);
  co_return;
}

// To the one name of a resource. Go answers 301, after which many clients make a GET of a POST.
Async<> redirect(Exchange& exchange) {
  const http::Router& router = exchange.connection().server.routes().router();
  std::string path(exchange.path());
  if (http::match(router, exchange.method(), path).slash_missing) path += '/';
  std::string place(3 * path.size(), '\0');
  place = std::string(http::encode_path(path, place).value_or("/"));
  if (!exchange.query().empty()) place.append("?").append(exchange.query());
  static_cast<void>(exchange.response().headers().set("Location", place));
  co_await answer_in_words(exchange, 308, "Permanent Redirect\n");
}

}  // namespace

Routes::Routes(trace::Symbols& symbols)
    : fallbacks_{{{{answer_not_found, symbols.intern("not found")}, 404},
                 {{answer_method_not_allowed, symbols.intern("method not allowed")}, 405},
                 {{answer_not_implemented, symbols.intern("not implemented")}, 501},
                 {{answer_bad_target, symbols.intern("bad target")}, 400},
                 {{redirect, symbols.intern("redirect")}, 308},
                 {{answer_options, symbols.intern("options")}, 204}}},
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

void Routes::tell_others(const trace::Subject& who, std::uint32_t count) const {
  trace::instant<Phase::HandleRouteCandidate>(
      who, trace::absent, verdicts_[static_cast<std::size_t>(http::Verdict::PathDiffers)], count);
}

const Handler& Routes::found(const trace::Subject& who, http::RouteId route) const {
  trace::instant<Phase::HandleRouteMatch>(who, patterns_[route], handlers_[route].name);
  return handlers_[route];
}

const Handler& Routes::fall_back(const trace::Subject& who, Fallback why) const {
  const FallbackHandler& fallback = fallbacks_[static_cast<std::size_t>(why)];
  trace::instant<Phase::HandleRouteMatch>(who, trace::absent, fallback.handler.name,
                                          fallback.status);
  return fallback.handler;
}

namespace {

// Why no route answers; empty where the one that won does.
std::optional<Fallback> fallback_for(const Exchange& exchange, const http::RouteMatch& match) {
  const http::Method method = exchange.request().method;
  if (exchange.path_was_cleaned() || match.slash_missing) return Fallback::Redirect;
  switch (match.outcome) {
    case http::RouteOutcome::Found: return std::nullopt;
    case http::RouteOutcome::NotFound: return Fallback::NotFound;
    case http::RouteOutcome::MethodNotAllowed: break;
  }
  return method == http::Method::Options ? Fallback::Options : Fallback::MethodNotAllowed;
}

// Routes whose path differs, past this number, are told together.
constexpr std::uint32_t losers_told_singly = 2;

// Which handler is it? Each route is a candidate, the most specific first.
Async<const Handler*> find_handler(Exchange& exchange) {
  Connection& conn = exchange.connection();
  const Routes& routes = conn.server.routes();
  trace::begin<Phase::HandleRoute>(conn.subject, routes.count());
  const EndedSpan<Phase::HandleRoute> span(conn);
  if (conn.must_stop()) co_await conn.stop_at(Phase::HandleRoute);
  const http::Url& url = exchange.request().url;
  exchange.normalize_path();
  trace::instant<Phase::HandleRoutePath>(conn.subject, {trace::Log::In, url.path});
  if (conn.must_stop()) co_await conn.stop_at(Phase::HandleRoutePath);
  std::optional<Fallback> fallback;
  http::Matching matching(routes.router(), exchange.method(), exchange.path());
  if (!routes.knows_method(exchange)) {
    fallback = Fallback::NotImplemented;
  } else if (url.form == http::TargetForm::Asterisk) {
    const bool asks = exchange.request().method == http::Method::Options;
    fallback = asks ? Fallback::Options : Fallback::BadTarget;
  } else {
    std::uint32_t losers = 0;  // whose path differs, as most do
    while (const auto candidate = matching.next()) {
      const bool loses = candidate->verdict == http::Verdict::PathDiffers;
      if (loses && ++losers > losers_told_singly) continue;
      routes.tell(conn.subject, *candidate);
      if (conn.must_stop()) co_await conn.stop_at(Phase::HandleRouteCandidate);
    }
    if (losers > losers_told_singly) {
      routes.tell_others(conn.subject, losers - losers_told_singly);
      if (conn.must_stop()) co_await conn.stop_at(Phase::HandleRouteCandidate);
    }
    fallback = fallback_for(exchange, matching.match());
  }
  if (!fallback) exchange.route = matching.match().route;
  const Handler& handler = fallback ? routes.fall_back(conn.subject, *fallback)
                                    : routes.found(conn.subject, matching.match().route);
  if (conn.must_stop()) co_await conn.stop_at(Phase::HandleRouteMatch);
  co_return &handler;
}

}  // namespace

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
  // The innermost step.
  const Handler* const found = co_await find_handler(exchange);
  const Handler& handler = *found;
  trace::begin<Phase::HandleHandler>(conn.subject, handler.name);
  if (conn.must_stop()) co_await conn.stop_at(Phase::HandleHandler);
  const EndedSpan<Phase::HandleHandler> span(conn);
  const LeftBody body(exchange);
  co_await handler.function(exchange);
}

}  // namespace roundtrip::server
