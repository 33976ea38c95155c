// Commands: everything that a person can ask for by the keyboard or by name, in one table
// (commands_table.h): its words, its keys, what it gives, and what it needs. The keyboard is read
// by this table, the sheet of keys and the palette are drawn from it, and tips name keys with it,
// so that all say the same. To add a command: an enumerator, and its row at the same place.
// What only a pointer can say (this row, that byte, so far) is no command: panels return it.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "viz/model/actions.h"
#include "viz/model/keys.h"

namespace roundtrip::viz {

enum class Command : std::uint8_t {
  // Steps
  NextStep, StepBefore, NextByte, ByteBefore, NextEvent, EventBefore, NextPhase, PhaseBefore,
  NextStop, StopBefore, NextRequest, RequestBefore, FirstPhase, NewestEvent, PlayOrPause, Slower,
  Faster, ByByte, ByEvent, ByPhase, ByRequest, ToCause, ToEffect,
  // Finding
  Search, Palette, Undo, Redo, NextInTable, BeforeInTable, SlowestInTable,
  // The server
  GoOn, Send, RunAgain, NextScenario, BackToLive, ServeTasks, ServeThreads, ServeSingle,
  CompareModels, Hold, HoldWhich, StepHeld, HoldPackets, HoldSyns, HoldData, StepPacket,
  DropPacket, CopyPacket, AskSockets, CutCable, MendCable, NoDelay, ShortDelay, LongDelay, NoLoss,
  SomeLoss, ShortBacklog, LongBacklog, Save, Open,
  // The timeline
  ZoomIn, ZoomOut, Earlier, Later, FitRequest, FitChapter, FitAll, MeasureToSelection,
  ZoomToMeasured, Follow, StayWithConnection, OnlyThisRequest, BetweenLanes,
  // The screen
  Story, Bytes, Log, Everything, Lesson, NextView, ViewBefore, WholeView, CloseView, MoveAcross,
  StackPanes, ResetViews, FilterLog, NextTheme, Projector, Larger, Smaller, UsualSize, ListDrawer,
  ExplainDrawer, WireDrawer, Clear, Sheet, Tour
};
inline constexpr std::size_t command_count = static_cast<std::size_t>(Command::Tour) + 1;

enum class CommandSection : std::uint8_t { Steps, Finding, Server, Timeline, Screen };
std::string_view section_words(CommandSection section);

// The keys of a command, each of them enough.
class Chords {
 public:
  static constexpr std::size_t most = 3;
  constexpr Chords(std::initializer_list<Chord> chords) {
    for (const Chord& chord : chords) all_[count_++] = chord;
  }
  constexpr const Chord* begin() const { return all_.data(); }
  constexpr const Chord* end() const { return all_.data() + count_; }
  constexpr std::size_t size() const { return count_; }
  constexpr const Chord& operator[](std::size_t index) const { return all_[index]; }

 private:
  std::array<Chord, most> all_{};
  std::size_t count_ = 0;
};

// What a command is given to act on.
struct CommandContext {
  const TraceView& view;
  const Cursor& cursor;
  const ViewState& state;
  std::optional<Instant> pointed = {};  // the moment under the pointer, over the timeline
};

struct CommandRow {
  Command command;
  CommandSection section;
  std::string_view words;  // in the palette: "Go to the next step"
  Chords chords;           // none: by name only
  // On the sheet of keys: what this and the rows below that have none of their own do.
  std::string_view line;
  bool repeats;            // while its key is held down
  std::string_view needs;  // what is missing where it gives no action: "a live server"
  std::optional<Action> (*action)(const CommandContext& context);
};

std::span<const CommandRow> commands();
const CommandRow& row_of(Command command);

// Its keys in words, joined by "or"; empty where it has none.
std::string keys_text(Command command);
// A tip of a control that does the same: "Save this trace (Ctrl S)".
std::string tip_text(std::string_view words, Command command);

// The sheet of keys, section by section. A line names the keys of one command, or of a few that
// belong together; or a gesture of the pointer.
struct KeyLine {
  bool heading = false;
  bool gesture = false;
  std::string keys;
  std::string does;
};
std::vector<KeyLine> key_lines();

}  // namespace roundtrip::viz
