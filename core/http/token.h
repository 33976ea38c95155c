// What the request parser tells, one at a time and in this order: each token becomes one event on
// the screen. All ranges are stream offsets of the connection. The server stamps them,
// Request::apply() gathers them (message.h), the layouts of the screen place them over the bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>

#include "core/base/byte_range.h"
#include "core/http/body_framing.h"
#include "core/http/method.h"
#include "core/http/parse_error.h"

namespace roundtrip::http {

// The first line stands whole; the range includes its CR and LF.
struct RequestLineFound {
  ByteRange line;
  bool operator==(const RequestLineFound&) const = default;
};

// The line in its three parts, the spaces between them left out.
struct RequestLineSplit {
  ByteRange method;
  ByteRange target;
  ByteRange version;
  bool operator==(const RequestLineSplit&) const = default;
};

// The parts mean something: method and version.
struct RequestLineValid {
  Method method = Method::Other;
  std::uint8_t version_major = 1;
  std::uint8_t version_minor = 1;
  bool operator==(const RequestLineValid&) const = default;
};

// The four forms of a target, RFC 9112 section 3.2.
enum class TargetForm : std::uint8_t { Origin, Absolute, Authority, Asterisk };

// The target taken apart. The authority (host and port) is empty in origin form and asterisk form.
// The query is without its question mark; without one it is empty, at the end of the path.
struct Url {
  TargetForm form = TargetForm::Origin;
  ByteRange authority;
  ByteRange path;
  ByteRange query;
  bool operator==(const Url&) const = default;
};

// One header line: the whole of it with CR and LF, and its two parts. The value is without the
// spaces and tabs around it.
struct Header {
  ByteRange line;
  ByteRange name;
  ByteRange value;
  bool operator==(const Header&) const = default;
};

// The blank line (CR and LF) that ends the head; the head is everything from the method to it.
struct HeadersComplete {
  ByteRange blank_line;
  ByteRange head;
  std::uint32_t header_count = 0;
  bool operator==(const HeadersComplete&) const = default;
};

// It is known what follows: how the body's end will be found, and whether the connection stays open
// after the answer, as far as the client is concerned. The length is there for BodyFraming::Length
// only, 0 included.
struct RequestReady {
  BodyFraming framing = BodyFraming::NoBody;
  std::optional<std::uint64_t> content_length;
  bool keep_alive = false;
  bool host_seen = false;
  bool expect_continue = false;  // the client holds the body back until it is told to go on
  bool operator==(const RequestReady&) const = default;
};

// The line before a chunk, with its CR and LF. The size of the last chunk is 0. The extension is
// what stands between size and CR, not looked into; both ranges may lie before the window.
struct ChunkFound {
  ByteRange line;
  ByteRange extension;
  std::uint64_t size = 0;
  bool operator==(const ChunkFound&) const = default;
};

// As much of the body as lay in the window; of a chunked body, of one chunk. Data only.
struct BodyPiece {
  ByteRange bytes;
  bool operator==(const BodyPiece&) const = default;
};

// A field behind the last chunk, in parts like a header's. It may not be taken for one.
struct Trailer {
  ByteRange line;
  ByteRange name;
  ByteRange value;
  bool operator==(const Trailer&) const = default;
};

// The whole body has been told. Comes for every announced length, 0 included, and for every chunked
// body. The range is all that it took in the stream: of a chunked one with frame and trailers.
struct BodyComplete {
  ByteRange body;
  std::uint64_t data_bytes = 0;
  bool operator==(const BodyComplete&) const = default;
};

using Token = std::variant<RequestLineFound, RequestLineSplit, RequestLineValid, Url, Header,
                           HeadersComplete, RequestReady, ChunkFound, BodyPiece, Trailer,
                           BodyComplete>;

// The name of a token's kind, as it stands in code.
constexpr std::string_view token_name(const Token& token) {
  constexpr std::string_view names[] = {
      "RequestLineFound", "RequestLineSplit", "RequestLineValid", "Url",
      "Header",           "HeadersComplete",  "RequestReady",     "ChunkFound",
      "BodyPiece",        "Trailer",          "BodyComplete"};
  static_assert(std::size(names) == std::variant_size_v<Token>);
  return names[token.index()];
}

enum class StepKind : std::uint8_t {
  Told,       // token holds the next one
  NeedsMore,  // every byte of the window has been read; call again with more
  Failed,     // failure says why; every further call says the same
  Done,       // the request has been told to its last byte; start_next() begins another
};

// The answer to one pull.
struct Step {
  StepKind kind;
  Token token;
  ParseFailure failure;

  explicit Step(StepKind without_token, ParseFailure why = {})
      : kind(without_token), failure(why) {}
  // The token is made in its place: a copy of it would cost more than to find it.
  template <class Kind>
  explicit Step(std::in_place_type_t<Kind> which, const Kind& found)
      : kind(StepKind::Told), token(which, found) {}
};

}  // namespace roundtrip::http
