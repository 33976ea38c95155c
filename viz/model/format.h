// How numbers are written on the screen, all in one place. A number and its unit come apart: the
// screen sets the unit lighter and aligns numbers on their last digit. UTF-8; no ImGui here.
//   durations   three significant digits: 0 ns, 999 ns, 1.23 µs, 12.3 ms, 1.00 s, 90.0 s, 1,200 s
//               8 µs, 250 ms where no more was counted
//   counts      exact, thousands apart by a comma: 1,234,567
//   bytes       exact in B; `byte_size` rounds to three digits in KiB, MiB, GiB
//   a number that was not measured is `not_known()`, never 0
// Negative numbers carry a minus sign (U+2212).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/time.h"

namespace roundtrip::viz {

struct Quantity {
  std::string number;
  std::string unit;  // empty where the number stands alone

  std::string text() const;  // "12.3 µs", with a no-break thin space between
  bool operator==(const Quantity&) const = default;
};

Quantity duration(Duration length);
// What was counted in whole microseconds, or milliseconds: no more digits than were measured.
Quantity whole_us(std::uint64_t microseconds);
Quantity whole_ms(std::uint64_t milliseconds);
Quantity duration_or_unknown(std::optional<Duration> length);
Quantity byte_count(std::uint64_t bytes);  // 5,242,880 B
Quantity byte_size(std::uint64_t bytes);   // 5.00 MiB
Quantity percent(double part, double whole);  // three significant digits; unknown of 0
Quantity not_known();                      // an en dash

std::string count(std::int64_t number);
// "1 request", "3 requests"; other plurals than with s are given.
std::string counted(std::int64_t number, std::string_view one, std::string_view many = {});

std::string ordinal(std::uint64_t number);  // 1st, 2nd, 3rd, 11th

// When something happened, from the beginning of the trace on, to a tenth of a µs: 31.7074 ms, and
// from a second on 46.5454654 s, as the timeline's axis has it.
Quantity moment(Instant at);
// A point on an axis whose marks are `step` apart: the decimals are just enough to tell
// two marks apart (250 µs with a step of 50 µs; 1.25 ms with one of 10 µs at 1 ms).
Quantity axis_time(Instant at, Duration step);
std::string elapsed_clock(Duration length);           // 0:12, 3:07, 1:02:03
std::string time_of_day(Duration since_midnight);     // 14:03:27.123

std::string hex_byte(std::uint8_t byte);                 // 4f
std::string hex_bytes(std::string_view bytes);           // 47 45 54
std::string hex_offset(std::uint64_t offset);            // 0040, at least four digits
// The byte as itself where ASCII prints it, else a middle dot: a real full stop stays apart.
std::string_view printable(std::uint8_t byte);
std::string printable_text(std::string_view bytes);
// One character for what acts on a line: ↵ for LF, ← for CR, → for TAB; else as `printable`.
std::string_view visible(std::uint8_t byte);

}  // namespace roundtrip::viz
