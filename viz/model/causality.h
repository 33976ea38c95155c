// Causality: which events made an event happen, and which it made happen, as far as the trace
// itself shows: by pairs, by parents, by bytes that two facts share, by the order within a
// connection or a task, by who woke whom. Each link says in a few words what the other event is to
// this one. The rules stand in causality_table.h.
// A link that is likely but not proven, or to an event that nobody saw, is marked inferred.
// Called by layout_explain for what it lists, and by apply for the keys [ and ]. Work is bounded:
// at most most_events_looked_at events of one connection or task a rule, however long the trace is.
#pragma once

#include <string_view>
#include <vector>

#include "viz/model/trace_view.h"

namespace roundtrip::viz {

inline constexpr std::size_t most_events_looked_at = 512;
inline constexpr std::size_t most_links = 12;

struct CausalLink {
  trace::EventNumber event = trace::no_event;  // the other one
  std::string_view relation;                   // what it is to the one that was asked about
  bool inferred = false;
  bool operator==(const CausalLink&) const = default;
};

// The nearest in time first, at most most_links. Where no rule finds one, the step before it, or
// after it, in the same task.
std::vector<CausalLink> causes_of(const TraceView& view, std::uint64_t event);
std::vector<CausalLink> effects_of(const TraceView& view, std::uint64_t event);

}  // namespace roundtrip::viz
