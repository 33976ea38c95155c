// Validation: whether a fact may follow what its process, connection, request or task has told so
// far. Pure judgements on one event and a little memory; the index (index.h) keeps that memory,
// asks here as it follows the trace behind the settling horizon, and collects the sentences.
// A breach is shown, never a crash. What is unknown is not wrong: a subject whose beginning was
// evicted is not judged, nor is a fact that nobody observed or that carries an uncertainty: that
// one is simultaneous with its neighbours. Rules: `after` in phase_table.h, may_follow in
// vocabulary.h.
#pragma once

#include <optional>
#include <string>

#include "core/trace/event.h"

namespace roundtrip::trace {

inline constexpr std::size_t kept_violations = 1000;  // sentences kept; more are only counted

// What one process, connection, request or task has told. `whole`: from its beginning.
struct Told {
  PhaseSet phases;
  bool whole = true;
};

// Whether order may be judged by this fact: observed by our own clock or asked for by the scenario.
bool is_judged(const Event& event);

// Whether a subject of this scope that is first seen with this fact is seen from its beginning.
bool is_beginning(Scope scope, const Event& event);

// Empty where the phase is legal after what its scope has told.
std::optional<std::string> breach_of_order(const Event& event, const Told& told);
// Empty where the scope may still begin a phase after its request finished, which one task ended.
std::optional<std::string> breach_of_finish(const Event& event, std::uint32_t finishing_task);
std::string breach_of_pairing(const Event& end);

// A connection's story, told by its events.
std::optional<ConnectionState> connection_move(const Event& event);
std::optional<std::string> breach_of_move(const Event& event, ConnectionState from,
                                          ConnectionState next);

// A task's story, told by its events.
std::optional<TaskState> task_move(const Event& event);
std::optional<std::string> breach_of_move(const Event& event, TaskState from, TaskState next);

}  // namespace roundtrip::trace
