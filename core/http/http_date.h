// The date of a response head, in the one form that HTTP writes: "Sun, 28 Dec 2025 10:30:00 GMT"
// (IMF-fixdate, RFC 9110 section 5.6.7). Computed here, without the C library's calendar, its
// locale and its locks. Years 0 to 9999.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace roundtrip::http {

inline constexpr std::size_t http_date_bytes = 29;

// Seconds since 1970-01-01 00:00:00 UTC, negative before it, to text.
void format_http_date(std::int64_t unix_seconds, std::span<char, http_date_bytes> out);

// Keeps the text for as long as the second lasts. One per thread: it takes no lock.
class HttpDateCache {
 public:
  std::string_view at(std::int64_t unix_seconds);

 private:
  std::int64_t second_ = 0;
  bool filled_ = false;
  std::array<char, http_date_bytes> text_{};
};

}  // namespace roundtrip::http
