// One row of a lane becomes bars: walks the row's list pixel by pixel, not event by event.
#include <algorithm>
#include <cmath>

#include "core/trace/validate.h"
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

// One row, and how long each of its facts lasts.
struct Row {
  const TraceView& view;
  const EventList& events;
  RowKind kind = RowKind::Facts;

  const Event& at(std::size_t i) const { return view.trace[events[i]]; }
  bool is_instant(std::size_t i) const {
    return kind == RowKind::States ? at(i).phase == trace::Phase::TaskDone : !at(i).begins();
  }
  // When it is over; none while it is unfinished.
  std::optional<Instant> end(std::size_t i) const;
};

std::optional<Instant> Row::end(std::size_t i) const {
  if (is_instant(i)) return at(i).time;
  std::optional<Instant> over;
  const EventNumber partner = at(i).begins() ? view.index.partner(events[i]) : trace::no_event;
  if (partner != trace::no_event && partner < view.end() && partner > events[i]) {
    over = view.trace[partner].time;
  }
  if (kind == RowKind::States && i + 1 < events.size()) {
    const Instant next = at(i + 1).time;
    over = over ? std::min(*over, next) : next;
  }
  return over;
}

struct Extent {
  float left = 0;
  float right = 0;
  bool unfinished = false;
};

Extent extent_of(const Row& row, std::size_t i, const TimeScale& scale) {
  Extent extent;
  extent.left = scale.x(row.at(i).time);
  extent.right = extent.left;
  if (row.is_instant(i)) return extent;
  const auto end = row.end(i);
  extent.unfinished = !end;
  extent.right = end ? scale.x(*end) : scale.right_px();
  return extent;
}

// The state that a fact of the scheduler begins; who is stolen stays ready.
trace::TaskState state_from(const Event& event) {
  return trace::task_move(event).value_or(trace::TaskState::Runnable);
}

bool is_of_lost_packet(const TraceView& view, const Event& event, EventNumber number) {
  if (event.phase == trace::Phase::TracePacketDropped) return true;
  if (event.phase != trace::Phase::TracePacket) return false;
  const auto packet = view.statistics.packets().packet_of(number);
  return packet && packet->dropped != trace::no_event;
}

TimelineBar bar_of(const Row& row, std::size_t i, const Extent& extent, const TimeScale& scale) {
  const Event& event = row.at(i);
  TimelineBar bar;
  bar.group = event.row().group();
  bar.provenance = event.provenance;
  bar.event = row.events[i];
  bar.last = event.begins() ? row.view.index.partner(bar.event) : bar.event;
  bar.instant = row.is_instant(i);
  bar.unfinished = extent.unfinished;
  bar.open_left = extent.left < scale.left_px();
  bar.open_right = !extent.unfinished && extent.right > scale.right_px();
  if (row.kind == RowKind::States) bar.state = state_from(event);
  bar.lost = is_of_lost_packet(row.view, event, bar.event);
  return bar;
}

}  // namespace

RowKind kind_of_row(LaneKey lane, std::size_t row) {
  const bool states = lane.kind == LaneKind::Task && row == LaneIndex::state_row;
  return states ? RowKind::States : RowKind::Facts;
}

bool row_shows(const TraceView& view, const EventList& events, const TimeWindow& window,
               RowKind kind) {
  const Row row{view, events, kind};
  const std::size_t i = gallop(view, events, 0, window.from);
  if (i < events.size() && row.at(i).time <= window.to) return true;
  if (i == 0 || row.is_instant(i - 1)) return false;
  if (row.at(i - 1).phase == trace::Phase::TaskPark) return false;
  const auto end = row.end(i - 1);
  return !end || *end > window.from;
}

std::vector<TimelineBar> bars_of_row(const TraceView& view, const EventList& events,
                                     const TimeScale& scale, float top_px, float height_px,
                                     RowKind kind) {
  const Row row{view, events, kind};
  std::vector<TimelineBar> bars;
  const float left = scale.left_px();
  const float right = scale.right_px();
  std::size_t i = gallop(view, events, 0, scale.window().from);
  // The span before may reach into the window.
  if (i > 0 && !row.is_instant(i - 1)) {
    const auto end = row.end(i - 1);
    if (!end || *end > scale.window().from) --i;
  }
  std::uint64_t last_count = 1;
  Instant last_end{INT64_MIN};  // when the last bar's span is truly over, however wide it is drawn
  const auto end_at = [&](std::size_t fact) {
    return row.end(fact).value_or(Instant{INT64_MAX});
  };
  float free_from = left;  // nothing of this row is drawn at or beyond here yet
  while (i < events.size() && row.at(i).time <= scale.window().to) {
    const Extent extent = extent_of(row, i, scale);
    const bool overlaps = row.at(i).time < last_end;
    if (!bars.empty() && overlaps && extent.left < free_from - least_bar_px) {
      // It began while the last bar was going on (outside facts may overlap): they are one block.
      TimelineBar& block = bars.back();
      const std::size_t next = std::max(i + 1, gallop(view, events, i, scale.at(free_from)));
      block.count += next - i;
      block.last = events[next - 1];
      block.state.reset();
      block.lost = false;
      last_end = std::max(last_end, end_at(next - 1));
      const float reach = std::ceil(extent_of(row, next - 1, scale).right);
      const float to = std::clamp(reach, free_from, right);
      block.rect.w = to - block.rect.x;
      free_from = to;
      i = next;
      continue;
    }
    const float from = std::clamp(std::floor(extent.left), free_from, right);
    const float to = std::clamp(std::ceil(extent.right), from, right);
    TimelineBar bar = bar_of(row, i, extent, scale);
    if (to - from >= least_bar_px) {
      // Wide enough to be itself, unless another begins before it ends (outside facts overlap).
      bar.rect = Rect::from_corners(from, top_px, to, top_px + height_px);
      last_end = end_at(i);
      ++i;
    } else {
      // Everything that begins within the least width is told together with it.
      const float width = last_count >= dense_events ? dense_bar_px : least_bar_px;
      const float until = std::min(from + width, std::max(right, from + 1));
      const std::size_t next =
          std::max(i + 1, gallop(view, events, i, scale.at(until), last_count / 2));
      std::size_t end = std::min(next, events.size());
      // The last of them may be long: that one stands by itself after the block.
      if (end - i > 1 && extent_of(row, end - 1, scale).right >= until + least_bar_px) --end;
      bar.rect = Rect::from_corners(from, top_px, std::max(until, from + 1), top_px + height_px);
      bar.count = end - i;
      last_count = bar.count;
      last_end = end_at(end - 1);
      if (bar.count > 1) {
        bar.last = events[end - 1];
        bar.state.reset();
        bar.lost = false;
        bar.unfinished = bar.open_right = false;
      }
      i = end;
    }
    free_from = bar.rect.right();
    if (free_from >= right) {
      // The window's last pixel stands for all that is left.
      const std::size_t rest = gallop(view, events, i, scale.window().to + Duration{1});
      if (rest > i) {
        bar.count += rest - i;
        bar.last = events[rest - 1];
        bar.state.reset();
        bar.lost = false;
        i = rest;
      }
    }
    bars.push_back(std::move(bar));
  }
  return bars;
}

}  // namespace roundtrip::viz
