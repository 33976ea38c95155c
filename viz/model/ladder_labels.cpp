#include "viz/model/ladder_labels.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "viz/model/spread.h"

namespace roundtrip::viz {
namespace {

// The labels of facts [from, to).
std::vector<LadderLabel> labels_between(const LadderFacts& found, LadderSide side, bool merges,
                                        std::size_t from, std::size_t to) {
  std::vector<LadderLabel> labels;
  std::size_t last = to;
  for (std::size_t i = from; i < to; ++i) {
    if (found.facts[i].side() != side) continue;
    // Alike and with nothing of either side between.
    const bool joins =
        merges && !labels.empty() && last + 1 == i && found.facts[last].row == found.facts[i].row;
    if (joins) {
      ++labels.back().count;
    } else {
      labels.push_back({i, 1});
    }
    last = i;
  }
  return labels;
}

bool fits(const LadderFacts& found, std::size_t from, std::size_t to, std::size_t most_rows,
          bool merges) {
  return std::all_of(ladder_sides.begin(), ladder_sides.end(), [&](LadderSide side) {
    return labels_between(found, side, merges, from, to).size() <= most_rows;
  });
}

}  // namespace

void place_packet_labels(std::vector<PacketLabel>& labels, float line_px, float top_px,
                         float bottom_px) {
  // Farther than this from its arrow, a label would be taken for a neighbour's.
  const float most_px = line_px * 0.75f;
  const auto spread = [&] {
    std::vector<float> wanted;
    for (const PacketLabel& label : labels) {
      if (label.placed) wanted.push_back(label.wanted_px);
    }
    return spread_rows(wanted, line_px, top_px, bottom_px);
  };
  const auto all_are_near = [&] {
    const std::vector<float> tops = spread();
    auto top = tops.begin();
    float lowest = top_px;
    for (const PacketLabel& label : labels) {
      if (!label.placed) continue;
      const float least =
          std::clamp(label.wanted_px - line_px / 2, top_px, std::max(top_px, bottom_px - line_px));
      if (std::abs(*top - least) > most_px || *top < lowest - 0.5f) return false;
      lowest = *top++ + line_px;
    }
    return lowest <= bottom_px + 0.5f;
  };
  std::vector<std::size_t> order(labels.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return labels[a].weight > labels[b].weight;
  });
  bool first = true;
  for (const std::size_t i : order) {
    labels[i].placed = true;
    if (!first && !all_are_near()) labels[i].placed = false;
    first = false;
  }
  const std::vector<float> tops = spread();
  auto top = tops.begin();
  PacketLabel* before = nullptr;
  for (PacketLabel& label : labels) {
    if (!label.placed) continue;
    label.top_px = *top++;
    if (before != nullptr && label.top_px - before->top_px < line_px * 1.5f) {
      label.crowded = before->crowded = true;
    }
    before = &label;
  }
}

std::vector<LadderLabel> ladder_labels(const LadderFacts& found, LadderSide side, bool merges) {
  return labels_between(found, side, merges, 0, found.facts.size());
}

bool cut_to_room(LadderFacts& found, std::size_t most_rows, std::size_t rows_beside_counts) {
  std::vector<LadderFact>& facts = found.facts;
  const bool counts = found.earlier + found.later > 0;
  const std::size_t rows = counts ? rows_beside_counts : most_rows;
  for (const bool merges : {false, true}) {
    if (fits(found, 0, facts.size(), rows, merges)) return merges;
  }
  std::size_t from = found.here == 0 ? 0 : found.here - 1;
  std::size_t to = std::min(facts.size(), from + 1);
  bool grew = true;
  while (grew) {
    grew = false;
    if (from > 0 && fits(found, from - 1, to, rows_beside_counts, true)) --from, grew = true;
    if (to < facts.size() && fits(found, from, to + 1, rows_beside_counts, true)) {
      ++to;
      grew = true;
    }
  }
  found.earlier += from;
  found.later += facts.size() - to;
  found.here -= std::min(found.here, from);
  facts.erase(facts.begin() + static_cast<std::ptrdiff_t>(to), facts.end());
  facts.erase(facts.begin(), facts.begin() + static_cast<std::ptrdiff_t>(from));
  std::erase_if(found.stretches, [&](const LadderStretch& stretch) {
    return std::none_of(facts.begin(), facts.end(), [&](const LadderFact& fact) {
      return fact.event == stretch.begin || fact.event == stretch.end;
    });
  });
  return true;
}

}  // namespace roundtrip::viz
