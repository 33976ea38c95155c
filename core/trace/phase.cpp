#include "core/trace/phase.h"

#include <algorithm>
#include <vector>

namespace roundtrip::trace {

std::string_view group_name(Group group) {
  return phase_rows::group_names[static_cast<std::size_t>(group)];
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
