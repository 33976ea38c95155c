#include "viz/model/trace_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "viz/model/arg_words.h"
#include "viz/model/format.h"

namespace roundtrip::viz {

using trace::EventNumber;
using trace::Unit;

TimeWindow TraceView::whole() const {
  if (empty()) return {};
  return {trace[first()].time, trace[end() - 1].time};
}

namespace {

// How far back the story is asked what it was about.
constexpr std::uint64_t most_events_back = 4096;

std::uint32_t conn_at(const TraceView& view, std::uint64_t event) {
  const std::uint64_t first =
      event - std::min(event - view.first(), most_events_back);
  for (std::uint64_t at = event + 1; at-- > first;) {
    if (view.trace[at].conn != 0) return view.trace[at].conn;
    const EventNumber partner = view.index.partner(at);
    if (partner != trace::no_event && partner < view.end() && view.trace[partner].conn != 0 &&
        (at == event || view.trace[at].ends())) {
      return view.trace[partner].conn;
    }
  }
  return 0;
}

std::uint32_t request_at(const TraceView& view, std::uint64_t event, std::uint32_t conn) {
  const auto* summary = view.index.connection(conn);
  if (summary == nullptr || summary->requests.empty()) return 0;
  if (view.trace[event].conn == conn && view.trace[event].request != 0) {
    return view.trace[event].request;
  }
  const auto& requests = summary->requests;
  const auto later = std::partition_point(
      requests.begin(), requests.end(), [&](std::uint32_t request) {
        const auto* told = view.index.request(request);
        return told != nullptr && told->first <= event;
      });
  if (later == requests.begin()) return *later;
  const std::uint32_t current = *(later - 1);
  if (later == requests.end()) return current;
  // Between two requests: what has been read since the last one is the next one's; the answer that
  // a client still reads is the last one's.
  const trace::Event& fact = view.trace[event];
  if (fact.conn == conn && fact.row().group() == trace::Group::Transmit) return current;
  const EventNumber last = view.index.request(current)->last;
  const auto& events = summary->events;
  auto at = std::upper_bound(events.begin(), events.end(), event);
  while (at != events.begin() && *(at - 1) > last) {
    if (opens_request(view.trace[*--at])) return *later;
  }
  return current;
}

// When the gate held what the later event is about.
void add_gate_holds(const TraceView& view, std::uint64_t from, std::uint64_t to,
                    std::vector<TimeWindow>& windows) {
  const trace::Event& last = view.trace[to];
  const auto& holds = view.lanes.holds();
  // One gate holds one request at a time: of the holds before, the last alone may reach in here.
  const EventNumber* hold = std::lower_bound(holds.begin(), holds.end(), from);
  if (hold != holds.begin()) --hold;
  for (; hold != holds.end() && *hold < to; ++hold) {
    if (!view.has(*hold)) continue;
    const trace::Event& held = view.trace[*hold];
    const bool own = (last.conn != 0 && held.conn == last.conn) ||
                     (last.task != 0 && held.task == last.task);
    if (!own) continue;
    const EventNumber release = view.index.partner(*hold);
    const bool over = release != trace::no_event && view.has(release);
    windows.push_back({held.time, over ? std::min(last.time, view.trace[release].time)
                                       : last.time});
  }
}

// When a hand held packets of the connection at the wire: those that it had and let go in between,
// for only of these the later event can be what they were waited for.
void add_packet_holds(const TraceView& view, std::uint64_t from, std::uint64_t to,
                      std::vector<TimeWindow>& windows) {
  constexpr std::ptrdiff_t most_looked_at = 1024;
  const trace::Event& last = view.trace[to];
  const auto rows = view.lanes.rows({LaneKind::Wire, 0});
  if (last.conn == 0 || rows.size() <= LaneIndex::held_row) return;
  const auto& holds = rows[LaneIndex::held_row];
  const EventNumber* hold = std::lower_bound(holds.begin(), holds.end(), from);
  const EventNumber* const end = hold + std::min(most_looked_at, holds.end() - hold);
  for (; hold != end && *hold < to; ++hold) {
    if (!view.has(*hold) || view.trace[*hold].conn != last.conn) continue;
    const EventNumber release = view.index.partner(*hold);
    if (release == trace::no_event || release > to) continue;
    windows.push_back({view.trace[*hold].time, view.trace[release].time});
  }
}

}  // namespace

std::size_t place_of_request(const TraceView& view, const trace::ConnectionSummary& conn,
                             std::uint32_t request) {
  const auto* own = view.index.request(request);
  if (own == nullptr || own->conn != conn.conn) return conn.requests.size();
  // They stand in the order of their first events, whatever their numbers.
  const auto place = std::partition_point(
      conn.requests.begin(), conn.requests.end(), [&](std::uint32_t other) {
        const auto* told = view.index.request(other);
        return told != nullptr && told->first < own->first;
      });
  return static_cast<std::size_t>(place - conn.requests.begin());
}

bool tells_request_bytes(const trace::Event& event) {
  using enum trace::Phase;
  constexpr trace::PhaseSet tokens = {ReadLineFound, ReadHeader, ReadHeadersComplete,
                                      ReadBodyPiece, ReadRejected};
  return event.log == trace::Log::In && tokens.has(event.phase);
}

bool tells_response_bytes(const trace::Event& event) {
  return event.log == trace::Log::Out &&
         (event.phase == trace::Phase::TransmitHead || event.phase == trace::Phase::TransmitChunk ||
          (event.phase == trace::Phase::TransmitWrite && event.ends()));
}

bool opens_request(const trace::Event& event) {
  // The packet that brings it comes before anything of the server's.
  const bool brings =
      event.phase == trace::Phase::TracePacket && event.begins() &&
      event.arg("from") == static_cast<std::uint64_t>(trace::Host::Client) &&
      event.arg("payload").value_or(0) > 0;
  return brings || event.phase == trace::Phase::LifecycleNextRequest ||
         event.row().group() == trace::Group::Read;
}

Focus focus_at(const TraceView& view, std::uint64_t event, const Focus& chosen) {
  if (view.empty() || !view.has(event)) return chosen;
  Focus focus = chosen;
  if (focus.request != 0 && focus.conn == 0) {
    const auto* request = view.index.request(focus.request);
    if (request != nullptr) focus.conn = request->conn;
  }
  if (focus.conn == 0) focus.conn = conn_at(view, event);
  if (focus.conn == 0) return {};
  if (focus.request == 0) focus.request = request_at(view, event, focus.conn);
  return focus;
}

std::optional<std::uint64_t> arg_of(const TraceView& view, std::uint64_t event,
                                    std::string_view name) {
  const trace::Event& fact = view.trace[event];
  if (const auto value = fact.arg(name)) return value;
  if (!fact.ends()) return std::nullopt;
  const EventNumber begin = view.index.partner(event);
  if (begin == trace::no_event || !view.has(begin)) return std::nullopt;
  return view.trace[begin].arg(name);
}

TimeBetween time_between(const TraceView& view, std::uint64_t from, std::uint64_t to) {
  const trace::Event& first = view.trace[from];
  const trace::Event& last = view.trace[to];
  TimeBetween time{last.time - first.time, {}};
  const bool is_a_hold = last.phase == trace::Phase::TraceHold ||
                         last.phase == trace::Phase::TracePacketHeld;
  if (is_a_hold && first.phase == last.phase) return time;
  std::vector<TimeWindow> holds;
  add_gate_holds(view, from, to, holds);
  add_packet_holds(view, from, to, holds);
  std::sort(holds.begin(), holds.end(),
            [](const TimeWindow& one, const TimeWindow& other) { return one.from < other.from; });
  Instant counted_to = first.time;
  for (const TimeWindow& hold : holds) {
    time.held += std::max(Duration{}, hold.to - std::max(counted_to, hold.from));
    counted_to = std::max(counted_to, hold.to);
  }
  time.running = time.running - time.held;
  return time;
}

std::string value_text(const TraceView& view, const trace::ArgSpec& spec, std::uint64_t value) {
  const auto whole = static_cast<std::int64_t>(value);
  switch (spec.unit) {
    case Unit::Symbol:
      return std::string(view.trace.symbols().text({static_cast<std::uint32_t>(value)}));
    case Unit::Address: return trace::address_text({value}, view.trace.symbols());
    case Unit::Flag: return value != 0 ? "yes" : "no";
    case Unit::Errno:
      if (value == 0) return "0";
      return fmt::format("{} ({})", value, std::strerror(static_cast<int>(value)));
    case Unit::PhaseUnit:
      return value < trace::phase_count
                 ? std::string(trace::row_of(static_cast<trace::Phase>(value)).name)
                 : "unknown";
    case Unit::Nanoseconds:
    case Unit::ShortNanoseconds: return duration(Duration::nanoseconds(whole)).text();
    case Unit::Microseconds: return whole_us(value).text();
    case Unit::Milliseconds: return whole_ms(value).text();
    case Unit::Bytes:
    case Unit::WideBytes: return counted(whole, "byte");
    case Unit::Percent: return fmt::format("{}%", value);
    case Unit::Fd: return fmt::format("{}", static_cast<std::int32_t>(value));
    case Unit::Status:
    case Unit::Port:
    case Unit::Id:
    case Unit::Sequence: return fmt::format("{}", value);
    case Unit::Offset: return fmt::format("byte {}", value);
    case Unit::WideCount:
    case Unit::Count: return count(whole);
    case Unit::TcpFlagsUnit:
    case Unit::PacketMarksUnit: return trace::bits_text(spec.unit, value);
    default: break;
  }
  return std::string(plain_word(spec.unit, value));
}

}  // namespace roundtrip::viz
