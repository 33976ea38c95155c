// The axis of a ladder's time, which runs downwards: from the first end of an arrow to the last,
// in proportion to the times; with every wait between two of them folded that is too long to be
// drawn, or that takes so much room that what surrounds it would lie upon each other; and how a
// moment is told on it. Called by layout_ladder. Unit: pixels.
#pragma once

#include <string>

#include "viz/model/ladder_facts.h"

namespace roundtrip::viz {

class LadderAxis {
 public:
  LadderAxis() = default;
  // From `top` to `bottom`. `now`: where there are no facts.
  LadderAxis(const LadderFacts& found, Instant now, Duration fold_longer_than, float top,
             float bottom, float fold_px);

  float y(Instant time) const { return scale_.x(time); }
  const TimeWindow& window() const { return scale_.window(); }
  // Places along the axis: `x` is a fold's top, `w` its height.
  const std::vector<Fold>& folds() const { return scale_.folds(); }

  // Since the first of all; after a fold "+" and the time since what came first after it, which
  // itself tells the whole.
  std::string time_text(const trace::Event& event) const;

 private:
  TimeScale scale_;
};

}  // namespace roundtrip::viz
