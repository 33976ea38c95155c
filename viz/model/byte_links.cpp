// Byte and event name each other: found by binary search, since each is asked for on every frame in
// which the pointer rests on the bytes.
#include <algorithm>

#include "viz/model/byte_fields.h"

namespace roundtrip::viz {

using trace::Event;
using trace::EventNumber;
using trace::Log;

namespace {

// Between the recv() that brings a byte and its token, in a connection.
constexpr std::size_t most_events_to_token = 4096;

// Of the events that tell bytes of a log in order of the stream, the one with the smallest range
// around a place. Each ends no earlier than those before it.
template <class Tells>
std::optional<EventNumber> told_at(const TraceView& view, const trace::EventList& events,
                                   const BytePlace& place, Tells tells) {
  const auto next = [&](const EventNumber* at, const EventNumber* until) {
    return std::find_if(at, until, [&](EventNumber number) {
      return view.trace[number].log == place.log && tells(view.trace[number]);
    });
  };
  const auto next_from = [&](const EventNumber* at) { return next(at, events.end()); };
  const EventNumber* low = events.begin();
  const EventNumber* high = events.end();
  while (low < high) {
    const EventNumber* middle = low + (high - low) / 2;
    const EventNumber* told = next(middle, high);
    if (told != high && view.trace[*told].bytes().end() <= place.offset) {
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

// What the parser made of a byte after a recv() had brought it: a flaw, which may lie before bytes
// that were told already, else the token with the smallest range around it. Looked for up to the
// next request.
std::optional<EventNumber> parsed_at(const TraceView& view, const trace::EventList& events,
                                     const BytePlace& place, EventNumber read) {
  const EventNumber* at = std::upper_bound(events.begin(), events.end(), read);
  const auto left = static_cast<std::size_t>(events.end() - at);
  std::optional<EventNumber> best;
  for (const EventNumber* const end = at + std::min(left, most_events_to_token); at != end; ++at) {
    const Event& event = view.trace[*at];
    if (event.log != Log::In || !tells_request_bytes(event)) continue;
    const ByteRange range = event.bytes();
    if (event.phase == trace::Phase::ReadLineFound && range.offset > place.offset) break;
    if (!range.contains(place.offset)) continue;
    if (event.phase == trace::Phase::ReadRejected) return *at;
    if (!best || range.length < view.trace[*best].bytes().length) best = *at;
  }
  return best;
}

}  // namespace

std::optional<EventNumber> moved_byte(const TraceView& view, const BytePlace& place) {
  const auto* conn = view.index.connection(place.conn);
  if (conn == nullptr) return std::nullopt;
  const trace::Phase phase =
      place.log == Log::In ? trace::Phase::ReadRead : trace::Phase::TransmitWrite;
  return told_at(view, conn->events, place, [phase](const Event& event) {
    return event.phase == phase && event.ends() && event.has_bytes();
  });
}

std::optional<EventNumber> event_for_byte(const TraceView& view, const BytePlace& place) {
  const auto* conn = view.index.connection(place.conn);
  if (conn == nullptr) return std::nullopt;
  if (place.log == Log::In) {
    const auto read = moved_byte(view, place);
    if (read) return parsed_at(view, conn->events, place, *read).value_or(*read);
    return told_at(view, conn->events, place, tells_request_bytes);
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
