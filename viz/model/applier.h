// Applier: what each action does to cursor and view state, one `operator()` an action. Only
// actions.cpp includes this; everyone else calls apply (actions.h).
#pragma once

#include <algorithm>
#include <cmath>

#include "viz/model/actions.h"
#include "viz/model/causality.h"
#include "viz/model/chapter.h"
#include "viz/model/connections.h"
#include "viz/model/lesson_steps.h"
#include "viz/model/log_search.h"
#include "viz/model/measurement.h"

namespace roundtrip::viz {

using Run = ViewState::Run;

inline constexpr double slowest_pace = 0.1;
inline constexpr double fastest_pace = 1000;

// One `operator()` an action; `left` is set by those that are the session's.
struct Applier {
  ViewState& state;
  Cursor& cursor;
  const TraceView& view;

  Stepper stepper() const { return Stepper(view, state.chosen.conn); }
  Folding folding() const { return {view.lanes.gaps(), state.fold_longer_than}; }
  TimeWindow window() const { return window_shown(view, cursor, state); }

  Place standing() const {
    return {cursor, anchor_of(view, cursor.event), state.window, state.chosen, state.by_chapter,
            state.only_request};
  }
  // Keeps where one stands, so that Undo comes back. A run counts once.
  void remember(Run run) {
    const bool goes_on = run != Run::None && run == state.run;
    state.run = run;
    if (goes_on) return;
    state.undo.push_back(standing());
    if (state.undo.size() > kept_places) state.undo.erase(state.undo.begin());
    state.redo.clear();
  }
  // The cursor stands elsewhere: lists follow it again, and the timeline has it in sight.
  void move_to(const Cursor& place) {
    cursor = place;
    state.scrolls = {};
    state.run_lane = LaneKind::Task;
    if (!state.window || !view.has(cursor.event)) return;
    const Instant at = view.trace[cursor.event].time;
    if (state.window->contains(at)) return;
    const Duration half = unfolded(*state.window, folding()) / 2;
    state.window = TimeWindow{walk(at, -half, folding()), walk(at, half, folding())};
  }
  // The view stands still while the capture goes on: a timeline that showed everything keeps the
  // stretch that it had.
  void stop_following() {
    if (state.follow && !state.window && !state.by_chapter) state.window = view.whole();
    state.follow = false;
  }
  void jump(const std::optional<Cursor>& place) {
    if (!place) return;
    stop_following();
    state.playing = false;
    if (*place == cursor) return;
    remember(Run::None);
    move_to(*place);
  }
  void step(const std::optional<Cursor>& place) {
    stop_following();
    state.playing = false;
    if (!place) return;
    remember(Run::Steps);
    move_to(*place);
  }
  void set_window(std::optional<TimeWindow> to) {
    state.follow = false;
    if (view.empty()) return;
    remember(Run::Window);
    state.window = to;
  }
  void restore(std::vector<Place>& from, std::vector<Place>& to) {
    if (from.empty()) return;
    to.push_back(standing());
    const Place back = from.back();
    from.pop_back();
    cursor = stepper().clamped(back.cursor).value_or(back.cursor);
    state.window = back.window;
    state.by_chapter = back.by_chapter;
    state.chosen = back.chosen;
    state.only_request = back.only_request;
    state.scrolls = {};
    state.follow = state.playing = false;
    state.run = Run::None;
  }

  // Facts that came late have moved what is remembered by its number.
  void follow_insertions();
  void keep_anchors();
  // Searches on for what the palette asks, a slice each time.
  void search_trace() {
    if (state.palette.mode == PaletteMode::Search) search_on(view, state.palette.search);
  }
  void set_palette(PaletteMode mode, const std::string& text) {
    const bool asks = mode == PaletteMode::Search;
    state.palette = {mode, text, 0,
                     asks ? search_for(view, text, state.explanations.get()) : Search()};
    search_trace();
  }

  bool operator()(const StepForward& a) {
    return step(stepper().forward(cursor, a.unit.value_or(state.unit))), true;
  }
  bool operator()(const StepBack& a) {
    return step(stepper().back(cursor, a.unit.value_or(state.unit))), true;
  }
  bool operator()(const GoFirst&) { return jump(stepper().first()), true; }
  bool operator()(const GoLast&) { return jump(stepper().last()), true; }
  bool operator()(const GoTo& a) { return jump(stepper().clamped({a.event, {}})), true; }
  bool operator()(const GoToText& a) {
    const auto place = stepper().position_of(a.where);
    state.session.notice = place.ok() ? "" : place.error();
    if (place.ok()) jump(*place);
    return true;
  }
  bool operator()(const GoToByte& a) {
    const auto* summary = view.index.connection(a.place.conn);
    if (summary == nullptr || a.place.log != trace::Log::In) return true;
    Cursor from{summary->first, a.place.offset};
    jump(Stepper(view, a.place.conn).forward(from, StepUnit::Byte));
    return true;
  }

  bool operator()(const GoToCause&) { return walk_to(causes_of(view, cursor.event)); }
  bool operator()(const GoToEffect&) { return walk_to(effects_of(view, cursor.event)); }
  bool walk_to(const std::vector<CausalLink>& links) {
    if (!links.empty()) jump(Cursor{links.front().event, {}});
    return true;
  }
  bool operator()(const GoToStop& a) {
    if (!state.lesson) return true;
    const auto event = event_of_stop(view, *state.lesson, a.stop);
    if (!event) return false;
    if (state.chosen.conn != view.trace[*event].conn) state.chosen = {};
    jump(Cursor{*event, {}});
    reach_stop(state, view, cursor);
    return true;
  }
  bool operator()(const ShowAnswer&) {
    return show_answer(state, view, cursor), true;
  }

  bool operator()(const Select& a) { return state.selected_event = a.event, true; }
  bool operator()(const SelectByte& a) { return state.selected_byte = a.place, true; }
  bool operator()(const SelectFocus& a) {
    if (a.focus == state.chosen) return true;
    remember(Run::None);
    state.chosen = a.focus;
    state.scrolls = {};
    return true;
  }
  bool operator()(const Hover& a) { return state.hovered_event = a.event, true; }
  bool operator()(const HoverByte& a) { return state.hovered_byte = a.place, true; }
  bool operator()(const ClearSelection&) {
    state.selected_event.reset();
    state.selected_byte.reset();
    state.measured.reset();
    state.sheet_open = false;
    state.whole = false;
    if (state.chosen == Focus{} && state.only_request == 0) return true;
    remember(Run::None);
    state.chosen = {};
    state.only_request = 0;
    state.scrolls = {};
    return true;
  }

  bool operator()(const Zoom& a) {
    if (view.empty() || !(a.factor > 0)) return true;
    const Instant at = a.at.value_or(view.trace[std::min(cursor.event, view.end() - 1)].time);
    const TimeWindow next = zoomed(window(), a.factor, at, folding());
    // Zoomed out past everything is everything.
    const TimeWindow whole = view.whole();
    const bool all = next.from <= whole.from && next.to >= whole.to;
    set_window(all ? std::nullopt : std::optional(next));
    if (all) state.by_chapter = false;
    return true;
  }
  bool operator()(const Pan& a) {
    return set_window(panned(window(), a.share_of_window, folding())), true;
  }
  bool operator()(const SetWindow& a) {
    if (a.window.length() >= shortest_window) set_window(a.window);
    return true;
  }
  bool operator()(const FitAll&) {
    set_window(std::nullopt);
    return state.by_chapter = false, true;
  }
  bool operator()(const FitChapter&) {
    set_window(std::nullopt);
    return state.by_chapter = true;
  }
  bool operator()(const FitFocus&);
  bool operator()(const OnlyRequest& a) {
    if (a.request == state.only_request) return true;
    remember(Run::None);
    state.only_request = a.request;
    state.scrolls = {};
    return true;
  }
  bool operator()(const ShowRun& a) {
    jump(stepper().clamped({a.event, {}}));
    state.run_lane = a.lane;
    state.scrolls.timeline.reset();
    return true;
  }

  bool operator()(const Measure& a) {
    state.measured = a.span;
    if (a.span) stop_following();
    return true;
  }
  bool operator()(const MeasureToSelection&) {
    const auto span = span_to_selection(view, cursor, state);
    return !span || (*this)(Measure{span});
  }
  bool operator()(const ZoomToMeasured&) {
    if (state.measured) set_window(window_around(*state.measured));
    return true;
  }

  bool operator()(const Follow& a) {
    if (!a.on) stop_following();
    state.follow = a.on;
    state.playing = false;
    if (a.on) {
      remember(Run::None);
      state.window.reset();
      if (const auto last = Stepper(view).last()) move_to(*last);
    }
    return true;
  }
  bool operator()(const Play&) {
    stop_following();
    state.playing = true;
    state.play_credit = 0;
    return true;
  }
  bool operator()(const Pause&) {
    stop_following();
    return state.playing = false, true;
  }
  bool operator()(const SetPace& a) {
    state.pace = std::clamp(a.steps_a_second, slowest_pace, fastest_pace);
    return true;
  }
  bool operator()(const SetUnit& a) { return state.unit = a.unit, true; }
  bool operator()(const Advance& a);
  bool operator()(const TraceGrew&) {
    if (const auto place = stepper().clamped(cursor)) cursor = *place;
    if (!state.follow) return true;
    if (const auto last = Stepper(view).last()) move_to(*last);
    return true;
  }

  bool operator()(const SetPreset& a) {
    state.whole = false;
    return state.preset = a.preset, true;
  }
  bool operator()(const ShowView& a) {
    // The story stands alone; what else is asked for stands among everything.
    if (state.preset == Preset::Story && a.view != ViewId::Story) {
      state.preset = Preset::Everything;
    }
    return show_view(state.workspace(), a.view), true;
  }
  bool operator()(const CloseView& a) { return close_view(state.workspace(), a.view), true; }
  bool operator()(const MoveView& a) {
    return move_view(state.workspace(), a.view, a.pane, a.place), true;
  }
  bool operator()(const MoveAcross& a) { return move_across(state.workspace(), a.view), true; }
  bool operator()(const TurnTabs& a) { return turn_tabs(state.workspace(), a.direction), true; }
  bool operator()(const StackPanes& a) { return state.workspace().stacked = a.on, true; }
  bool operator()(const ShareView& a) {
    if (!std::isnan(a.share)) {
      state.workspace().share = std::clamp(a.share, least_share, most_share);
    }
    return true;
  }
  bool operator()(const SharePanel& a) {
    if (a.share && std::isnan(*a.share)) return true;
    switch (a.panel) {
      case Panel::Lifecycle: state.splits.lifecycle = a.share; break;
      case Panel::Explain: state.splits.explain = a.share; break;
      case Panel::Timeline: state.splits.timeline = a.share; break;
      case Panel::Bytes:
      case Panel::Log:
      case Panel::Picture:
      case Panel::Lesson:
      case Panel::Connections:
      case Panel::Statistics: break;
    }
    return true;
  }
  bool operator()(const ShowWhole& a) { return state.whole = a.on, true; }
  bool operator()(const ResetViews&) {
    state.workspace() = default_workspace(state.preset);
    state.splits = {};
    return state.whole = false, true;
  }
  bool operator()(const ScrollTo& a) {
    const float px = std::max(0.f, a.px);
    switch (a.panel) {
      case Panel::Lifecycle: state.scrolls.lifecycle = px; break;
      case Panel::Timeline: state.scrolls.timeline = px; break;
      case Panel::Bytes: state.scrolls.bytes = px; break;
      case Panel::Explain: state.scrolls.explain = px; break;
      case Panel::Log: state.scrolls.log = px; break;
      case Panel::Picture: state.scrolls.picture = px; break;
      case Panel::Lesson: state.scrolls.lesson = px; break;
      case Panel::Connections: state.scrolls.connections = px; break;
      case Panel::Statistics: state.scrolls.statistics = px; break;
    }
    return true;
  }
  bool operator()(const ToggleGroup& a) {
    return state.closed_groups.flip(static_cast<std::size_t>(a.group)), true;
  }
  bool operator()(const SetLogFilter& a) {
    state.log_filter = a.text;
    state.scrolls.log.reset();
    state.log_found.clear();
    state.log_sweep = {view.first(), view.index.rewinds().count()};
    return search_log_on(state, view), true;
  }
  bool operator()(const TypeFilter& a) {
    if (a.on) state.preset = Preset::Log;
    return state.type_filter = a.on, true;
  }
  void go_to(const std::optional<RowId>& row) {
    if (!row) return;
    jump(stepper().clamped({first_fact_of(view, *row), {}}));
    (*this)(SelectFocus{{row->conn, 0}});
  }
  bool operator()(const SortConnections& a) {
    return sort_connections(state, view, a.column), true;
  }
  bool operator()(const FilterConnections& a) {
    return filter_connections(state, view, a.text), true;
  }
  bool operator()(const FoldConnection& a) { return fold_connection(state, view, a.conn), true; }
  bool operator()(const FoldConnections& a) { return fold_connections(state, view, a.all), true; }
  bool operator()(const GoToRow& a) { return go_to(a.row), true; }
  bool operator()(const GoToNextRow& a) {
    return go_to(neighbour_row(view, state, cursor, a.by)), true;
  }
  bool operator()(const GoToSlowest&) { return go_to(slowest_row(view, state.connections)), true; }
  bool operator()(const SortStatistics& a) {
    return turn(state.statistics.sort, a.column, a.column != 0), true;
  }
  bool operator()(const CountWhole& a) { return state.statistics.whole = a.on, true; }
  bool operator()(const ShowStatistics& a) { return state.statistics.part = a.part, true; }
  bool operator()(const SetTheme& a) { return state.theme = a.kind, true; }
  bool operator()(const SetProjector& a) { return state.projector = a.on, true; }
  bool operator()(const SetTextScale& a) {
    return state.text_scale = scale_in_force(a.scale, state.projector), true;
  }
  bool operator()(const ShowTour& a) {
    state.sheet_open = false;
    state.tour = a.step;
    return true;
  }
  bool operator()(const ToggleSheet&) { return state.sheet_open = !state.sheet_open, true; }
  bool operator()(const ToggleDrawer& a) {
    return state.drawer = state.drawer == a.which ? Drawer::None : a.which, true;
  }
  bool operator()(const AskHold& a) { return state.ask_hold = a.on, true; }
  // A gate that is armed already has to know of it.
  bool operator()(const SetHoldFilter& a) {
    state.hold_filter = a.filter;
    return !state.session.hold_next || state.session.held.has_value();
  }
  bool operator()(const FillWireSheet& a) { return state.wire = a.sheet, true; }
  bool operator()(const OpenPalette& a) {
    state.sheet_open = false;
    return set_palette(a.mode, a.text), true;
  }
  bool operator()(const TypePalette& a) { return set_palette(state.palette.mode, a.text), true; }
  bool operator()(const ClosePalette&) {
    // What was searched for is offered again.
    const bool searched = state.palette.mode == PaletteMode::Search;
    state.palette = {PaletteMode::Closed, searched ? state.palette.text : "", 0, {}};
    return true;
  }
  bool operator()(const ChooseRow& a) { return state.palette.chosen = a.row, true; }
  bool operator()(const Undo&) { return restore(state.undo, state.redo), true; }
  bool operator()(const Redo&) { return restore(state.redo, state.undo), true; }

  // The session's.
  bool operator()(const Send&) { return false; }
  bool operator()(const RunAgain&) { return false; }
  bool operator()(const Save&) { return false; }
  bool operator()(const Open&) { return false; }
  bool operator()(const TypePath&) { return false; }
  bool operator()(const Dismiss&) { return false; }
  bool operator()(const LeaveUnsaved&) { return false; }
  bool operator()(const ShowLive&) { return false; }
  bool operator()(const ChooseScenario&) { return false; }
  bool operator()(const ChooseModel&) { return false; }
  bool operator()(const CompareModels&) { return false; }
  bool operator()(const HandleWire&) { return state.wire.draft.reset(), false; }
  bool operator()(const ChangeBacklog&) { return state.wire.draft.reset(), false; }
  bool operator()(const HoldNext&) { return false; }
  bool operator()(const ReleaseHeld&) { return false; }
};

}  // namespace roundtrip::viz
