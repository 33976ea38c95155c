#include "core/http/range.h"

#include <algorithm>
#include <limits>
#include <optional>

#include <fmt/format.h>

#include "core/base/check.h"
#include "core/http/characters.h"

namespace roundtrip::http {

namespace {

// Digits only; a number that 64 bits do not hold is the largest one.
std::optional<std::uint64_t> number_of(std::string_view text) {
  constexpr std::uint64_t largest = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t number = 0;
  for (const char c : text) {
    if (!is_digit(c)) return std::nullopt;
    const auto digit = static_cast<std::uint64_t>(c - '0');
    number = number > (largest - digit) / 10 ? largest : number * 10 + digit;
  }
  if (text.empty()) return std::nullopt;
  return number;
}

}  // namespace

RangeRequest parse_range(std::string_view value, std::uint64_t size) {
  using Kind = RangeRequest::Kind;
  const std::size_t equals = value.find('=');
  if (equals == value.npos || !equal_ignoring_case(value.substr(0, equals), "bytes")) return {};
  const std::string_view range = without_blanks_around(value.substr(equals + 1));
  const std::size_t dash = range.find('-');
  if (dash == range.npos || range.find(',') != range.npos) return {};
  const std::string_view last_text = range.substr(dash + 1);
  const auto last = number_of(last_text);
  if (!last && !last_text.empty()) return {};

  if (dash == 0) {  // the last bytes
    if (!last) return {};
    if (*last == 0) return {Kind::Unsatisfiable, 0, 0};
    // All of nothing is no part that could be named.
    if (size == 0) return {};
    return {Kind::Part, size - std::min(*last, size), size - 1};
  }
  const auto first = number_of(range.substr(0, dash));
  if (!first || (last && *last < *first)) return {};
  if (*first >= size) return {Kind::Unsatisfiable, 0, 0};
  return {Kind::Part, *first, last ? std::min(*last, size - 1) : size - 1};
}

ContentRange::ContentRange(const RangeRequest& range, std::uint64_t size) {
  CHECK_THAT(range.kind != RangeRequest::Kind::Whole, "a Content-Range of the whole");
  const char* const end =
      range.kind == RangeRequest::Kind::Part
          ? fmt::format_to(text_.data(), "bytes {}-{}/{}", range.first, range.last, size)
          : fmt::format_to(text_.data(), "bytes */{}", size);
  bytes_ = static_cast<std::size_t>(end - text_.data());
}

}  // namespace roundtrip::http
