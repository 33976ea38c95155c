// Which facts of the trace a byte's life is told by: found around the call that moved it, in one
// pass over a bounded number of events. Called by byte_life only.
#pragma once

#include <optional>

#include "viz/model/byte_fields.h"

namespace roundtrip::viz {

// What made a byte of the answer.
struct Maker {
  enum class Kind : std::uint8_t { Unknown, Head, Handler, ChunkSize, ChunkEnd, LastChunk };
  Kind kind = Kind::Unknown;
  trace::EventNumber event = trace::no_event;
  // Of a byte of the handler's: which of its writes made it, and the place in that; from 1, from 0.
  std::uint64_t number = 0;
  std::uint64_t of = 0;
  std::uint64_t length = 0;
  std::uint64_t place = 0;
};

// no_event: the trace tells none, as far as it was searched.
struct LifeFacts {
  bool searched_all = true;  // no event of the connection was left out
  std::uint32_t request = 0;                    // whose byte it is
  trace::EventNumber moved = trace::no_event;   // the end of the recv() or the send()
  trace::EventNumber client = trace::no_event;  // that the client sent it, or has read it
  trace::EventNumber segment = trace::no_event;
  // Of a request's byte.
  trace::EventNumber fill = trace::no_event;
  // Of an answer's byte.
  trace::EventNumber flush = trace::no_event;  // its begin
  std::optional<std::uint64_t> flush_offset;   // of the first byte in the buffer at that flush
  trace::EventNumber ack = trace::no_event;
  Maker maker;
};

LifeFacts facts_of_byte(const TraceView& view, const BytePlace& place);

}  // namespace roundtrip::viz
