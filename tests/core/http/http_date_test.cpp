#include "core/http/http_date.h"

#include <ctime>
#include <string>

#include <doctest/doctest.h>

using namespace roundtrip;
using namespace roundtrip::http;

namespace {

std::string date_at(std::int64_t unix_seconds) {
  std::array<char, http_date_bytes> text;
  format_http_date(unix_seconds, text);
  return {text.data(), text.size()};
}

// What the C library's calendar says.
std::string libc_date_at(std::int64_t unix_seconds) {
  const std::time_t seconds = unix_seconds;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[64];
  return {text, std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts)};
}

}  // namespace

TEST_CASE("http date: known moments, leap years among them") {
  CHECK(date_at(1'766'917'800) == "Sun, 28 Dec 2025 10:30:00 GMT");
  CHECK(date_at(0) == "Thu, 01 Jan 1970 00:00:00 GMT");
  CHECK(date_at(784'111'777) == "Sun, 06 Nov 1994 08:49:37 GMT");
  CHECK(date_at(951'782'400) == "Tue, 29 Feb 2000 00:00:00 GMT");
  CHECK(date_at(1'709'251'199) == "Thu, 29 Feb 2024 23:59:59 GMT");
  CHECK(date_at(4'107'542'400) == "Mon, 01 Mar 2100 00:00:00 GMT");
  CHECK(date_at(-1) == "Wed, 31 Dec 1969 23:59:59 GMT");
  CHECK(date_at(253'402'300'799) == "Fri, 31 Dec 9999 23:59:59 GMT");
  CHECK(date_at(-62'167'219'200) == "Sat, 01 Jan 0000 00:00:00 GMT");
}

TEST_CASE("http date: agrees with the C library (a moment of every 9th day, years 1000 to 9999)") {
  constexpr std::int64_t year_1000 = -30'610'224'000;
  for (std::int64_t at = year_1000; at <= 253'402'300'799; at += 9 * 86'400 + 12'345) {
    if (date_at(at) != libc_date_at(at)) REQUIRE(date_at(at) == libc_date_at(at));
  }
}

TEST_CASE("http date: the cache follows the second") {
  HttpDateCache cache;
  CHECK(cache.at(0) == "Thu, 01 Jan 1970 00:00:00 GMT");
  CHECK(cache.at(0) == "Thu, 01 Jan 1970 00:00:00 GMT");
  CHECK(cache.at(1) == "Thu, 01 Jan 1970 00:00:01 GMT");
}
