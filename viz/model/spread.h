// Rows that belong to points of an axis and would lie upon each other: moved apart as little as
// possible, in their order. For labels beside lines that are close together (layout_ladder).
// Unit: pixels.
#pragma once

#include <vector>

namespace roundtrip::viz {

// `wanted`: the middle of each row, in ascending order; each is `height` tall. Returns their tops,
// at least `height` apart and inside [top, bottom] as far as they fit there at all.
std::vector<float> spread_rows(const std::vector<float>& wanted, float height, float top,
                               float bottom);

}  // namespace roundtrip::viz
