// The parser of multipart/form-data, the body in which a form comes with its files: pulled and
// resumable at any byte, like the request parser. The caller hands in what it has of the body, in
// order and once, and pulls tokens until more is needed; nothing has to be kept, for the parser
// copies the head of a part into memory that it was given, and of the data it holds back only what
// may be the beginning of a boundary. Allocates nothing. Offsets count in the body, which is
// without the frame of chunks. RFC 7578; RFC 2046 section 5.1.1 (boundaries).
// Ignored, as these allow: what stands before the first boundary and behind the last, headers other
// than Content-Disposition and Content-Type, filename*. Refused: a boundary with more behind it.
// The name of a file is what the client says: it may hold slashes, dots and any byte but control
// ones, and whoever uses it as a name of anything has to make it safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <variant>

#include "core/base/byte_range.h"
#include "core/http/multipart_error.h"
#include "core/http/stream_bytes.h"
#include "core/http/token.h"

namespace roundtrip::http {

inline constexpr std::size_t max_boundary_bytes = 70;
// CR, LF and two hyphens stand before a boundary.
inline constexpr std::size_t max_delimiter_bytes = max_boundary_bytes + 4;

// The boundary that a Content-Type names, a part of it; nothing where it is of another type or
// names none that may be.
std::optional<std::string_view> multipart_boundary(std::string_view content_type);

// A part begins. The texts lie in the parser's memory and are valid until PartEnd.
struct PartBegin {
  ByteRange head;         // with the blank line
  std::string_view name;  // of the field of the form
  std::optional<std::string_view> filename;
  std::string_view content_type;  // empty: none was told, which means text/plain
};

// As much of the part's data as is known to be data; the text is valid until the next pull.
struct PartData {
  ByteRange bytes;
  std::string_view text;
};

struct PartEnd {
  std::uint64_t data_bytes = 0;
};

using MultipartToken = std::variant<PartBegin, PartData, PartEnd>;

// The answer to one pull. Done: the last boundary has been read, and what follows is ignored.
struct MultipartStep {
  StepKind kind = StepKind::NeedsMore;
  MultipartToken token;
  MultipartFailure failure;
};

class MultipartParser {
 public:
  // The memory holds the delimiter and the head of one part; how large that may be follows from its
  // size. The boundary is one that multipart_boundary() returned.
  MultipartParser(std::string_view boundary, std::span<char> memory, std::size_t max_parts = 100);

  // The window begins at position() or before it.
  MultipartStep next(const StreamBytes& window);
  // The body has ended: Done, or Failed where the last boundary is missing.
  MultipartStep finish();

  std::uint64_t position() const { return position_; }

 private:
  enum class State : std::uint8_t {
    Preamble,      // skips what stands before the first boundary
    Delimiter,     // stands behind a boundary: the line ends, or a hyphen begins the end
    Padding,       // skips spaces behind it
    DelimiterEnd,  // has the CR of that line
    LastHyphen,    // has one of the two hyphens behind the last boundary
    Head,          // reads the head of a part, line by line
    Data,          // looks for the next boundary
    Epilogue,      // ignores what follows
    Failed,
  };

  MultipartStep fail(std::uint64_t offset, MultipartError error);
  MultipartStep tell(const MultipartToken& token) { return {StepKind::Told, token, {}}; }
  // Each takes what it can off the front of the bytes; a step where that is to be told.
  using MaybeStep = std::optional<MultipartStep>;
  MaybeStep skip_preamble(std::string_view& bytes);
  MaybeStep read_delimiter_line(std::string_view& bytes);
  MaybeStep begin_head(std::string_view& bytes);
  MaybeStep read_head(std::string_view& bytes);
  MaybeStep end_head_line();
  MaybeStep heed_header(std::span<char> line);
  MaybeStep heed_disposition(std::span<char> value);
  MaybeStep read_data(std::string_view& bytes);
  bool match_delimiter(std::string_view& bytes);
  void take(std::string_view& bytes, std::size_t count) {
    bytes.remove_prefix(count);
    position_ += count;
  }
  std::string_view delimiter() const { return {memory_.data(), delimiter_bytes_}; }

  // set at start
  std::span<char> memory_;  // the delimiter, and behind it the head of the part
  std::size_t delimiter_bytes_ = 0;
  std::size_t max_parts_;

  // where the reading stands
  State state_ = State::Preamble;
  std::uint64_t position_ = 0;
  // Bytes of the delimiter, and of them those that are taken for granted: body and data begin as if
  // a line had just ended, so that a boundary may stand there at once.
  std::size_t matched_ = 2;
  std::size_t granted_ = 2;
  MultipartFailure failure_;

  // the part
  std::size_t parts_ = 0;
  std::uint64_t head_at_ = 0;
  std::size_t head_bytes_ = 0;
  std::size_t line_at_ = 0;  // in the head
  PartBegin part_;
  bool disposition_seen_ = false;
  bool name_seen_ = false;
  std::uint64_t data_bytes_ = 0;
};

}  // namespace roundtrip::http
