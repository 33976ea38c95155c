// One row of a lane becomes bars: walks the row's list pixel by pixel, not event by event.
#include <algorithm>
#include <cmath>

#include "viz/model/layout_timeline.h"

namespace roundtrip::viz {

using trace::Event;
using trace::EventList;
using trace::EventNumber;

namespace {

// Of a sorted row, the first index from `from` on whose event is at `time` or later. Doubles its
// stride first, from `near` on: about so far away it will be.
std::size_t gallop(const TraceView& view, const EventList& row, std::size_t from, Instant time,
                   std::size_t near = 1) {
  std::size_t stride = std::max<std::size_t>(1, near);
  std::size_t low = from;
  while (low + stride < row.size() && view.trace[row[low + stride]].time < time) {
    low += stride;
    stride *= 2;
  }
  std::size_t high = std::min(row.size(), low + stride + 1);
  while (low < high) {
    const std::size_t middle = (low + high) / 2;
    if (view.trace[row[middle]].time < time) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

// When a begin's span is over: its end's time; none while it is unfinished.
std::optional<Instant> end_of(const TraceView& view, EventNumber begin) {
  const EventNumber end = view.index.partner(begin);
  if (end == trace::no_event || end >= view.end() || end < begin) return std::nullopt;
  return view.trace[end].time;
}

struct Extent {
  float left = 0;
  float right = 0;
  bool unfinished = false;
};

Extent extent_of(const TraceView& view, EventNumber number, const TimeScale& scale) {
  const Event& event = view.trace[number];
  Extent extent;
  extent.left = scale.x(event.time);
  extent.right = extent.left;
  if (!event.begins()) return extent;
  const auto end = end_of(view, number);
  extent.unfinished = !end;
  extent.right = end ? scale.x(*end) : scale.right_px();
  return extent;
}

TimelineBar bar_of(const TraceView& view, EventNumber number, const Extent& extent,
                   const TimeScale& scale) {
  const Event& event = view.trace[number];
  TimelineBar bar;
  bar.group = event.row().group();
  bar.provenance = event.provenance;
  bar.event = number;
  bar.last = event.begins() ? view.index.partner(number) : number;
  bar.instant = !event.begins();
  bar.unfinished = extent.unfinished;
  bar.open_left = extent.left < scale.left_px();
  bar.open_right = !extent.unfinished && extent.right > scale.right_px();
  return bar;
}

}  // namespace

bool row_shows(const TraceView& view, const EventList& row, const TimeWindow& window) {
  const std::size_t i = gallop(view, row, 0, window.from);
  if (i < row.size() && view.trace[row[i]].time <= window.to) return true;
  if (i == 0 || !view.trace[row[i - 1]].begins()) return false;
  const auto end = end_of(view, row[i - 1]);
  return !end || *end > window.from;
}

std::vector<TimelineBar> bars_of_row(const TraceView& view, const EventList& row,
                                     const TimeScale& scale, float top_px, float height_px) {
  std::vector<TimelineBar> bars;
  const float left = scale.left_px();
  const float right = scale.right_px();
  std::size_t i = gallop(view, row, 0, scale.window().from);
  // The span before may reach into the window.
  if (i > 0 && view.trace[row[i - 1]].begins()) {
    const auto end = end_of(view, row[i - 1]);
    if (!end || *end > scale.window().from) --i;
  }
  std::uint64_t last_count = 1;
  Instant last_end{INT64_MIN};  // when the last bar's span is truly over, however wide it is drawn
  const auto end_at = [&](EventNumber number) {
    const Instant begun = view.trace[number].time;
    return view.trace[number].begins() ? end_of(view, number).value_or(Instant{INT64_MAX}) : begun;
  };
  float free_from = left;  // nothing of this row is drawn at or beyond here yet
  while (i < row.size() && view.trace[row[i]].time <= scale.window().to) {
    const Extent extent = extent_of(view, row[i], scale);
    const bool overlaps = view.trace[row[i]].time < last_end;
    if (!bars.empty() && overlaps && extent.left < free_from - least_bar_px) {
      // It began while the last bar was going on (outside facts may overlap): they are one block.
      TimelineBar& block = bars.back();
      const std::size_t next = std::max(i + 1, gallop(view, row, i, scale.at(free_from)));
      block.count += next - i;
      block.last = row[next - 1];
      last_end = std::max(last_end, end_at(row[next - 1]));
      const float reach = std::ceil(extent_of(view, row[next - 1], scale).right);
      const float to = std::clamp(reach, free_from, right);
      block.rect.w = to - block.rect.x;
      free_from = to;
      i = next;
      continue;
    }
    const float from = std::clamp(std::floor(extent.left), free_from, right);
    const float to = std::clamp(std::ceil(extent.right), from, right);
    TimelineBar bar = bar_of(view, row[i], extent, scale);
    if (to - from >= least_bar_px) {
      // Wide enough to be itself, unless another begins before it ends (outside facts overlap).
      bar.rect = Rect::from_corners(from, top_px, to, top_px + height_px);
      last_end = end_at(row[i]);
      ++i;
    } else {
      // Everything that begins within the least width is told together with it.
      const float width = last_count >= dense_events ? dense_bar_px : least_bar_px;
      const float until = std::min(from + width, std::max(right, from + 1));
      const std::size_t next =
          std::max(i + 1, gallop(view, row, i, scale.at(until), last_count / 2));
      std::size_t end = std::min(next, row.size());
      // The last of them may be long: that one stands by itself after the block.
      if (end - i > 1 && extent_of(view, row[end - 1], scale).right >= until + least_bar_px) --end;
      bar.rect = Rect::from_corners(from, top_px, std::max(until, from + 1), top_px + height_px);
      bar.count = end - i;
      last_count = bar.count;
      last_end = end_at(row[end - 1]);
      if (bar.count > 1) {
        bar.last = row[end - 1];
        bar.unfinished = bar.open_right = false;
      }
      i = end;
    }
    free_from = bar.rect.right();
    if (free_from >= right) {
      // The window's last pixel stands for all that is left.
      const std::size_t rest = gallop(view, row, i, scale.window().to + Duration{1});
      if (rest > i) {
        bar.count += rest - i;
        bar.last = row[rest - 1];
        i = rest;
      }
    }
    bars.push_back(std::move(bar));
  }
  return bars;
}

}  // namespace roundtrip::viz
