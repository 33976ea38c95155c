// A window on one direction of a connection: the bytes that a caller holds at this moment, and the
// stream offset (bytes since the connection began) of the first of them. The parser and everything
// that turns a ByteRange back into text read through it. Owns nothing.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/base/byte_range.h"
#include "core/base/check.h"

namespace roundtrip::http {

struct StreamBytes {
  std::string_view bytes;
  std::uint64_t offset = 0;

  constexpr std::uint64_t end() const { return offset + bytes.size(); }
  constexpr bool holds(ByteRange range) const {
    return range.offset >= offset && range.end() <= end();
  }

  // The text of a range of the stream; the range has to lie inside the window.
  constexpr std::string_view slice(ByteRange range) const {
    CHECK_THAT(holds(range), "a range of the stream that the window does not hold");
    return {bytes.data() + (range.offset - offset), range.length};
  }
};

}  // namespace roundtrip::http
