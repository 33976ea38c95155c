#include "core/http/range.h"

#include <string>

#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace roundtrip;
using namespace roundtrip::http;

namespace {

std::string told(std::string_view value, std::uint64_t size) {
  const RangeRequest range = parse_range(value, size);
  switch (range.kind) {
    case RangeRequest::Kind::Whole: return "whole";
    case RangeRequest::Kind::Unsatisfiable: return "unsatisfiable";
    case RangeRequest::Kind::Part: return fmt::format("{}-{}", range.first, range.last);
  }
  return {};
}

}  // namespace

TEST_CASE("range: one range of bytes, from a place, between two, or of the last") {
  CHECK(told("bytes=0-499", 1000) == "0-499");
  CHECK(told("Bytes= 500-999 ", 1000) == "500-999");
  CHECK(told("bytes=500-", 1000) == "500-999");
  CHECK(told("bytes=999-2000", 1000) == "999-999");
  CHECK(told("bytes=-1", 1000) == "999-999");
  CHECK(told("bytes=-2000", 1000) == "0-999");
  CHECK(told("bytes=0-0", 1) == "0-0");
  CHECK(parse_range("bytes=10-19", 100).bytes() == 10);
}

TEST_CASE("range: beyond the end nothing can be sent") {
  CHECK(told("bytes=1000-", 1000) == "unsatisfiable");
  CHECK(told("bytes=1000-1001", 1000) == "unsatisfiable");
  CHECK(told("bytes=0-", 0) == "unsatisfiable");
  CHECK(told("bytes=-0", 1000) == "unsatisfiable");
  CHECK(told("bytes=-5", 0) == "whole");
}

TEST_CASE("range: numbers that 64 bits do not hold are as large as can be") {
  CHECK(told("bytes=0-99999999999999999999999", 10) == "0-9");
  CHECK(told("bytes=99999999999999999999999-", 10) == "unsatisfiable");
  CHECK(told("bytes=-99999999999999999999999", 10) == "0-9");
}

TEST_CASE("range: several ranges, other units and what can't be read are ignored") {
  for (const char* value :
       {"", "bytes", "bytes=", "bytes=-", "bytes=0-1,5-6", "bytes=0-1,", "items=0-1", "bytes=5-4",
        "bytes=a-", "bytes=0-x", "bytes=0x1-2", "bytes 0-1", "bytes=+1-2", "bytes=1--2",
        "bytes=--1", "bytes=1 - 2", "bytes =0-1"}) {
    INFO(value);
    CHECK(told(value, 1000) == "whole");
  }
}

TEST_CASE("range: Content-Range tells the part, or only how much there is") {
  CHECK(ContentRange({RangeRequest::Kind::Part, 0, 499}, 1234).text() == "bytes 0-499/1234");
  CHECK(ContentRange({RangeRequest::Kind::Unsatisfiable, 0, 0}, 1234).text() == "bytes */1234");
  constexpr std::uint64_t most = UINT64_MAX;
  CHECK(ContentRange({RangeRequest::Kind::Part, most, most}, most).text() ==
        "bytes 18446744073709551615-18446744073709551615/18446744073709551615");
}
