#include "core/http/target.h"

#include <array>
#include <string>

#include <fmt/format.h>

#include "tests/core/http/request_of.h"

using namespace roundtrip;
using namespace roundtrip::http;

namespace {

// The path; with a star where it was cleaned; or the failure.
std::string decoded(std::string_view raw) {
  std::string out(raw.size() + 2, '?');
  const DecodedPath path = decode_path(raw, {out.data(), std::max<std::size_t>(raw.size(), 1)});
  CHECK(out.back() == '?');
  if (path.failure) return fmt::format("{} at {}", path.failure->name(), path.failure->offset);
  return std::string(path.path) + (path.cleaned ? " *" : "");
}

std::string value_of(std::string_view query, std::string_view name, std::size_t room = 16) {
  std::array<char, 16> out;
  const QueryValue value = query_value(query, name, {out.data(), room});
  switch (value.found) {
    case QueryFind::Found: return fmt::format("[{}]", value.value);
    case QueryFind::Absent: return "absent";
    case QueryFind::Malformed: return "malformed";
    case QueryFind::TooLong: return "too long";
  }
  return {};
}

}  // namespace

TEST_CASE("target: a path without escapes or dots stays as it is") {
  for (const std::string_view path : {"/", "/hello", "/a/b/", "/a.b/..c/...", "/a+b;c=d,e:@!"}) {
    CHECK(decoded(path) == path);
  }
  CHECK(decoded("") == "/");
}

TEST_CASE("target: escapes are decoded once, slash and percent stay apart") {
  CHECK(decoded("/%68ello%20world") == "/hello world");
  CHECK(decoded("/caf%C3%a9") == "/caf\xc3\xa9");
  CHECK(decoded("/a%2fb") == "/a%2Fb");
  CHECK(decoded("/a%252fb") == "/a%252fb");
  CHECK(decoded("/100%25") == "/100%25");
  CHECK(decoded("/a\xe9") == "/a\xe9");
}

TEST_CASE("target: dot segments go, above the root is the root, and so do empty segments") {
  CHECK(decoded("/a/./b") == "/a/b *");
  CHECK(decoded("/a/../b") == "/b *");
  CHECK(decoded("/a/b/..") == "/a/ *");
  CHECK(decoded("/a/.") == "/a/ *");
  CHECK(decoded("/.") == "/ *");
  CHECK(decoded("/..") == "/ *");
  CHECK(decoded("/../../etc/passwd") == "/etc/passwd *");
  CHECK(decoded("/a/%2e%2E/%2e/b") == "/b *");
  CHECK(decoded("//evil.example/x") == "/evil.example/x *");
  CHECK(decoded("/a//b///") == "/a/b/ *");
  CHECK(decoded("//") == "/ *");
  CHECK(decoded("/a//../b") == "/b *");
  // A slash that is data makes no dot segment.
  CHECK(decoded("/a/..%2Fb") == "/a/..%2Fb");
  CHECK(decoded("/a/%252e%252e/b") == "/a/%252e%252e/b");
}

TEST_CASE("target: escapes that are none, and control bytes, are refused at their place") {
  CHECK(decoded("/%") == "BadEscape at 1");
  CHECK(decoded("/a/%4") == "BadEscape at 3");
  CHECK(decoded("/%4/x") == "BadEscape at 1");
  CHECK(decoded("/%g0") == "BadEscape at 1");
  CHECK(decoded("/%%41") == "BadEscape at 1");
  CHECK(decoded("/a%00b") == "EscapedControl at 2");
  CHECK(decoded("/a/%0d%0aSet-Cookie:") == "EscapedControl at 3");
  CHECK(decoded("/%7f") == "EscapedControl at 1");
  CHECK(decoded("/a\x01") == "BadTargetByte at 2");
}

TEST_CASE("target: every pair of bytes behind a percent sign is decoded or refused, never more") {
  for (int high = 0; high < 256; ++high) {
    for (int low = 0; low < 256; ++low) {
      const char raw[] = {'/', '%', static_cast<char>(high), static_cast<char>(low)};
      std::array<char, 4> out{};
      const DecodedPath path = decode_path({raw, 4}, out);
      if (path.failure) continue;
      REQUIRE((path.path.size() == 2 || path.path == "/%2F" || path.path == "/%25" ||
               path.path == "/"));
    }
  }
}

TEST_CASE("target: a path that does not fit is refused") {
  std::array<char, 4> out{};
  CHECK(decode_path("/abc", out).path == "/abc");
  CHECK(decode_path("/abcd", out).failure->status() == 414);
}

TEST_CASE("target: a part is decoded to what was meant, and a path is escaped to be sent") {
  std::array<char, 32> out{};
  CHECK(decode_part("a%2Fb%25", out) == "a/b%");
  CHECK(decode_part("plain", out) == "plain");
  CHECK_FALSE(decode_part("longer", std::span(out).first(5)));
  CHECK(encode_path("/a b/\xc3\xa9%2F\\\r\n", out) == "/a%20b/%C3%A9%2F%5C%0D%0A");
  CHECK_FALSE(encode_path("/a b", std::span(out).first(5)));
}

TEST_CASE("target: a parameter of the query is found by its decoded name") {
  const std::string_view query = "a=1&b=two+words&a=2&c%20d=%26%3d&empty=&flag&=x&%61b=%2B";
  CHECK(value_of(query, "a") == "[1]");
  CHECK(value_of(query, "b") == "[two words]");
  CHECK(value_of(query, "c d") == "[&=]");
  CHECK(value_of(query, "empty") == "[]");
  CHECK(value_of(query, "flag") == "[]");
  CHECK(value_of(query, "ab") == "[+]");
  CHECK(value_of(query, "") == "[x]");
  CHECK(value_of(query, "A") == "absent");
  CHECK(value_of("", "a") == "absent");
  CHECK(value_of("&&a=b=c&", "a") == "[b=c]");
}

TEST_CASE("target: a parameter that can't be decoded, or does not fit, says so") {
  CHECK(value_of("a=%4", "a") == "malformed");
  CHECK(value_of("%4=1&a=2", "a") == "[2]");
  CHECK(value_of("a=12345", "a", 4) == "too long");
  CHECK(value_of("a=%31%32%33%34", "a", 4) == "[1234]");
}

TEST_CASE("request: the authority of a whole address counts before Host") {
  const auto host = [](std::string_view text) {
    const RequestOf of(text);
    return std::string(of.request.host(of.bytes()));
  };
  CHECK(host("GET / HTTP/1.1\r\nHost: a:80\r\n\r\n") == "a:80");
  CHECK(host("GET http://b:81/ HTTP/1.1\r\nHost: a:80\r\n\r\n") == "b:81");
  CHECK(host("GET / HTTP/1.0\r\n\r\n").empty());
}
