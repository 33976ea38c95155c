// Exchange: one request and its answer, as middleware and handlers see it. The body is read when
// the handler asks for it, a piece at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/http/accept_encoding.h"
#include "core/http/conditional.h"
#include "core/http/router.h"
#include "core/server/connection.h"
#include "core/server/response_writer.h"

namespace roundtrip::server {

class Exchange {
 public:
  explicit Exchange(Connection& conn) : conn_(conn), response_(conn) {}

  Connection& connection() { return conn_; }
  const http::Request& request() const { return conn_.request(); }
  ResponseWriter& response() { return response_; }

  // Valid until the body is read or the request ends; empty once the head's bytes are used up.
  std::string_view method() const { return slice(conn_.request().method_text); }
  // In its normal form (http/target.h) once normalize_path was called, which the router does; "/"
  // where a whole address without a path was asked for.
  std::string_view path() const { return path_ ? *path_ : slice(conn_.request().url.path); }
  void normalize_path();
  // It had another spelling, under which nothing is found.
  bool path_was_cleaned() const { return path_cleaned_; }
  // The value of the wildcard {name} of the route that won, decoded; empty where there is none.
  std::string path_value(std::string_view name) const;
  // What stands behind the question mark of the target.
  std::string_view query() const { return slice(conn_.request().url.query); }
  http::AcceptEncoding accept_encoding() const;
  http::ConditionalAnswer evaluate_conditions(const http::Representation& current,
                                              std::int64_t now_s) const;
  std::optional<std::string_view> header(std::string_view name) const {
    const auto head = head_bytes();
    return head ? conn_.request().find(*head, name) : std::nullopt;
  }

  // The next piece of the body, of a chunked one without its frame; empty at its end, valid until
  // the next call. `failed` when the client did not send the rest, or broke a rule on the way:
  // whatever the handler says then, the server answers 408 or what the rule asks for, or, where the
  // answer has begun or nobody is left, cuts it, and closes.
  struct Piece {
    std::string_view bytes;
    bool failed = false;
  };
  runtime::Async<Piece> read_body();
  // All of it into `body`, for handlers that can do nothing with a part. TooLarge: more than `most`
  // bytes are announced or came, and the rest was not read. NoMemory: the server can't hold it now.
  enum class WholeBody : std::uint8_t { Read, TooLarge, NoMemory, Failed };
  runtime::Async<WholeBody> read_whole_body(std::string& body, std::size_t most);
  // The handler has returned: what it left of the body is read by nobody.
  void leave_body();
  // How the body failed to come; empty where it did not fail.
  std::optional<Fill> body_failure() const { return body_failure_; }
  // The rule that it broke, where it came but was refused.
  std::optional<http::ParseFailure> body_flaw() const { return body_flaw_; }
  // Bytes of an announced length that have not been read; what chunks may follow nobody knows.
  std::uint64_t body_left() const;

  // Set by the access log on the way out; the log line is an event of finishing. What no middleware
  // has seen is logged as well: a request that was refused, or whose handler threw.
  bool logs = false;
  // Where the middleware chain stands.
  std::size_t next_middleware = 0;
  // The route that won.
  std::optional<http::RouteId> route;

 private:
  // The bytes of the head, as long as they are there.
  std::optional<http::StreamBytes> head_bytes() const {
    const http::StreamBytes window = conn_.in.window();
    return window.holds(conn_.request().head) ? std::optional(window) : std::nullopt;
  }
  std::string_view slice(ByteRange range) const {
    const http::StreamBytes window = conn_.in.window();
    return window.holds(range) ? window.slice(range) : std::string_view{};
  }

  void tell_body_end();
  void fail_body(Fill how, trace::CloseReason reason);

  Connection& conn_;
  ResponseWriter response_;
  std::optional<std::string_view> path_;
  std::string decoded_path_;  // where the normal form differs from what was sent
  bool path_cleaned_ = false;
  bool body_begun_ = false;
  bool body_ended_ = false;
  std::optional<Fill> body_failure_;
  std::optional<http::ParseFailure> body_flaw_;
};

}  // namespace roundtrip::server
