// The columns of a ladder: where they stand, what they are called, and how much room their labels
// have on both sides. Three of them where the wire was not seen; four where each host's kernel has
// one of its own; of an imported capture the two hosts, and between them its place. Called by
// layout_ladder. Unit: pixels.
#pragma once

#include <array>
#include <utility>
#include <vector>

#include "viz/model/ladder_facts.h"
#include "viz/model/picture_maker.h"

namespace roundtrip::viz {

class LadderColumns {
 public:
  LadderColumns() = default;
  LadderColumns(const LadderFacts& found, const Ruler& ruler, const Rect& place);

  float x(LadderColumn column) const { return x_[static_cast<std::size_t>(column)]; }
  // Those that are drawn, from the left.
  std::vector<float> drawn() const;
  // Between which columns the arrows of a side lie.
  std::pair<float, float> lane(LadderSide side) const;
  // Where a fold of time tells its length.
  float fold_x() const;
  // For labels, as tall as the place.
  const Rect& left() const { return left_; }
  const Rect& right() const { return right_; }
  // Their names, and what is between them where it has room.
  // `unlabelled`: so many packets had no room for a label.
  void name(PictureMaker& maker, const Ruler& ruler, const Rect& line,
            std::size_t unlabelled) const;

 private:
  bool on_wire_ = false;
  bool only_packets_ = false;
  std::array<float, 4> x_{};  // by LadderColumn
  Rect left_;
  Rect right_;
};

}  // namespace roundtrip::viz
