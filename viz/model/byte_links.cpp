// Byte and event name each other: found by binary search, since each is asked for on every frame in
// which the pointer rests on the bytes.
#include <algorithm>

#include "viz/model/byte_fields.h"

namespace roundtrip::viz {

using trace::Event;
using trace::EventNumber;
using trace::Log;

namespace {

// Of the events that tell bytes of a log in order of the stream, the one with the smallest range
// around a place. Each ends no earlier than those before it.
template <class Tells>
std::optional<EventNumber> told_at(const TraceView& view, const trace::EventList& events,
                                   const BytePlace& place, Tells tells) {
  const auto next_from = [&](const EventNumber* at) {
    return std::find_if(at, events.end(), [&](EventNumber number) {
      return view.trace[number].log == place.log && tells(view.trace[number]);
    });
  };
  const EventNumber* low = events.begin();
  const EventNumber* high = events.end();
  while (low < high) {
    const EventNumber* middle = low + (high - low) / 2;
    const EventNumber* told = next_from(middle);
    if (told != events.end() && view.trace[*told].bytes().end() <= place.offset) {
      low = told + 1;
    } else {
      high = middle;
    }
  }
  std::optional<EventNumber> best;
  for (auto at = next_from(low); at != events.end(); at = next_from(at + 1)) {
    const ByteRange range = view.trace[*at].bytes();
    if (range.offset > place.offset) break;
    if (!range.contains(place.offset)) continue;
    if (!best || range.length < view.trace[*best].bytes().length) best = *at;
  }
  return best;
}

}  // namespace

std::optional<EventNumber> event_for_byte(const TraceView& view, const BytePlace& place) {
  const auto* conn = view.index.connection(place.conn);
  if (conn == nullptr) return std::nullopt;
  if (place.log == Log::In) {
    // A flaw may lie before bytes that were read already: it is looked for by itself.
    const auto flaw = told_at(view, conn->events, place, [](const Event& event) {
      return event.phase == trace::Phase::ReadRejected;
    });
    if (flaw) return flaw;
    const auto token = told_at(view, conn->events, place, [](const Event& event) {
      return event.phase != trace::Phase::ReadRejected && tells_request_bytes(event);
    });
    if (token) return token;
    // No token has taken it: the read() that brought it.
    return told_at(view, conn->events, place, [](const Event& event) {
      return event.phase == trace::Phase::ReadRead && event.ends();
    });
  }
  if (place.log == Log::Out) return told_at(view, conn->events, place, tells_response_bytes);
  return told_at(view, conn->events, place, [](const Event&) { return true; });
}

std::optional<ByteSpan> bytes_of_event(const TraceView& view, std::uint64_t event) {
  if (!view.has(event)) return std::nullopt;
  for (const std::uint64_t number : {event, std::uint64_t{view.index.partner(event)}}) {
    if (!view.has(number)) continue;
    const Event& fact = view.trace[number];
    if (fact.has_bytes() && !fact.bytes().empty()) {
      return ByteSpan{fact.conn, fact.log, fact.bytes()};
    }
  }
  return std::nullopt;
}

}  // namespace roundtrip::viz
