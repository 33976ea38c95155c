// What a parser of this room says when it refuses: a row of a table for each kind of error, and the
// place of one that was found. Each parser has its own enum and its own table, and `row_of(error)`
// finds the row. All are of this shape, so whoever answers or draws them needs to know no more.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace roundtrip::http {

template <class Error>
struct ErrorRow {
  Error error;
  std::string_view name;      // as in code, for traces and tests
  std::string_view sentence;  // why it is refused
  int status;                 // what to answer
  std::string_view section;   // where the rule stands
};

// Whether the table stands in the order of the enum, which ends with `last`, and is complete.
template <class Error, std::size_t count>
constexpr bool in_order_up_to(Error last, const std::array<ErrorRow<Error>, count>& rows) {
  for (std::size_t i = 0; i < count; ++i) {
    if (static_cast<std::size_t>(rows[i].error) != i) return false;
  }
  return static_cast<std::size_t>(last) + 1 == count;
}

// An error, and the offset of the byte that is to blame.
template <class Error>
struct Failure {
  Error error{};
  std::uint64_t offset = 0;

  constexpr bool operator==(const Failure&) const = default;
  constexpr std::string_view name() const { return row_of(error).name; }
  constexpr std::string_view sentence() const { return row_of(error).sentence; }
  constexpr int status() const { return row_of(error).status; }
  constexpr std::string_view section() const { return row_of(error).section; }
};

}  // namespace roundtrip::http
