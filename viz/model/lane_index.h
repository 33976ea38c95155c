// LaneIndex: which events stand in which lane and row of the timeline, where nothing happened for
// long, and how long each worker was busy. Built once beside a TraceIndex, following it, so that a
// layout only looks at what is visible. follow() comes after the index's own; layouts only read.
// A lane has rows: one a depth of nesting for the program's own phases; for facts of client, wire
// and kernel, which may overlap, row 0 holds spans and row 1 instants. Of the wire row 0 holds the
// client's packets, row 2 the server's, row 3 how long any was held. Rows hold begins, instants,
// in order of time. Row 0 of a task holds what the scheduler told of it: each fact begins a state,
// until the next. Memory: 4 bytes an event, and 12 a run.
#pragma once

#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "core/trace/index.h"
#include "viz/model/time_scale.h"

namespace roundtrip::viz {

enum class LaneKind : std::uint8_t { Client, Wire, Kernel, Process, Task, Worker };

struct LaneKey {
  LaneKind kind = LaneKind::Process;
  std::uint32_t number = 0;  // of the task or the worker, from 1
  bool operator==(const LaneKey&) const = default;
};

class LaneIndex {
 public:
  // Gaps shorter than this are not kept: no timeline folds them.
  static constexpr Duration shortest_gap = Duration::microseconds(500);
  // Nor more than the longest of them, so that a frame looks at few however long the trace is.
  static constexpr std::size_t max_gaps = 2048;
  static constexpr std::size_t max_depth = 12;  // deeper phases stand in the last row
  static constexpr std::size_t state_row = 0;   // of a task
  static constexpr std::size_t held_row = 3;    // of the wire

  using Rows = std::vector<trace::EventList>;

  explicit LaneIndex(const trace::TraceIndex& index);

  // Takes up to `most` further events that the index has taken. Returns how many it did.
  std::size_t follow(std::size_t most = SIZE_MAX);

  // The rows of a lane, the outermost first; empty for a lane in which nothing stands. Workers have
  // one row: TraceIndex::worker_runs.
  std::span<const trace::EventList> rows(LaneKey lane) const;
  // In order of time; the longest where there are more than max_gaps.
  std::span<const Gap> gaps() const { return gaps_; }
  // The next event of the story (neither an end nor of the scheduler or the trace itself), or the
  // one before.
  std::optional<std::uint64_t> story_after(std::uint64_t event) const;
  std::optional<std::uint64_t> story_before(std::uint64_t event) const;
  // The begins of trace.hold, in order.
  const trace::EventList& holds() const { return holds_; }
  // How much of the time between two moments a worker had a task to run, as far as it was told.
  Duration busy(std::uint32_t worker, const TimeWindow& window) const;
  std::uint64_t followed_to() const { return followed_to_; }
  std::size_t memory_bytes() const;

 private:
  // A worker's runs that are over: their ends, and the length of all up to each.
  struct Runs {
    trace::EventList ends;
    trace::TrimmedList<std::int64_t> total_ns;
    std::int64_t trimmed_ns = 0;
  };

  void take(trace::EventNumber number);
  void take_state(const trace::Event& event, trace::EventNumber number);
  std::int64_t busy_before_ns(std::uint32_t worker, Instant at) const;
  void take_gap(const Gap& gap);
  void cut_from(trace::EventNumber number);
  void trim_before(trace::EventNumber first);
  template <class Visit>
  void each_list(Visit&& visit);

  const trace::TraceIndex& index_;
  std::uint64_t followed_to_ = 0;
  std::uint64_t rewinds_seen_ = 0;
  std::uint64_t trimmed_to_ = 0;
  Rows lanes_[4];  // client, wire, kernel, process
  std::unordered_map<std::uint32_t, Rows> tasks_;
  std::vector<Runs> runs_;  // by worker, from 1
  std::vector<Gap> gaps_;
  std::vector<bool> story_;  // whether a block of story_block events holds one of the story
  trace::EventList holds_;
};

// Whether a step by phase stops at an event: begins and instants, but for the scheduler's and the
// trace's own.
bool is_story(const trace::Event& event);

// Time that the program ran before a moment: without the spans in which a teacher held a task.
Duration running_time(const trace::TraceIndex& index, const LaneIndex& lanes, Instant until);

}  // namespace roundtrip::viz
