// Exchange: one request and its answer, as middleware and handlers see it. The body is read when
// the handler asks for it, a piece at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/server/connection.h"
#include "core/server/response_writer.h"

namespace roundtrip::server {

struct Route;

class Exchange {
 public:
  explicit Exchange(Connection& conn) : conn_(conn), response_(conn) {}

  Connection& connection() { return conn_; }
  const http::Request& request() const { return conn_.request(); }
  ResponseWriter& response() { return response_; }

  // Valid until the body is read or the request ends.
  std::string_view method() const { return slice(conn_.request().method_text); }
  std::string_view path() const { return slice(conn_.request().url.path); }
  std::optional<std::string_view> header(std::string_view name) const {
    return conn_.request().find(conn_.in.window(), name);
  }

  // The next piece of the body, empty at its end; valid until the next call. `failed` when the
  // client did not send the rest: the connection is closed after this request.
  struct Piece {
    std::string_view bytes;
    bool failed = false;
  };
  runtime::Async<Piece> read_body();
  bool body_begun() const { return body_begun_; }
  std::uint64_t body_left() const;

  // Set by the access log on the way out; the log line is an event of finishing.
  std::optional<std::uint64_t> log_elapsed_us;
  // Where the middleware chain stands.
  std::size_t next_middleware = 0;
  bool handler_failed = false;

 private:
  std::string_view slice(ByteRange range) const {
    const http::StreamBytes window = conn_.in.window();
    return window.holds(range) ? window.slice(range) : std::string_view{};
  }

  void tell_body_end();

  Connection& conn_;
  ResponseWriter response_;
  bool body_begun_ = false;
  bool body_ended_ = false;
};

}  // namespace roundtrip::server
