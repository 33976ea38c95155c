#include "core/http/conditional.h"

#include <string>

#include "tests/core/http/request_of.h"

using namespace roundtrip;
using namespace roundtrip::http;

namespace {

constexpr std::int64_t modified = 784'111'777;  // Sun, 06 Nov 1994 08:49:37 GMT
constexpr std::int64_t now = 1'766'917'800;
constexpr std::string_view at_that_second = "Sun, 06 Nov 1994 08:49:37 GMT";
constexpr std::string_view before = "Sun, 06 Nov 1994 08:49:36 GMT";
constexpr std::string_view after = "Sun, 06 Nov 1994 08:49:38 GMT";

std::string answer(std::string_view method, std::string_view lines,
                   Representation current = {true, "\"v2\"", modified}) {
  const RequestOf of(method, lines);
  const ConditionalAnswer told = evaluate_conditions(of.request, of.bytes(), current, now);
  switch (told.precondition) {
    case Precondition::NotModified: return "304";
    case Precondition::PreconditionFailed: return "412";
    case Precondition::Proceed: return told.range_applies ? "go, range" : "go";
  }
  return {};
}

std::string field(std::string_view name, std::string_view value) {
  return std::string(name) + ": " + std::string(value) + "\r\n";
}

}  // namespace

TEST_CASE("conditional: without conditions a request proceeds, and its range counts for GET") {
  CHECK(answer("GET", "") == "go, range");
  CHECK(answer("HEAD", "") == "go");
  CHECK(answer("PUT", "") == "go");
}

TEST_CASE("conditional: If-None-Match compares weakly, and answers 304 to those who read") {
  CHECK(answer("GET", field("If-None-Match", "\"v2\"")) == "304");
  CHECK(answer("HEAD", field("If-None-Match", "W/\"v2\"")) == "304");
  CHECK(answer("PUT", field("If-None-Match", "\"v2\"")) == "412");
  CHECK(answer("GET", field("If-None-Match", "\"v1\", ,W/\"v,2\" , \"v2\"")) == "304");
  CHECK(answer("GET", field("If-None-Match", "\"v1\"") + field("if-none-match", "\"v2\"")) ==
        "304");
  CHECK(answer("GET", field("If-None-Match", "\"v1\"")) == "go, range");
  CHECK(answer("GET", field("If-None-Match", "*")) == "304");
  CHECK(answer("PUT", field("If-None-Match", "*"), {false, "", {}}) == "go");
  CHECK(answer("PUT", field("If-None-Match", "*")) == "412");
  CHECK(answer("GET", field("If-None-Match", "\"v2\""), {true, "W/\"v2\"", {}}) == "304");
}

TEST_CASE("conditional: If-Match compares strongly, and fails with 412") {
  CHECK(answer("PUT", field("If-Match", "\"v2\"")) == "go");
  CHECK(answer("PUT", field("If-Match", "\"v1\", \"v2\"")) == "go");
  CHECK(answer("PUT", field("If-Match", "W/\"v2\"")) == "412");
  CHECK(answer("PUT", field("If-Match", "W/\"v2\""), {true, "W/\"v2\"", {}}) == "412");
  CHECK(answer("PUT", field("If-Match", "*")) == "go");
  CHECK(answer("PUT", field("If-Match", "*"), {false, "", {}}) == "412");
  CHECK(answer("GET", field("If-Match", "\"v1\"")) == "412");
  CHECK(answer("PUT", field("If-Match", "\"\""), {true, "", {}}) == "412");
}

TEST_CASE("conditional: dates count where there is one to compare, and no tag decides") {
  CHECK(answer("GET", field("If-Modified-Since", at_that_second)) == "304");
  CHECK(answer("GET", field("If-Modified-Since", after)) == "304");
  CHECK(answer("GET", field("If-Modified-Since", before)) == "go, range");
  CHECK(answer("PUT", field("If-Modified-Since", after)) == "go");
  CHECK(answer("GET", field("If-Modified-Since", "yesterday")) == "go, range");
  CHECK(answer("GET", field("If-Modified-Since", after), {true, "\"v2\"", {}}) == "go, range");
  CHECK(answer("GET", field("If-Modified-Since", after) + field("If-None-Match", "\"v1\"")) ==
        "go, range");
  CHECK(answer("PUT", field("If-Unmodified-Since", at_that_second)) == "go");
  CHECK(answer("PUT", field("If-Unmodified-Since", before)) == "412");
  CHECK(answer("PUT", field("If-Unmodified-Since", "yesterday")) == "go");
  CHECK(answer("PUT", field("If-Unmodified-Since", before) + field("If-Match", "\"v2\"")) == "go");
}

TEST_CASE("conditional: what must hold is asked before what need not be sent") {
  CHECK(answer("GET", field("If-None-Match", "\"v2\"") + field("If-Match", "\"v1\"")) == "412");
  CHECK(answer("GET", field("If-None-Match", "\"v2\"") + field("If-Match", "\"v2\"")) == "304");
  CHECK(answer("GET", field("If-Modified-Since", after) + field("If-Unmodified-Since", before)) ==
        "412");
}

TEST_CASE("conditional: If-Range lets the range count where nothing has changed") {
  CHECK(answer("GET", field("If-Range", "\"v2\"")) == "go, range");
  CHECK(answer("GET", field("If-Range", "\"v1\"")) == "go");
  CHECK(answer("GET", field("If-Range", "W/\"v2\"")) == "go");
  CHECK(answer("GET", field("If-Range", "\"v2\" ")) == "go, range");
  CHECK(answer("GET", field("If-Range", "\"v2\", \"v1\"")) == "go");
  CHECK(answer("GET", field("If-Range", at_that_second)) == "go, range");
  CHECK(answer("GET", field("If-Range", after)) == "go");
  CHECK(answer("GET", field("If-Range", at_that_second), {true, "", {}}) == "go");
  CHECK(answer("GET", field("If-Range", "garbage")) == "go");
}

TEST_CASE("conditional: entity tags are taken off one by one, and nothing else is") {
  std::string_view text = "W/\"a\"\"b\"";
  CHECK(take_entity_tag(text) == "W/\"a\"");
  CHECK(take_entity_tag(text) == "\"b\"");
  CHECK(take_entity_tag(text).empty());
  for (const char* none : {"", "W/", "\"", "\"a", "a", "w/\"a\"", "\"a b\"", "*"}) {
    INFO(none);
    std::string_view rest = none;
    CHECK(take_entity_tag(rest).empty());
    CHECK(rest == none);
  }
}
