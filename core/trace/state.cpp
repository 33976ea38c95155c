#include "core/trace/state.h"

#include <algorithm>
#include <unordered_map>

#include "core/trace/state_base.h"

namespace roundtrip::trace {
namespace {

constexpr std::uint64_t conn_interval = 512;         // events of a connection from one to the next
constexpr std::uint64_t scheduler_interval = 4'096;  // likewise of the scheduler
constexpr std::uint64_t prefetch_ahead = 16;         // events; they lie far apart in memory

// A state just after `position` events of its list, counted from the first ever; the last of these
// events is `number`.
template <class State>
struct Checkpoint {
  std::uint64_t position = 0;
  EventNumber number = 0;
  State state;
};
template <class State>
using CheckpointList = std::vector<Checkpoint<State>>;

// How many events of the list, counted from the first ever, are at or before `number`.
std::uint64_t position_of(const EventList& events, std::uint64_t number) {
  const auto after = std::upper_bound(
      events.begin(), events.end(), number,
      [](std::uint64_t wanted, EventNumber event) { return wanted < event; });
  return events.trimmed() + static_cast<std::uint64_t>(after - events.begin());
}

// The state after the first `position` events: from the last checkpoint before it, or from `base`,
// leaving checkpoints on the way.
template <class State, class Apply, class Save>
State replay(CheckpointList<State>& checkpoints, const Trace& trace, const EventList& events,
             std::uint64_t position, std::uint64_t interval, const State& base,
             Apply&& apply_event, Save&& save) {
  auto from = std::upper_bound(checkpoints.begin(), checkpoints.end(), position,
                               [](std::uint64_t wanted, const Checkpoint<State>& checkpoint) {
                                 return wanted < checkpoint.position;
                               });
  const bool found = from != checkpoints.begin();
  State state = found ? (from - 1)->state : base;
  std::uint64_t at = found ? (from - 1)->position : events.trimmed();
  for (; at < position; ++at) {
    const EventNumber number = events[at - events.trimmed()];
    if (number < trace.first()) continue;
    if (at + prefetch_ahead < position) {
      __builtin_prefetch(&trace[events[at + prefetch_ahead - events.trimmed()]]);
    }
    apply_event(state, trace[number], number);
    const bool due = (at + 1) % interval == 0;
    if (!due || (!checkpoints.empty() && checkpoints.back().position >= at + 1)) continue;
    save(state);
    checkpoints.push_back({at + 1, number, state});
  }
  return state;
}

template <class State>
void drop_from(CheckpointList<State>& checkpoints, std::uint64_t number) {
  while (!checkpoints.empty() && checkpoints.back().number >= number) checkpoints.pop_back();
}
// A checkpoint at an evicted event is of no use: `base` is the state there.
template <class State>
void drop_before(CheckpointList<State>& checkpoints, std::uint64_t first) {
  const auto keep = std::find_if(
      checkpoints.begin(), checkpoints.end(),
      [first](const Checkpoint<State>& checkpoint) { return checkpoint.number >= first; });
  checkpoints.erase(checkpoints.begin(), keep);
}

}  // namespace

struct StateReader::Checkpoints {
  std::unordered_map<std::uint32_t, CheckpointList<ConnectionStateAt>> conns;
  CheckpointList<SchedulerReplay> scheduler;
  std::uint64_t rewinds_seen = 0;
  std::uint64_t first_seen = 0;

  // Brings the checkpoints to what the index is now.
  void follow(const TraceIndex& index) {
    if (const auto place = index.rewinds().lowest_since(rewinds_seen)) {
      for (auto& [conn, list] : conns) drop_from(list, *place);
      drop_from(scheduler, *place);
      rewinds_seen = index.rewinds().count();
    }
    const std::uint64_t first = index.trace().first();
    if (first == first_seen) return;
    first_seen = first;
    drop_before(scheduler, first);
    for (auto entry = conns.begin(); entry != conns.end();) {
      drop_before(entry->second, first);
      entry = entry->second.empty() ? conns.erase(entry) : std::next(entry);
    }
  }
};

StateReader::StateReader(const TraceIndex& index)
    : index_(index), checkpoints_(std::make_unique<Checkpoints>()) {
  checkpoints_->rewinds_seen = index.rewinds().count();
  checkpoints_->first_seen = index.trace().first();
}

StateReader::~StateReader() = default;

ConnectionStateAt StateReader::connection_at(std::uint32_t conn, std::uint64_t number) const {
  checkpoints_->follow(index_);
  const Trace& trace = index_.trace();
  ConnectionStateAt base;
  base.conn = conn;
  const auto evicted = trace.base().conns.find(conn);
  if (evicted != trace.base().conns.end()) base = evicted->second.state;
  if (const ConnectionSummary* summary = index_.connection(conn)) {
    base = replay(
        checkpoints_->conns[conn], trace, summary->events,
        position_of(summary->events, number), conn_interval, base,
        [](ConnectionStateAt& state, const Event& event, EventNumber event_number) {
          apply(state, event, event_number);
        },
        [](ConnectionStateAt&) {});
  }
  forget_numbers(base, trace.first());
  return base;
}

SchedulerAt StateReader::scheduler_at(std::uint64_t number) const {
  checkpoints_->follow(index_);
  const Trace& trace = index_.trace();
  const EventList& events = index_.scheduler_events();
  return replay(
             checkpoints_->scheduler, trace, events, position_of(events, number),
             scheduler_interval, trace.base().scheduler,
             [](SchedulerReplay& state, const Event& event, EventNumber at) {
               state.apply(event, at);
             },
             [](SchedulerReplay& state) { state.compact(); })
      .result(trace.first());
}

ProcessAt StateReader::process_at(std::uint64_t number) const {
  checkpoints_->follow(index_);
  const Trace& trace = index_.trace();
  ProcessAt state = trace.base().process;
  for (const EventNumber event : index_.startup_events()) {
    if (event > number) break;
    if (event >= trace.first()) apply(state, trace[event], event);
  }
  forget_numbers(state, trace.first());
  // Those that were evicted, and those that are here.
  const auto here = [&](const EventList& events) {
    const auto first = std::lower_bound(events.begin(), events.end(), trace.first());
    return static_cast<std::uint64_t>(std::upper_bound(first, events.end(), number) - first);
  };
  state.accepted += here(index_.accepts());
  state.finished_requests += here(index_.finishes());
  const std::uint64_t closed = trace.base().closed + here(index_.closes());
  state.open_connections =
      static_cast<std::uint32_t>(state.accepted > closed ? state.accepted - closed : 0);
  return state;
}

std::size_t StateReader::memory_bytes() const {
  std::size_t bytes = index_.trace().base().memory_bytes();
  for (const auto& [conn, list] : checkpoints_->conns) {
    bytes += 64;
    for (const auto& checkpoint : list) bytes += 16 + memory_of(checkpoint.state);
  }
  for (const auto& checkpoint : checkpoints_->scheduler) bytes += checkpoint.state.memory_bytes();
  return bytes;
}

}  // namespace roundtrip::trace
