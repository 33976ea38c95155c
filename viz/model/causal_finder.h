// Looks for the causes and effects of single events by the rules of causality_table.h: where an
// event stands among those of its connection or task, what stood before and after it, and whether a
// pair is one that a rule means. Only causality.cpp includes this. Keeps nothing, and looks at most
// most_events_looked_at events far.
#pragma once

#include <optional>

#include "viz/model/causality.h"
#include "viz/model/causality_table.h"

namespace roundtrip::viz {

// A list of events, and where in it one of them stands.
struct PlaceInList {
  const trace::EventList* list = nullptr;
  std::size_t at = 0;
};
std::optional<PlaceInList> place_in(const trace::EventList& list, std::uint64_t event);

class CausalFinder {
 public:
  explicit CausalFinder(const TraceView& view) : view_(view) {}

  const trace::Event& at(std::uint64_t number) const { return view_.trace[number]; }
  bool is(std::uint64_t number, trace::Phase phase, Half half) const;
  // Something that the program or a worker did, not the kernel, the wire or the client.
  bool done_by_program(std::uint64_t event) const;
  bool woke(std::uint64_t runnable, trace::WakeSource source) const;

  std::optional<PlaceInList> place(Within within, std::uint64_t event) const;
  // The nearest before (-1) or after (1) it in its task that the program itself did.
  trace::EventNumber neighbour(std::uint64_t event, int direction) const;
  // The last that a task did before an event.
  trace::EventNumber last_of_task(std::uint32_t task, std::uint64_t before) const;

  trace::EventNumber cause_by(const CauseRule& rule, std::uint64_t effect) const;
  void effects_by(const CauseRule& rule, std::uint64_t cause, std::vector<CausalLink>& links) const;

  // Adds a link from `here`, once, where there is such an event.
  void add(std::vector<CausalLink>& links, std::uint64_t here, trace::EventNumber other,
           std::string_view relation, bool likely = false) const;

 private:
  bool meant(const CauseRule& rule, trace::EventNumber cause, std::uint64_t effect) const;
  bool share_bytes(const CauseRule& rule, trace::EventNumber cause, std::uint64_t effect) const;
  bool poller_ended(std::uint64_t runnable, trace::ParkReason wait) const;
  bool says_no_more(std::uint64_t read) const;

  const TraceView& view_;
};

}  // namespace roundtrip::viz
