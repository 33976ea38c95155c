#include "viz/model/layout_timeline.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "viz/model/arg_words.h"
#include "viz/model/chapter.h"
#include "viz/model/describe.h"
#include "viz/model/format.h"
#include "viz/model/timeline_lanes.h"

namespace roundtrip::viz {

using trace::Event;
using trace::EventList;
using trace::EventNumber;

namespace {

constexpr float overview_bin_px = 2;
constexpr float tight_gap_px = 2;  // between rows that stand close
constexpr float least_rows = 2;    // of lanes, however much else there is to say
constexpr float few_rows = 4;      // with fewer the overview makes room
constexpr float least_overview_letters = 8;

bool holds(const TimelineBar& bar, const EventList& row, std::optional<EventNumber> event) {
  if (!event || *event < bar.event) return false;
  if (bar.count == 1) return *event == bar.event;
  return *event <= bar.last && std::binary_search(row.begin(), row.end(), *event);
}

// A gap that begins with the process is known as coarsely as its start.
std::string fold_text(const TraceView& view, const Fold& fold) {
  const Event& first = view.trace[view.first()];
  if (fold.from == first.time) {
    if (const auto coarse = coarse_length(first, fold.length(), Bounds::LeftOut)) {
      return marked(*coarse, trace::Provenance::Inferred);
    }
  }
  return marked(duration(fold.length()).text(), trace::Provenance::Derived);
}

// What a task does from a fact of the scheduler on.
std::string state_words(const TraceView& view, const TimelineBar& bar) {
  const Event& fact = view.trace[bar.event];
  const auto number = [&fact](std::string_view name) { return fact.arg(name).value_or(0); };
  switch (*bar.state) {
    case trace::TaskState::Created: return "created";
    case trace::TaskState::Runnable: return "ready";
    case trace::TaskState::Running: return fmt::format("on worker {}", number("worker"));
    case trace::TaskState::Parked:
      return fmt::format("waits for {}", plain_word(trace::Unit::ParkReasonUnit, number("on")));
    case trace::TaskState::Blocking: return fmt::format("on pool thread {}", number("thread"));
    case trace::TaskState::Done: return "done";
  }
  return "";
}

struct Builder {
  const TraceView& view;
  const Cursor& cursor;
  const ViewState& state;
  const Ruler& ruler;
  TimelineLayout& layout;

  void place(const Rect& area, const Rect& beside, const std::vector<LaneRows>& lanes);
  void axis();
  void more_tasks(const std::vector<LaneRows>& lanes);
  void lanes_and_bars(const std::vector<LaneRows>& lanes);
  void row_bars(LaneKey lane, std::size_t row, float top_px, float row_px);
  void label(TimelineBar& bar) const;
  void overview();
};

void Builder::place(const Rect& area, const Rect& beside, const std::vector<LaneRows>& lanes) {
  layout.area = area;
  float names_px = 0;
  for (const LaneRows& lane : lanes) {
    names_px = std::max(names_px, ruler.width(lane_name(view, lane.key), Voice::Quiet));
  }
  names_px = std::min(std::ceil(names_px) + ruler.space(3), area.w * 0.26f);
  Rect rest = area;
  const float overview_px = ruler.space(5);
  // Under the labels the head of the cursor's line.
  const float axis_px = ruler.row_px + ruler.space(2);
  const float lanes_px = rest.h - overview_px - ruler.space(1) - axis_px;
  const bool low = lanes_px < few_rows * (ruler.body_px + tight_gap_px);
  if (low && !state.measured && beside.w >= least_overview_letters * ruler.body_px) {
    layout.overview = {beside.x, std::round(beside.center().y - overview_px / 2), beside.w,
                       overview_px};
  } else {
    layout.overview = rest.take_top(overview_px, ruler.space(1));
    layout.overview.take_left(names_px);
  }
  layout.axis = rest.take_top(axis_px);
  layout.names = rest.take_left(names_px);
  layout.plot = rest;
  layout.axis.take_left(names_px);
}

void Builder::axis() {
  const TimeWindow window = window_shown(view, cursor, state);
  const float fold_px = std::ceil(ruler.width("[0000 ms]", Voice::MonoQuiet)) + ruler.space(2);
  layout.scale = TimeScale(window, layout.plot.x, layout.plot.w, view.lanes.gaps(),
                           state.fold_longer_than, fold_px);
  const TimeScale& scale = layout.scale;
  for (const Fold& fold : scale.folds()) {
    TimelineFold shown;
    shown.rect = {fold.x, layout.plot.y, fold.w, layout.plot.h};
    shown.length = fold.length();
    shown.label = fit_text(ruler, {fold.x, layout.axis.y, fold.w, ruler.row_px - ruler.space(1)},
                           fold_text(view, fold), Voice::MonoQuiet, Side::Center);
    layout.folds.push_back(std::move(shown));
  }
  const float label_px = std::ceil(ruler.width("0000.000 ms", Voice::MonoQuiet));
  const Duration step = tick_step(scale.px_per_ns(), label_px + ruler.space(4));
  const TimeWindow shown = scale.window();
  // Ticks count from the window's beginning where that is zoomed in, so that numbers stay short.
  Instant at{(shown.from.ns + step.ns - 1) / step.ns * step.ns};
  float free_from = layout.axis.x;
  std::size_t fold = 0;
  while (at <= shown.to) {
    while (fold < scale.folds().size() && scale.folds()[fold].to <= at) {
      free_from = std::max(free_from, scale.folds()[fold].x + scale.folds()[fold].w);
      ++fold;
    }
    if (fold < scale.folds().size() && at > scale.folds()[fold].from) {
      at = Instant{(scale.folds()[fold].to.ns + step.ns - 1) / step.ns * step.ns};
      continue;
    }
    const float x = std::round(scale.x(at));
    const float limit =
        fold < scale.folds().size() ? scale.folds()[fold].x : layout.axis.right();
    const std::string text = axis_time(at, step).text();
    const float width = std::ceil(ruler.width(text, Voice::MonoQuiet)) + 1;
    TimelineTick tick{x, {}};
    const Rect box{x + ruler.space(1), layout.axis.y, width,
                   ruler.row_px - ruler.space(1)};
    if (x >= free_from && box.right() <= limit) {
      tick.label = fit_text(ruler, box, text, Voice::MonoQuiet);
      free_from = box.right() + ruler.space(1);
    }
    if (x <= layout.plot.right()) layout.ticks.push_back(std::move(tick));
    at = at + step;
  }
  layout.cursor_at = view.trace[cursor.event].time;
  if (shown.contains(layout.cursor_at)) layout.cursor_x = std::round(scale.x(layout.cursor_at));
}

void Builder::label(TimelineBar& bar) const {
  const float padding = ruler.space(1);
  const Rect room = bar.rect.inset(padding, 0);
  if (room.w < ruler.space(4) || room.h < ruler.body_px - 0.5f) return;
  std::string text;
  if (bar.count > 1) {
    text = count(static_cast<std::int64_t>(bar.count));
  } else if (bar.state) {
    text = state_words(view, bar);
  } else if (bar.lane.kind == LaneKind::Worker) {
    text = lane_name(view, {LaneKind::Task, view.trace[bar.event].task});
  } else {
    text = view.trace[bar.event].row().name;
  }
  const TextBox fitted = fit_text(ruler, room, text, Voice::Body, Side::Left);
  // A stump of a word says less than the bar alone.
  if (fitted.cut && room.w < 4 * ruler.body_px) return;
  bar.label = fitted;
}

void Builder::row_bars(LaneKey lane, std::size_t row, float top_px, float row_px) {
  const EventList& events = view.lanes.rows(lane)[row];
  const auto in_lane = [&](std::optional<std::uint64_t> event) {
    const auto begin = begin_of(view, event);
    return begin && stands_in(view, *begin, lane) ? begin : std::nullopt;
  };
  const auto here = in_lane(cursor.event);
  const auto hovered = in_lane(state.hovered_event);
  const auto selected = in_lane(state.selected_event);
  for (TimelineBar& bar : bars_of_row(view, events, layout.scale, top_px, row_px - 2,
                                      kind_of_row(lane, row))) {
    bar.lane = lane;
    bar.row = static_cast<std::uint32_t>(row);
    if (lane.kind == LaneKind::Worker) bar.provenance = trace::Provenance::Derived;
    bar.ahead = bar.event > cursor.event;
    bar.at_cursor = holds(bar, events, here);
    bar.hovered = holds(bar, events, hovered);
    bar.selected = holds(bar, events, selected);
    label(bar);
    layout.bars.push_back(std::move(bar));
  }
}

void Builder::more_tasks(const std::vector<LaneRows>& lanes) {
  const std::size_t tasks = view.index.tasks().size();
  const bool only = state.only_request != 0;
  if (tasks <= most_task_lanes && !only) return;
  const auto shown = std::count_if(lanes.begin(), lanes.end(), [](const LaneRows& lane) {
    return lane.key.kind == LaneKind::Task;
  });
  std::string more = count(static_cast<std::int64_t>(tasks) - shown) + " more";
  std::string words = more + " tasks";
  std::string whole = words + ": a click on an event in the log brings its task here";
  if (only) {
    more = fmt::format("request {}", state.only_request);
    words = "only " + more;
    whole = fmt::format("Only request {}: its tasks, and the lanes that they touched",
                        state.only_request);
  }
  Rect room = layout.plot;
  const Rect strip = room.take_bottom(ruler.row_px);
  // Where the line would leave the lanes no room, it stands beside the axis, shorter.
  if (room.h < least_rows * (ruler.body_px + tight_gap_px)) {
    const Rect corner{layout.area.x, layout.axis.y, layout.axis.x - layout.area.x,
                      ruler.row_px - ruler.space(1)};
    const bool fits = ruler.width(words, Voice::Quiet) <= corner.w;
    layout.more = fit_text(ruler, corner, fits ? words : more, Voice::Quiet);
    return;
  }
  layout.more = fit_text(ruler, {layout.area.x, strip.y, layout.area.w, strip.h}, whole,
                         Voice::Quiet);
  layout.plot = room;
  layout.names.h = room.h;
  for (TimelineFold& fold : layout.folds) fold.rect.h = room.h;
}

void Builder::lanes_and_bars(const std::vector<LaneRows>& lanes) {
  more_tasks(lanes);
  std::size_t all_rows = 0;
  for (const LaneRows& lane : lanes) all_rows += lane.rows.size();
  const float gap = ruler.space(1);
  const float gaps = gap * static_cast<float>(lanes.size());
  const float generous = ruler.body_px + ruler.space(2);
  const float tight = ruler.body_px + tight_gap_px;
  const auto rows_px = static_cast<float>(all_rows);
  const float row_px = rows_px * generous + gaps <= layout.plot.h ? generous : tight;
  layout.content_px = rows_px * row_px + gaps;

  // Where each row stands in the list, and each lane, and the row of the cursor.
  std::vector<float> tops;
  std::vector<float> lane_tops;
  const auto here = begin_of(view, cursor.event);
  float y = 0;
  Rect cursor_row;
  float cursor_lane_y = 0;
  for (const LaneRows& lane : lanes) {
    const float lane_y = y;
    lane_tops.push_back(y);
    const auto rows = view.lanes.rows(lane.key);
    for (const std::size_t row : lane.rows) {
      tops.push_back(y);
      // A run stands in two lanes: of these the one that was asked for.
      const bool other_lane = !cursor_row.empty() && lane.key.kind != state.run_lane;
      if (here && !other_lane && stands_in(view, *here, lane.key) &&
          std::binary_search(rows[row].begin(), rows[row].end(), *here)) {
        cursor_row = {0, y, 1, row_px};
        cursor_lane_y = lane_y;
      }
      y += row_px;
    }
    y += gap;
  }
  // The list is scrolled by whole rows, so far that the cursor's is seen. A lane above that is left
  // out whole: without its outer row, what its inner ones are part of would be missing.
  const float most = layout.content_px - gap - layout.plot.h;
  float wanted = state.scrolls.timeline.value_or(0);
  if (!state.scrolls.timeline && cursor_row.bottom() > layout.plot.h) {
    wanted = std::min(cursor_row.y, std::max(cursor_lane_y, cursor_row.bottom() - layout.plot.h));
  }
  const auto top_from = [](const std::vector<float>& all, float px) {
    const auto at = std::lower_bound(all.begin(), all.end(), px - 0.5f);
    return at != all.end() ? *at : all.empty() ? 0.f : all.back();
  };
  const auto scroll_to = [&](float px) {
    const float lane = top_from(lane_tops, px);
    return !state.scrolls.timeline && lane <= cursor_row.y ? lane : top_from(tops, px);
  };
  layout.scroll_px = most > 0 ? scroll_to(std::clamp(wanted, 0.f, most)) : 0;

  const float bottom = layout.plot.bottom();
  std::size_t number = 0;
  for (const LaneRows& lane : lanes) {
    TimelineLane made;
    made.key = lane.key;
    made.conn = lane.key.kind == LaneKind::Task ? conn_of_task(view, lane.key.number) : 0;
    made.chosen = made.conn != 0 && state.chosen.conn == made.conn;
    for (const std::size_t row : lane.rows) {
      const float top = layout.plot.y + tops[number++] - layout.scroll_px;
      if (top < layout.plot.y - 0.5f || top + row_px - 2 > bottom + 0.5f) continue;
      if (made.rect.h == 0) made.rect = {layout.area.x, top, layout.area.w, 0};
      made.rect.h = std::min(top + row_px, bottom) - made.rect.y;
      row_bars(lane.key, row, top, row_px);
    }
    if (made.rect.h == 0) continue;
    const Rect name{layout.names.x, made.rect.y, layout.names.w - ruler.space(2),
                    std::min(row_px, made.rect.h)};
    std::string text = lane_name(view, lane.key);
    if (ruler.width(text, Voice::Quiet) > name.w) {
      text = lane_name(view, lane.key, LaneNaming::Short);
    }
    made.name = fit_text(ruler, name, text, Voice::Quiet);
    layout.lanes.push_back(std::move(made));
  }
}

void Builder::overview() {
  const Rect strip = layout.overview;
  layout.overview_scale = TimeScale(view.whole(), strip.x, strip.w, view.lanes.gaps(),
                                    state.fold_longer_than, ruler.space(2));
  const TimeScale& scale = layout.overview_scale;
  std::uint64_t number = view.first();
  for (float x = strip.x; x < strip.right(); x += overview_bin_px) {
    const bool last = x + overview_bin_px >= strip.right();
    std::uint64_t next = view.end();
    if (!last) {
      const Instant until = scale.at(x + overview_bin_px);
      next = std::clamp(view.trace.lower_bound(until), number, view.end());
    }
    if (next == number) continue;
    // A logarithm, so that one event is seen beside ten thousand.
    const float share = std::min(1.f, std::log2(static_cast<float>(next - number) + 1) / 10);
    const float h = std::max(3.f, std::round(strip.h * share));
    const float w = std::min(overview_bin_px, strip.right() - x);
    layout.overview_bars.push_back({x, strip.bottom() - h, w, h});
    number = next;
  }
  const TimeWindow window = layout.scale.window();
  const float from = std::clamp(scale.x(window.from), strip.x, strip.right());
  const float to = std::clamp(scale.x(window.to), from, strip.right());
  const float w = std::max(to - from, 4.f);
  layout.overview_window = {std::min(from, strip.right() - w), strip.y, w, strip.h};
  layout.overview_cursor_x = std::round(
      std::clamp(scale.x(view.trace[cursor.event].time), strip.x, strip.right()));
}

}  // namespace

TimelineLayout layout_timeline(const TraceView& view, const Cursor& asked, const ViewState& state,
                               const Ruler& ruler, const Rect& area, const Rect& beside) {
  TimelineLayout layout;
  layout.area = area;
  const auto cursor = Stepper(view).clamped(asked);
  if (!cursor) {
    layout.more = fit_text(ruler, area, "Nothing has been recorded yet", Voice::Quiet,
                           Side::Center);
    return layout;
  }
  const auto lanes = lanes_shown(view, *cursor, state, window_shown(view, *cursor, state));
  Builder builder{view, *cursor, state, ruler, layout};
  builder.place(area, beside, lanes);
  builder.axis();
  builder.lanes_and_bars(lanes);
  place_flows(view, *cursor, state.hovered_event, layout);
  move_labels_clear(ruler, layout);
  if (state.measured) place_measure(view, *state.measured, ruler, layout);
  builder.overview();
  return layout;
}

const TimelineBar* bar_at(const TimelineLayout& layout, Point at) {
  constexpr float reach_px = 3;
  const TimelineBar* nearest = nullptr;
  float distance = reach_px;
  for (const TimelineBar& bar : layout.bars) {
    if (at.y < bar.rect.y || at.y >= bar.rect.bottom()) continue;
    if (bar.rect.contains(at)) return &bar;
    const float away = std::max(bar.rect.x - at.x, at.x - bar.rect.right());
    if (away > distance) continue;
    distance = away;
    nearest = &bar;
  }
  return nearest;
}

std::string dump(const TimelineLayout& layout) {
  std::string text = fmt::format("timeline {} window {} to {} content {:g} scroll {:g}\n",
                                 dump(layout.area), layout.scale.window().from.ns,
                                 layout.scale.window().to.ns, layout.content_px, layout.scroll_px);
  if (layout.cursor_x) text += fmt::format("cursor x {:g}\n", *layout.cursor_x);
  for (const TimelineTick& tick : layout.ticks) {
    text += fmt::format("tick {:g} {}\n", tick.x, tick.label.text);
  }
  for (const TimelineFold& fold : layout.folds) {
    text += fmt::format("fold {} {}\n", dump(fold.rect), fold.label.text);
  }
  for (const TimelineLane& lane : layout.lanes) text += "lane " + dump(lane.name);
  for (const TimelineBar& bar : layout.bars) {
    text += fmt::format("bar {} lane {}.{} row {} event {} count {} {} {}{}{}{}{}{}{}{} {}\n",
                        dump(bar.rect), static_cast<int>(bar.lane.kind), bar.lane.number, bar.row,
                        bar.event + 1, bar.count, trace::group_name(bar.group),
                        trace::provenance_word(bar.provenance), bar.instant ? " instant" : "",
                        bar.unfinished ? " unfinished" : "", bar.open_left ? " from-before" : "",
                        bar.open_right ? " goes-on" : "", bar.ahead ? " ahead" : "",
                        bar.at_cursor ? " cursor" : "",
                        bar.hovered ? " hovered" : bar.selected ? " selected" : "",
                        bar.label.text);
  }
  for (const TimelineFlow& flow : layout.flows) {
    text += fmt::format("flow {} to {} ({:g},{:g}) ({:g},{:g}){}\n", flow.cause + 1,
                        flow.effect + 1, flow.from.x, flow.from.y, flow.to.x, flow.to.y,
                        flow.inferred ? " inferred" : "");
  }
  if (layout.measure) {
    text += fmt::format("measure {}\n", dump(layout.measure->band));
    for (const TextBox* box :
         {&layout.measure->from, &layout.measure->length, &layout.measure->to}) {
      text += "measure " + dump(*box);
    }
  }
  text += fmt::format("overview {} bars, window {}\n", layout.overview_bars.size(),
                      dump(layout.overview_window));
  return text + "more " + dump(layout.more);
}

}  // namespace roundtrip::viz
