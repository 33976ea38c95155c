// The statistics of a trace, up to the cursor or the whole: how long each phase took, where the
// time of the request in focus went, how long requests take, and what else was counted. Where not
// all has room, one part is shown and the others are a button away. Numbers that were computed
// stand in brackets; those that rest on what nobody saw have a tilde; what was not measured says
// so. Pure geometry; draw_statistics paints it.
#pragma once

#include "viz/model/picture.h"
#include "viz/model/table.h"

namespace roundtrip::viz {

// The columns of the table of phases, in their order.
enum class PhaseColumn : std::uint8_t { Name, Count, Total, Mean, P99, Longest };
inline constexpr std::size_t phase_columns = 6;

struct StatisticsButton {
  std::string_view name;  // in the registry
  std::string_view text;
  std::string_view tip;
  Rect rect;
  bool chosen = false;
  std::optional<bool> whole;           // what it counts from now on
  std::optional<StatisticsPart> part;  // or which part it shows
};

struct StatisticsLayout {
  Picture picture;  // heading, waterfall, durations; figures where all parts have room
  std::vector<StatisticsButton> buttons;
  std::optional<Table> phases;
  std::optional<Rect> figures;  // where they stand alone: layout_figures
};

StatisticsLayout layout_statistics(const TraceView& view, const Cursor& cursor,
                                   const ViewState& state, const Ruler& ruler, const Rect& area);
std::string dump(const StatisticsLayout& layout);

// What else was counted, on its own: a pane with less than so many lines shows a part of it, and
// the picture is moved below it (tall_room.h). `cursor` is one that the trace has.
inline constexpr float least_lines_of_figures = 19;
Picture layout_figures(const TraceView& view, const Cursor& cursor, const ViewState& state,
                       const Ruler& ruler, const Rect& area);

}  // namespace roundtrip::viz
