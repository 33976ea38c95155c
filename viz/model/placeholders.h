// What tables of sentences are made of: the moment that a sentence is about, and a check at compile
// time that every placeholder names an argument of its phase, so that no sentence waits for a value
// that never comes. Used beside the tables of sentences (describe_table.h, ladder_table.h,
// journey_table.h); knows their braces and nothing else of them.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

#include "core/trace/phase.h"

namespace roundtrip::viz {

// Which half of a span a sentence tells; or what happens at once.
enum class Moment : char { Begin = 'B', End = 'E', Now = 'i' };

// The condition that a fact is a packet's leaving or arriving, seen on the wire (packet_index.h).
inline constexpr std::string_view seen_on_wire = "@wire";

// How many bytes a fact covers.
inline constexpr std::string_view size_name = "size";

// How long a span took, told at its end.
inline constexpr std::string_view took_name = "took";

// What part_of (describe.h) gives.
inline constexpr std::array<std::string_view, 8> part_names = {
    "text", "method", "target", "version", "path", "query", "name", "value"};

constexpr bool names_argument(trace::Phase phase, std::string_view name) {
  const trace::PhaseRow& row = trace::row_of(phase);
  for (std::size_t i = 0; i < row.arg_count(); ++i) {
    if (row.args[i].name == name) return true;
  }
  return false;
}

// {arg}, {arg#}, {arg:noun}, {"part"}, {size}, {took}; or one of `others`, which the table's reader
// knows.
template <std::size_t count = 0>
constexpr bool placeholders_known(trace::Phase phase, std::string_view text,
                                  const std::array<std::string_view, count>& others = {}) {
  const auto is_in = [](const auto& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  for (std::size_t open = text.find('{'); open != text.npos; open = text.find('{')) {
    const std::size_t close = text.find('}', open);
    if (close == text.npos || close == open + 1) return false;
    std::string_view name = text.substr(open + 1, close - open - 1);
    text.remove_prefix(close + 1);
    if (name.front() == '"') {
      if (!is_in(part_names, name.substr(1, name.size() - 2))) return false;
      continue;
    }
    if (name == size_name || name == took_name || is_in(others, name)) continue;
    if (name.back() == '#') name.remove_suffix(1);
    name = name.substr(0, name.find(':'));
    if (!names_argument(phase, name)) return false;
  }
  return true;
}

}  // namespace roundtrip::viz
