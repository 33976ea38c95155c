// Handlers with a time limit, as Go's http.TimeoutHandler makes them. Such a handler runs as a task
// of its own and writes into memory. Where it is done in time, what it wrote becomes the answer.
// Where it is not, the client is told 503 at the limit, and the handler goes on until it ends by
// itself: nobody takes a task off its worker. What it writes from then on is refused, and told so.
// It may outlive its request and the connection, so it sees neither, but a copy of what was asked.
// As long as its request waits for it, it is held as that is, and the limit leaves that time out.
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
  explicit LimitedExchange(Exchange& exchange);

  Server& server;
  std::string query;  // of what was asked, copied
  // Whose facts the handler's are: its own task, and the request's connection and number.
  trace::Subject subject;

  // A part of the answer, which is 200. False where the time is over or the body has grown too
  // large, also for the server's memory limit (then the answer is 503): the handler may stop.
  bool write(std::string_view data);
  // The server stops, and what the handler waited for will not come: the answer is 503.
  void give_up();

  // The phase gate, as Connection has it.
  bool must_stop() const;
  [[gnu::cold]] runtime::Async<> stop_at(trace::Phase phase);

  static constexpr std::size_t body_bytes = 1 << 20;  // kept of an answer; beyond: refused

 private:
  friend class TimeLimit;

  // Copied from the request, for the gate.
  std::string method_;
  std::string path_;
  const runtime::PollSource* source_;

  std::mutex mutex_;
  bool over_ = false;  // the client has its answer
  bool done_ = false;
  bool gave_up_ = false;
  bool held_ = false;  // at the gate
  bool release_is_awaited_ = false;
  Duration held_for_;  // in all
  std::exception_ptr thrown_;
  runtime::Signal ended_;
  MemoryShare memory_;
  bool no_memory_ = false;  // for a part of the answer
  std::string body_;
};

using LimitedFunction = runtime::Async<> (*)(LimitedExchange&);

// Answers with what `function` writes within the server's handler time-out, or with 503. The name
// is that of its task.
runtime::Async<> answer_within_limit(Exchange& exchange, LimitedFunction function,
                                     std::string_view name);

}  // namespace roundtrip::server
