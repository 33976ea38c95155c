// Lengths: how often something took how long, in few numbers: their count, sum, longest, and how
// they are spread over buckets (duration_buckets.h); and Totals: that of every phase and of whole
// requests, up to an event of a trace. Added up by PhaseTotals, read by layouts.
#pragma once

#include <array>
#include <vector>

#include "core/trace/index.h"
#include "viz/model/duration_buckets.h"

namespace roundtrip::viz {

// What lengths are gathered of: the spans of a phase, or what several facts tell together.
using LengthKind = std::uint8_t;
enum class Combined : std::uint8_t {
  Request,  // from its begin to its finish, without what a person held
  Ran,      // of that, on a worker
  Queued,   // of that, ready and in a run queue
  Waited,   // of that, parked
  SetUp,    // a connection, from its first fact to the first run of its task
  Saved,    // a request on a connection that stood: that connection's set-up
  Cpu       // a run of a connection's task: the processor time that was measured of it
};
inline constexpr std::size_t length_kinds =
    trace::phase_count + static_cast<std::size_t>(Combined::Cpu) + 1;
constexpr LengthKind length_kind(trace::Phase phase) { return static_cast<LengthKind>(phase); }
constexpr LengthKind length_kind(Combined combined) {
  return static_cast<LengthKind>(trace::phase_count + static_cast<std::size_t>(combined));
}

struct LengthBucket {
  std::uint16_t bucket = 0;
  std::uint64_t count = 0;
  Duration total;
};

struct Lengths {
  std::uint64_t count = 0;
  std::uint64_t inferred = 0;  // of these, one end of which nobody saw
  Duration total;
  Duration longest;
  trace::EventNumber longest_told = trace::no_event;  // the fact that ended the longest
  std::vector<LengthBucket> buckets;                  // the shortest first

  Duration mean() const;  // 0 of none
  // The length that `share` (0 to 1) of all do not exceed: the mean of its bucket, so at most 6 %
  // off, and exact where the bucket holds but one. 0 of none.
  Duration percentile(double share) const;
};

enum class Counter : std::uint8_t {
  BytesIn,   // that recv() brought
  BytesOut,  // that send() took
  Answered2xx, Answered3xx, Answered4xx, Answered5xx  // requests, by the status that was sent
};
inline constexpr std::size_t counter_count = static_cast<std::size_t>(Counter::Answered5xx) + 1;

struct Totals {
  std::uint64_t events = 0;
  std::array<std::uint64_t, trace::phase_count> told{};  // events of each phase, ends not counted
  std::array<std::uint64_t, counter_count> counters{};
  std::array<Lengths, length_kinds> lengths;

  std::uint64_t of(Counter counter) const { return counters[static_cast<std::size_t>(counter)]; }
  std::uint64_t of(trace::Phase phase) const { return told[static_cast<std::size_t>(phase)]; }
  const Lengths& of(Combined combined) const { return lengths[length_kind(combined)]; }
  const Lengths& spans_of(trace::Phase phase) const { return lengths[length_kind(phase)]; }
};

}  // namespace roundtrip::viz
