// The charts of a load (layout_load.h): small columns over its time, each chart to its own scale,
// with its largest value at the top. Samples make a column each where there are few; where there
// are many, a column shows the largest of its slice. Nothing is drawn for a slice without a sample,
// nor beyond the cursor.
#pragma once

#include "viz/model/load_index.h"
#include "viz/model/picture_maker.h"

namespace roundtrip::viz {

// So much of a place's height is theirs.
inline constexpr float charts_share = 0.45f;

// Places them at the top of `rest`; returns where they end.
float place_load_charts(const LoadRun& load, Instant here, PictureMaker& maker, const Rect& rest);

}  // namespace roundtrip::viz
