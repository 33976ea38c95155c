#include "viz/model/teller.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/trace/symbols.h"
#include "viz/model/describe.h"
#include "viz/model/format.h"

namespace roundtrip::viz {

using trace::EventNumber;
using trace::no_event;

namespace {

constexpr std::size_t facts_of_an_opening = 64;
constexpr std::size_t most_letters_of_a_text = 40;

}  // namespace

Teller::Teller(const TraceView& view, const Cursor& cursor, const ViewState& state)
    : view_(view), upto_(cursor.event), focus_(focus_at(view, cursor.event, state.chosen)) {}

bool lies_ahead(const TraceView& view, std::uint64_t upto, Topic topic) {
  if (topic == Topic::Request) {
    const auto all = view.index.requests();
    const auto* last = all.empty() ? nullptr : view.index.request(all.back());
    return last != nullptr && last->first > upto;
  }
  const auto all = view.index.connections();
  const auto* last = all.empty() ? nullptr : view.index.connection(all.back());
  return last != nullptr && !last->events.empty() && *last->events.begin() > upto;
}

std::string nothing_yet(std::string_view what, Topic topic, const TraceView& view,
                        const Cursor& cursor, const ViewState& state) {
  if (lies_ahead(view, cursor.event, topic)) {
    return fmt::format("{} will stand here: press Next to get there.", what);
  }
  if (state.session.live) return fmt::format("{} will stand here: send a request.", what);
  return fmt::format("{} would stand here, but no {} comes in this trace.", what,
                     topic == Topic::Request ? "request" : "client");
}

EventNumber Teller::opening(trace::Phase phase) const {
  const trace::ConnectionSummary* known = view_.index.connection(focus_.conn);
  if (known == nullptr) return no_event;
  const std::size_t most = std::min(known->events.size(), facts_of_an_opening);
  for (std::size_t i = 0; i < most && known->events[i] <= upto_; ++i) {
    const EventNumber number = known->events[i];
    if (!view_.has(number)) continue;
    const trace::Event& event = view_.trace[number];
    if (event.phase == phase && !event.ends()) return number;
  }
  return no_event;
}

// The facts of the connection, the newest first, until `enough` says so. Where the request in focus
// has told more than can be looked at, its middle is left out: there lie the pieces of a long body,
// one like the other.
template <class Enough>
void Teller::look_back(Enough enough) const {
  const trace::ConnectionSummary* known = view_.index.connection(focus_.conn);
  const trace::RequestSummary* request = view_.index.request(focus_.request);
  if (known == nullptr) return;
  constexpr std::ptrdiff_t half = most_facts_looked_at / 2;
  const auto& events = known->events;
  const EventNumber* const first =
      request == nullptr ? events.begin()
                         : std::lower_bound(events.begin(), events.end(), request->first);
  const EventNumber* at = std::upper_bound(events.begin(), events.end(), upto_);
  for (std::ptrdiff_t looked = 0; at != events.begin() && looked < 2 * half; ++looked) {
    if (looked == half && at - first > half) at = first + half;
    if (!view_.has(*--at) || enough(view_.trace[*at], *at)) return;
  }
}

// Those of the request, but no ends, until `found` says that it is enough.
template <class Found>
void Teller::each_of_request(Found found) const {
  if (focus_.request == 0) return;
  look_back([&](const trace::Event& event, EventNumber number) {
    if (event.request != 0 && event.request < focus_.request) return true;
    return event.request == focus_.request && !event.ends() && found(event, number);
  });
}

EventNumber Teller::newest(trace::Phase phase) const {
  EventNumber newest = no_event;
  each_of_request([&](const trace::Event& event, EventNumber number) {
    if (event.phase != phase) return false;
    newest = number;
    return true;
  });
  return newest;
}

EventNumber Teller::earliest(trace::Phase phase) const {
  EventNumber earliest = no_event;
  each_of_request([&](const trace::Event& event, EventNumber number) {
    if (event.phase == phase) earliest = number;
    return false;
  });
  return earliest;
}

std::vector<EventNumber> Teller::all(trace::Phase phase, std::size_t most) const {
  std::vector<EventNumber> found;
  each_of_request([&](const trace::Event& event, EventNumber number) {
    if (event.phase == phase) found.push_back(number);
    return false;
  });
  std::reverse(found.begin(), found.end());
  if (found.size() > most) found.resize(most);
  return found;
}

trace::RequestState Teller::request() const {
  const trace::RequestSummary* known = view_.index.request(focus_.request);
  if (known == nullptr || upto_ < known->first) return {};
  // What the connection has read since is another request's.
  const std::uint64_t upto = std::min(upto_, std::uint64_t{known->last});
  trace::RequestState state = view_.states.connection_at(focus_.conn, upto).request;
  if (state.request != focus_.request) return {};
  return state;
}

std::vector<EventNumber> Teller::latest(const trace::PhaseSet& phases, std::size_t most) const {
  std::vector<EventNumber> found;
  each_of_request([&](const trace::Event& event, EventNumber number) {
    if (phases.has(event.phase)) found.push_back(number);
    return found.size() == most;
  });
  std::reverse(found.begin(), found.end());
  return found;
}

void Teller::find_newest(std::span<const trace::Phase> phases,
                         std::span<EventNumber> found) const {
  std::fill(found.begin(), found.end(), no_event);
  trace::PhaseSet wanted;
  for (const trace::Phase phase : phases) wanted.add(phase);
  std::size_t missing = phases.size();
  if (missing == 0) return;
  look_back([&](const trace::Event& event, EventNumber number) {
    if (event.ends() || !wanted.has(event.phase)) return false;
    const auto place = std::find(phases.begin(), phases.end(), event.phase) - phases.begin();
    EventNumber& newest = found[static_cast<std::size_t>(place)];
    if (newest == no_event) --missing;
    if (newest == no_event) newest = number;
    return missing == 0;
  });
}

EventNumber Teller::end_of(EventNumber begin) const {
  if (begin == no_event) return no_event;
  const EventNumber end = view_.index.partner(begin);
  return end == no_event || end > upto_ ? no_event : end;
}

std::optional<std::uint64_t> Teller::number(EventNumber event, std::string_view name) const {
  if (event == no_event) return std::nullopt;
  if (const auto value = view_.trace[event].arg(name)) return value;
  const EventNumber end = end_of(event);
  return end == no_event ? std::nullopt : view_.trace[end].arg(name);
}

Told Teller::argument(EventNumber event, std::string_view name) const {
  const auto value = number(event, name);
  if (!value) return {};
  const trace::PhaseRow& row = view_.trace[event].row();
  for (std::size_t i = 0; i < row.arg_count(); ++i) {
    if (row.args[i].name == name) {
      return {value_text(view_, row.args[i], *value), view_.trace[event].provenance, event};
    }
  }
  return {};
}

std::string Teller::symbol(EventNumber event, std::string_view name) const {
  const auto value = number(event, name);
  return value ? symbol(trace::Symbol{static_cast<std::uint32_t>(*value)})
               : std::string("without a name");
}

std::string Teller::symbol(trace::Symbol text) const {
  return std::string(view_.trace.symbols().text(text));
}

Told Teller::length(EventNumber begin, std::string_view meanwhile) const {
  if (begin == no_event) return {};
  const EventNumber end = end_of(begin);
  if (end == no_event) return {std::string(meanwhile), trace::Provenance::Observed, begin};
  return since(begin, end);
}

Told Teller::since(EventNumber from, EventNumber event) const {
  if (from == no_event || event == no_event) return {};
  const Duration apart = time_between(view_, from, event).running;
  if (auto coarse = coarse_length(view_.trace[from], apart)) {
    return {std::move(coarse), trace::Provenance::Inferred, event};
  }
  return {duration(apart).text(), source_between(view_, from, event), event};
}

Told Teller::text(trace::Log log, const std::optional<ByteRange>& range,
                  EventNumber event) const {
  if (!range) return {};
  const auto bytes = view_.trace.bytes(focus_.conn, log, *range);
  return {bytes.whole ? quoted(bytes.data, most_letters_of_a_text) : std::string("not kept"),
          trace::Provenance::Observed, event, ByteSpan{focus_.conn, log, *range}};
}

}  // namespace roundtrip::viz
