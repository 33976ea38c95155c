// Which facts of a ladder have room for a label. Each side (the client, the server, the packets)
// has a row for each of its facts; where there are too many, those of one kind that follow each
// other share one; where that is not enough, those around the cursor stay and the others are
// counted. On the arrows of packets a label stands at its own arrow or not at all.
// Called by layout_ladder. Unit: rows; of packets' labels pixels.
#pragma once

#include "viz/model/ladder_facts.h"

namespace roundtrip::viz {

struct LadderLabel {
  std::size_t first = 0;  // of the facts
  std::size_t count = 1;  // how many follow it that are alike
};

// A packet's label: how far down it wants to be, and how much it is to be read.
struct PacketLabel {
  float wanted_px = 0;
  int weight = 0;
  bool placed = false;
  bool crowded = false;  // it touches another
  float top_px = 0;
};
// Places those that stay at their arrows, the heavier first. They are in order of `wanted_px`.
void place_packet_labels(std::vector<PacketLabel>& labels, float line_px, float top_px,
                         float bottom_px);

std::vector<LadderLabel> ladder_labels(const LadderFacts& found, LadderSide side, bool merges);

// Takes away what has no room: a side has `most_rows`, or `rows_beside_counts` where facts are left
// out and their number has to be said. Returns whether labels are shared.
bool cut_to_room(LadderFacts& found, std::size_t most_rows, std::size_t rows_beside_counts);

}  // namespace roundtrip::viz
