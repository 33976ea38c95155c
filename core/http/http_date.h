// Dates as HTTP has them (RFC 9110 section 5.6.7): written in one form, "Sun, 28 Dec 2025 10:30:00
// GMT" (IMF-fixdate), and read in that one and the two that are obsolete. Computed here, without
// the C library's calendar, its locale and its locks. Years 0 to 9999.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace roundtrip::http {

inline constexpr std::size_t http_date_bytes = 29;

// Seconds since 1970-01-01 00:00:00 UTC, negative before it, to text.
void format_http_date(std::int64_t unix_seconds, std::span<char, http_date_bytes> out);

// Text to seconds since 1970-01-01 00:00:00 UTC; nothing where it is no date. The day of the week
// has to be the name of one, but need not be the right one. `now` decides the century of a year of
// two digits: one that would lie more than 50 years ahead lies in the past.
std::optional<std::int64_t> parse_http_date(std::string_view text, std::int64_t now);

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
