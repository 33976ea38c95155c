// Range requests (RFC 9110 section 14): which part of an answer's bytes is asked for. Called by
// handlers with the value of Range and the size of what they would send whole; whether the field
// counts at all is If-Range's to say (conditional.h), and it does for GET only.
// One range is answered; several are ignored, and so is what can't be read: the answer is 200 with
// all of it then, which section 14.2 allows. A range of another unit than bytes is ignored.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace roundtrip::http {

struct RangeRequest {
  enum class Kind : std::uint8_t {
    Whole,          // 200: no range, or one that is ignored
    Part,           // 206: first to last, both included
    Unsatisfiable,  // 416: it lies beyond the end
  } kind = Kind::Whole;
  std::uint64_t first = 0;
  std::uint64_t last = 0;

  std::uint64_t bytes() const { return last - first + 1; }
  bool operator==(const RangeRequest&) const = default;
};

// The value of Range, and the bytes of the whole.
RangeRequest parse_range(std::string_view value, std::uint64_t size);

// The value of Content-Range, in memory of its own: "bytes 0-499/1234", or "bytes */1234" for a
// range that is unsatisfiable. Not for the whole.
class ContentRange {
 public:
  ContentRange(const RangeRequest& range, std::uint64_t size);
  std::string_view text() const { return {text_.data(), bytes_}; }

 private:
  std::array<char, 72> text_;  // three numbers of 20 digits at most
  std::size_t bytes_ = 0;
};

}  // namespace roundtrip::http
