// Handlers with a time limit, as Go's http.TimeoutHandler makes them. Such a handler runs as a task
// of its own and writes into memory. Where it is done in time, what it wrote becomes the answer.
// Where it is not, the client is told 503 at the limit, and the handler goes on until it ends by
// itself: nobody takes a task off its worker. What it writes from then on is refused, and told so.
// It may outlive its request and the connection, so it sees neither, but a copy of what was asked,
// and a request that is held is not held in it.
// RFC 9110, section 15.6.4 (503); 408 is for a client that is too slow.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "core/runtime/wait.h"
#include "core/server/exchange.h"

namespace roundtrip::server {

class LimitedExchange {
 public:
  LimitedExchange(Server& owner, std::string_view asked) : server(owner), query(asked) {}

  Server& server;
  std::string query;  // of what was asked, copied
  // Whose facts the handler's are: its own task, and the request's connection and number.
  trace::Subject subject;

  // A part of the answer, which is 200. False where the time is over or the body has grown too
  // large: the handler may stop.
  bool write(std::string_view data);

  static constexpr std::size_t body_bytes = 1 << 20;  // kept of an answer; beyond: refused

 private:
  friend class TimeLimit;

  std::mutex mutex_;
  bool over_ = false;  // the client has its answer
  bool done_ = false;
  std::exception_ptr thrown_;
  runtime::Signal ended_;
  std::string body_;
};

using LimitedFunction = runtime::Async<> (*)(LimitedExchange&);

// Answers with what `function` writes within the server's handler time-out, or with 503. The name
// is that of its task.
runtime::Async<> answer_within_limit(Exchange& exchange, LimitedFunction function,
                                     std::string_view name);

}  // namespace roundtrip::server
