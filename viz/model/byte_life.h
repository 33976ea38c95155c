// The life of one byte, as far as the trace tells it: of a request's byte who sent it, which
// segment carried it, which recv() brought it, where in the buffer it lay, which state of the
// parser took it and which field it belongs to; of an answer's byte what made it, its field, its
// flush and send(), the segment, the ACK and the client's read. Where the wire was seen, also which
// packets carried it and which acknowledged it. Each step says by which event it is
// known; a step of which the trace has no fact says so. A kernel's stamp belongs to the last byte
// of its range: earlier ones came, or left, by then, which is marked as inferred. The parser's
// state comes from running core/http's parser again. Called by the screen for the byte under the
// pointer. Bounded: facts are looked for among most_events_around events of the connection before
// and after the call that moved the byte; where that was not all of them, the step says so.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "viz/model/byte_fields.h"

namespace roundtrip::viz {

inline constexpr std::size_t most_events_around = 1 << 16;

struct LifeStep {
  std::string_view what;                       // "recv()"
  std::string words;                           // "brought 83 bytes, 0 to 82, of up to 4,096"
  trace::EventNumber event = trace::no_event;  // that tells it; none: not known
  trace::Provenance source = trace::Provenance::Unknown;
  bool ahead = false;  // after the cursor
};

struct ByteLife {
  BytePlace place;
  std::string title;            // "byte 25 of the request: o, hex 6f"
  std::vector<LifeStep> steps;  // in the order in which a byte goes through them
  bool empty() const { return steps.empty(); }
};

// `focus`: whose byte it is where no event says. Empty for a place that is in neither stream.
ByteLife byte_life(const TraceView& view, const Cursor& cursor, const Focus& focus,
                   const BytePlace& place);

// "31.7074 ms", "~31.6625 ms"; a dash where no event tells it.
std::string when_text(const TraceView& view, const LifeStep& step);

}  // namespace roundtrip::viz
