#include "viz/model/commands.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <utility>

#include "tests/viz/model/scene.h"

namespace roundtrip::viz {
namespace {

// A moment at which every command can act: live, something held, places behind and ahead.
struct Busy {
  Busy() {
    state.session.live = state.session.live_behind = true;
    state.session.scenarios = {"01-hello", "02-keep-alive"};
    state.session.model = trace::Model::Tasks;
    state.session.has_load = true;
    state.session.wired = true;
    state.session.packets_held = 1;
    state.session.held.emplace().phase = "header 2";
    state.preset = Preset::Everything;
    Lesson lesson;
    lesson.stops = {{"startup.listen", 1, "Does it wait?", "No."},
                    {"read.header", 1, "Which is this?", "The first."}};
    state.lesson = std::make_shared<const Lesson>(lesson);
    start_lesson(state, cursor, scene.view);
    apply(state, cursor, scene.view, GoToStop{0});
    for (const std::uint64_t event : {40, 80, 100}) {
      apply(state, cursor, scene.view, GoTo{event});
    }
    apply(state, cursor, scene.view, Undo{});
    apply(state, cursor, scene.view, Select{20});
    apply(state, cursor, scene.view, MeasureToSelection{});
  }
  CommandContext context() const { return {scene.view, cursor, state, {}}; }

  const Scene scene{tell_busy};
  ViewState state;
  Cursor cursor;
};

template <std::size_t... i>
std::set<std::size_t> indices(std::index_sequence<i...>, const std::vector<Action>& actions) {
  std::set<std::size_t> found;
  for (const Action& action : actions) found.insert(action.index());
  return found;
}
template <class... Listed>
std::set<std::size_t> indices_of() {
  return {Action(Listed{}).index()...};
}

TEST_CASE("commands: whatever a person can ask for is a command, or needs the pointer or a text") {
  Busy busy;
  std::set<std::size_t> reached;
  for (int round = 0; round < 2; ++round) {
    for (const CommandRow& row : commands()) {
      const auto action = row.action(busy.context());
      CHECK_MESSAGE((action || round > 0), row.words);
      if (action) reached.insert(action->index());
    }
    // The other half of commands that switch between two.
    apply(busy.state, busy.cursor, busy.scene.view, GoToStop{0});
    busy.state.playing = true;
    busy.state.session.held.reset();
  }
  // By the pointer: what is under it, how far it was dragged.
  reached.merge(indices_of<GoTo, GoToByte, Select, SelectByte, Hover, HoverByte, SetWindow, Measure,
                           ScrollTo, MoveView, ShareView, SharePanel, SetHoldFilter, FillWireSheet,
                           GoToRow, SortConnections, FoldConnection, FoldConnections, GoToNextRow,
                           GoToSlowest, SortStatistics, CountWhole, ShowStatistics>());
  // What is typed, and what the palette's own rows and keys do. Time passes by itself.
  reached.merge(indices_of<GoToText, SetLogFilter, FilterConnections, TypePath,
                           Dismiss, LeaveUnsaved, TypePalette, ClosePalette,
                           ChooseRow, ToggleGroup, ShowView, Advance, TraceGrew>());
  for (std::size_t index = 0; index < std::variant_size_v<Action>; ++index) {
    CHECK_MESSAGE(reached.contains(index), "no command gives action " << index << " of Action");
  }
}

TEST_CASE("commands: one that can't act says what it needs") {
  const Scene scene([](trace::Story&) {});
  const ViewState state;
  const Cursor cursor;
  int idle = 0;
  for (const CommandRow& row : commands()) {
    if (row.action({scene.view, cursor, state, {}})) continue;
    ++idle;
    CHECK_MESSAGE(!row.needs.empty(), row.words);
  }
  CHECK(idle > 10);
}

TEST_CASE("commands: the sheet names every key, and no other") {
  std::multiset<std::string> named;
  for (const KeyLine& line : key_lines()) {
    CHECK_FALSE(line.does.empty());
    CHECK(line.heading == line.keys.empty());
    if (line.gesture) continue;
    std::string rest = line.keys;
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find("  "), rest.size());
      if (rest.substr(0, end) != "or") named.insert(rest.substr(0, end));
      rest.erase(0, end + 2);
    }
  }
  std::multiset<std::string> keys;
  for (const CommandRow& row : commands()) {
    for (const Chord& chord : row.chords) keys.insert(chord_text(chord));
  }
  CHECK(named == keys);
}

TEST_CASE("commands: keys are said in the same words everywhere") {
  CHECK(keys_text(Command::Save) == "Ctrl S");
  CHECK(keys_text(Command::StepHeld) == "");
  CHECK(keys_text(Command::Undo) == "Ctrl Z or Alt \u2190");
  CHECK(tip_text("Save this trace", Command::Save) == "Save this trace (Ctrl S)");
  CHECK(chord_text(letter(U'-')) == "\u2212");
  CHECK(chord_text(press(Key::F5)) == "F5");
  CHECK(chord_text(control_shift(Key::Z)) == "Ctrl Shift Z");
}

TEST_CASE("actions: the keys of causality walk, and can be undone") {
  const Scene scene(tell_hello);
  ViewState state;
  Cursor cursor;
  start_lesson(state, cursor, scene.view);
  const auto header = *Stepper(scene.view).position_of("read.header");
  apply(state, cursor, scene.view, GoTo{header.event});
  apply(state, cursor, scene.view, GoToCause{});
  CHECK(scene.trace[cursor.event].phase == trace::Phase::ReadBufferFill);
  apply(state, cursor, scene.view, GoToCause{});
  CHECK(scene.trace[cursor.event].phase == trace::Phase::ReadRead);
  apply(state, cursor, scene.view, GoToEffect{});
  CHECK(scene.trace[cursor.event].phase == trace::Phase::ReadBufferFill);
  apply(state, cursor, scene.view, Undo{});
  apply(state, cursor, scene.view, Undo{});
  apply(state, cursor, scene.view, Undo{});
  CHECK(cursor.event == header.event);
  // From the first of all there is no way back.
  apply(state, cursor, scene.view, GoFirst{});
  const Cursor first = cursor;
  apply(state, cursor, scene.view, GoToCause{});
  CHECK(cursor == first);
}

TEST_CASE("actions: whatever leads elsewhere can be undone") {
  const Scene scene(tell_busy);
  for (const Action& move :
       {Action{GoTo{60}}, Action{GoToText{"read.header"}}, Action{GoLast{}}, Action{GoToEffect{}},
        Action{GoToByte{{1, trace::Log::In, 30}}}, Action{SelectFocus{{2, 0}}},
        Action{ClearSelection{}}, Action{FitAll{}}, Action{FitChapter{}}, Action{FitFocus{}},
        Action{Zoom{2, {}}}, Action{Pan{0.3}}, Action{Follow{true}},
        Action{StepForward{StepUnit::Request}}}) {
    CAPTURE(move.index());
    ViewState state;
    Cursor cursor;
    start_lesson(state, cursor, scene.view);
    apply(state, cursor, scene.view, GoTo{30});
    apply(state, cursor, scene.view, SelectFocus{{1, 0}});
    const Cursor before = cursor;
    const Focus chosen = state.chosen;
    const std::size_t places = state.undo.size();
    apply(state, cursor, scene.view, move);
    CHECK(state.undo.size() == places + 1);
    apply(state, cursor, scene.view, Undo{});
    CHECK(cursor == before);
    CHECK(state.chosen == chosen);
  }
}

}  // namespace
}  // namespace roundtrip::viz
