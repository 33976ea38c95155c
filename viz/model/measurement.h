// What lies between two moments of a trace: how long it was, how much of that the program ran, how
// many events and which phases. Of the stretch that a person measures on the timeline; called by
// layout_timeline. A moment that falls on a fact is known as that fact is; any other is a place on
// the axis. The length is derived, or inferred where an end is.
// Bounded: events are counted by binary search; the phases are those of the first
// most_events_walked of them, and `all_phases` says whether that were all.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "viz/model/view_state.h"

namespace roundtrip::viz {

inline constexpr std::uint64_t most_events_walked = 4096;

struct PhaseCount {
  trace::Phase phase{};
  std::uint64_t count = 0;  // begins and instants, and ends whose begin lies before
  bool operator==(const PhaseCount&) const = default;
};

struct Measurement {
  // What was measured.
  TimeWindow span;

  // Derived.
  std::optional<trace::Provenance> from_source;  // of a fact that happened at just that moment
  std::optional<trace::Provenance> to_source;
  Duration running;                // without what a teacher held
  std::uint64_t events = 0;        // in the span, its ends included
  std::vector<PhaseCount> phases;  // the story's by their first event, then the scheduler's
  bool all_phases = true;

  Duration held() const { return span.length() - running; }
};
Measurement measurement(const TraceView& view, const TimeWindow& span);

// From the cursor to the selected event; empty where nothing else is selected.
std::optional<MeasuredSpan> span_to_selection(const TraceView& view, const Cursor& cursor,
                                              const ViewState& state);
// What shows it with a margin.
TimeWindow window_around(const MeasuredSpan& span);

std::string from_text(const Measurement& measured);  // "31.7011 ms", "~31.2261 ms"
std::string to_text(const Measurement& measured);
std::string length_text(const Measurement& measured);  // "[6.34 µs]"
// "14 events: read, header ×3 and 2 more phases; [2.10 ms] running, [10.2 ms] held": with as many
// phases as are asked for.
std::string contents_text(const Measurement& measured, std::size_t most_phases);

}  // namespace roundtrip::viz
