// The request parser: pulled and resumable at any byte. The caller owns a buffer and asks next()
// with what it holds; the answer is one token, "needs more", a failure, or "done". It reads every
// byte once and in order, refuses at the first byte that breaks a rule, and tells the same tokens
// and the same failure however the bytes were split. Allocates nothing, knows no sockets.
// The window has to hold the stream from needed_from() on. Stop pulling after RequestReady and pull
// again when somebody wants the body. After Done, start_next() goes on with the request that
// follows on the connection. RFC 9112 (syntax and framing), RFC 9110 (meaning).
// Stricter than these ask for: a repeated Content-Length and a list ("5, 5") are refused even when
// equal; Transfer-Encoding is chunked alone, without empty elements; trailers that frame or route
// (Content-Length, Transfer-Encoding, Host) are refused, and others are told but never merged.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>

#include "core/base/byte_range.h"
#include "core/base/check.h"
#include "core/http/limits.h"
#include "core/http/parser_state.h"
#include "core/http/stream_bytes.h"
#include "core/http/token.h"

namespace roundtrip::http {

class RequestParser {
 public:
  // The limits, and the stream offset at which the first request may begin.
  explicit RequestParser(ParserLimits limits = {}, std::uint64_t stream_offset = 0);

  Step next(const StreamBytes& window);
  // Before a request: skips the empty lines that may stand there and says whether anything of a
  // request follows in this window. False as well for a CR that is the last byte yet.
  bool begins_in(const StreamBytes& window);

  // From Done, or BodyEnd where nobody asked on: the next request begins at position().
  void start_next();

  State state() const { return state_; }
  // The stream offset of the next byte to read; after a failure the byte at which it stopped.
  std::uint64_t position() const { return position_; }
  // The stream offset of the method's first byte; before it is seen, position().
  std::uint64_t request_start() const {
    return state_ <= State::EmptyLineEnd ? position_ : start_;
  }
  // The stream offset from which on the caller has to keep the bytes: the head, or the line of a
  // trailer, from its beginning; of the body nothing that has been read.
  std::uint64_t needed_from() const {
    if (state_ < State::Body) return request_start();
    const bool in_trailer = state_ >= State::TrailerName && state_ <= State::TrailerEnd;
    return in_trailer ? chunked_.line_at : position_;
  }
  // Whether a peer that leaves now leaves nothing half-said.
  bool between_requests() const {
    return state_ == State::RequestStart || state_ == State::Done;
  }

 private:
  struct Cursor;
  // Those up to Connection may be read in one go (take_whole_header).
  enum class Field : std::uint8_t {
    Other, Host, Connection, ContentLength, TransferEncoding, Expect
  };

  // What is known of the request being read. Places inside the head count from its first byte.
  struct Known {
    // the request line
    std::uint32_t method_end = 0;
    std::uint32_t target_end = 0;
    std::uint32_t authority_at = 0;
    std::uint32_t path_at = 0;
    std::uint32_t path_end = 0;
    std::uint32_t query_at = 0;
    Method method = Method::Other;
    TargetForm form = TargetForm::Origin;
    std::uint8_t version_minor = 1;

    // the header line being read
    Field field = Field::Other;
    std::uint32_t line_at = 0;
    std::uint32_t name_end = 0;
    std::uint32_t value_at = 0;
    std::uint32_t value_end = 0;

    // what the headers have said so far
    std::uint32_t empty_lines = 0;
    std::uint32_t header_count = 0;
    bool host_seen = false;
    bool length_seen = false;
    bool encoding_seen = false;
    bool chunked_coding = false;
    bool unknown_coding = false;
    bool coding_after_chunked = false;
    bool expect_continue = false;
    bool close_asked = false;
    bool keep_alive_asked = false;
    std::uint32_t length_value_at = 0;
    std::uint32_t encoding_at = 0;
    std::uint64_t content_length = 0;

    // the body, in the stream
    std::uint64_t body_at = 0;
  };

  // What is known of a chunked body. Places are in the stream.
  struct ChunkedBody {
    // the line being read: a chunk's first one, or a trailer
    std::uint64_t line_at = 0;
    std::uint64_t extension_at = 0;
    std::uint32_t size_digits = 0;
    std::uint32_t name_bytes = 0;

    // the chunk
    std::uint64_t size = 0;
    std::uint64_t bytes_left = 0;

    // the body so far
    std::uint64_t data_bytes = 0;  // as the sizes announced them
    std::uint32_t extension_bytes = 0;
    std::uint32_t trailer_count = 0;
    std::uint64_t trailers_at = 0;
  };

  // The one door from a state to the next; a move that no request makes stops the program.
  void advance_to(State next) {
    CHECK_THAT(may_follow(state_, next), "a move between two states that no request makes");
    state_ = next;
  }

  // request_parser.cpp
  Step read(const StreamBytes& window);
  Step pause(const Cursor& at);
  Cursor cursor_over(const StreamBytes& window) const;
  static const char* place_in(const StreamBytes& window, std::uint64_t position);
  bool take_whole_request_line(const StreamBytes& window);
  bool take_whole_header(const StreamBytes& window);
  bool take_blank_line(const StreamBytes& window);
  Step tell_request_line();
  Step tell_url(const StreamBytes& window);
  Step tell_header();
  Step tell_headers_complete();
  Step decide_framing();

  // request_parser_states.cpp: true when the state is left for another, false at a flaw or when the
  // window ends
  bool fail(const Cursor& at, ParseError error);
  bool fail_at(std::uint64_t offset, ParseError error);
  bool fail_in_target(const Cursor& at, ParseError otherwise);
  bool out_of_bytes(const Cursor& at);
  bool skip_empty_lines(Cursor& at);
  bool read_method(Cursor& at);
  bool read_target_start(Cursor& at);
  bool read_asterisk(Cursor& at);
  bool read_scheme(Cursor& at);
  bool read_target(Cursor& at);
  bool read_version(Cursor& at);
  bool end_request_line(Cursor& at);
  bool read_line_feed(Cursor& at, State next);
  bool read_header_start(Cursor& at);
  bool read_header_name(Cursor& at);
  bool read_value_start(Cursor& at);
  bool read_value(Cursor& at);
  bool read_host(Cursor& at);
  bool read_length(Cursor& at);
  bool read_value_tail(Cursor& at);
  bool end_value(Cursor& at, ParseError otherwise);
  bool end_name(Cursor& at);
  bool heed_field();
  bool heed_value(std::string_view value);
  void heed_connection(std::string_view list);
  void heed_encoding(std::string_view list);
  bool heed_expectation(std::string_view list);
  void take_target_apart(const char* head, std::uint32_t target_end);

  // request_parser_body.cpp
  Step take_body_piece(const StreamBytes& window);
  Step take_chunk_piece(const StreamBytes& window);
  Cursor cursor_over_chunked(const StreamBytes& window) const;
  Step tell_chunk();
  Step tell_trailer(const Cursor& at);
  Step tell_body_complete(std::uint64_t data_bytes);
  bool read_chunk_size(Cursor& at);
  bool read_chunk_size_tail(Cursor& at);
  bool read_chunk_extension(Cursor& at);
  bool end_chunk_head(Cursor& at);
  bool read_chunk_data_end(Cursor& at);
  bool end_chunk(Cursor& at);
  bool read_trailer_start(Cursor& at);
  bool read_trailer_name(Cursor& at);
  bool read_trailer_value(Cursor& at);

  static Field field_named(const char* name, std::uint32_t length);

  template <class Kind>
  static Step tell(const Kind& token) {
    return Step(std::in_place_type<Kind>, token);
  }
  ByteRange range(std::uint32_t from, std::uint32_t to) const {
    return {start_ + from, std::uint64_t{to} - from};
  }

  // set at start
  ParserLimits limits_;

  // where the reading stands
  State state_ = State::RequestStart;
  std::uint64_t position_ = 0;
  std::uint64_t start_ = 0;  // of the request
  ParseFailure failure_;
  Known known_;
  ChunkedBody chunked_;  // set when such a body begins
};

}  // namespace roundtrip::http
