#include "viz/model/accept_facts.h"

#include <algorithm>

#include "viz/model/arg_words.h"

namespace roundtrip::viz {

using trace::Event;
using trace::EventNumber;
using trace::no_event;
using trace::Phase;

namespace {

// The accept loop's facts around one connection are no more than these, each way.
constexpr std::ptrdiff_t facts_around = 32;
// An accept4 that brought a connection stands among the connection's first facts.
constexpr std::size_t facts_of_an_opening = 64;

// It may lie ahead: only the task's number and place are taken from it.
EventNumber end_of_accept(const TraceView& view, std::uint32_t conn) {
  const trace::ConnectionSummary* known = view.index.connection(conn);
  if (known == nullptr) return no_event;
  const std::size_t most = std::min(known->events.size(), facts_of_an_opening);
  for (std::size_t i = 0; i < most; ++i) {
    const EventNumber number = known->events[i];
    if (!view.has(number)) continue;
    const Event& event = view.trace[number];
    if (event.phase == Phase::ConnectionAccept && event.ends()) return number;
  }
  return no_event;
}

void look_back(const Teller& tell, const trace::EventList& events, const EventNumber* at,
               AcceptFacts& facts) {
  const EventNumber* const stop = at - std::min(facts_around, at - events.begin());
  while (at != stop) {
    const EventNumber number = *--at;
    if (!tell.view().has(number)) return;
    if (number > tell.upto()) continue;
    const Event& event = tell.view().trace[number];
    if (event.phase == Phase::ConnectionAccept && event.begins() && facts.asks == no_event) {
      facts.asks = number;
    } else if (event.phase == Phase::TaskRunnable && facts.woken == no_event) {
      facts.woken = number;
    } else if (event.phase == Phase::TaskPark && facts.parked == no_event) {
      facts.parked = number;
    } else if (event.phase == Phase::ConnectionAccept && event.ends()) {
      // Another connection came just before: then it had not parked.
      if (event.conn == 0) facts.before = number;
      else facts.parked = no_event;
      return;
    }
  }
}

void look_ahead(const Teller& tell, const trace::EventList& events, const EventNumber* at,
                AcceptFacts& facts) {
  const EventNumber* const stop = at + std::min(facts_around, events.end() - at);
  for (; at != stop && *at <= tell.upto(); ++at) {
    if (!tell.view().has(*at)) return;
    const Event& event = tell.view().trace[*at];
    if (event.phase == Phase::ConnectionAccept) {
      facts.again = *at;
      if (event.ends() && event.conn != 0) return;
    } else if (event.phase == Phase::TaskPark && facts.again != no_event) {
      facts.parked_again = *at;
      return;
    }
  }
}

// What a fact of the scheduler says of the task; empty where one before it says it.
std::optional<trace::TaskState> state_after(const Event& event) {
  using enum trace::TaskState;
  switch (event.phase) {
    case Phase::TaskCreated: return Created;
    case Phase::TaskRunnable:
    case Phase::TaskStolen: return Runnable;
    case Phase::TaskRun: return event.ends() ? std::nullopt : std::optional(Running);
    case Phase::TaskPark: return Parked;
    case Phase::TaskBlocking: return event.ends() ? Running : Blocking;
    case Phase::TaskDone: return Done;
    default: return std::nullopt;
  }
}

}  // namespace

AcceptFacts accept_facts(const Teller& tell) {
  AcceptFacts facts;
  const EventNumber end = end_of_accept(tell.view(), tell.focus().conn);
  if (end == no_event) return facts;
  facts.task = tell.view().trace[end].task;
  if (end <= tell.upto()) facts.accepted = end;
  const trace::TaskSummary* loop = tell.view().index.task(facts.task);
  if (loop == nullptr) return facts;
  const EventNumber* at = std::lower_bound(loop->events.begin(), loop->events.end(), end);
  if (at == loop->events.end()) return facts;
  look_back(tell, loop->events, at, facts);
  look_ahead(tell, loop->events, at + 1, facts);
  return facts;
}

TaskNow task_now(const Teller& tell, std::uint32_t task) {
  const trace::TaskSummary* known = tell.view().index.task(task);
  if (known == nullptr) return {};
  const auto& events = known->events;
  const EventNumber* at = std::upper_bound(events.begin(), events.end(), tell.upto());
  EventNumber newest = no_event;
  for (std::size_t looked = 0; at != events.begin() && looked < most_facts_looked_at; ++looked) {
    const EventNumber number = *--at;
    if (!tell.view().has(number)) break;
    const Event& event = tell.view().trace[number];
    if (event.row().group() != trace::Group::Task) continue;
    if (newest == no_event) newest = number;
    const auto state = state_after(event);
    if (!state) continue;
    TaskNow now;
    now.state = {std::string(trace::word(trace::Unit::TaskStateUnit, *state)), {}, newest};
    if (event.phase == Phase::TaskRun) now.worker = event.arg("worker");
    const auto on = event.phase == Phase::TaskPark ? event.arg("on") : std::nullopt;
    if (on) {
      const auto reason = static_cast<trace::ParkReason>(*on);
      now.until = {std::string(plain_word_of(trace::Unit::ParkReasonUnit, reason)), {}, newest};
    }
    return now;
  }
  return {};
}

EventNumber first_of_task(const Teller& tell, std::uint32_t task, Phase phase) {
  const trace::TaskSummary* known = tell.view().index.task(task);
  if (known == nullptr || known->cut) return no_event;
  const std::size_t most = std::min(known->events.size(), facts_of_an_opening);
  for (std::size_t i = 0; i < most && known->events[i] <= tell.upto(); ++i) {
    const EventNumber number = known->events[i];
    if (tell.view().has(number) && tell.view().trace[number].phase == phase) return number;
  }
  return no_event;
}

}  // namespace roundtrip::viz
