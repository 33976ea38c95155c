// What made the event at the cursor happen, and what it made happen, as arrows between the bars
// that are seen.
#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

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

// Of one event; those that are there already are not placed twice.
void place_flows_of(const TraceView& view, EventNumber here, TimelineLayout& layout) {
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
    const bool known = std::any_of(
        layout.flows.begin(), layout.flows.end(), [&flow](const TimelineFlow& one) {
          return one.cause == flow.cause && one.effect == flow.effect;
        });
    if (!known) layout.flows.push_back(flow);
  };
  for (const CausalLink& link : causes_of(view, here)) add(link, true);
  for (const CausalLink& link : effects_of(view, here)) add(link, false);
}

}  // namespace

void place_flows(const TraceView& view, const Cursor& cursor,
                 std::optional<std::uint64_t> hovered, TimelineLayout& layout) {
  place_flows_of(view, static_cast<EventNumber>(cursor.event), layout);
  if (!hovered || !view.has(*hovered)) return;
  if (view.trace[*hovered].phase != trace::Phase::TaskRunnable) return;
  place_flows_of(view, static_cast<EventNumber>(*hovered), layout);
}

namespace {

struct Stretch {
  float from = 0;
  float to = 0;
};

// The part of a bar that an arrow goes through.
std::optional<Stretch> crossing(const TimelineFlow& flow, const Rect& bar) {
  const auto [top, low] = std::minmax(flow.from.y, flow.to.y);
  if (low < bar.y || top > bar.bottom()) return std::nullopt;
  const float height = flow.to.y - flow.from.y;
  const auto x_at = [&](float y) {
    if (height == 0) return flow.from.x;
    const float share = std::clamp((y - flow.from.y) / height, 0.f, 1.f);
    return flow.from.x + share * (flow.to.x - flow.from.x);
  };
  const float one = x_at(bar.y);
  const float other = height == 0 ? flow.to.x : x_at(bar.bottom());
  return Stretch{std::min(one, other), std::max(one, other)};
}

}  // namespace

void move_labels_clear(const Ruler& ruler, TimelineLayout& layout) {
  const float gap = ruler.space(1);
  for (TimelineBar& bar : layout.bars) {
    if (bar.label.empty()) continue;
    std::vector<Stretch> lines;
    if (layout.cursor_x) lines.push_back({*layout.cursor_x, *layout.cursor_x});
    for (const TimelineFlow& flow : layout.flows) {
      if (const auto found = crossing(flow, bar.rect)) lines.push_back(*found);
    }
    std::sort(lines.begin(), lines.end(),
              [](const Stretch& one, const Stretch& other) { return one.from < other.from; });
    const float wanted = std::ceil(ruler.width(bar.label.text, bar.label.voice)) + 1;
    float x = bar.label.rect.x;
    for (const Stretch& line : lines) {
      if (line.to + gap <= x || line.from - gap >= x + wanted) continue;
      x = line.to + gap;
    }
    // Where no place has room, it stays: a word with a line through it says more than none.
    if (x + wanted > bar.label.rect.right()) continue;
    bar.label.rect = Rect::from_corners(x, bar.label.rect.y, bar.label.rect.right(),
                                        bar.label.rect.bottom());
  }
}

}  // namespace roundtrip::viz
