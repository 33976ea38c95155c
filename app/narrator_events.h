// A connection's facts, sorted the way the journey tells them: what opened it, then for each
// request its reading, handling, sending and what came of it, then the end. Used by the narrator.
// Facts that name no request (the recv() before a request line is known) go to the request that
// they led to. Scheduling and the trace's own facts are left out, but for holds, which are counted.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "viz/model/trace_view.h"

namespace roundtrip::app {

using EventNumbers = std::vector<trace::EventNumber>;

struct RequestFacts {
  std::uint32_t request = 0;
  EventNumbers read;       // phase 3
  EventNumbers handle;     // phase 4, the body's reading included
  EventNumbers transmit;   // phase 5
  EventNumbers lifecycle;  // phase 6, until the next request
  Duration held{};         // by a teacher, of all this
  bool begun = false;      // the program has read something of it that bears its number
};

struct ConnectionFacts {
  std::uint32_t conn = 0;
  EventNumbers opening;    // phase 2
  std::vector<RequestFacts> requests;
  EventNumbers ending;     // of a connection on which no request was begun
};

ConnectionFacts facts_of(const viz::TraceView& view, std::uint32_t conn);

// The first of these events that is of this phase (and no end); no_event when there is none.
trace::EventNumber first_of(const viz::TraceView& view, const EventNumbers& events,
                            trace::Phase phase);
trace::EventNumber last_of(const viz::TraceView& view, const EventNumbers& events,
                           trace::Phase phase);

// Where a request's time went. Each is there only if both of its ends were recorded; held time is
// left out. What lies between the parts is `rest`, so that all of them add up to `whole`.
struct RequestTimes {
  std::optional<Duration> read;    // the recv() calls for its head; none if pipelined
  std::optional<Duration> parse;   // from token to token, without what waits for bytes between
  std::optional<Duration> handle;  // from the request's end to that of handler and middleware
  std::optional<Duration> send;    // finishing the response; none where nothing was sent
  std::optional<Duration> rest;    // waiting for bytes, asking the kernel
  std::optional<Duration> whole;   // from the recv() that brought its first byte to the finish
  std::optional<Duration> client;  // from the client's send to its read of the answer
  trace::EventNumber begun = trace::no_event;  // where `whole` begins
};
RequestTimes times_of(const viz::TraceView& view, const RequestFacts& facts);

// What became of a request: the status of its answer, once that was sent whole; what was sent of
// it otherwise.
struct Answer {
  std::optional<std::uint64_t> status;  // as the handler or the parser fixed it
  std::uint64_t sent_bytes = 0;         // taken by the kernel, head and body
  bool finished = false;                // the server has done with it
  bool whole = false;
};
Answer answer_of(const viz::TraceView& view, const RequestFacts& facts);
// What the kernel took of its answer, also where that went out with the answers of others.
std::uint64_t sent_bytes_of(const viz::TraceView& view, const RequestFacts& facts);

// From the first fact of the connection to the first run of its task.
std::optional<Duration> connection_time(const viz::TraceView& view, const ConnectionFacts& facts);

}  // namespace roundtrip::app
