#include "core/trace/validate.h"

#include <fmt/format.h>

namespace roundtrip::trace {
namespace {

constexpr PhaseSet uncertain_phases = [] {
  PhaseSet phases;
  for (const PhaseRow& row : phase_table) {
    for (const ArgSpec& arg : row.args) {
      if (arg.name == "uncertainty") phases.add(row.phase);
    }
  }
  return phases;
}();

std::string named(const PhaseRow& row) { return fmt::format("{} ({})", row.name, row.id); }

std::string owner(const Event& event) {
  switch (event.row().scope) {
    case Scope::Process: return "the process";
    case Scope::Connection:
    case Scope::Packet: return fmt::format("connection {}", event.conn);
    case Scope::Request: return fmt::format("request {}", event.request);
    case Scope::Task: return fmt::format("task {}", event.task);
  }
  return "";
}

std::string one_of(const PhaseSet& phases) {
  std::string text;
  for (const PhaseRow& row : phase_table) {
    if (!phases.has(row.phase)) continue;
    if (!text.empty()) text += " or ";
    text += named(row);
  }
  return text;
}

}  // namespace

bool is_judged(const Event& event) {
  if (event.ends() || event.row().scope == Scope::Packet) return false;
  if (event.provenance != Provenance::Observed && event.provenance != Provenance::Injected) {
    return false;
  }
  return !uncertain_phases.has(event.phase) || !event.arg("uncertainty");
}

bool is_beginning(Scope scope, const Event& event) {
  switch (scope) {
    case Scope::Process: return event.phase == Phase::StartupProgramLoad;
    case Scope::Connection:
    case Scope::Packet:
      return event.phase == Phase::ConnectionConnect || event.phase == Phase::ConnectionSyn ||
             event.phase == Phase::ConnectionAcceptQueue || event.phase == Phase::ConnectionAccept;
    case Scope::Request:
      return event.phase == Phase::ReadLineFound || event.phase == Phase::ReadRejected;
    case Scope::Task: return event.phase == Phase::TaskCreated;
  }
  return false;
}

std::optional<std::string> breach_of_order(const Event& event, const Told& told) {
  const PhaseSet& after = event.row().after;
  if (!told.whole || after.empty() || after.meets(told.phases)) return std::nullopt;
  return fmt::format("{} came in {} before {}", named(event.row()), owner(event), one_of(after));
}

std::optional<std::string> breach_of_finish(const Event& event, std::uint32_t finishing_task) {
  // A handler that outlives its request is a child task, and may go on.
  if (event.kind != Kind::Begin || event.task != finishing_task) return std::nullopt;
  return fmt::format("{} began after request {} had finished", named(event.row()), event.request);
}

std::string breach_of_pairing(const Event& end) {
  if (end.kind == Kind::AsyncEnd) {
    return fmt::format("{} ended with id {}, and had not begun", named(end.row()), end.id);
  }
  if (end.task == 0) return fmt::format("{} ended, and had not begun", named(end.row()));
  return fmt::format("{} ended on task {}, and had not begun", named(end.row()), end.task);
}

std::optional<ConnectionState> connection_move(const Event& event) {
  switch (event.phase) {
    case Phase::ConnectionAccept:
      if (event.ends()) return ConnectionState::Established;
      return std::nullopt;
    case Phase::LifecycleIdle:
      if (event.begins()) return ConnectionState::Idle;
      return std::nullopt;
    case Phase::LifecycleHalfClose: return ConnectionState::Closing;
    case Phase::LifecycleClose:
      return event.begins() ? ConnectionState::Closing : ConnectionState::Closed;
    case Phase::ReadLineFound:
    case Phase::ReadRejected: return ConnectionState::ServingRequest;
    default: return std::nullopt;
  }
}

std::optional<std::string> breach_of_move(const Event& event, ConnectionState from,
                                          ConnectionState next) {
  if (from == next || may_follow(from, next)) return std::nullopt;
  return fmt::format("{} took connection {} from {} to {}, which no connection may do",
                     named(event.row()), event.conn, word(Unit::ConnectionStateUnit, from),
                     word(Unit::ConnectionStateUnit, next));
}

std::optional<TaskState> task_move(const Event& event) {
  switch (event.phase) {
    case Phase::TaskCreated: return TaskState::Created;
    case Phase::TaskRunnable: return TaskState::Runnable;
    case Phase::TaskRun:
      if (event.begins()) return TaskState::Running;
      return std::nullopt;
    case Phase::TaskPark: return TaskState::Parked;
    case Phase::TaskBlocking:
      if (event.begins()) return TaskState::Blocking;
      return std::nullopt;
    case Phase::TaskDone: return TaskState::Done;
    default: return std::nullopt;
  }
}

std::optional<std::string> breach_of_move(const Event& event, TaskState from, TaskState next) {
  if (may_follow(from, next)) return std::nullopt;
  return fmt::format("{} took task {} from {} to {}, which no task may do", named(event.row()),
                     event.task, word(Unit::TaskStateUnit, from), word(Unit::TaskStateUnit, next));
}

}  // namespace roundtrip::trace
