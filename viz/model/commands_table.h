// The rows of commands.h, in the order of the enumeration, checked at compile time. Only
// commands.cpp includes this.
#pragma once

#include <algorithm>

#include "viz/model/commands.h"
#include "viz/model/lesson_steps.h"
#include "viz/model/layout_transport.h"
#include "viz/model/timeline_lanes.h"

namespace roundtrip::viz {
namespace command_rows {

inline constexpr double zoom_step = 1.5;
inline constexpr double pan_step = 0.15;
inline constexpr bool repeats = true;
inline constexpr bool once = false;

using Given = std::optional<Action>;
using Context = const CommandContext&;

inline Given if_live(Context context, Action action) {
  if (!context.state.session.live) return std::nullopt;
  return action;
}
// The server can be asked for one thing at a time.
inline Given if_free(Context context, Action action) {
  const SessionStatus& session = context.state.session;
  if (session.sending || !session.can_send()) return std::nullopt;
  return action;
}
inline Given serve_by(Context context, trace::Model model) {
  if (!context.state.session.model) return std::nullopt;
  return ChooseModel{model};
}
// What a hand at the wire does.
inline Given at_wire(Context context, const char* act) {
  if (!context.state.session.wired) return std::nullopt;
  return HandleWire{act};
}
inline Given to_held_packet(Context context, const char* act) {
  if (context.state.session.packets_held == 0) return std::nullopt;
  return at_wire(context, act);
}
inline Given if_any(Context context, Action action) {
  if (context.view.empty()) return std::nullopt;
  return action;
}

inline Given next_scenario(Context context) {
  const auto& all = context.state.session.scenarios;
  if (all.empty()) return std::nullopt;
  const std::string ready = context.state.lesson ? context.state.lesson->scenario : "";
  const auto found = std::find(all.begin(), all.end(), ready);
  const bool more = found != all.end() && found + 1 != all.end();
  return ChooseScenario{more ? *(found + 1) : all.front()};
}

// From stop to stop; a lesson without stops has its requests.
inline Given to_stop(Context context, int direction) {
  const ViewState& state = context.state;
  if (!state.lesson || state.lesson->stops.empty()) {
    if (direction > 0) return StepForward{StepUnit::Request};
    return StepBack{StepUnit::Request};
  }
  if (const auto stop = step_to_stop(context.view, context.cursor, state, direction)) return *stop;
  return std::nullopt;
}

// A question that stands comes first; else a request is sent.
inline Given go_on(Context context) {
  const ViewState& state = context.state;
  if (!enter_is_the_lessons(context.view, context.cursor, state)) return if_free(context, Send{});
  return enter_in_lesson(context.view, context.cursor, state);
}

// The connection at the cursor alone, and back to all.
inline Given stay_with_connection(Context context) {
  if (context.state.chosen != Focus{}) return SelectFocus{Focus{}};
  const auto conn = focus_at(context.view, context.cursor.event, context.state.chosen).conn;
  if (conn == 0) return std::nullopt;
  return SelectFocus{Focus{conn, 0}};
}

// The request at the cursor alone, and back to all.
inline Given only_this_request(Context context) {
  if (context.state.only_request != 0) return OnlyRequest{};
  const auto request =
      focus_at(context.view, context.cursor.event, context.state.chosen).request;
  if (request == 0) return std::nullopt;
  return OnlyRequest{request};
}

// The run at the cursor in the lane of its worker; from there, in that of its task.
inline Given between_lanes(Context context) {
  const auto run = run_around(context.view, context.cursor.event);
  if (!run) return std::nullopt;
  const bool at_worker =
      context.cursor.event == *run && context.state.run_lane == LaneKind::Worker;
  return ShowRun{*run, at_worker ? LaneKind::Task : LaneKind::Worker};
}

inline float scale(Context context) {
  return scale_in_force(context.state.text_scale, context.state.projector);
}

}  // namespace command_rows

inline constexpr auto command_table = [] {
  using namespace command_rows;
  using C = Command;
  using S = CommandSection;
  constexpr std::string_view events = "events";
  constexpr std::string_view server = "the live server";
  constexpr std::string_view own_server = "a server of our own";
  constexpr std::string_view wire = "a lesson that runs on the wire";
  constexpr std::string_view held_packet = "a packet that is held at the wire";
  constexpr std::string_view free = "the live server, with nothing under way";
  return std::to_array<CommandRow>({
      {C::NextStep, S::Steps, "Go to the next step", {press(Key::Right), letter(U'.')},
       "the next step, the step before", repeats, "",
       [](Context) -> Given { return StepForward{}; }},
      {C::StepBefore, S::Steps, "Go to the step before", {press(Key::Left), letter(U',')}, "",
       repeats, "", [](Context) -> Given { return StepBack{}; }},
      {C::NextByte, S::Steps, "Go to the next byte", {shift(Key::Right)}, "one byte", repeats, "",
       [](Context) -> Given { return StepForward{StepUnit::Byte}; }},
      {C::ByteBefore, S::Steps, "Go to the byte before", {shift(Key::Left)}, "", repeats, "",
       [](Context) -> Given { return StepBack{StepUnit::Byte}; }},
      {C::NextEvent, S::Steps, "Go to the next event", {control(Key::Right)}, "one event", repeats,
       "", [](Context) -> Given { return StepForward{StepUnit::Event}; }},
      {C::EventBefore, S::Steps, "Go to the event before", {control(Key::Left)}, "", repeats, "",
       [](Context) -> Given { return StepBack{StepUnit::Event}; }},
      {C::NextPhase, S::Steps, "Go to the next phase", {press(Key::Down)}, "one phase", repeats,
       "", [](Context) -> Given { return StepForward{StepUnit::Phase}; }},
      {C::PhaseBefore, S::Steps, "Go to the phase before", {press(Key::Up)}, "", repeats, "",
       [](Context) -> Given { return StepBack{StepUnit::Phase}; }},
      {C::NextStop, S::Steps, "Go to the lesson's next stop; without one, to the next request",
       {press(Key::PageDown)}, "one stop of the lesson, or a request", repeats,
       "a stop that is still to come", [](Context c) { return to_stop(c, 1); }},
      {C::StopBefore, S::Steps,
       "Go to the lesson's stop before; without one, to the request before",
       {press(Key::PageUp)}, "", repeats, "a stop that was passed",
       [](Context c) { return to_stop(c, -1); }},
      {C::NextRequest, S::Steps, "Go to the next request", {}, "", repeats, "",
       [](Context) -> Given { return StepForward{StepUnit::Request}; }},
      {C::RequestBefore, S::Steps, "Go to the request before", {}, "", repeats, "",
       [](Context) -> Given { return StepBack{StepUnit::Request}; }},
      {C::FirstPhase, S::Steps, "Go to the first phase", {press(Key::Home)},
       "the first phase, the newest event", once, events,
       [](Context c) { return if_any(c, GoFirst{}); }},
      {C::NewestEvent, S::Steps, "Go to the newest event", {press(Key::End)}, "", once, events,
       [](Context c) { return if_any(c, GoLast{}); }},
      {C::PlayOrPause, S::Steps, "Play, or pause", {press(Key::Space)}, "play and pause", once, "",
       [](Context c) -> Given {
         return moves_by_itself(c.state) ? Action{Pause{}} : Action{Play{}};
       }},
      {C::Slower, S::Steps, "Play slower", {letter(U'<')}, "slower, faster", repeats, "",
       [](Context c) -> Given { return SetPace{c.state.pace / 2}; }},
      {C::Faster, S::Steps, "Play faster", {letter(U'>')}, "", repeats, "",
       [](Context c) -> Given { return SetPace{c.state.pace * 2}; }},
      {C::ByByte, S::Steps, "Step by byte", {letter(U'1')}, "step by byte, event, phase, request",
       once, "", [](Context) -> Given { return SetUnit{StepUnit::Byte}; }},
      {C::ByEvent, S::Steps, "Step by event", {letter(U'2')}, "", once, "",
       [](Context) -> Given { return SetUnit{StepUnit::Event}; }},
      {C::ByPhase, S::Steps, "Step by phase", {letter(U'3')}, "", once, "",
       [](Context) -> Given { return SetUnit{StepUnit::Phase}; }},
      {C::ByRequest, S::Steps, "Step by request", {letter(U'4')}, "", once, "",
       [](Context) -> Given { return SetUnit{StepUnit::Request}; }},
      {C::ToCause, S::Steps, "Go to what caused this", {letter(U'[')},
       "what caused this, what it led to", repeats, events,
       [](Context c) { return if_any(c, GoToCause{}); }},
      {C::ToEffect, S::Steps, "Go to what this led to", {letter(U']')}, "", repeats, events,
       [](Context c) { return if_any(c, GoToEffect{}); }},

      {C::Search, S::Finding, "Search the trace, or go to a place in it",
       {control(Key::F), control(Key::G)}, "search, or go to a place", once, "",
       [](Context c) -> Given { return OpenPalette{PaletteMode::Search, c.state.palette.text}; }},
      {C::Palette, S::Finding, "Find a command", {control(Key::P)}, "every command by its name",
       once, "", [](Context) -> Given { return OpenPalette{PaletteMode::Commands, ""}; }},
      {C::Undo, S::Finding, "Back to where you were", {control(Key::Z), alt(Key::Left)},
       "back to where you were, and forth", repeats, "another place behind you",
       [](Context c) -> Given {
         if (c.state.undo.empty()) return std::nullopt;
         return Action{viz::Undo{}};
       }},
      {C::Redo, S::Finding, "Forth again, where you came back from",
       {control(Key::Y), alt(Key::Right), control_shift(Key::Z)}, "", repeats,
       "a place that you came back from",
       [](Context c) -> Given {
         if (c.state.redo.empty()) return std::nullopt;
         return Action{viz::Redo{}};
       }},
      {C::NextInTable, S::Finding, "Go to the next request in the table of connections",
       {press(Key::J)}, "the table's next request, the one before, the slowest", repeats,
       "requests", [](Context c) { return if_any(c, GoToNextRow{1}); }},
      {C::BeforeInTable, S::Finding, "Go to the request before in the table of connections",
       {shift(Key::J)}, "", repeats, "requests",
       [](Context c) { return if_any(c, GoToNextRow{-1}); }},
      {C::SlowestInTable, S::Finding, "Go to the slowest request in the table of connections",
       {press(Key::O)}, "", once, "requests", [](Context c) { return if_any(c, GoToSlowest{}); }},

      {C::GoOn, S::Server, "Show the lesson's answer, then go on; elsewhere, send GET /hello",
       {press(Key::Enter)}, "a stop's answer, then on; else send", once,
       "a stop to come, or the live server with nothing under way", go_on},
      {C::Send, S::Server, "Send GET /hello", {}, "", once, free,
       [](Context c) { return if_free(c, viz::Send{}); }},
      {C::RunAgain, S::Server, "Run the scenario", {press(Key::R)},
       "run the scenario, or run it again", once, free,
       [](Context c) { return if_free(c, viz::RunAgain{}); }},
      {C::NextScenario, S::Server, "Make the next scenario ready", {press(Key::N)},
       "the next scenario, back to the live server", once, "scenarios", next_scenario},
      {C::BackToLive, S::Server, "Back to the live server", {press(Key::V)}, "", once,
       "a live server behind this file",
       [](Context c) -> Given {
         if (!c.state.session.live_behind) return std::nullopt;
         return ShowLive{};
       }},
      {C::ServeTasks, S::Server, "Serve by tasks on workers", {}, "", once, own_server,
       [](Context c) { return serve_by(c, trace::Model::Tasks); }},
      {C::ServeThreads, S::Server, "Serve by a thread for each connection", {}, "", once,
       own_server, [](Context c) { return serve_by(c, trace::Model::Threads); }},
      {C::ServeSingle, S::Server, "Serve by one thread for all", {}, "", once, own_server,
       [](Context c) { return serve_by(c, trace::Model::Single); }},
      {C::CompareModels, S::Server, "Run the loads under all three models", {}, "", once,
       "a lesson with loads, and nothing under way",
       [](Context c) -> Given {
         if (!c.state.session.has_load) return std::nullopt;
         return if_free(c, viz::CompareModels{});
       }},
      {C::Hold, S::Server, "Hold the next request, or let it go", {press(Key::H)},
       "hold the next request, let it go; which one", once, server,
       [](Context c) -> Given {
         if (c.state.session.held) return ReleaseHeld{};
         return if_live(c, HoldNext{!c.state.session.hold_next});
       }},
      {C::HoldWhich, S::Server, "Say which request to hold", {control(Key::H)}, "", once, server,
       [](Context c) { return if_live(c, AskHold{}); }},
      {C::StepHeld, S::Server, "Let the held request take one step", {}, "", once,
       "a request that is held",
       [](Context c) -> Given {
         if (!c.state.session.held) return std::nullopt;
         return ReleaseHeld{true};
       }},
      {C::HoldPackets, S::Server, "Hold every packet at the wire, or let all go",
       {shift(Key::P)}, "hold every packet at the wire, let all go; one", once, wire,
       [](Context c) -> Given {
         const bool any = !c.state.session.wire.hold.empty() || c.state.session.packets_held > 0;
         return at_wire(c, any ? "open\nrelease" : "hold all");
       }},
      {C::HoldSyns, S::Server, "Hold packets that open a connection", {}, "", once, wire,
       [](Context c) { return at_wire(c, "hold SYN, SYN-ACK"); }},
      {C::HoldData, S::Server, "Hold packets that carry data", {}, "", once, wire,
       [](Context c) { return at_wire(c, "hold data"); }},
      {C::StepPacket, S::Server, "Let the oldest held packet go", {shift(Key::K)}, "", repeats,
       held_packet, [](Context c) { return to_held_packet(c, "release 1"); }},
      {C::DropPacket, S::Server, "Drop the oldest held packet", {}, "", once, held_packet,
       [](Context c) { return to_held_packet(c, "drop 1"); }},
      {C::CopyPacket, S::Server, "Copy the oldest held packet", {}, "", once, held_packet,
       [](Context c) { return to_held_packet(c, "duplicate 1"); }},
      {C::AskSockets, S::Server, "Ask the server host for half-open and closed sockets", {}, "",
       once, wire, [](Context c) { return at_wire(c, "sockets"); }},
      {C::CutCable, S::Server, "Cut the cable", {}, "", once, wire,
       [](Context c) { return at_wire(c, "cut"); }},
      {C::MendCable, S::Server, "Mend the cable", {}, "", once, wire,
       [](Context c) { return at_wire(c, "mend"); }},
      {C::NoDelay, S::Server, "Packets travel without delay", {}, "", once, wire,
       [](Context c) { return at_wire(c, "delay_ms 0"); }},
      {C::ShortDelay, S::Server, "Packets travel 1 ms each way", {}, "", once, wire,
       [](Context c) { return at_wire(c, "delay_ms 1"); }},
      {C::LongDelay, S::Server, "Packets travel 50 ms each way", {}, "", once, wire,
       [](Context c) { return at_wire(c, "delay_ms 50"); }},
      {C::NoLoss, S::Server, "No packet is lost", {}, "", once, wire,
       [](Context c) { return at_wire(c, "loss_percent 0"); }},
      {C::SomeLoss, S::Server, "One packet in ten is lost", {}, "", once, wire,
       [](Context c) { return at_wire(c, "loss_percent 10"); }},
      {C::ShortBacklog, S::Server, "Ask for a backlog of 1: two connections may wait", {}, "", once,
       server, [](Context c) { return if_live(c, ChangeBacklog{"1"}); }},
      {C::LongBacklog, S::Server, "Ask for a backlog of 4096, if the kernel allows it", {}, "",
       once, server, [](Context c) { return if_live(c, ChangeBacklog{"4096"}); }},
      {C::Save, S::Server, "Save this trace", {control(Key::S)}, "save this trace, open one", once,
       "", [](Context) -> Given { return viz::Save{}; }},
      {C::Open, S::Server, "Open a trace", {control(Key::O)}, "", once, "",
       [](Context) -> Given { return viz::Open{}; }},

      {C::ZoomIn, S::Timeline, "Zoom in", {press(Key::W)},
       "zoom in and out, at the pointer or the cursor", repeats, events,
       [](Context c) { return if_any(c, Zoom{zoom_step, c.pointed}); }},
      {C::ZoomOut, S::Timeline, "Zoom out", {press(Key::S)}, "", repeats, events,
       [](Context c) { return if_any(c, Zoom{1 / zoom_step, c.pointed}); }},
      {C::Earlier, S::Timeline, "Move the timeline to what is earlier", {press(Key::A)},
       "earlier and later", repeats, events, [](Context c) { return if_any(c, Pan{-pan_step}); }},
      {C::Later, S::Timeline, "Move the timeline to what is later", {press(Key::D)}, "", repeats,
       events, [](Context c) { return if_any(c, Pan{pan_step}); }},
      {C::FitRequest, S::Timeline, "Fit the timeline to the request at the cursor",
       {press(Key::F)}, "the request at the cursor, and back", once, events,
       [](Context c) { return if_any(c, FitFocus{}); }},
      {C::FitChapter, S::Timeline, "Fit the timeline to the chapter at the cursor",
       {press(Key::C)}, "the chapter at the cursor, everything", once, events,
       [](Context c) { return if_any(c, viz::FitChapter{}); }},
      {C::FitAll, S::Timeline, "Show everything in the timeline", {press(Key::E)}, "", once,
       events, [](Context c) { return if_any(c, viz::FitAll{}); }},
      {C::MeasureToSelection, S::Timeline, "Measure from the cursor to what is chosen",
       {press(Key::M)}, "measure from cursor to selection, zoom to it", once,
       "something that is chosen, away from the cursor",
       [](Context c) -> Given {
         if (!c.state.selected_event || *c.state.selected_event == c.cursor.event) {
           return std::nullopt;
         }
         return viz::MeasureToSelection{};
       }},
      {C::ZoomToMeasured, S::Timeline, "Zoom to what is measured", {shift(Key::M)}, "", once,
       "something that is measured",
       [](Context c) -> Given {
         if (!c.state.measured) return std::nullopt;
         return viz::ZoomToMeasured{};
       }},
      {C::Follow, S::Timeline, "Follow the server", {press(Key::L)}, "follow the server", once,
       server, [](Context c) { return if_live(c, viz::Follow{!c.state.follow}); }},
      {C::StayWithConnection, S::Timeline, "Stay with this connection, or go back to all",
       {press(Key::X)}, "stay with this connection, and back to all", once,
       "a connection at the cursor", stay_with_connection},
      {C::OnlyThisRequest, S::Timeline, "Only this request, or everything again",
       {shift(Key::X)}, "only this request, and everything again", once,
       "a request at the cursor", only_this_request},
      {C::BetweenLanes, S::Timeline, "From a task's run to its worker's lane, or back",
       {shift(Key::W)}, "from a run to its worker's lane, and back", once,
       "a task that was run", between_lanes},

      {C::Story, S::Screen, "Show the story's picture", {press(Key::Y)},
       "the story, the bytes, the log, every view", once, "",
       [](Context) -> Given { return SetPreset{Preset::Story}; }},
      {C::Bytes, S::Screen, "Show the bytes", {press(Key::B)}, "", once, "",
       [](Context) -> Given { return SetPreset{Preset::Bytes}; }},
      {C::Log, S::Screen, "Show the log", {press(Key::G)}, "", once, "",
       [](Context) -> Given { return SetPreset{Preset::Log}; }},
      {C::Everything, S::Screen, "Show every view", {press(Key::U)}, "", once, "",
       [](Context) -> Given { return SetPreset{Preset::Everything}; }},
      {C::Lesson, S::Screen, "Show the lesson", {press(Key::K)}, "the lesson and its questions",
       once, "", [](Context) -> Given { return SetPreset{Preset::Lesson}; }},
      {C::NextView, S::Screen, "Go to the next view", {press(Key::Tab)},
       "the next view, the view before", repeats, "",
       [](Context) -> Given { return TurnTabs{1}; }},
      {C::ViewBefore, S::Screen, "Go to the view before", {shift(Key::Tab)}, "", repeats, "",
       [](Context) -> Given { return TurnTabs{-1}; }},
      {C::WholeView, S::Screen, "This view alone, or with the others", {press(Key::Z)},
       "this view alone, and back", once, "",
       [](Context c) -> Given { return ShowWhole{!c.state.whole}; }},
      {C::CloseView, S::Screen, "Close this view", {}, "", once, "another view beside it",
       [](Context c) -> Given {
         const Workspace& open = c.state.workspace();
         if (open.panes.size() == 1 && open.panes[0].tabs.size() == 1) return std::nullopt;
         return viz::CloseView{open.active_pane().shown()};
       }},
      {C::MoveAcross, S::Screen, "Move this view to the other side", {}, "", once,
       "another view beside it",
       [](Context c) -> Given {
         const Workspace& open = c.state.workspace();
         if (open.panes.size() == 1 && open.panes[0].tabs.size() == 1) return std::nullopt;
         return viz::MoveAcross{open.active_pane().shown()};
       }},
      {C::StackPanes, S::Screen, "The two sides beside each other, or one below the other", {}, "",
       once, "two sides",
       [](Context c) -> Given {
         const Workspace& open = c.state.workspace();
         if (open.panes.size() < 2) return std::nullopt;
         return viz::StackPanes{!open.stacked};
       }},
      {C::ResetViews, S::Screen, "Put views and panels back as they come", {}, "", once, "",
       [](Context) -> Given { return viz::ResetViews{}; }},
      {C::FilterLog, S::Screen, "Filter the log", {letter(U'/')}, "filter the log", once, "",
       [](Context) -> Given { return TypeFilter{true}; }},
      {C::NextTheme, S::Screen, "Light, dark or high contrast", {press(Key::T)},
       "light, dark, high contrast; projector", once, "",
       [](Context c) -> Given { return SetTheme{next_theme(c.state.theme)}; }},
      {C::Projector, S::Screen, "Screen or projector", {press(Key::P), press(Key::F5)}, "", once,
       "", [](Context c) -> Given { return SetProjector{!c.state.projector}; }},
      {C::Larger, S::Screen, "Larger words", {letter(U'+'), control(Key::Equal)},
       "larger and smaller", repeats, "",
       [](Context c) -> Given { return SetTextScale{larger_scale(scale(c))}; }},
      {C::Smaller, S::Screen, "Smaller words", {letter(U'-'), control(Key::Minus)}, "", repeats,
       "", [](Context c) -> Given { return SetTextScale{smaller_scale(scale(c))}; }},
      {C::UsualSize, S::Screen, "Words in their usual size", {control(Key::Digit0)}, "100 %", once,
       "", [](Context) -> Given { return SetTextScale{1}; }},
      {C::ListDrawer, S::Screen, "The lifecycle list as a drawer, in and out", {press(Key::Q)},
       "the list and explain, as drawers", once, "",
       [](Context) -> Given { return ToggleDrawer{Drawer::Lifecycle}; }},
      {C::ExplainDrawer, S::Screen, "The explanation as a drawer, in and out", {press(Key::I)}, "",
       once, "", [](Context) -> Given { return ToggleDrawer{Drawer::Explain}; }},
      {C::WireDrawer, S::Screen, "The wire and the backlog as a drawer, in and out",
       {shift(Key::L)}, "the wire: its packets and its link; the backlog", once, "",
       [](Context) -> Given { return ToggleDrawer{Drawer::Wire}; }},
      {C::Clear, S::Screen, "Clear what is chosen", {press(Key::Escape)},
       "clear what is chosen, this sheet, the tour", once, "",
       [](Context c) -> Given {
         // An open drawer goes first.
         const Drawer open = c.state.drawer;
         return open != Drawer::None ? Action{ToggleDrawer{open}} : Action{ClearSelection{}};
       }},
      {C::Sheet, S::Screen, "Show the sheet of keys", {letter(U'?')}, "", once, "",
       [](Context) -> Given { return ToggleSheet{}; }},
      {C::Tour, S::Screen, "Take the tour", {press(Key::F1)}, "", once, "",
       [](Context) -> Given { return ShowTour{0}; }},
  });
}();

namespace command_rows {

// Each row stands at its own place, has words, and no two are given by the same keys.
constexpr bool is_complete() {
  if (command_table.size() != command_count) return false;
  for (std::size_t i = 0; i < command_table.size(); ++i) {
    const CommandRow& row = command_table[i];
    if (static_cast<std::size_t>(row.command) != i || row.words.empty()) return false;
    for (std::size_t other = 0; other < i; ++other) {
      if (command_table[other].words == row.words) return false;
      for (const Chord& one : row.chords) {
        for (const Chord& two : command_table[other].chords) {
          if (one == two) return false;
        }
      }
    }
  }
  return true;
}
static_assert(is_complete(), "a command is missing or misplaced, or shares its words or keys");

}  // namespace command_rows
}  // namespace roundtrip::viz
