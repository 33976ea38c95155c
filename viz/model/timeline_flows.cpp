// What made the event at the cursor happen, and what it made happen, as arrows between the bars
// that are seen.
#include <algorithm>
#include <cmath>

#include "viz/model/causality.h"
#include "viz/model/layout_timeline.h"
#include "viz/model/timeline_lanes.h"

namespace roundtrip::viz {

using trace::EventNumber;

namespace {

// Shorter arrows would hide what they point at.
constexpr float shortest_flow_px = 8;

// The bar, alone or a block, that an event is told by; null where that is not in sight.
const TimelineBar* bar_of_event(const TraceView& view, const TimelineLayout& layout,
                                EventNumber event) {
  const auto begin = begin_of(view, event);
  if (!begin) return nullptr;
  for (const TimelineBar& bar : layout.bars) {
    const bool within = *begin == bar.event ||
                        (bar.count > 1 && *begin > bar.event && *begin <= bar.last);
    if (!within || !stands_in(view, *begin, bar.lane)) continue;
    const auto& row = view.lanes.rows(bar.lane)[bar.row];
    if (std::binary_search(row.begin(), row.end(), *begin)) return &bar;
  }
  return nullptr;
}

// Where on its bar an event happened.
Point place_on(const TraceView& view, const TimelineLayout& layout, const TimelineBar& bar,
               EventNumber event) {
  const float x = std::round(layout.scale.x(view.trace[event].time));
  return {std::clamp(x, bar.rect.x, bar.rect.right()), bar.rect.center().y};
}

}  // namespace

void place_flows(const TraceView& view, const Cursor& cursor, TimelineLayout& layout) {
  const auto here = static_cast<EventNumber>(cursor.event);
  const TimelineBar* own = bar_of_event(view, layout, here);
  if (own == nullptr) return;
  const Point at = place_on(view, layout, *own, here);
  const auto add = [&](const CausalLink& link, bool is_cause) {
    const TimelineBar* other = bar_of_event(view, layout, link.event);
    if (other == nullptr || other == own) return;
    const Point there = place_on(view, layout, *other, link.event);
    if (std::hypot(there.x - at.x, there.y - at.y) < shortest_flow_px) return;
    TimelineFlow flow;
    flow.cause = is_cause ? link.event : here;
    flow.effect = is_cause ? here : link.event;
    flow.from = is_cause ? there : at;
    flow.to = is_cause ? at : there;
    flow.inferred = link.inferred;
    layout.flows.push_back(flow);
  };
  for (const CausalLink& link : causes_of(view, here)) add(link, true);
  for (const CausalLink& link : effects_of(view, here)) add(link, false);
}

}  // namespace roundtrip::viz
