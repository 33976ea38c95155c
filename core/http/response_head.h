// The head of a response, from its parts to the bytes that are sent: status line, the handler's
// fields in their order, then Date, Content-Length or Transfer-Encoding, Content-Type, Connection,
// blank line. Written into memory that the caller owns; every part is reported with its range, so
// that the screen can show where each byte comes from. What the body's framing is, the response
// writer decides; a field that the handler has set itself is not written a second time.
// RFC 9112 section 4 (status line) and section 6 (framing), RFC 9110 section 6.6.1 (Date).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "core/base/byte_range.h"
#include "core/base/result.h"
#include "core/http/body_framing.h"
#include "core/http/header_list.h"

namespace roundtrip::http {

enum class ConnectionField : std::uint8_t { None, Close, KeepAlive };

// The field that says what happens to the connection, where the version alone does not say it: an
// HTTP/1.1 connection stays and an HTTP/1.0 one closes unless told otherwise (RFC 9112, section
// 9.3).
constexpr ConnectionField connection_field(std::uint8_t request_minor, bool keep_alive) {
  if (request_minor >= 1) return keep_alive ? ConnectionField::None : ConnectionField::Close;
  return keep_alive ? ConnectionField::KeepAlive : ConnectionField::None;
}

struct ResponseHead {
  int status = 200;
  const HeaderList* fields = nullptr;  // the handler's, as they were when the head was fixed
  std::string_view date;               // http_date.h; empty: no Date field
  BodyFraming framing = BodyFraming::Length;  // NoBody: the status forbids one
  std::uint64_t content_length = 0;  // for Length
  std::string_view content_type;     // empty: no Content-Type field
  ConnectionField connection = ConnectionField::None;
};

enum class HeadPartKind : std::uint8_t {
  StatusLine,
  HandlerField,
  Date,
  ContentLength,
  TransferEncoding,
  ContentType,
  Connection,
  BlankLine
};

constexpr std::string_view head_part_name(HeadPartKind kind) {
  constexpr std::array<std::string_view, 8> names{
      "status line",       "handler field", "Date",       "Content-Length",
      "Transfer-Encoding", "Content-Type",  "Connection", "blank line"};
  return names[static_cast<std::size_t>(kind)];
}

// One line of the head, with its CR and LF; the range counts from the head's first byte.
struct HeadPart {
  HeadPartKind kind = HeadPartKind::StatusLine;
  ByteRange bytes;
  bool operator==(const HeadPart&) const = default;
};

// The parts in order. Lines beyond the limit are written all the same, and counted.
struct HeadParts {
  static constexpr std::size_t limit = 48;

  std::array<HeadPart, limit> parts;
  std::size_t count = 0;
  std::size_t left_out = 0;

  std::span<const HeadPart> view() const { return {parts.data(), count}; }
};

// The head that is an answer to Expect: 100-continue, and not the last one (RFC 9110, section
// 15.2.1).
inline constexpr std::string_view interim_continue = "HTTP/1.1 100 Continue\r\n\r\n";

// The number of bytes written, or nothing where out is too small (its content is then undefined).
// parts may be null.
std::optional<std::size_t> write_head(const ResponseHead& head, std::span<char> out,
                                      HeadParts* parts = nullptr);

}  // namespace roundtrip::http
