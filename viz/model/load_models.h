// A load under each of the three models, side by side: a box of rows, a column for each model.
// Called by layout_load where such figures were handed over (model_figures.h). A model that was not
// measured says so. Where not all rows have room the most telling stay; where not even the columns
// have, a sentence says so.
#pragma once

#include "viz/model/model_figures.h"
#include "viz/model/picture_maker.h"

namespace roundtrip::viz {

// Whether any model was measured under this load.
bool was_measured(const MeasuredModels* measured, const std::string& target, std::uint32_t clients);
// How tall the box is with all its rows.
float models_px(const PictureMaker& maker);
// Places it at the top of `rest`; returns where it ends.
float place_models(const MeasuredModels& measured, const std::string& target,
                   std::uint32_t clients, PictureMaker& maker, const Rect& rest);

}  // namespace roundtrip::viz
