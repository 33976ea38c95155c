// The state machines of a connection: its own, TCP's at both ends, and its task's. States, moves
// and sentences are those of the tables in core/trace/vocabulary.h; only where each state stands in
// a diagram is decided here. And the path that a connection has taken through them up to the
// cursor, from its events. Called by layout_states. Bounded: most_moves_looked_at facts are looked
// at.
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "viz/model/view_state.h"

namespace roundtrip::viz {

enum class MachineId : std::uint8_t { Connection, ServerTcp, ClientTcp, Task };
inline constexpr std::size_t machine_count = 4;

// A state's cell in a diagram that is wider than tall.
struct GridPlace {
  int column = 0;
  int row = 0;
};

struct Machine {
  MachineId id{};
  std::string_view name;
  trace::Group group{};                      // whose colour it has
  std::span<const std::string_view> states;  // their words, by value
  std::span<const GridPlace> places;
  int columns = 0;
  int rows = 0;
  bool (*may_follow)(std::uint32_t from, std::uint32_t to) = nullptr;
  std::string_view (*sentence)(std::uint32_t state) = nullptr;
};
const Machine& machine_of(MachineId id);

// The machine that an event is about: TCP's for what the kernels do, the task's for the scheduler.
MachineId machine_of_event(const trace::Event& event);

// One step of the path. The first has no state before it.
struct StateMove {
  std::optional<std::uint32_t> from;
  std::uint32_t to = 0;
  trace::EventNumber event = trace::no_event;
  trace::Provenance source = trace::Provenance::Observed;
};

struct MachinePath {
  std::vector<StateMove> moves;  // up to the cursor, the oldest first
  bool cut = false;              // there were moves before these
  std::optional<std::uint32_t> state() const {
    return moves.empty() ? std::nullopt : std::optional(moves.back().to);
  }
};

// What was spent in a state, over all the times that it was entered.
struct StateStay {
  std::size_t visits = 0;
  Duration length;
  trace::Provenance source = trace::Provenance::Derived;
  trace::EventNumber entered = trace::no_event;  // the last time
};

// How often a move was made: its places in the path, from 1.
struct MovePasses {
  std::vector<std::size_t> numbers;
  trace::EventNumber event = trace::no_event;  // the last time
  trace::Provenance source = trace::Provenance::Observed;
};

inline constexpr std::size_t most_moves_looked_at = 2'000;

struct ConnectionPaths {
  std::uint32_t task = 0;  // of the connection; 0: not made yet
  std::array<MachinePath, machine_count> paths;
  const MachinePath& of(MachineId id) const { return paths[static_cast<std::size_t>(id)]; }
};
ConnectionPaths paths_of(const TraceView& view, std::uint32_t conn, std::uint64_t upto);

// `now`: the cursor's event, until which the last state lasts.
StateStay stay_in(const TraceView& view, const MachinePath& path, std::uint32_t state,
                  std::uint64_t now);
MovePasses passes_of(const MachinePath& path, std::uint32_t from, std::uint32_t to);

}  // namespace roundtrip::viz
