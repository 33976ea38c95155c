#include "viz/model/state_machines.h"

#include <algorithm>

#include "core/trace/validate.h"
#include "viz/model/describe.h"

namespace roundtrip::viz {

using trace::ConnectionState;
using trace::ConnectionStateAt;
using trace::Event;
using trace::EventNumber;
using trace::Group;
using trace::Phase;
using trace::TaskState;
using trace::TcpState;
using trace::Unit;

namespace {

// In the order of the enumerations.
constexpr auto connection_places = std::to_array<GridPlace>({
    {0, 0},  // NEW
    {1, 0},  // ESTABLISHED
    {2, 0},  // SERVING
    {2, 1},  // IDLE
    {1, 1},  // CLOSING
    {0, 1},  // CLOSED
});
constexpr auto tcp_places = std::to_array<GridPlace>({
    {0, 1},  // CLOSED
    {0, 0},  // LISTEN
    {0, 2},  // SYN_SENT
    {1, 0},  // SYN_RECV
    {1, 1},  // ESTABLISHED
    {2, 0},  // FIN_WAIT_1
    {3, 0},  // FIN_WAIT_2
    {2, 2},  // CLOSE_WAIT
    {2, 1},  // CLOSING
    {3, 2},  // LAST_ACK
    {3, 1},  // TIME_WAIT
});
constexpr auto task_places = std::to_array<GridPlace>({
    {0, 0},  // created
    {1, 0},  // runnable
    {2, 0},  // running
    {1, 1},  // parked
    {0, 1},  // blocking
    {2, 1},  // done
});

template <class State>
bool follows(std::uint32_t from, std::uint32_t to) {
  return trace::may_follow(static_cast<State>(from), static_cast<State>(to));
}
template <class State>
std::string_view sentence(std::uint32_t state) {
  return trace::state_sentence(static_cast<State>(state));
}

template <class State>
Machine make(MachineId id, std::string_view name, Group group, Unit unit,
             std::span<const GridPlace> places) {
  Machine made{id, name, group,          trace::unit_words(unit), places,
               0,  0,    follows<State>, sentence<State>};
  for (const GridPlace& place : places) {
    made.columns = std::max(made.columns, place.column + 1);
    made.rows = std::max(made.rows, place.row + 1);
  }
  return made;
}

// What the kernels do by themselves, and whose end it is about.
constexpr trace::PhaseSet client_phases = {Phase::ConnectionConnect, Phase::ReadClientSend,
                                           Phase::TransmitClientRead, Phase::LifecycleClientClose};

// Follows one connection event by event and notes where a state changed.
class PathFinder {
 public:
  PathFinder(ConnectionPaths& found, ConnectionStateAt state)
      : found_(found), state_(std::move(state)) {}

  // What is known before the first fact that is followed.
  void begin(EventNumber first) {
    const By by{first, trace::Provenance::Derived};
    add(MachineId::Connection, std::nullopt, code(state_.state), by);
    if (state_.server_tcp) {
      add(MachineId::ServerTcp, std::nullopt, code(*state_.server_tcp), by);
    }
    if (state_.client_tcp) {
      add(MachineId::ClientTcp, std::nullopt, code(*state_.client_tcp), by);
    }
  }

  void take(const Event& event, EventNumber number) {
    const ConnectionState connection = state_.state;
    const auto server = state_.server_tcp;
    const auto client = state_.client_tcp;
    trace::apply(state_, event, number);
    const auto move = trace::connection_move(event);
    // A pipelined request is served after another: a move, though the state stays.
    const bool again = move && *move == connection && trace::may_follow(connection, *move) &&
                       event.phase == Phase::ReadLineFound;
    if (state_.state != connection || again) {
      add(MachineId::Connection, code(connection), code(state_.state), {number, event.provenance});
    }
    if (state_.server_tcp != server && state_.server_tcp) {
      add(MachineId::ServerTcp, code_of(server), code(*state_.server_tcp),
          {number, state_.server_tcp_source});
    }
    if (state_.client_tcp != client && state_.client_tcp) {
      add(MachineId::ClientTcp, code_of(client), code(*state_.client_tcp),
          {number, state_.client_tcp_source});
    }
    take_task(event, number);
  }

 private:
  struct By {
    EventNumber event;
    trace::Provenance source;
  };
  template <class State>
  static std::uint32_t code(State state) {
    return static_cast<std::uint32_t>(state);
  }
  template <class State>
  static std::optional<std::uint32_t> code_of(const std::optional<State>& state) {
    return state ? std::optional(code(*state)) : std::nullopt;
  }

  // The first task that is told of a connection is its own; others are its handlers' children.
  void take_task(const Event& event, EventNumber number) {
    if (event.row().group() != Group::Task || event.task == 0) return;
    if (found_.task == 0) found_.task = event.task;
    if (event.task != found_.task) return;
    const auto next = trace::task_move(event);
    if (!next) return;
    const auto before = found_.of(MachineId::Task).state();
    if (before != code(*next)) {
      add(MachineId::Task, before, code(*next), {number, event.provenance});
    }
  }

  void add(MachineId id, std::optional<std::uint32_t> from, std::uint32_t to, By by) {
    found_.paths[static_cast<std::size_t>(id)].moves.push_back({from, to, by.event, by.source});
  }

  ConnectionPaths& found_;
  ConnectionStateAt state_;
};

}  // namespace

const Machine& machine_of(MachineId id) {
  static const std::array<Machine, machine_count> machines = {
      make<ConnectionState>(MachineId::Connection, "Connection", Group::Lifecycle,
                            Unit::ConnectionStateUnit, connection_places),
      make<TcpState>(MachineId::ServerTcp, "Server TCP", Group::Connection, Unit::TcpStateUnit,
                     tcp_places),
      make<TcpState>(MachineId::ClientTcp, "Client TCP", Group::Connection, Unit::TcpStateUnit,
                     tcp_places),
      make<TaskState>(MachineId::Task, "Task", Group::Task, Unit::TaskStateUnit, task_places),
  };
  return machines[static_cast<std::size_t>(id)];
}

MachineId machine_of_event(const Event& event) {
  const trace::PhaseRow& row = event.row();
  if (row.group() == Group::Task) return MachineId::Task;
  if (client_phases.has(event.phase)) return MachineId::ClientTcp;
  if (event.phase == Phase::LifecycleTimeWait) {
    return event.arg(0).value_or(0) != 0 ? MachineId::ClientTcp : MachineId::ServerTcp;
  }
  if (row.lane == trace::Lane::Wire || row.lane == trace::Lane::Kernel) {
    return MachineId::ServerTcp;
  }
  return MachineId::Connection;
}

ConnectionPaths paths_of(const TraceView& view, std::uint32_t conn, std::uint64_t upto) {
  ConnectionPaths found;
  const trace::ConnectionSummary* const known = view.index.connection(conn);
  if (known == nullptr) return found;
  const auto& events = known->events;
  const EventNumber* const end = std::upper_bound(events.begin(), events.end(), upto);
  const auto count = static_cast<std::size_t>(end - events.begin());
  if (count == 0) return found;
  const bool cut = known->cut || count > most_moves_looked_at;
  const EventNumber* at = end - static_cast<std::ptrdiff_t>(std::min(count, most_moves_looked_at));
  ConnectionStateAt before;
  if (cut) before = view.states.connection_at(conn, *at);
  if (before.task) found.task = *before.task;
  PathFinder finder(found, std::move(before));
  for (MachinePath& path : found.paths) path.cut = cut;
  finder.begin(*at);
  if (cut) ++at;
  for (; at != end; ++at) {
    if (view.has(*at)) finder.take(view.trace[*at], *at);
  }
  return found;
}

StateStay stay_in(const TraceView& view, const MachinePath& path, std::uint32_t state,
                  std::uint64_t now) {
  StateStay stay;
  for (std::size_t i = 0; i < path.moves.size(); ++i) {
    const StateMove& move = path.moves[i];
    if (move.to != state) continue;
    const std::uint64_t left = i + 1 < path.moves.size() ? path.moves[i + 1].event : now;
    ++stay.visits;
    stay.length += time_between(view, move.event, left).running;
    stay.entered = move.event;
    const bool inferred = move.source == trace::Provenance::Inferred ||
                          source_between(view, move.event, left) == trace::Provenance::Inferred;
    if (inferred) stay.source = trace::Provenance::Inferred;
  }
  return stay;
}

MovePasses passes_of(const MachinePath& path, std::uint32_t from, std::uint32_t to) {
  MovePasses passes;
  std::size_t number = 0;
  for (const StateMove& move : path.moves) {
    if (move.from) ++number;
    if (move.from != from || move.to != to) continue;
    passes.numbers.push_back(number);
    passes.event = move.event;
    passes.source = move.source;
  }
  return passes;
}

}  // namespace roundtrip::viz
