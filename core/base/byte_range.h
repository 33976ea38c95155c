// The one range of bytes: half-open, [offset, offset + length). What the offset counts from (a
// buffer, a connection's stream) is said where a range is used.
#pragma once

#include <cstdint>

namespace roundtrip {

struct ByteRange {
  std::uint64_t offset = 0;
  std::uint64_t length = 0;

  constexpr std::uint64_t end() const { return offset + length; }
  constexpr bool empty() const { return length == 0; }
  constexpr bool contains(std::uint64_t at) const { return at >= offset && at < end(); }
  constexpr bool contains(ByteRange other) const {
    return other.offset >= offset && other.end() <= end();
  }
  constexpr bool overlaps(ByteRange other) const {
    return offset < other.end() && other.offset < end();
  }
  constexpr bool operator==(const ByteRange&) const = default;
};

}  // namespace roundtrip
