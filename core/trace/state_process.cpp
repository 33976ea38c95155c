// What each phase of the startup means for the process. Counts that run through the whole trace
// (connections, requests) come from the index's own lists, not from here.
#include <algorithm>

#include "core/trace/state.h"

namespace roundtrip::trace {
namespace {

constexpr std::size_t max_steps = 4096;  // a startup has tens; a hostile file may say otherwise

template <class T>
void set(std::optional<T>& field, const std::optional<std::uint64_t>& arg) {
  if (arg) field = static_cast<T>(*arg);
}

void add_step(ProcessAt& state, const Event& event, EventNumber number) {
  if (event.ends()) {
    const auto step = std::find_if(state.steps.rbegin(), state.steps.rend(), [&](const auto& s) {
      return s.phase == event.phase && s.end == no_event;
    });
    if (step != state.steps.rend()) {
      step->end = number;
      return;
    }
  }
  if (state.steps.size() >= max_steps) return;
  state.steps.push_back({event.phase, event.ends() ? no_event : number,
                         event.begins() ? no_event : number});
}

// A server accepts at its first door before it opens another, and is ready when all are open.
bool at_second_door(const ProcessAt& state) { return state.accepting && !state.resident_bytes; }

}  // namespace

void apply(ProcessAt& state, const Event& event, EventNumber number) {
  if (event.row().group() != Group::Startup) return;
  add_step(state, event, number);
  switch (event.phase) {
    case Phase::StartupRuntimeInit: set(state.workers, event.arg(0)); break;
    case Phase::StartupRegisterHandler:
      if (state.routes.size() >= max_steps) break;
      state.routes.emplace_back(Symbol{static_cast<std::uint32_t>(event.arg(0).value_or(0))},
                                Symbol{static_cast<std::uint32_t>(event.arg(1).value_or(0))});
      break;
    case Phase::StartupSocket:
      if (!at_second_door(state)) set(state.listen_fd, event.arg(0));
      break;
    case Phase::StartupBind:
      if (event.arg(0)) {
        (at_second_door(state) ? state.second_address : state.address) = Address{*event.arg(0)};
      }
      break;
    case Phase::StartupListen:
      if (at_second_door(state)) break;
      set(state.backlog, event.arg(0));
      set(state.backlog_in_force, event.arg(1));
      break;
    case Phase::StartupAcceptLoop:
      if (at_second_door(state)) break;
      state.accepting = true;
      set(state.listen_fd, event.arg(0));
      break;
    case Phase::StartupReady: set(state.resident_bytes, event.arg("resident")); break;
    default: break;
  }
}

}  // namespace roundtrip::trace
