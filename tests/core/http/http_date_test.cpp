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

TEST_CASE("http date: the three forms are read (fixdate, RFC 850, asctime)") {
  constexpr std::int64_t now = 1'766'917'800;  // in 2025
  CHECK(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT", now) == 784'111'777);
  CHECK(parse_http_date("Sunday, 06-Nov-94 08:49:37 GMT", now) == 784'111'777);
  CHECK(parse_http_date("Sun Nov  6 08:49:37 1994", now) == 784'111'777);
  CHECK(parse_http_date("Wed Dec 31 23:59:59 1969", now) == -1);
  CHECK(parse_http_date("Wednesday, 31-Dec-69 23:59:60 GMT", now) == 3'155'760'000);
  CHECK(parse_http_date("Tue, 29 Feb 2000 00:00:00 GMT", now) == 951'782'400);
  // The name of the day is not compared with the date.
  CHECK(parse_http_date("Mon, 06 Nov 1994 08:49:37 GMT", now) == 784'111'777);
}

TEST_CASE("http date: two digits of a year mean the one at most 50 years ahead") {
  const auto year = [](std::string_view digits, std::int64_t now) {
    const std::string text = "Sunday, 06-Nov-" + std::string(digits) + " 08:49:37 GMT";
    return date_at(parse_http_date(text, now).value()).substr(12, 4);
  };
  constexpr std::int64_t in_2025 = 1'766'917'800;
  CHECK(year("25", in_2025) == "2025");
  CHECK(year("75", in_2025) == "2075");
  CHECK(year("76", in_2025) == "1976");
  CHECK(year("05", 930'000'000) == "2005");
}

TEST_CASE("http date: what is no date is none") {
  for (const char* text :
       {"", "Sun", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 UTC",
        "Sun, 06 Nov 1994 08:49:37 GMT ", "sun, 06 Nov 1994 08:49:37 GMT",
        "Sun, 6 Nov 1994 08:49:37 GMT", "Sun, 31 Nov 1994 08:49:37 GMT",
        "Sun, 00 Nov 1994 08:49:37 GMT", "Thu, 29 Feb 2023 00:00:00 GMT",
        "Sun, 06 Nov 1994 24:00:00 GMT", "Sun, 06 Nov 1994 08:60:00 GMT",
        "Sun, 06 Nov 1994 08:49:61 GMT", "Sun, 06 Foo 1994 08:49:37 GMT",
        "Sund, 06-Nov-94 08:49:37 GMT", "Sunday, 06-Nov-1994 08:49:37 GMT",
        "Sun Nov 6 08:49:37 1994", "Sun Nov 06 08:49:37 94", "784111777", "Sunday"}) {
    INFO(text);
    CHECK_FALSE(parse_http_date(text, 0));
  }
}

TEST_CASE("http date: reads what it writes (a moment of every 99th day, years 0 to 9999)") {
  for (std::int64_t at = -62'167'219'200; at <= 253'402'300'799; at += 99 * 86'400 + 12'345) {
    if (parse_http_date(date_at(at), 0) != at) REQUIRE(parse_http_date(date_at(at), 0) == at);
  }
}

TEST_CASE("http date: the cache follows the second") {
  HttpDateCache cache;
  CHECK(cache.at(0) == "Thu, 01 Jan 1970 00:00:00 GMT");
  CHECK(cache.at(0) == "Thu, 01 Jan 1970 00:00:00 GMT");
  CHECK(cache.at(1) == "Thu, 01 Jan 1970 00:00:01 GMT");
}
