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

// Packets of the two hosts cross on their way; in one row they would be one block.
std::size_t row_of_outside(const Event& event) {
  if (!event.begins()) return 1;
  if (event.phase == trace::Phase::TracePacketHeld) return LaneIndex::held_row;
  const bool from_server =
      event.phase == trace::Phase::TracePacket &&
      event.arg("from") == static_cast<std::uint64_t>(trace::Host::Server);
  return from_server ? 2 : 0;
}

// Steps pass over blocks of this many events in which the story stands still.
constexpr std::uint64_t story_block = 256;

}  // namespace

bool is_story(const Event& event) {
  const trace::Group group = event.row().group();
  return !event.ends() && group != trace::Group::Task && group != trace::Group::Trace;
}

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
    if (gap.length() > shortest_gap) take_gap(gap);
  }
  const std::size_t block = number / story_block;
  if (story_.size() <= block) story_.resize(block + 1);
  if (is_story(event)) story_[block] = true;
  if (event.row().group() == trace::Group::Task && event.task != 0) {
    take_state(event, number);
    return;
  }
  if (event.ends()) return;
  const LaneKind kind = lane_of(event);
  const bool nests = kind == LaneKind::Process || kind == LaneKind::Task;
  std::size_t depth = nests ? 0 : row_of_outside(event);
  if (nests) {
    for (EventNumber up = index_.parent(number);
         up != trace::no_event && up >= trace.first() && depth + 1 < max_depth;
         up = index_.parent(up)) {
      ++depth;
    }
  }
  if (kind == LaneKind::Task) depth += state_row + 1;
  Rows& rows = kind == LaneKind::Task ? tasks_[event.task] : lanes_[static_cast<int>(kind)];
  if (rows.size() <= depth) rows.resize(depth + 1);
  rows[depth].push_back(number);
  if (event.phase == trace::Phase::TraceHold) holds_.push_back(number);
}

void LaneIndex::take_state(const Event& event, EventNumber number) {
  if (!event.ends()) {
    Rows& rows = tasks_[event.task];
    if (rows.size() <= state_row) rows.resize(state_row + 1);
    rows[state_row].push_back(number);
    return;
  }
  if (event.phase != trace::Phase::TaskRun) return;
  const EventNumber begin = index_.partner(number);
  if (begin == trace::no_event) return;
  const std::uint64_t worker = index_.trace()[begin].arg("worker").value_or(0);
  if (worker == 0 || worker > index_.worker_count()) return;
  if (runs_.size() <= worker) runs_.resize(worker + 1);
  Runs& runs = runs_[worker];
  const std::int64_t before = runs.ends.empty() ? runs.trimmed_ns : runs.total_ns.back();
  runs.ends.push_back(number);
  runs.total_ns.push_back(before + (event.time - index_.trace()[begin].time).ns);
}

std::int64_t LaneIndex::busy_before_ns(std::uint32_t worker, Instant at) const {
  const trace::Trace& trace = index_.trace();
  std::int64_t busy = 0;
  if (worker < runs_.size()) {
    const Runs& runs = runs_[worker];
    const auto* over = std::partition_point(
        runs.ends.begin(), runs.ends.end(), [&](EventNumber end) { return trace[end].time <= at; });
    busy = over == runs.ends.begin()
               ? runs.trimmed_ns
               : runs.total_ns[static_cast<std::size_t>(over - runs.ends.begin()) - 1];
  }
  // And the run that goes on then.
  const EventList& begins = index_.worker_runs(worker);
  const auto* later = std::partition_point(
      begins.begin(), begins.end(), [&](EventNumber begin) { return trace[begin].time <= at; });
  if (later == begins.begin()) return busy;
  const EventNumber begin = *(later - 1);
  const EventNumber end = index_.partner(begin);
  const bool goes_on = end == trace::no_event || end >= followed_to_ || trace[end].time > at;
  return goes_on ? busy + (at - trace[begin].time).ns : busy;
}

Duration LaneIndex::busy(std::uint32_t worker, const TimeWindow& window) const {
  if (worker == 0 || worker > index_.worker_count() || window.to <= window.from) return {};
  return Duration::nanoseconds(busy_before_ns(worker, window.to) -
                               busy_before_ns(worker, window.from));
}

void LaneIndex::take_gap(const Gap& gap) {
  gaps_.push_back(gap);
  if (gaps_.size() < 2 * max_gaps) return;
  // Seldom: the longer half stays. Of two of one length the earlier, whenever this happens.
  const auto longer = [](const Gap& a, const Gap& b) {
    return a.length() != b.length() ? a.length() > b.length() : a.after < b.after;
  };
  std::nth_element(gaps_.begin(), gaps_.begin() + max_gaps, gaps_.end(), longer);
  gaps_.resize(max_gaps);
  std::sort(gaps_.begin(), gaps_.end(),
            [](const Gap& a, const Gap& b) { return a.after < b.after; });
}

std::optional<std::uint64_t> LaneIndex::story_after(std::uint64_t event) const {
  const trace::Trace& trace = index_.trace();
  for (std::uint64_t at = std::max(event + 1, trace.first()); at < followed_to_;) {
    if (!story_[at / story_block]) {
      at = (at / story_block + 1) * story_block;
    } else if (is_story(trace[at])) {
      return at;
    } else {
      ++at;
    }
  }
  return std::nullopt;
}

std::optional<std::uint64_t> LaneIndex::story_before(std::uint64_t event) const {
  const trace::Trace& trace = index_.trace();
  for (std::uint64_t at = std::min(event, followed_to_); at > trace.first();) {
    if (!story_[(at - 1) / story_block]) {
      at = (at - 1) / story_block * story_block;
    } else if (is_story(trace[--at])) {
      return at;
    }
  }
  return std::nullopt;
}

void LaneIndex::cut_from(EventNumber number) {
  each_list([number](EventList& list) { list.cut_from(number); });
  for (Runs& runs : runs_) {
    runs.ends.cut_from(number);
    while (runs.total_ns.size() > runs.ends.size()) runs.total_ns.pop_back();
  }
  while (!gaps_.empty() && gaps_.back().after >= number) gaps_.pop_back();
  followed_to_ = number;
  // The block that is cut keeps what it holds before the cut.
  story_.resize(std::min<std::size_t>(story_.size(), (number + story_block - 1) / story_block));
}

void LaneIndex::trim_before(EventNumber first) {
  trimmed_to_ = first;
  each_list([first](EventList& list) { list.trim_before(first); });
  for (Runs& runs : runs_) {
    // Nor is a run told whose begin has gone.
    std::size_t gone = 0;
    while (gone < runs.ends.size() && index_.partner(runs.ends[gone]) == trace::no_event) ++gone;
    if (gone == 0) continue;
    runs.trimmed_ns = runs.total_ns[gone - 1];
    runs.ends.trim(gone);
    runs.total_ns.trim(gone);
  }
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
  for (const Runs& runs : runs_) {
    bytes += sizeof runs + runs.ends.memory_bytes() + runs.total_ns.memory_bytes();
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
