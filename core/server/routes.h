// Routes and middleware: what the server was told to answer with. Registered before it starts, each
// registration an event. A handler and a middleware are functions that return an Async; a
// middleware calls `next` to go on inwards.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/http/router.h"
#include "core/server/exchange.h"

namespace roundtrip::server {

using HandlerFunction = runtime::Async<> (*)(Exchange&);

struct Handler {
  HandlerFunction function = nullptr;
  trace::Symbol name;
};

struct Middleware {
  HandlerFunction function = nullptr;  // calls run_inner(exchange) to go on inwards
  trace::Symbol name;
};

class Routes {
 public:
  explicit Routes(trace::Symbols& symbols);

  // An error when the pattern is not one or says what an earlier one has said.
  Status handle(std::string_view pattern, HandlerFunction function, std::string_view name);
  void use(HandlerFunction function, std::string_view name);

  // Whether anything here could answer this method. One that nobody knows is not one that a path
  // forbids (RFC 9110, section 15.6.2).
  bool knows_method(const Exchange& exchange) const;
  void tell(const trace::Subject& who, const http::Matching::Candidate& candidate) const;
  // The handler of what was matched, told; null: no method to match. 404, 405 and 501 have handlers
  // of their own.
  const Handler& decide(const trace::Subject& who, const http::RouteMatch* match) const;

  const std::vector<Middleware>& middleware() const { return middleware_; }
  const http::Router& router() const { return router_; }
  std::size_t count() const { return handlers_.size(); }

 private:
  http::Router router_;
  std::vector<Handler> handlers_;        // by route id
  std::vector<trace::Symbol> patterns_;  // by route id
  std::vector<Middleware> middleware_;
  std::array<trace::Symbol, 4> verdicts_;
  Handler not_found_;
  Handler method_not_allowed_;
  Handler not_implemented_;
  trace::Symbols& symbols_;
};

// The rest of the chain: the next middleware, or the router and the handler.
runtime::Async<> run_inner(Exchange& exchange);

}  // namespace roundtrip::server
