// TraceView: a trace and what is derived from it, as every layout gets it; and Focus: which
// connection and request the screen is about at a cursor. Nothing here changes anything.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/trace/index.h"
#include "core/trace/state.h"
#include "viz/model/lane_index.h"
#include "viz/model/statistics.h"

namespace roundtrip::viz {

struct TraceView {
  const trace::Trace& trace;
  const trace::TraceIndex& index;
  const trace::StateReader& states;
  const LaneIndex& lanes;
  const Statistics& statistics;

  // Events that may be shown: all that are there and indexed.
  std::uint64_t first() const { return trace.first(); }
  std::uint64_t end() const { return index.indexed_to(); }
  bool empty() const { return end() <= first(); }
  bool has(std::uint64_t event) const { return event >= first() && event < end(); }
  // From the first event to the last.
  TimeWindow whole() const;
};

// 0: none.
struct Focus {
  std::uint32_t conn = 0;
  std::uint32_t request = 0;
  bool operator==(const Focus&) const = default;
};

// What was chosen, else what the event is about, else what the story was about last. A connection
// that has not begun at the event is in focus only when it was chosen.
Focus focus_at(const TraceView& view, std::uint64_t event, const Focus& chosen);

// Where a request stands among those of its connection; their number where it is not there.
std::size_t place_of_request(const TraceView& view, const trace::ConnectionSummary& conn,
                             std::uint32_t request);

// Whether an event tells bytes of a request as the parser read them, up to the end of its range;
// or bytes of an answer as they were written.
bool tells_request_bytes(const trace::Event& event);
bool tells_response_bytes(const trace::Event& event);

// Whether an event that names no request belongs to the one that is about to be read.
bool opens_request(const trace::Event& event);

// A named argument of an event, or of the begin that it ends.
std::optional<std::uint64_t> arg_of(const TraceView& view, std::uint64_t event,
                                    std::string_view name);

// The time between two events, and how much of it a person held what the later one is about: its
// connection's request or its task at the gate, its connection's packets at the wire. That is left
// out wherever a length is told. A hold itself lasts as long as it was held. `from` is not after
// `to`.
struct TimeBetween {
  Duration running;
  Duration held;
};
TimeBetween time_between(const TraceView& view, std::uint64_t from, std::uint64_t to);

// An argument's value as it is read: with its unit, in the words of its closed set.
std::string value_text(const TraceView& view, const trace::ArgSpec& spec, std::uint64_t value);

}  // namespace roundtrip::viz
