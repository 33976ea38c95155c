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

// Why no route answers a request.
enum class Fallback : std::uint8_t {
  NotFound,
  MethodNotAllowed,
  NotImplemented,  // nothing here knows the method
  BadTarget,       // the server as a whole is no resource of this method
  Redirect,        // it has another name
  Options,         // which methods there are was asked
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
  // So many candidates more whose path differs.
  void tell_others(const trace::Subject& who, std::uint32_t count) const;
  // The handler of the route that won, and of what is answered where none did; told.
  const Handler& found(const trace::Subject& who, http::RouteId route) const;
  const Handler& fall_back(const trace::Subject& who, Fallback why) const;

  const std::vector<Middleware>& middleware() const { return middleware_; }
  const http::Router& router() const { return router_; }
  std::size_t count() const { return handlers_.size(); }

 private:
  http::Router router_;
  std::vector<Handler> handlers_;        // by route id
  std::vector<trace::Symbol> patterns_;  // by route id
  std::vector<Middleware> middleware_;
  std::array<trace::Symbol, 4> verdicts_;
  struct FallbackHandler {
    Handler handler;
    int status;
  };
  std::array<FallbackHandler, 6> fallbacks_;  // by Fallback
  trace::Symbols& symbols_;
};

// The rest of the chain: the next middleware, or the router and the handler.
runtime::Async<> run_inner(Exchange& exchange);

}  // namespace roundtrip::server
