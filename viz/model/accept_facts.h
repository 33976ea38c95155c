// What the accept loop did around one connection: it asked before and found nobody, parked, was
// woken, took the connection, and asked again; and what a task does at the cursor, from the
// scheduler's own facts. Called by the layout that draws the spawning, once a frame. Only what has
// happened at the cursor; every look is bounded.
#pragma once

#include "viz/model/teller.h"

namespace roundtrip::viz {

struct AcceptFacts {
  std::uint32_t task = 0;                            // of the accept loop; 0: not known
  trace::EventNumber before = trace::no_event;       // the end of an accept4 that found nobody
  trace::EventNumber parked = trace::no_event;       // after it
  trace::EventNumber woken = trace::no_event;
  trace::EventNumber asks = trace::no_event;         // the accept4 that brought the connection
  trace::EventNumber accepted = trace::no_event;     // its end
  trace::EventNumber again = trace::no_event;        // the next accept4: its begin, then its end;
                                                     // the last before it parks or finds one
  trace::EventNumber parked_again = trace::no_event; // where that found nobody
};
AcceptFacts accept_facts(const Teller& tell);

// "running", or "parked" and for what, with the fact that says so; absent for a task without
// facts.
struct TaskNow {
  Told state;
  Told until;
  std::optional<std::uint64_t> worker;  // that runs it, where the newest fact is that one does
};
TaskNow task_now(const Teller& tell, std::uint32_t task);
// The first fact of a phase of a task.
trace::EventNumber first_of_task(const Teller& tell, std::uint32_t task, trace::Phase phase);

}  // namespace roundtrip::viz
