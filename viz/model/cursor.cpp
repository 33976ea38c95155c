#include "viz/model/cursor.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace roundtrip::viz {

using trace::Event;
using trace::EventList;
using trace::EventNumber;
using trace::Phase;

namespace {

std::optional<std::uint64_t> next_in(const EventList& list, std::uint64_t event) {
  const auto next = std::upper_bound(list.begin(), list.end(), event);
  if (next == list.end()) return std::nullopt;
  return *next;
}
std::optional<std::uint64_t> before_in(const EventList& list, std::uint64_t event) {
  const auto next = std::lower_bound(list.begin(), list.end(), event);
  if (next == list.begin()) return std::nullopt;
  return *(next - 1);
}

// Where the cursor stands once `consumed` bytes of a connection's stream are read: at the event
// that took the last of them, or just before the one that will take the next.
std::optional<Cursor> place_of_byte(const TraceView& view, std::uint32_t conn,
                                    std::uint64_t consumed, std::uint64_t near) {
  const auto* summary = view.index.connection(conn);
  if (summary == nullptr) return std::nullopt;
  const EventList& events = summary->events;
  auto at = std::upper_bound(events.begin(), events.end(), near);
  // Back to a token that ends before the place, then forward to the one that reaches it.
  while (at != events.begin()) {
    const Event& event = view.trace[*(at - 1)];
    if (tells_request_bytes(event) && event.bytes().end() < consumed) break;
    --at;
  }
  for (; at != events.end(); ++at) {
    const Event& event = view.trace[*at];
    if (!tells_request_bytes(event) || event.bytes().end() < consumed) continue;
    if (event.bytes().end() == consumed) return Cursor{*at, consumed};
    return Cursor{at == events.begin() ? *at : *(at - 1), consumed};
  }
  return std::nullopt;
}

}  // namespace

std::string_view step_unit_word(StepUnit unit) {
  constexpr std::string_view words[] = {"byte", "event", "phase", "request"};
  return words[static_cast<std::size_t>(unit)];
}

std::optional<std::uint64_t> Stepper::neighbour(std::uint64_t event, int direction,
                                               bool phases) const {
  const auto* summary = conn_ != 0 ? view_.index.connection(conn_) : nullptr;
  if (summary == nullptr) {
    const std::uint64_t next = direction > 0 ? event + 1 : event - 1;
    if (direction < 0 && event <= view_.first()) return std::nullopt;
    return view_.has(next) ? std::optional(next) : std::nullopt;
  }
  // Of the process's events only those of its startup are of the story.
  const EventList& process =
      phases ? view_.index.startup_events() : view_.index.process_events();
  const auto look_in = [&](const EventList& list) {
    return direction > 0 ? next_in(list, event) : before_in(list, event);
  };
  const auto one = look_in(summary->events);
  const auto two = look_in(process);
  if (!one || !two) return one ? one : two;
  return direction > 0 ? std::min(*one, *two) : std::max(*one, *two);
}

std::optional<Cursor> Stepper::step_event(const Cursor& cursor, int direction,
                                          bool phases) const {
  std::optional<std::uint64_t> event;
  if (phases && (conn_ == 0 || view_.index.connection(conn_) == nullptr)) {
    event = direction > 0 ? view_.lanes.story_after(cursor.event)
                          : view_.lanes.story_before(cursor.event);
    if (event && !view_.has(*event)) event.reset();
  } else {
    event = neighbour(cursor.event, direction, phases);
    while (event && phases && !is_story(view_.trace[*event])) {
      event = neighbour(*event, direction, phases);
    }
  }
  if (!event) return std::nullopt;
  return Cursor{*event, {}};
}

std::optional<Cursor> Stepper::step_request(const Cursor& cursor, int direction) const {
  const auto first_of = [this](std::uint32_t request) -> std::uint64_t {
    const auto* summary = view_.index.request(request);
    return summary != nullptr ? summary->first : trace::no_event;
  };
  const auto* conn = conn_ != 0 ? view_.index.connection(conn_) : nullptr;
  const std::span<const std::uint32_t> requests =
      conn != nullptr ? std::span<const std::uint32_t>(conn->requests) : view_.index.requests();
  const auto later = std::partition_point(
      requests.begin(), requests.end(), [&](std::uint32_t request) {
        return direction > 0 ? first_of(request) <= cursor.event : first_of(request) < cursor.event;
      });
  if (direction > 0) {
    if (later == requests.end()) return std::nullopt;
    return Cursor{first_of(*later), {}};
  }
  if (later == requests.begin()) return std::nullopt;
  return Cursor{first_of(*(later - 1)), {}};
}

std::optional<Cursor> Stepper::step_byte(const Cursor& cursor, int direction) const {
  std::uint32_t conn = focus_at(view_, cursor.event, {conn_, 0}).conn;
  std::uint64_t near = cursor.event;
  if (conn == 0 && direction > 0) {
    // Nothing has been read yet: the first request of the trace is meant.
    const auto requests = view_.index.requests();
    const auto* request = requests.empty() ? nullptr : view_.index.request(requests.front());
    if (request == nullptr) return std::nullopt;
    conn = request->conn;
    near = request->first;
  }
  const auto consumed = consumed_at(view_, cursor, conn);
  if (!consumed) return std::nullopt;
  if (direction > 0) {
    if (const auto next = place_of_byte(view_, conn, *consumed + 1, near)) return next;
  } else if (*consumed > 0) {
    return place_of_byte(view_, conn, *consumed - 1, near);
  }
  return conn_ == 0 ? step_connection(conn, direction) : std::nullopt;
}

// From a connection's last byte to the first of the next one that brought any, or back.
std::optional<Cursor> Stepper::step_connection(std::uint32_t conn, int direction) const {
  const auto connections = view_.index.connections();
  const auto* own = view_.index.connection(conn);
  if (own == nullptr) return std::nullopt;
  const auto place = std::partition_point(
      connections.begin(), connections.end(), [&](std::uint32_t other) {
        const auto* summary = view_.index.connection(other);
        return summary != nullptr && summary->first < own->first;
      });
  auto at = place - connections.begin() + direction;
  for (; at >= 0 && at < std::ssize(connections); at += direction) {
    const std::uint32_t other = connections[static_cast<std::size_t>(at)];
    const auto* summary = view_.index.connection(other);
    if (summary == nullptr || summary->requests.empty()) continue;
    const std::uint64_t from = direction > 0 ? summary->first : summary->last;
    const auto consumed = consumed_at(view_, {from, {}}, other);
    const auto next = place_of_byte(view_, other, consumed.value_or(0) + (direction > 0 ? 1 : 0),
                                    from);
    if (next) return next;
  }
  return std::nullopt;
}

std::optional<Cursor> Stepper::forward(const Cursor& cursor, StepUnit unit) const {
  if (view_.empty()) return std::nullopt;
  switch (unit) {
    case StepUnit::Byte: return step_byte(cursor, 1);
    case StepUnit::Event: return step_event(cursor, 1, false);
    case StepUnit::Phase: return step_event(cursor, 1, true);
    case StepUnit::Request: return step_request(cursor, 1);
  }
  return std::nullopt;
}

std::optional<Cursor> Stepper::back(const Cursor& cursor, StepUnit unit) const {
  if (view_.empty()) return std::nullopt;
  switch (unit) {
    case StepUnit::Byte: return step_byte(cursor, -1);
    case StepUnit::Event: return step_event(cursor, -1, false);
    case StepUnit::Phase: return step_event(cursor, -1, true);
    case StepUnit::Request: return step_request(cursor, -1);
  }
  return std::nullopt;
}

std::optional<Cursor> Stepper::first() const {
  if (view_.empty()) return std::nullopt;
  const Cursor start{view_.first(), {}};
  if (is_story(view_.trace[start.event])) return start;
  const auto phase = Stepper(view_).forward(start, StepUnit::Phase);
  return phase ? phase : start;
}

std::optional<Cursor> Stepper::last() const {
  if (view_.empty()) return std::nullopt;
  return Cursor{view_.end() - 1, {}};
}

std::optional<Cursor> Stepper::clamped(const Cursor& cursor) const {
  if (view_.empty()) return std::nullopt;
  if (view_.has(cursor.event)) return cursor;
  return Cursor{std::clamp(cursor.event, view_.first(), view_.end() - 1), {}};
}

Result<Cursor> Stepper::position_of(std::string_view where) const {
  if (view_.empty()) return Error{"the trace holds no event yet, so there is no place to go to"};
  if (where == "end") return *last();
  std::uint64_t number = 0;
  const auto [rest, failure] = std::from_chars(where.data(), where.data() + where.size(), number);
  if (failure == std::errc{} && rest == where.data() + where.size()) {
    if (number >= 1 && view_.has(number - 1)) return Cursor{number - 1, {}};
    return Error{fmt::format("there is no event {}: this trace has events {} to {}", number,
                             view_.first() + 1, view_.end())};
  }
  const auto phase = trace::phase_from_id(where);
  if (!phase) {
    return Error{fmt::format("\"{}\" is no place in a trace: give an event number from 1, a phase "
                             "such as read.header, or end", where)};
  }
  for (std::uint64_t event = view_.first(); event < view_.end(); ++event) {
    if (view_.trace[event].phase == *phase) return Cursor{event, {}};
  }
  return Error{fmt::format("phase {} does not occur in this trace", where)};
}

std::optional<std::uint64_t> consumed_at(const TraceView& view, const Cursor& cursor,
                                         std::uint32_t conn) {
  const auto* summary = view.index.connection(conn);
  if (summary == nullptr) return std::nullopt;
  if (cursor.consumed) return cursor.consumed;
  const EventList& events = summary->events;
  auto at = std::upper_bound(events.begin(), events.end(), cursor.event);
  std::uint64_t flaw = 0;
  for (auto back = at; back != events.begin();) {
    const Event& event = view.trace[*--back];
    if (!tells_request_bytes(event)) continue;
    if (event.phase != Phase::ReadRejected) return std::max(event.bytes().end(), flaw);
    // What is wrong may have been found out later than at its byte.
    flaw = std::max(flaw, event.bytes().end());
  }
  if (flaw > 0) return flaw;
  for (; at != events.end(); ++at) {
    const Event& event = view.trace[*at];
    if (!tells_request_bytes(event)) continue;
    // Refused before a line was whole: its first byte is not the first of the request.
    const bool midway = event.phase == Phase::ReadRejected && !summary->cut;
    return midway ? 0 : event.bytes().offset;
  }
  return 0;
}

}  // namespace roundtrip::viz
