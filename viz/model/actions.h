// Actions: everything that a person can do, as values. Panels return them, tests make them, and
// `apply` is the only place that changes cursor and view state. What concerns the server, files or
// the window (send, save, open, hold …) is not done here: apply gives it back for the session.
// Called by the session once for each action, and with Advance and TraceGrew once a frame.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "viz/model/view_state.h"

namespace roundtrip::viz {

// ---- The cursor. Without a unit, the chosen one.
struct StepForward { std::optional<StepUnit> unit; };
struct StepBack { std::optional<StepUnit> unit; };
struct GoFirst {};
struct GoLast {};
struct GoTo { std::uint64_t event = 0; };
struct GoToText { std::string where; };  // as typed: "end", a number from 1, a phase id
struct GoToByte { BytePlace place; };    // to where the parser has consumed it
struct GoToCause {};                     // the nearest (causality.h); none: stays
struct GoToEffect {};
struct GoToStop { std::uint32_t stop = 0; };  // of the lesson; left to the session if not there yet
struct ShowAnswer {};                         // to the question of the stop

// ---- Choosing. Hover is for this frame, select stays.
struct Select { std::optional<std::uint64_t> event; };
struct SelectByte { std::optional<BytePlace> place; };
struct SelectFocus { Focus focus; };
struct Hover { std::optional<std::uint64_t> event; };
struct HoverByte { std::optional<BytePlace> place; };
struct ClearSelection {};  // Esc

// ---- The timeline. Factors above 1 show less time, larger.
struct Zoom { double factor = 1; std::optional<Instant> at; };  // at the cursor when empty
struct Pan { double share_of_window = 0; };
struct SetWindow { TimeWindow window; };
struct FitAll {};
struct FitChapter {};  // from now on the chapter at the cursor (chapter.h)
struct Measure { std::optional<MeasuredSpan> span; };
struct MeasureToSelection {};  // from the cursor, where something else is chosen
struct ZoomToMeasured {};
struct OnlyRequest { std::uint32_t request = 0; };  // its tasks and lanes alone; 0: all again
// A run, in the lane of its task or of its worker.
struct ShowRun { std::uint64_t event = 0; LaneKind lane = LaneKind::Worker; };
struct FitFocus {};  // centre on the cursor; once there, the request in focus; then everything

// ---- Time.
struct Follow { bool on = true; };
struct Play {};
struct Pause {};
struct SetPace { double steps_a_second = 1; };
struct SetUnit { StepUnit unit = StepUnit::Phase; };
struct Advance { Duration elapsed; };  // a frame has passed
struct TraceGrew {};                   // new events are indexed

// ---- The screen.
struct SetPreset { Preset preset = Preset::Story; };
struct ShowView { ViewId view{}; };  // in front; from the story alone, among everything
struct CloseView { ViewId view{}; };
struct MoveView { ViewId view{}; std::size_t pane = 0; std::size_t place = 0; };
struct MoveAcross { ViewId view{}; };  // to the other pane
struct TurnTabs { int direction = 1; };
struct StackPanes { bool on = false; };
struct ShareView { float share = 0.5f; };  // of the first pane
struct SharePanel { Panel panel{}; std::optional<float> share; };  // lifecycle, explain, timeline
struct ShowWhole { bool on = true; };  // the active view alone
struct ResetViews {};                  // the preset, and where the panels stand, as they come
struct ScrollTo { Panel panel = Panel::Log; float px = 0; };
struct ToggleGroup { trace::Group group{}; };
struct SetLogFilter { std::string text; };
struct TypeFilter { bool on = true; };  // the log, and the keyboard in its filter
struct SortConnections { std::size_t column = 0; };  // by the same again: the other way round
struct FilterConnections { std::string text; };
struct FoldConnection { std::uint32_t conn = 0; };   // and unfold
struct FoldConnections { bool all = true; };
struct GoToRow { RowId row; };        // its first fact; the connection is chosen
struct GoToNextRow { int by = 1; };   // down the table of connections, or up
struct GoToSlowest {};                // of the requests in the table
struct SortStatistics { std::size_t column = 0; };
struct CountWhole { bool on = true; };  // the whole trace, or up to the cursor
struct ShowStatistics { StatisticsPart part{}; };
struct SetTheme { ThemeKind kind = ThemeKind::Light; };
struct SetProjector { bool on = false; };
struct SetTextScale { float scale = 1; };
struct ToggleSheet {};
struct ShowTour { std::optional<std::size_t> step; };  // empty: it is over
struct ToggleDrawer { Drawer which = Drawer::None; };
struct AskHold { bool on = true; };  // the field for what to hold
struct SetHoldFilter { HoldFilter filter; };  // a hold that waits for a request follows it
struct FillWireSheet { WireSheet sheet; };    // what is typed there, before it is done
struct OpenPalette { PaletteMode mode = PaletteMode::Commands; std::string text; };
struct ClosePalette {};
struct TypePalette { std::string text; };
struct ChooseRow { std::size_t row = 0; };  // in the palette
struct Undo {};
struct Redo {};

// ---- For the session.
struct Send { std::string scenario; };  // empty: the one that is ready
struct RunAgain {};
struct Save { std::string path; };      // empty: ask
struct Open { std::string path; };
struct TypePath { std::string path; };  // into the question for a file
struct Dismiss {};                      // the question, or the notice
struct LeaveUnsaved {};                 // answers the question whether to save before leaving
struct ShowLive {};                     // back from a file to the server
struct ChooseScenario { std::string scenario; };
struct ChooseModel { trace::Model model{}; };  // the server starts anew under it
struct CompareModels {};                       // the lesson's loads under each model in turn
// Lines of a wire block, as a scenario's page has them: "hold all", "release 1", "delay_ms 50".
struct HandleWire { std::string act; };
struct ChangeBacklog { std::string backlog; };  // as typed: the server calls listen(2) again
struct HoldNext { bool on = true; };
struct ReleaseHeld { bool one_step = false; };

using Action =
    std::variant<StepForward, StepBack, GoFirst, GoLast, GoTo, GoToText, GoToByte, GoToStop,
                 ShowAnswer, GoToCause, GoToEffect, Select, SelectByte, SelectFocus, Hover,
                 HoverByte, ClearSelection, Zoom, Pan, SetWindow, FitAll, FitChapter, Measure,
                 MeasureToSelection, ZoomToMeasured, OnlyRequest, ShowRun, FitFocus, Follow, Play,
                 Pause, SetPace, SetUnit, Advance, TraceGrew, SetPreset, ShowView, CloseView,
                 MoveView, MoveAcross, TurnTabs, StackPanes, ShareView, SharePanel, ShowWhole,
                 ResetViews, ScrollTo, ToggleGroup, SetLogFilter, TypeFilter, SortConnections,
                 FilterConnections, FoldConnection, FoldConnections, GoToRow, GoToNextRow,
                 GoToSlowest, SortStatistics, CountWhole, ShowStatistics, SetTheme, SetProjector,
                 SetTextScale, ToggleSheet, ToggleDrawer, AskHold, SetHoldFilter, FillWireSheet,
                 OpenPalette, ClosePalette, TypePalette, ChooseRow, ShowTour, Undo, Redo, Send,
                 RunAgain, Save, Open, TypePath, Dismiss, LeaveUnsaved, ShowLive, ChooseScenario,
                 ChooseModel, CompareModels, HandleWire, ChangeBacklog, HoldNext, ReleaseHeld>;
using Actions = std::vector<Action>;

// Does it. Returns the action again when it is the session's.
std::optional<Action> apply(ViewState& state, Cursor& cursor, const TraceView& view,
                            const Action& action);

// A search of the log or of the palette is under way: each Advance takes it a slice further.
bool searching(const ViewState& state, const TraceView& view);

// A new lesson or file: paused on the first phase, everything in sight, nothing chosen. What is
// the person's own (theme, scale, unit, pace, preset) and the session's stays.
void start_lesson(ViewState& state, Cursor& cursor, const TraceView& view);

}  // namespace roundtrip::viz
