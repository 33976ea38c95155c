#include "viz/model/actions.h"

#include "viz/model/applier.h"

namespace roundtrip::viz {

namespace {

constexpr int most_steps_a_frame = 64;

}  // namespace

bool Applier::operator()(const FitFocus&) {
  if (!view.has(cursor.event)) return true;
  const Instant at = view.trace[cursor.event].time;
  const TimeWindow now = window();
  const Duration half = unfolded(now, folding()) / 2;
  const TimeWindow centred{walk(at, -half, folding()), walk(at, half, folding())};
  const Focus focus = focus_at(view, cursor.event, state.chosen);
  const auto* request = view.index.request(focus.request);
  std::optional<TimeWindow> fitted;
  if (request != nullptr) {
    const TimeWindow span{view.trace[request->first].time, view.trace[request->last].time};
    const Duration margin = std::max(span.length() / 20, shortest_window);
    fitted = TimeWindow{span.from - margin, span.to + margin};
  }
  // As good as centred counts: halves are rounded.
  const Duration off = std::max(now.from - centred.from, centred.from - now.from);
  if (state.window && state.window == fitted) {
    set_window(std::nullopt);
  } else if (state.window && off > now.length() / 50) {
    set_window(centred);
  } else {
    set_window(fitted);
  }
  return true;
}

void Applier::follow_insertions() {
  const std::uint64_t count = view.trace.insertions().count();
  if (count == state.insertions_seen) return;
  state.insertions_seen = count;
  state.hovered_event.reset();
  if (state.cursor_anchor.event == cursor.event) {
    cursor.event = found_again(view, state.cursor_anchor);
  }
  if (state.selected_event == state.selected_anchor.event) {
    state.selected_event = found_again(view, state.selected_anchor);
  }
  for (std::vector<Place>* places : {&state.undo, &state.redo}) {
    for (Place& place : *places) {
      place.cursor.event = place.there.event = found_again(view, place.there);
    }
  }
  state.cursor_anchor.event = cursor.event;
  if (state.selected_event) state.selected_anchor.event = *state.selected_event;
}

void Applier::keep_anchors() {
  if (state.cursor_anchor.event != cursor.event || !state.cursor_anchor.fact) {
    state.cursor_anchor = anchor_of(view, cursor.event);
  }
  if (state.selected_event && (state.selected_anchor.event != *state.selected_event ||
                               !state.selected_anchor.fact)) {
    state.selected_anchor = anchor_of(view, *state.selected_event);
  }
}

bool Applier::operator()(const Advance& a) {
  search_log_on(state, view);
  search_trace();
  order_rows_on(state, view);
  if (!state.playing) return true;
  state.play_credit += a.elapsed.in_seconds() * state.pace;
  const int steps = std::min(most_steps_a_frame, static_cast<int>(state.play_credit));
  state.play_credit = std::min(state.play_credit - steps, 1.0);
  for (int i = 0; i < steps; ++i) {
    const auto next = stepper().forward(cursor, state.unit);
    if (!next) {
      // What comes next has not happened yet: a live trace goes on playing when it does.
      if (!state.session.live) state.playing = false;
      break;
    }
    remember(Run::Steps);
    move_to(*next);
    // A lesson stops at its stops.
    if (stop_here(view, cursor, state)) {
      state.playing = false;
      break;
    }
  }
  return true;
}


std::optional<Action> apply(ViewState& state, Cursor& cursor, const TraceView& view,
                            const Action& action) {
  Applier applier{state, cursor, view};
  applier.follow_insertions();
  const Cursor before = cursor;
  const bool done = std::visit(applier, action);
  if (cursor != before && !state.follow) reach_stop(state, view, cursor);
  applier.keep_anchors();
  if (done) return std::nullopt;
  return action;
}

bool searching(const ViewState& state, const TraceView& view) {
  const bool log = !state.log_filter.empty() && state.log_sweep.to < view.end();
  const bool rows = state.connections.order.searched().has_value();
  return log || rows || (state.palette.mode == PaletteMode::Search &&
                 searching(view, state.palette.search));
}

void start_lesson(ViewState& state, Cursor& cursor, const TraceView& view) {
  state.chosen = {};
  state.selected_event.reset();
  state.selected_byte.reset();
  state.hovered_event.reset();
  state.hovered_byte.reset();
  state.window.reset();
  state.measured.reset();
  state.only_request = 0;
  state.run_lane = LaneKind::Task;
  state.follow = state.playing = false;
  state.play_credit = 0;
  state.scrolls = {};
  state.log_filter.clear();
  state.log_found.clear();
  state.log_sweep = {};
  state.connections = {};
  state.palette = {};
  state.undo.clear();
  state.redo.clear();
  state.run = ViewState::Run::None;
  state.stop_reached = false;
  cursor = Stepper(view).first().value_or(Cursor{});
  state.insertions_seen = view.trace.insertions().count();
  state.cursor_anchor = anchor_of(view, cursor.event);
  state.selected_anchor = {};
}

}  // namespace roundtrip::viz
