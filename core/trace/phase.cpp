#include "core/trace/phase.h"

#include <algorithm>
#include <array>
#include <vector>

namespace roundtrip::trace {

namespace {

constexpr std::array<std::string_view, group_count> group_names = {
    "startup", "connection", "read", "handle", "transmit", "lifecycle", "task", "trace"};

// Each row stands at its own place, its id begins with its group's name, its arguments fit the
// record, and what it says to come after is in its own table.
constexpr bool is_complete() {
  for (std::size_t index = 0; index < phase_count; ++index) {
    const PhaseRow& row = phase_table[index];
    if (static_cast<std::size_t>(row.phase) != index) return false;
    const std::string_view group = group_names[static_cast<std::size_t>(row.group())];
    if (row.id.substr(0, group.size()) != group || row.id[group.size()] != '.') return false;
    if (row.name.empty() || row.go.empty()) return false;
    const std::size_t count = row.arg_count();
    for (std::size_t i = 0; i < max_args; ++i) {
      if ((row.args[i].unit == Unit::None) != (i >= count)) return false;
      if (row.args[i].name.empty() != (i >= count)) return false;
    }
    if (count > 0 && row.arg_offset(count - 1) + unit_width(row.args[count - 1].unit) > arg_bytes)
      return false;
    for (std::size_t other = 0; other < index; ++other) {
      if (phase_table[other].id == row.id) return false;
    }
  }
  return true;
}
static_assert(is_complete(), "a row of the phase table is missing, misplaced or too large");

}  // namespace

std::string_view group_name(Group group) {
  return group_names[static_cast<std::size_t>(group)];
}

std::optional<Phase> phase_from_id(std::string_view id) {
  static const std::vector<Phase> by_id = [] {
    std::vector<Phase> phases;
    for (const PhaseRow& row : phase_table) phases.push_back(row.phase);
    std::sort(phases.begin(), phases.end(),
              [](Phase a, Phase b) { return phase_id(a) < phase_id(b); });
    return phases;
  }();
  const auto found = std::lower_bound(
      by_id.begin(), by_id.end(), id,
      [](Phase phase, std::string_view wanted) { return phase_id(phase) < wanted; });
  if (found == by_id.end() || phase_id(*found) != id) return std::nullopt;
  return *found;
}

}  // namespace roundtrip::trace
