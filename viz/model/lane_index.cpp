#include "viz/model/lane_index.h"

#include <algorithm>

namespace roundtrip::viz {

using trace::Event;
using trace::EventList;
using trace::EventNumber;

namespace {

LaneKind lane_of(const Event& event) {
  switch (event.row().lane) {
    case trace::Lane::Client: return LaneKind::Client;
    case trace::Lane::Wire: return LaneKind::Wire;
    case trace::Lane::Kernel: return LaneKind::Kernel;
    case trace::Lane::Worker: return LaneKind::Worker;
    case trace::Lane::Program: break;
  }
  return event.task != 0 ? LaneKind::Task : LaneKind::Process;
}

}  // namespace

LaneIndex::LaneIndex(const trace::TraceIndex& index) : index_(index) {}

template <class Visit>
void LaneIndex::each_list(Visit&& visit) {
  for (Rows& rows : lanes_) {
    for (EventList& row : rows) visit(row);
  }
  for (auto& [task, rows] : tasks_) {
    for (EventList& row : rows) visit(row);
  }
  visit(holds_);
}

std::size_t LaneIndex::follow(std::size_t most) {
  const trace::Trace& trace = index_.trace();
  if (const auto back = index_.rewinds().lowest_since(rewinds_seen_)) {
    if (*back < followed_to_) cut_from(static_cast<EventNumber>(*back));
  }
  rewinds_seen_ = index_.rewinds().count();
  if (trace.first() > trimmed_to_) trim_before(static_cast<EventNumber>(trace.first()));
  followed_to_ = std::max(followed_to_, trace.first());
  const std::uint64_t end = std::min(index_.indexed_to(), trace.end());
  std::size_t done = 0;
  for (; followed_to_ < end && done < most; ++followed_to_, ++done) {
    take(static_cast<EventNumber>(followed_to_));
  }
  return done;
}

void LaneIndex::take(EventNumber number) {
  const trace::Trace& trace = index_.trace();
  const Event& event = trace[number];
  if (number > trace.first()) {
    const Gap gap{trace[number - 1].time, event.time, number};
    if (gap.length() > shortest_gap) gaps_.push_back(gap);
  }
  if (event.ends()) return;
  const LaneKind kind = lane_of(event);
  if (kind == LaneKind::Worker) return;
  const bool nests = kind == LaneKind::Process || kind == LaneKind::Task;
  std::size_t depth = nests || event.begins() ? 0 : 1;
  if (nests) {
    for (EventNumber up = index_.parent(number);
         up != trace::no_event && up >= trace.first() && depth + 1 < max_depth;
         up = index_.parent(up)) {
      ++depth;
    }
  }
  Rows& rows = kind == LaneKind::Task ? tasks_[event.task] : lanes_[static_cast<int>(kind)];
  if (rows.size() <= depth) rows.resize(depth + 1);
  rows[depth].push_back(number);
  if (event.phase == trace::Phase::TraceHold) holds_.push_back(number);
}

void LaneIndex::cut_from(EventNumber number) {
  each_list([number](EventList& list) { list.cut_from(number); });
  while (!gaps_.empty() && gaps_.back().after >= number) gaps_.pop_back();
  followed_to_ = number;
}

void LaneIndex::trim_before(EventNumber first) {
  trimmed_to_ = first;
  each_list([first](EventList& list) { list.trim_before(first); });
  std::erase_if(tasks_, [](const auto& entry) {
    return std::all_of(entry.second.begin(), entry.second.end(),
                       [](const EventList& row) { return row.empty(); });
  });
  const auto kept = std::find_if(gaps_.begin(), gaps_.end(),
                                 [first](const Gap& gap) { return gap.after > first; });
  gaps_.erase(gaps_.begin(), kept);
}

std::span<const EventList> LaneIndex::rows(LaneKey lane) const {
  if (lane.kind == LaneKind::Worker) {
    if (lane.number == 0 || lane.number > index_.worker_count()) return {};
    return {&index_.worker_runs(lane.number), 1};
  }
  if (lane.kind != LaneKind::Task) return lanes_[static_cast<int>(lane.kind)];
  const auto found = tasks_.find(lane.number);
  if (found == tasks_.end()) return {};
  return found->second;
}

std::size_t LaneIndex::memory_bytes() const {
  std::size_t bytes = gaps_.capacity() * sizeof(Gap) + holds_.memory_bytes();
  for (const Rows& rows : lanes_) {
    for (const EventList& row : rows) bytes += row.memory_bytes() + sizeof(EventList);
  }
  for (const auto& [task, rows] : tasks_) {
    for (const EventList& row : rows) bytes += row.memory_bytes() + sizeof(EventList);
    bytes += 64;
  }
  return bytes;
}

Duration running_time(const trace::TraceIndex& index, const LaneIndex& lanes, Instant until) {
  const trace::Trace& trace = index.trace();
  Duration held{};
  Instant counted_to{};
  for (const EventNumber hold : lanes.holds()) {
    const Instant from = std::max(trace[hold].time, counted_to);
    const EventNumber release = index.partner(hold);
    const Instant to = release == trace::no_event ? until : std::min(until, trace[release].time);
    if (to <= from) continue;
    held += to - from;
    counted_to = to;
  }
  return until - Instant{} - held;
}

}  // namespace roundtrip::viz
