// Which facts of a ladder have room for a label. Each side (the client, the server, the packets)
// has a row for each of its facts; where there are too many, those of one kind that follow each
// other share one; where that is not enough, those around the cursor stay and the others are
// counted.
// Called by layout_ladder. Knows rows, no pixels.
#pragma once

#include "viz/model/ladder_facts.h"

namespace roundtrip::viz {

struct LadderLabel {
  std::size_t first = 0;  // of the facts
  std::size_t count = 1;  // how many follow it that are alike
};

std::vector<LadderLabel> ladder_labels(const LadderFacts& found, LadderSide side, bool merges);

// Takes away what has no room: a side has `most_rows`, or `rows_beside_counts` where facts are left
// out and their number has to be said. Returns whether labels are shared.
bool cut_to_room(LadderFacts& found, std::size_t most_rows, std::size_t rows_beside_counts);

}  // namespace roundtrip::viz
