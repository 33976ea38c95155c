// Anchors: an event remembered by what it tells, so that it is found again when facts that came
// late have moved its number. Kept beside every number that the view state holds for longer than a
// frame (the cursor, what is selected, where one has been); used by apply (actions.h) only.
#pragma once

#include <cstdint>
#include <optional>

#include "viz/model/trace_view.h"

namespace roundtrip::viz {

struct Anchor {
  std::uint64_t event = 0;
  std::optional<trace::Event> fact;  // none where the trace did not have it
  bool operator==(const Anchor& other) const { return event == other.event; }
};

Anchor anchor_of(const TraceView& view, std::uint64_t event);

// Its number now; the old one where it is not there any more.
std::uint64_t found_again(const TraceView& view, const Anchor& anchor);

}  // namespace roundtrip::viz
