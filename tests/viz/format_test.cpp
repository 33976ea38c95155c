#include <doctest/doctest.h>

#include <limits>

#include "viz/format.h"

using namespace roundtrip;
using namespace roundtrip::viz;

TEST_CASE("format: durations keep three digits and the right unit") {
  const struct {
    std::int64_t ns;
    const char* number;
    const char* unit;
  } table[] = {
      {0, "0", "ns"},
      {7, "7", "ns"},
      {999, "999", "ns"},
      {1'000, "1.00", "µs"},
      {1'234, "1.23", "µs"},
      {9'994, "9.99", "µs"},
      {9'996, "10.0", "µs"},
      {12'345, "12.3", "µs"},
      {99'960, "100", "µs"},
      {999'400, "999", "µs"},
      {999'500, "1.00", "ms"},
      {1'000'000, "1.00", "ms"},
      {250'000'000, "250", "ms"},
      {999'499'999, "999", "ms"},
      {1'000'000'000, "1.00", "s"},
      {90'000'000'000, "90.0", "s"},
      {1'200'000'000'000, "1,200", "s"},
      {-1'234, "\u22121.23", "µs"},
  };
  for (const auto& row : table) {
    INFO(row.ns, " ns");
    const Quantity written = duration(Duration{row.ns});
    CHECK(written.number == row.number);
    CHECK(written.unit == row.unit);
  }
  CHECK(duration(Duration{12'345}).text() == "12.3\u202Fµs");
}

TEST_CASE("format: what was not measured is a dash, not 0") {
  CHECK(duration_or_unknown(std::nullopt).number == "–");
  CHECK(duration_or_unknown(Duration{0}).number == "0");
  CHECK(percent(1, 0) == not_known());
}

TEST_CASE("format: counts and bytes") {
  CHECK(count(0) == "0");
  CHECK(count(999) == "999");
  CHECK(count(2048) == "2,048");
  CHECK(count(-1'234'567) == "\u22121,234,567");
  CHECK(count(std::numeric_limits<std::int64_t>::min()) ==
        "\u22129,223,372,036,854,775,808");
  CHECK(ordinal(1) + ordinal(2) + ordinal(3) + ordinal(4) == "1st2nd3rd4th");
  CHECK(ordinal(11) + ordinal(12) + ordinal(13) + ordinal(22) == "11th12th13th22nd");
  CHECK(counted(1, "request") == "1 request");
  CHECK(counted(0, "request") == "0 requests");
  CHECK(counted(2, "reply", "replies") == "2 replies");
  CHECK(byte_count(83) == Quantity{"83", "B"});
  CHECK(byte_count(5'242'880) == Quantity{"5,242,880", "B"});
  CHECK(byte_size(1000) == Quantity{"1,000", "B"});
  CHECK(byte_size(1024) == Quantity{"1.00", "KiB"});
  CHECK(byte_size(5'242'880) == Quantity{"5.00", "MiB"});
  CHECK(byte_size(1ull << 30) == Quantity{"1.00", "GiB"});
  CHECK(percent(1, 3) == Quantity{"33.3", "%"});
  CHECK(percent(0, 3) == Quantity{"0", "%"});
}

TEST_CASE("format: a moment is in ms below a second, then in s, always to a tenth of a µs") {
  CHECK(moment(Instant{}) == Quantity{"0.0000", "ms"});
  CHECK(moment(Instant{31'707'400}) == Quantity{"31.7074", "ms"});
  CHECK(moment(Instant{999'999'949}) == Quantity{"999.9999", "ms"});
  CHECK(moment(Instant{999'999'950}) == Quantity{"1.0000000", "s"});
  CHECK(moment(Instant{46'545'465'400}) == Quantity{"46.5454654", "s"});
}

TEST_CASE("format: marks of an axis have the digits that tell them apart") {
  const auto us = [](std::int64_t n) { return Instant{n * 1000}; };
  CHECK(axis_time(us(250), Duration::microseconds(50)) == Quantity{"250", "µs"});
  CHECK(axis_time(us(1250), Duration::microseconds(10)) == Quantity{"1.25", "ms"});
  CHECK(axis_time(us(2000), Duration::milliseconds(1)) == Quantity{"2", "ms"});
  CHECK(axis_time(us(0), Duration::microseconds(5)) == Quantity{"0", "µs"});
  CHECK(axis_time(Instant{1'500}, Duration{500}) == Quantity{"1.5", "µs"});
  CHECK(axis_time(us(-20), Duration::microseconds(20)) == Quantity{"\u221220", "µs"});
}

TEST_CASE("format: clocks") {
  CHECK(elapsed_clock(Duration::seconds(12)) == "0:12");
  CHECK(elapsed_clock(Duration::seconds(187)) == "3:07");
  CHECK(elapsed_clock(Duration::seconds(3723)) == "1:02:03");
  CHECK(time_of_day(Duration::milliseconds(50'607'123)) == "14:03:27.123");
}

TEST_CASE("format: bytes as hex and as ASCII") {
  CHECK(hex_byte(0x0A) == "0a");
  CHECK(hex_bytes("GET") == "47 45 54");
  CHECK(hex_bytes("") == "");
  CHECK(hex_offset(64) == "0040");
  CHECK(hex_offset(0x12345) == "12345");
  CHECK(printable('G') == "G");
  CHECK(printable(' ') == " ");
  CHECK(printable('~') == "~");
  CHECK(printable('\\') == "\\");
  CHECK(printable(0x7F) == "·");
  CHECK(printable_text("a.b\r\n") == "a.b··");
  CHECK(visible('\r') == "←");
  CHECK(visible('\n') == "↵");
  // Every byte has a text of one character.
  for (int byte = 0; byte < 256; ++byte) {
    const auto text = printable(static_cast<std::uint8_t>(byte));
    CHECK((text == "·" || (text.size() == 1 && text[0] == static_cast<char>(byte))));
  }
}
