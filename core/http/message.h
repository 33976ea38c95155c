// A request as what the parser told of it: ranges of the connection's bytes and the facts decoded
// from them. It owns no text; whoever asks for text hands in the bytes (StreamBytes) that still
// hold the head. Filled by apply(), one token after another, by the server and by the layouts of
// the screen alike. About 1,000 bytes, of which the places for 100 headers are 800.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "core/base/byte_range.h"
#include "core/http/characters.h"
#include "core/http/limits.h"
#include "core/http/stream_bytes.h"
#include "core/http/token.h"

namespace roundtrip::http {

class Request {
 public:
  // from the request line
  ByteRange line;
  ByteRange method_text;
  ByteRange target;
  ByteRange version_text;
  Method method = Method::Other;
  std::uint8_t version_major = 1;
  std::uint8_t version_minor = 1;
  Url url;

  // from the head as a whole
  ByteRange head;
  BodyFraming framing = BodyFraming::NoBody;
  std::optional<std::uint64_t> content_length;  // for BodyFraming::Length
  bool keep_alive = false;
  bool host_seen = false;
  bool expect_continue = false;
  bool ready = false;  // RequestReady has been told: all of the above holds

  // from the body, as far as it has been told
  std::uint64_t body_bytes = 0;  // data, without the frame of chunks
  std::uint32_t trailer_count = 0;
  bool body_complete = false;  // BodyComplete has been told, or there is no body

  // Whether all of the body has been read. The last byte of a length is enough; chunks have an end
  // of their own.
  bool body_is_read() const {
    return body_complete || (content_length && body_bytes == *content_length);
  }

  // Takes one token of this request. Tokens come in the order in which the parser tells them.
  void apply(const Token& token);

  // The headers in the order of the request. The line's range is given up: name and value remain.
  Request() {}
  std::size_t header_count() const { return header_count_; }
  ByteRange header_name(std::size_t index) const;
  ByteRange header_value(std::size_t index) const;

  // The value of the first header with this name, whatever the case of its letters.
  std::optional<std::string_view> find(StreamBytes head_bytes, std::string_view name) const;

  // Calls visit(value) for each header with this name: those whose values are lists may come more
  // than once, and together are one list.
  template <class Visitor>
  void for_each_value(StreamBytes head_bytes, std::string_view name, Visitor&& visit) const {
    for (std::size_t i = 0; i < header_count_; ++i) {
      if (!equal_ignoring_case(head_bytes.slice(header_name(i)), name)) continue;
      visit(head_bytes.slice(header_value(i)));
    }
  }

  // Whom the request is meant for: the authority of a whole address, and only without one the Host
  // field, which counts for nothing beside it (RFC 9112 section 3.2.2).
  std::string_view host(StreamBytes head_bytes) const;

 private:
  struct Apply;
  void add_header(ByteRange name, ByteRange value);

  // Counted from the first byte of the request line; a head is at most max_head_bytes long.
  struct HeaderPlace {
    std::uint16_t name_at;
    std::uint16_t name_bytes;
    std::uint16_t value_at;
    std::uint16_t value_bytes;
  };
  // Places beyond header_count_ are not set: a request is made often, and they are many.
  std::array<HeaderPlace, max_header_count> headers_;
  std::uint32_t header_count_ = 0;
};

}  // namespace roundtrip::http
