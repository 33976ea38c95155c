// ViewState: everything on screen that is neither the trace nor the cursor, as plain data: what is
// selected, which window of time is seen, what is playing, how far a list is scrolled, and what the
// session hands over (the lesson, the explanations, how the server is). Only apply (actions.h)
// changes it; layouts read it. It can be copied, compared and kept.
// Units: pixels for scroll positions, steps a second for the pace. Numbers of connections and
// requests count from 1; 0 is none.
#pragma once

#include <algorithm>
#include <bitset>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "viz/model/anchor.h"
#include "viz/model/code_listing.h"
#include "viz/model/cursor.h"
#include "viz/model/explanations.h"
#include "viz/model/hold_filter.h"
#include "viz/model/lesson.h"
#include "viz/model/look.h"
#include "viz/model/model_figures.h"
#include "viz/model/row_order.h"
#include "viz/model/search.h"
#include "viz/model/time_scale.h"
#include "viz/model/wire_sheet.h"
#include "viz/model/workspace.h"

namespace roundtrip::viz {

// One byte of a connection's stream.
struct BytePlace {
  std::uint32_t conn = 0;
  trace::Log log = trace::Log::None;
  std::uint64_t offset = 0;
  bool operator==(const BytePlace&) const = default;
};

// Bytes of one stream of a connection.
struct ByteSpan {
  std::uint32_t conn = 0;
  trace::Log log = trace::Log::None;
  ByteRange range;
  bool contains(const BytePlace& place) const {
    return place.conn == conn && place.log == log && range.contains(place.offset);
  }
  bool operator==(const ByteSpan&) const = default;
};

// How far each list is scrolled by hand; empty: it keeps the cursor in sight by itself.
struct Scrolls {
  std::optional<float> lifecycle;
  std::optional<float> timeline;
  std::optional<float> bytes;
  std::optional<float> explain;
  std::optional<float> log;
  std::optional<float> picture;
  std::optional<float> lesson;
  std::optional<float> connections;
  std::optional<float> statistics;
  bool operator==(const Scrolls&) const = default;
};
// How much of the window's width or height a panel takes; empty: what suits the window.
struct Splits {
  std::optional<float> lifecycle;
  std::optional<float> explain;
  std::optional<float> timeline;
  bool operator==(const Splits&) const = default;
};

// A side pane without room beside the picture is a drawer, the wire always is; this one is open.
enum class Drawer : std::uint8_t { None, Lifecycle, Explain, Wire };
enum class Panel : std::uint8_t {
  Lifecycle, Timeline, Bytes, Explain, Log, Picture, Lesson, Connections, Statistics
};

// What is measured on the timeline: from where the pointer was pressed to where it is or was let
// go, in either order.
struct MeasuredSpan {
  Instant anchor;
  Instant reach;
  bool under_way = false;  // still being dragged
  TimeWindow window() const { return {std::min(anchor, reach), std::max(anchor, reach)}; }
  bool operator==(const MeasuredSpan&) const = default;
};

// The table of connections: what is typed into its filter, its order, and what is folded away.
struct ConnectionsView {
  std::string filter;
  TableSort sort;
  Folds folds;
  RowOrder order;  // worked out by apply from these
};

// The statistics: of the trace up to the cursor or the whole; and which part is shown where not all
// have room.
enum class StatisticsPart : std::uint8_t { Phases, Request, Durations, Figures };
struct StatisticsView {
  bool whole = false;
  StatisticsPart part = StatisticsPart::Phases;
  TableSort sort{2, true};  // the longest in all first
};

// ---- What the session hands over.

struct HeldRequest {
  std::uint32_t request = 0;  // 0: it has no number yet
  std::uint32_t conn = 0;
  std::string method{};  // empty: not read yet
  std::string path{};
  std::string phase{};   // what it is held at, "header 2"
  bool running = false;  // it was led on, and is on its way to its next stop
  std::string client{};  // "curl", where that is known
  Duration waiting{};    // since it was stopped first, in whole seconds
  std::uint64_t others = 0;               // requests that came since and are not held
  std::optional<Duration> client_gone{};  // its client ended its side, after so long
  bool operator==(const HeldRequest&) const = default;
};
// What was recorded and not saved is about to go: for another lesson's server, or for good.
enum class Leaving : std::uint8_t { Nothing, ForLesson, ForGood };
// A file to save to, or to open, is being asked for.
struct FileQuestion {
  bool save = false;
  std::string path;     // as far as it is typed
  std::string problem;  // why the last answer would not do
  std::string folder = {};  // in which a path that names none lies
  Leaving leaving = Leaving::Nothing;  // what waits for the answer
  std::uint64_t unsaved = 0;           // so many requests would be lost
  bool operator==(const FileQuestion&) const = default;
};
struct SessionStatus {
  bool live = false;
  bool stopped = false;  // the server has stopped in this recording; Send and Run start a new one
  std::string address;  // where the server listens
  std::optional<trace::Model> model;  // what carries its connections, or will where it starts next
  bool has_load = false;    // the lesson has one, so models can be compared
  bool wired = false;       // the server listens in a lab, on a wire that can be handled
  std::uint32_t packets_held = 0;  // so many packets wait there
  WireStatus wire;
  std::string backlog_problem;  // why the backlog that was asked last would not do
  bool comparing = false;   // it runs under one model after the other
  std::string file;     // the trace file that is shown, when not live
  std::vector<std::string> scenarios;
  std::optional<HeldRequest> held;
  bool hold_next = false;  // the next request will be held
  bool sending = false;    // a request of ours is under way
  std::string notice;      // one sentence: a port that was taken, a file that could not be read
  bool good_news = false;  // the notice tells of nothing wrong: a file was saved
  bool live_behind = false;  // a file is shown, and the live server can be shown again
  bool behind_stopped = false;  // that one has stopped
  std::optional<FileQuestion> question;
  bool can_send() const { return live || stopped; }
  bool operator==(const SessionStatus&) const = default;
};

// ---- The palette: over everything, a line to type into and what answers to it (layout_palette.h).

enum class PaletteMode : std::uint8_t { Closed, Commands, Search };
struct Palette {
  PaletteMode mode = PaletteMode::Closed;
  std::string text;
  std::size_t chosen = 0;  // of the rows that can be chosen, from 0
  Search search;           // what the text asks, in that mode
};

// ---- Where one has been.

struct Place {
  Cursor cursor;
  Anchor there;  // the cursor's event
  std::optional<TimeWindow> window;
  Focus chosen;
  bool by_chapter = false;
  std::uint32_t only_request = 0;
  bool operator==(const Place&) const = default;
};
inline constexpr std::size_t kept_places = 200;

struct ViewState {
  // What is chosen: sticky until another click or Esc.
  Focus chosen;
  std::optional<std::uint64_t> selected_event;
  std::optional<BytePlace> selected_byte;

  // What the pointer is on: every frame anew.
  std::optional<std::uint64_t> hovered_event;
  std::optional<BytePlace> hovered_byte;

  // The timeline; without a window it shows the chapter at the cursor (chapter.h), or everything.
  std::optional<TimeWindow> window;
  bool by_chapter = false;
  Duration fold_longer_than = Duration::milliseconds(1);
  std::optional<MeasuredSpan> measured;
  std::uint32_t only_request = 0;  // just its tasks and the lanes that they touched; 0: all
  // A run stands in its task's lane and in its worker's: which of them is kept in sight.
  LaneKind run_lane = LaneKind::Task;

  // Time and steps.
  bool follow = false;  // the cursor stays at the newest event
  bool playing = false;
  double pace = 2;      // steps a second while playing
  StepUnit unit = StepUnit::Phase;
  double play_credit = 0;  // the part of a step that has been waited for

  // What stands on the screen.
  Preset preset = Preset::Story;
  std::array<Workspace, preset_count> workspaces = default_workspaces();
  bool whole = false;  // the active view has the whole window
  Splits splits;
  Scrolls scrolls;
  std::bitset<trace::group_count> closed_groups{0b1100'0000};  // task and trace, in the lifecycle
  std::string log_filter;
  bool type_filter = false;                   // the filter takes the keyboard in the next frame
  FoundEvents log_found;                      // the events that answer to it, as far as searched
  Sweep log_sweep;
  ConnectionsView connections;
  StatisticsView statistics;
  bool sheet_open = false;  // the sheet of keys
  std::optional<std::size_t> tour;  // the step that is shown
  Drawer drawer = Drawer::None;
  HoldFilter hold_filter;   // of the next hold
  bool ask_hold = false;    // the field for it opens in the next frame
  WireSheet wire;
  Palette palette;

  // How far one has come in each lesson, the latest last; whether the cursor has stood on a stop
  // since the lesson was begun.
  std::vector<LessonPlace> lesson_places;
  bool stop_reached = false;

  // How it looks.
  ThemeKind theme = ThemeKind::Light;
  bool projector = false;
  float text_scale = 1;  // of look.h's

  // From the session.
  SessionStatus session;
  std::shared_ptr<const Explanations> explanations;
  std::shared_ptr<const CodeListings> listings;
  std::shared_ptr<const Lesson> lesson;
  std::shared_ptr<const MeasuredModels> measured_models;  // null: none

  // The events of the cursor and of the selection, and which late facts have moved them already.
  Anchor cursor_anchor;
  Anchor selected_anchor;
  std::uint64_t insertions_seen = 0;

  // Where one has been, the latest last.
  std::vector<Place> undo;
  std::vector<Place> redo;

  Workspace& workspace() { return workspaces[static_cast<std::size_t>(preset)]; }
  const Workspace& workspace() const { return workspaces[static_cast<std::size_t>(preset)]; }

  // A run of steps, or of zooms and pans, is one place in the history.
  enum class Run : std::uint8_t { None, Steps, Window } run = Run::None;
};

}  // namespace roundtrip::viz
