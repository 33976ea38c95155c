// Points and lengths of time, as two types: an Instant cannot be added to an Instant, and a raw
// number of nanoseconds is never passed around. Every part of the program uses these.
// Unit: nanoseconds, signed 64 bit (292 years). The zero of an Instant is the trace's epoch: the
// moment at which this process (or the recorded one) was started.
#pragma once

#include <compare>
#include <cstdint>

namespace roundtrip {

// A length of time; may be negative.
struct Duration {
  std::int64_t ns = 0;

  static constexpr Duration nanoseconds(std::int64_t n) { return {n}; }
  static constexpr Duration microseconds(std::int64_t n) { return {n * 1'000}; }
  static constexpr Duration milliseconds(std::int64_t n) { return {n * 1'000'000}; }
  static constexpr Duration seconds(std::int64_t n) { return {n * 1'000'000'000}; }

  constexpr double in_microseconds() const { return static_cast<double>(ns) / 1e3; }
  constexpr double in_milliseconds() const { return static_cast<double>(ns) / 1e6; }
  constexpr double in_seconds() const { return static_cast<double>(ns) / 1e9; }

  constexpr auto operator<=>(const Duration&) const = default;
  constexpr Duration operator+(Duration other) const { return {ns + other.ns}; }
  constexpr Duration operator-(Duration other) const { return {ns - other.ns}; }
  constexpr Duration operator-() const { return {-ns}; }
  constexpr Duration operator*(std::int64_t factor) const { return {ns * factor}; }
  constexpr Duration operator/(std::int64_t divisor) const { return {ns / divisor}; }
  constexpr Duration& operator+=(Duration other) { ns += other.ns; return *this; }
};

// A point in time.
struct Instant {
  std::int64_t ns = 0;

  static constexpr Instant max() { return {INT64_MAX}; }

  constexpr auto operator<=>(const Instant&) const = default;
  constexpr Instant operator+(Duration length) const { return {ns + length.ns}; }
  constexpr Instant operator-(Duration length) const { return {ns - length.ns}; }
  constexpr Duration operator-(Instant other) const { return {ns - other.ns}; }
};

}  // namespace roundtrip
