// The cursor: where in the trace the screen stands. Everything on screen is what is true just after
// the cursor's event. Stepping by byte gives it a finer place: how much of the connection's stream
// the parser has consumed; the layouts rerun the parser over that much.
// `Stepper` moves it; it keeps nothing and changes nothing. Called by apply (actions.h), by the
// command line (`--at`) and by tests. Events count from 0 here, from 1 in what people read and
// type.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/base/result.h"
#include "viz/model/trace_view.h"

namespace roundtrip::viz {

enum class StepUnit : std::uint8_t { Byte, Event, Phase, Request };
std::string_view step_unit_word(StepUnit unit);

struct Cursor {
  std::uint64_t event = 0;
  // Bytes of the connection's stream consumed, from its beginning; only while stepping by byte.
  std::optional<std::uint64_t> consumed;
  bool operator==(const Cursor&) const = default;
};

class Stepper {
 public:
  // `conn`: only this connection's events and those of the process; 0: everyone's.
  explicit Stepper(const TraceView& view, std::uint32_t conn = 0) : view_(view), conn_(conn) {}

  // The next place, or the one before; empty where there is none.
  // Event: any event. Phase: begins and instants of the story (not of scheduler or trace). Request:
  // the first event of a request. Byte: the next byte of a request that the parser consumed; after
  // a connection's last that of the next connection.
  std::optional<Cursor> forward(const Cursor& cursor, StepUnit unit) const;
  std::optional<Cursor> back(const Cursor& cursor, StepUnit unit) const;

  // Where a lesson starts: the first phase. An empty trace has neither.
  std::optional<Cursor> first() const;
  std::optional<Cursor> last() const;

  // "end", an event's number from 1, or a phase id such as "read.header" (its first event).
  Result<Cursor> position_of(std::string_view where) const;

  // The cursor moved to events that are still there.
  std::optional<Cursor> clamped(const Cursor& cursor) const;

 private:
  std::optional<Cursor> step_event(const Cursor& cursor, int direction, bool phases) const;
  std::optional<Cursor> step_request(const Cursor& cursor, int direction) const;
  std::optional<Cursor> step_byte(const Cursor& cursor, int direction) const;
  std::optional<Cursor> step_connection(std::uint32_t conn, int direction) const;
  std::optional<std::uint64_t> neighbour(std::uint64_t event, int direction,
                                         bool phases) const;

  const TraceView& view_;
  std::uint32_t conn_;
};

// How many bytes of the stream of the connection in focus the parser has consumed at the cursor;
// empty when no connection is in focus.
std::optional<std::uint64_t> consumed_at(const TraceView& view, const Cursor& cursor,
                                         std::uint32_t conn);

}  // namespace roundtrip::viz
