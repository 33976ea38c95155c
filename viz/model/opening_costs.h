// What a connection costs before its first request can be read, and how long its requests took:
// from the client's connect (or its SYN, where that is the first that is known) over the handshake
// and accept4 to the first run of its task. The requests that come later on the same connection do
// not pay it again. Called by layouts, once a frame; a cost needs both of its ends, at the cursor.
// All lengths are derived, or inferred where an end was.
#pragma once

#include "viz/model/teller.h"

namespace roundtrip::viz {

struct Cost {
  std::optional<Duration> length;
  trace::Provenance source = trace::Provenance::Derived;
  trace::EventNumber event = trace::no_event;  // its end
  Told told(std::string_view absent = "not measured") const;
};

struct OpeningCosts {
  Cost handshake;  // until both kernels are agreed
  Cost accept;     // waits in the kernel's queue, and is taken out by accept4
  Cost spawn;      // object and task are made, and the task runs
  Cost whole;
};
OpeningCosts opening_costs(const Teller& tell);

// Of a request, from its first own fact to the end of its finish.
Cost request_cost(const Teller& tell, std::uint32_t request);

}  // namespace roundtrip::viz
