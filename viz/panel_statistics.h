// Paints the statistics (viz/model/layout_statistics.h): its picture, the table of phases and the
// buttons that choose what is counted and shown. A click on a phase goes to its longest span.
// Registry: "statistics", "statistics/upto", "statistics/whole", "statistics/<part>", and those of
// the picture (panel_picture.h) and of the table (panel_table.h).
#pragma once

#include "viz/model/layout_statistics.h"
#include "viz/panel_parts.h"

namespace roundtrip::viz {

Actions draw_statistics(const StatisticsLayout& layout, const Canvas& canvas);

}  // namespace roundtrip::viz
