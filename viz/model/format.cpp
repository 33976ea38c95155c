#include "viz/model/format.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace roundtrip::viz {
namespace {

constexpr std::string_view thousands = ",";  // as all prose here has it, on screen and off
constexpr std::string_view no_break_thin_space = "\u202F";
constexpr std::string_view minus = "\u2212";
constexpr std::string_view dash = "\u2013";

struct Scale {
  std::string_view unit;
  double size;
};
constexpr std::array<Scale, 4> time_scales = {
    Scale{"ns", 1}, Scale{"µs", 1e3}, Scale{"ms", 1e6}, Scale{"s", 1e9}};
constexpr std::array<Scale, 5> byte_scales = {Scale{"B", 1}, Scale{"KiB", 1024.0},
                                              Scale{"MiB", 1048576.0}, Scale{"GiB", 1073741824.0},
                                              Scale{"TiB", 1099511627776.0}};

// Puts a comma before every third digit from the end.
std::string grouped(std::string digits) {
  for (std::size_t at = digits.size(); at > 3;) {
    at -= 3;
    digits.insert(at, thousands);
  }
  return digits;
}

// A value of 0 or more, with three significant digits, or as a whole number from 1000.
std::string three_digits(double value) {
  // The limits are where rounding would bring a fourth digit: 9.995 is written 10.0.
  if (value < 9.995) return fmt::format("{:.2f}", value);
  if (value < 99.95) return fmt::format("{:.1f}", value);
  return grouped(fmt::format("{:.0f}", value));
}

// The largest scale in which the rounded value is at least 1.
template <std::size_t N>
const Scale& scale_for(double value, const std::array<Scale, N>& scales, double steps_up_at) {
  std::size_t index = 0;
  while (index + 1 < N && value / scales[index].size >= steps_up_at * scales[index + 1].size /
                                                            scales[index].size) {
    ++index;
  }
  return scales[index];
}

std::string magnitude(std::int64_t number) {
  // The magnitude of the smallest number has no positive counterpart: count it unsigned.
  const auto bits = static_cast<std::uint64_t>(number);
  return grouped(fmt::format("{}", number < 0 ? 0 - bits : bits));
}

}  // namespace

std::string Quantity::text() const {
  if (unit.empty()) return number;
  return fmt::format("{}{}{}", number, no_break_thin_space, unit);
}

Quantity duration(Duration length) {
  const double value = std::abs(static_cast<double>(length.ns));
  const std::string_view sign = length.ns < 0 ? minus : std::string_view{};
  // 999.5 µs would be written 1,000 µs: it is 1.00 ms.
  const Scale& scale = scale_for(value, time_scales, 0.9995);
  const bool whole = scale.size == 1;
  return {fmt::format("{}{}", sign,
                      whole ? fmt::format("{:.0f}", value) : three_digits(value / scale.size)),
          std::string(scale.unit)};
}

Quantity whole_us(std::uint64_t microseconds) {
  if (microseconds < 100) return {fmt::format("{}", microseconds), "µs"};
  return duration(Duration::microseconds(static_cast<std::int64_t>(microseconds)));
}

Quantity whole_ms(std::uint64_t milliseconds) {
  if (milliseconds < 100) return {fmt::format("{}", milliseconds), "ms"};
  return duration(Duration::milliseconds(static_cast<std::int64_t>(milliseconds)));
}

Quantity duration_or_unknown(std::optional<Duration> length) {
  return length ? duration(*length) : not_known();
}

Quantity byte_count(std::uint64_t bytes) { return {grouped(fmt::format("{}", bytes)), "B"}; }

Quantity byte_size(std::uint64_t bytes) {
  const double value = static_cast<double>(bytes);
  const Scale& scale = scale_for(value, byte_scales, 0.9995);
  if (scale.size == 1) return byte_count(bytes);
  return {three_digits(value / scale.size), std::string(scale.unit)};
}

Quantity percent(double part, double whole) {
  if (!(whole > 0)) return not_known();
  const double value = 100 * part / whole;
  return {value == 0 ? "0" : three_digits(value), "%"};
}

std::string ordinal(std::uint64_t number) {
  const bool teens = number % 100 >= 11 && number % 100 <= 13;
  const std::uint64_t last = teens ? 0 : number % 10;
  const std::string_view ending = last == 1 ? "st" : last == 2 ? "nd" : last == 3 ? "rd" : "th";
  return fmt::format("{}{}", number, ending);
}

Quantity not_known() { return {std::string(dash), ""}; }

std::string count(std::int64_t number) {
  return fmt::format("{}{}", number < 0 ? minus : std::string_view{}, magnitude(number));
}

std::string counted(std::int64_t number, std::string_view one, std::string_view many) {
  if (number == 1) return fmt::format("1 {}", one);
  if (many.empty()) return fmt::format("{} {}s", count(number), one);
  return fmt::format("{} {}", count(number), many);
}

Quantity moment(Instant at) {
  // Rounded first: 999.99996 ms is a second.
  const double tenths_of_us = std::round(static_cast<double>(at.ns) / 100);
  if (tenths_of_us >= 1e7) return {fmt::format("{:.7f}", tenths_of_us / 1e7), "s"};
  return {fmt::format("{:.4f}", tenths_of_us / 1e4), "ms"};
}

Quantity axis_time(Instant at, Duration step) {
  const double value = std::abs(static_cast<double>(at.ns));
  const double step_ns = std::max<double>(1, static_cast<double>(step.ns));
  // The unit in which the step or the point itself reaches 1, the larger of the two.
  const Scale& scale = scale_for(std::max(value, step_ns), time_scales, 1);
  // The small addend keeps a step of exactly 0.001 from needing a fourth decimal.
  const double decimals = std::ceil(-std::log10(step_ns / scale.size) - 1e-9);
  const int places = static_cast<int>(std::clamp(decimals, 0.0, 9.0));
  std::string number = fmt::format("{:.{}f}", value / scale.size, places);
  const std::size_t point = std::min(number.find('.'), number.size());
  number = grouped(number.substr(0, point)) + number.substr(point);
  if (at.ns < 0) number.insert(0, minus);
  return {number, std::string(scale.unit)};
}

std::string elapsed_clock(Duration length) {
  const std::int64_t seconds = std::abs(length.ns / 1'000'000'000);
  const std::string_view sign = length.ns < 0 && seconds != 0 ? minus : std::string_view{};
  if (seconds < 3600) return fmt::format("{}{}:{:02}", sign, seconds / 60, seconds % 60);
  return fmt::format("{}{}:{:02}:{:02}", sign, seconds / 3600, seconds / 60 % 60, seconds % 60);
}

std::string time_of_day(Duration since_midnight) {
  const std::int64_t ms = since_midnight.ns / 1'000'000;
  return fmt::format("{:02}:{:02}:{:02}.{:03}", ms / 3'600'000 % 24, ms / 60'000 % 60,
                     ms / 1000 % 60, ms % 1000);
}

std::string hex_byte(std::uint8_t byte) { return fmt::format("{:02x}", byte); }

std::string hex_bytes(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size() * 3);
  for (const char byte : bytes) {
    if (!text.empty()) text += ' ';
    text += hex_byte(static_cast<std::uint8_t>(byte));
  }
  return text;
}

std::string hex_offset(std::uint64_t offset) { return fmt::format("{:04x}", offset); }

std::string_view printable(std::uint8_t byte) {
  static constexpr std::string_view ascii =
      " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`"
      "abcdefghijklmnopqrstuvwxyz{|}~";
  if (byte < 0x20 || byte > 0x7E) return "·";
  return ascii.substr(byte - 0x20u, 1);
}

std::string printable_text(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size());
  for (const char byte : bytes) text += printable(static_cast<std::uint8_t>(byte));
  return text;
}

std::string_view visible(std::uint8_t byte) {
  switch (byte) {
    case '\n': return "↵";
    case '\r': return "←";
    case '\t': return "→";
    default: return printable(byte);
  }
}

}  // namespace roundtrip::viz
