// The framing of a chunked body: before each piece its size in hexadecimal on a line of its own,
// after it CR and LF, and at the end a piece of size nothing. Used by the response writer; a
// receiver is not here. RFC 9112 section 7.1.
#pragma once

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/base/check.h"

namespace roundtrip::http {

// The line before a chunk, in memory of its own.
class ChunkHead {
 public:
  // The bytes of the chunk; 0 would end the body and is refused.
  explicit ChunkHead(std::uint64_t bytes) {
    CHECK_THAT(bytes > 0, "an empty chunk, which would end the body");
    char* const end = std::to_chars(text_.data(), text_.data() + 16, bytes, 16).ptr;
    end[0] = '\r';
    end[1] = '\n';
    size_ = static_cast<std::size_t>(end + 2 - text_.data());
  }

  std::string_view text() const { return {text_.data(), size_}; }

 private:
  std::array<char, 18> text_;
  std::size_t size_;
};

inline constexpr std::string_view chunk_end = "\r\n";        // behind the bytes of each chunk
inline constexpr std::string_view last_chunk = "0\r\n\r\n";  // behind the last, without trailers

}  // namespace roundtrip::http
