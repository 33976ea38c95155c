// The request parser: pulled and resumable at any byte. The caller owns a buffer and asks next()
// with what it holds; the answer is one token, "needs more", a failure, or "done". It reads every
// byte once and in order, refuses at the first byte that breaks a rule, and tells the same tokens
// and the same failure however the bytes were split. Allocates nothing, knows no sockets.
// The window has to hold the head from request_start() on while the head is read, and from
// position() on while the body is. Stop pulling after RequestReady and pull again when somebody
// wants the body. After Done, start_next() goes on with the request that follows on the connection.
// Content-Length: a repeated one is refused even when equal; lists ("5, 5") are refused.
// RFC 9112 (syntax and framing), RFC 9110 (meaning).
#pragma once

#include <cstdint>
#include <optional>

#include "core/base/byte_range.h"
#include "core/http/limits.h"
#include "core/http/parser_state.h"
#include "core/http/stream_bytes.h"
#include "core/http/token.h"

namespace roundtrip::http {

class RequestParser {
 public:
  // The limits, and the stream offset at which the first request may begin.
  explicit RequestParser(ParserLimits limits = {}, std::uint64_t stream_offset = 0);

  Step next(StreamBytes window);

  // From Done only: the next request begins at position().
  void start_next();

  State state() const { return state_; }
  // The stream offset of the next byte to read; after a failure the byte at which it stopped.
  std::uint64_t position() const { return position_; }
  // The stream offset of the method's first byte; before it is seen, position().
  std::uint64_t request_start() const {
    return state_ <= State::EmptyLineEnd ? position_ : start_;
  }
  // Whether a peer that leaves now leaves nothing half-said.
  bool between_requests() const {
    return state_ == State::RequestStart || state_ == State::Done;
  }

 private:
  struct Cursor;
  enum class Field : std::uint8_t { Other, Host, Connection, ContentLength, TransferEncoding };

  void advance_to(State next);
  bool fail(const Cursor& at, ParseError error);
  bool fail_at(std::uint64_t offset, ParseError error);
  bool out_of_bytes(const Cursor& at);
  Step pause(const Cursor& at);
  Step told(const Cursor& at, const Token& token);
  Cursor cursor_over(StreamBytes window) const;

  bool skip_empty_lines(Cursor& at);
  bool read_method(Cursor& at);
  bool read_target_start(Cursor& at);
  bool read_asterisk(Cursor& at);
  bool read_scheme(Cursor& at);
  bool read_target(Cursor& at);
  bool read_version(Cursor& at);
  bool read_line_feed(Cursor& at, State next);
  bool read_header_start(Cursor& at);
  bool read_header_name(Cursor& at);
  bool heed_field();
  bool read_value_start(Cursor& at);
  bool read_value(Cursor& at);
  bool read_host(Cursor& at);
  bool read_length(Cursor& at);
  bool read_value_tail(Cursor& at);
  bool end_value(Cursor& at, ParseError otherwise);
  bool check_framing();

  Step tell_header(const Cursor& at);
  Step tell_headers_complete(const Cursor& at);
  Step tell_request_ready(const Cursor& at);
  Step tell_body_piece(Cursor& at);
  Url split_target(const Cursor& at) const;
  void heed_connection(std::string_view list);
  ByteRange range(std::uint32_t from, std::uint32_t to) const {
    return {start_ + from, std::uint64_t{to} - from};
  }

  // set at start
  ParserLimits limits_;

  // where the reading stands
  State state_ = State::RequestStart;
  std::uint64_t position_ = 0;
  std::uint64_t start_ = 0;  // of the request
  std::uint32_t empty_lines_ = 0;
  ParseFailure failure_;

  // the request line; places inside the head count from start_
  std::uint32_t method_end_ = 0;
  std::uint32_t target_end_ = 0;
  std::uint32_t authority_at_ = 0;
  Method method_ = Method::Other;
  TargetForm form_ = TargetForm::Origin;
  std::uint8_t version_minor_ = 1;

  // the header line being read
  Field field_ = Field::Other;
  std::uint32_t line_at_ = 0;
  std::uint32_t name_end_ = 0;
  std::uint32_t value_at_ = 0;
  std::uint32_t value_end_ = 0;

  // what the headers have said so far
  std::uint32_t header_count_ = 0;
  bool host_seen_ = false;
  bool length_seen_ = false;
  bool encoding_seen_ = false;
  bool close_asked_ = false;
  bool keep_alive_asked_ = false;
  std::uint32_t length_value_at_ = 0;
  std::uint32_t encoding_at_ = 0;
  std::uint64_t content_length_ = 0;

  // the body
  std::uint64_t body_at_ = 0;
};

}  // namespace roundtrip::http
