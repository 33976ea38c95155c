// The parts of the statistics (layout_statistics.h): each places itself in a rectangle of a
// picture, below its own title. Called by layout_statistics only; pure, bounded by what is seen.
// Unit: pixels.
#pragma once

#include "viz/model/lengths.h"
#include "viz/model/picture_maker.h"
#include "viz/model/table.h"

namespace roundtrip::viz {

struct StatisticsContext {
  const TraceView& view;
  const Cursor& cursor;
  const ViewState& state;
  const Ruler& ruler;
  const Totals& totals;
  std::uint64_t upto = 0;  // the last event that is counted
};

// A length of time that was added up or picked out of several: in brackets, or with a tilde where
// one of them rests on what nobody saw.
Told told_length(const Lengths& lengths, Duration length,
                 trace::EventNumber event = trace::no_event);

// A part's title; what is left of the rectangle.
Rect place_title(const StatisticsContext& context, PictureMaker& picture, Rect rect,
                 std::string_view title, std::string_view words);

Table phase_table(const StatisticsContext& context, const Rect& rect);
void place_waterfall(const StatisticsContext& context, PictureMaker& picture, const Rect& rect);
void place_durations(const StatisticsContext& context, PictureMaker& picture, const Rect& rect);
void place_figures(const StatisticsContext& context, PictureMaker& picture, const Rect& rect);

}  // namespace roundtrip::viz
