#include "core/http/header_list.h"

#include <string>

#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace roundtrip;
using namespace roundtrip::http;

TEST_CASE("header list: set replaces, add appends, case does not matter") {
  HeaderList list;
  REQUIRE(list.add("A", "1").ok());
  REQUIRE(list.add("B", "2").ok());
  REQUIRE(list.add("a", "3").ok());
  CHECK(list.lines() == "A: 1\r\nB: 2\r\na: 3\r\n");
  CHECK(list.find("a") == "1");
  REQUIRE(list.set("a", " 44 ").ok());
  CHECK(list.lines() == "a: 44\r\nB: 2\r\n");
  REQUIRE(list.set("C", "").ok());
  CHECK(list.find("c") == "");
  list.remove("A");
  list.remove("nothing");
  CHECK(list.lines() == "B: 2\r\nC: \r\n");
  CHECK_FALSE(list.has("A"));
}

TEST_CASE("header list: a value can't break out of its line") {
  HeaderList list;
  CHECK_FALSE(list.set("X", "a\r\nSet-Cookie: b").ok());
  CHECK_FALSE(list.add("X", "a\nb").ok());
  CHECK_FALSE(list.add("X", std::string_view("a\0b", 3)).ok());
  CHECK_FALSE(list.add("X\r\nY", "a").ok());
  CHECK_FALSE(list.add("X Y", "a").ok());
  CHECK_FALSE(list.add("", "a").ok());
  CHECK(list.empty());
  CHECK(list.add("X", "a\tb: c").ok());
  CHECK(list.find("X") == "a\tb: c");
}

TEST_CASE("header list: grows past its inline memory and stays the same list") {
  HeaderList list;
  std::string expected;
  for (int i = 0; i < 40; ++i) {
    const std::string name = fmt::format("X-{}", i);
    REQUIRE(list.set(name, "a value of some length").ok());
    expected += fmt::format("{}: a value of some length\r\n", name);
    REQUIRE(list.lines() == expected);
  }
  CHECK(expected.size() > HeaderList::inline_bytes);
  const HeaderList snapshot = list;
  REQUIRE(list.set("x-0", "short").ok());
  CHECK(list.lines().starts_with("x-0: short\r\nX-1: a value"));
  CHECK(snapshot.lines() == expected);
  for (int i = 0; i < 40; ++i) list.remove(fmt::format("X-{}", i));
  CHECK(list.empty());
  REQUIRE(list.add("A", "1").ok());
  CHECK(list.lines() == "A: 1\r\n");
}
