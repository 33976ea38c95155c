#include "app/narrator_events.h"

#include <algorithm>
#include <utility>

#include "viz/model/answer_bytes.h"

namespace roundtrip::app {

using trace::Event;
using trace::EventNumber;
using trace::Group;
using trace::no_event;
using trace::Phase;

namespace {

// Sorts one connection's facts; a state machine over its events in order.
struct Sorter {
  const viz::TraceView& view;
  ConnectionFacts facts;
  EventNumbers coming;  // of a request whose number is not known yet
  Duration coming_held{};  // by a teacher, of the same

  RequestFacts* current() { return facts.requests.empty() ? nullptr : &facts.requests.back(); }

  RequestFacts* request(std::uint32_t number) {
    if (number == 0) return current();
    for (auto it = facts.requests.rbegin(); it != facts.requests.rend(); ++it) {
      if (it->request == number) return &*it;
    }
    facts.requests.push_back({number, std::exchange(coming, {}), {}, {}, {},
                              std::exchange(coming_held, {}), false});
    return current();
  }

  void take(EventNumber number) {
    const Event& event = view.trace[number];
    switch (event.row().group()) {
      case Group::Startup:
      case Group::Task: return;
      case Group::Connection: facts.opening.push_back(number); return;
      case Group::Read: take_read(number, event); return;
      case Group::Handle:
        if (RequestFacts* one = request(event.request)) one->handle.push_back(number);
        return;
      case Group::Transmit:
        if (RequestFacts* one = request(event.request)) one->transmit.push_back(number);
        return;
      case Group::Lifecycle: take_lifecycle(number, event); return;
      case Group::Trace: take_own(number, event); return;
    }
  }

  void take_read(EventNumber number, const Event& event) {
    // The kernel may have told of a request's last bytes before the program read its first.
    RequestFacts* one = event.request != 0 ? request(event.request) : current();
    if (event.request == 0 && (one == nullptr || one->begun)) {
      coming.push_back(number);
      return;
    }
    if (event.request != 0 && event.row().lane == trace::Lane::Program) one->begun = true;
    (one->handle.empty() ? one->read : one->handle).push_back(number);
  }

  void take_lifecycle(EventNumber number, const Event& event) {
    if (event.phase == Phase::LifecycleNextRequest) {
      coming.insert(coming.begin(), number);
      return;
    }
    RequestFacts* one = request(event.request);
    EventNumbers& list = one != nullptr ? one->lifecycle : facts.ending;
    // What was read last and made no request belongs to the end.
    if (event.phase == Phase::LifecycleClose || event.phase == Phase::LifecycleTimeout) {
      list.insert(list.end(), coming.begin(), coming.end());
      coming.clear();
    }
    list.push_back(number);
  }

  void take_own(EventNumber number, const Event& event) {
    if (event.phase == Phase::TraceHold && event.begins()) {
      const auto length = view.index.duration(number);
      RequestFacts* one = event.request != 0 ? request(event.request) : nullptr;
      if (length) (one != nullptr ? one->held : coming_held) += *length;
      return;
    }
    const bool told = event.phase == Phase::TraceTcpInfo ||
                      event.phase == Phase::TraceObservationOff;
    if (!told) return;
    RequestFacts* one = current();
    if (one == nullptr) {
      facts.opening.push_back(number);
    } else if (!one->transmit.empty() && one->lifecycle.empty()) {
      one->transmit.push_back(number);
    }
  }
};

std::optional<Duration> between(const viz::TraceView& view, EventNumber from, EventNumber to) {
  if (from == no_event || to == no_event) return std::nullopt;
  const Duration length = view.trace[to].time - view.trace[from].time;
  if (length < Duration{}) return std::nullopt;
  return length;
}

// Held time within two events of one task, so that it can be left out.
Duration held_between(const viz::TraceView& view, std::uint32_t task, EventNumber from,
                      EventNumber to) {
  Duration held{};
  for (EventNumber number = from; number < to; ++number) {
    const Event& event = view.trace[number];
    if (event.phase != Phase::TraceHold || !event.begins() || event.task != task) continue;
    if (const auto length = view.index.duration(number)) held += *length;
  }
  return held;
}

constexpr trace::PhaseSet parser_steps = {
    Phase::ReadLineFound, Phase::ReadLineSplit,       Phase::ReadLineValid,    Phase::ReadUrl,
    Phase::ReadHeader,    Phase::ReadHeadersComplete, Phase::ReadRequestReady, Phase::ReadRejected};

EventNumber end_of(const viz::TraceView& view, EventNumber begin) {
  if (begin == no_event) return no_event;
  const EventNumber end = view.index.partner(begin);
  return end != no_event && view.has(end) ? end : no_event;
}

// The recv() calls of this task that brought bytes, and the parser's way from token to token.
void add_reading(const viz::TraceView& view, const RequestFacts& facts, std::uint32_t task,
                 RequestTimes& times) {
  EventNumber before = no_event;
  for (const EventNumber number : facts.read) {
    const Event& event = view.trace[number];
    if (event.task != task || event.row().lane != trace::Lane::Program) continue;
    const EventNumber end = event.phase == Phase::ReadRead && event.begins()
                                ? end_of(view, number) : no_event;
    if (end != no_event && view.trace[end].arg("got").value_or(0) > 0) {
      times.read = times.read.value_or(Duration{}) + (view.trace[end].time - event.time) -
                   held_between(view, task, number, end);
    }
    // A refusal that names no byte was the clock's.
    const bool parsed = parser_steps.has(event.phase) &&
                        (event.phase != Phase::ReadRejected || event.has_bytes());
    const bool goes_on =
        parsed && before != no_event && parser_steps.has(view.trace[before].phase);
    if (goes_on) {
      times.parse = times.parse.value_or(Duration{}) + (event.time - view.trace[before].time) -
                    held_between(view, task, before, number);
    }
    before = number;
  }
}

}  // namespace

ConnectionFacts facts_of(const viz::TraceView& view, std::uint32_t conn) {
  Sorter sorter{view, {}, {}};
  sorter.facts.conn = conn;
  const trace::ConnectionSummary* summary = view.index.connection(conn);
  if (summary == nullptr) return sorter.facts;
  for (const EventNumber number : summary->events) {
    if (view.has(number)) sorter.take(number);
  }
  // What was read last and led to no request; and a client may have gone before its request was
  // read: that is part of how the request's story ends.
  EventNumbers& list = sorter.facts.requests.empty() ? sorter.facts.ending
                                                     : sorter.facts.requests.back().lifecycle;
  list.insert(list.end(), sorter.coming.begin(), sorter.coming.end());
  if (!sorter.facts.requests.empty()) {
    list.insert(list.end(), sorter.facts.ending.begin(), sorter.facts.ending.end());
    sorter.facts.ending.clear();
  }
  std::sort(list.begin(), list.end());
  return sorter.facts;
}

EventNumber first_of(const viz::TraceView& view, const EventNumbers& events, Phase phase) {
  for (const EventNumber number : events) {
    if (view.trace[number].phase == phase && !view.trace[number].ends()) return number;
  }
  return no_event;
}

EventNumber last_of(const viz::TraceView& view, const EventNumbers& events, Phase phase) {
  for (auto it = events.rbegin(); it != events.rend(); ++it) {
    if (view.trace[*it].phase == phase && !view.trace[*it].ends()) return *it;
  }
  return no_event;
}

RequestTimes times_of(const viz::TraceView& view, const RequestFacts& facts) {
  RequestTimes times;
  // The recv() that brought the first bytes; pipelined requests were there already.
  EventNumber begun = no_event;
  for (const EventNumber number : facts.read) {
    const Event& event = view.trace[number];
    const EventNumber end = event.phase == Phase::ReadRead && event.begins()
                                ? end_of(view, number) : no_event;
    if (end != no_event && view.trace[end].arg("got").value_or(0) > 0) {
      begun = number;
      break;
    }
  }
  const EventNumber line = first_of(view, facts.read, Phase::ReadLineFound);
  if (begun == no_event) begun = line;
  EventNumber parsed = first_of(view, facts.read, Phase::ReadRequestReady);
  if (parsed == no_event) parsed = first_of(view, facts.read, Phase::ReadRejected);
  const EventNumber finish = last_of(view, facts.transmit, Phase::TransmitFinish);
  const EventNumber finished = end_of(view, finish);
  times.begun = begun;
  if (begun == no_event) return times;
  const std::uint32_t task = view.trace[begun].task;
  const auto part = [&](EventNumber from, EventNumber to) {
    auto length = between(view, from, to);
    if (length) *length = *length - held_between(view, task, from, to);
    return length;
  };
  add_reading(view, facts, task, times);
  times.handle = part(parsed, finish);
  if (answer_of(view, facts).sent_bytes > 0) times.send = part(finish, finished);
  times.whole = part(begun, finished);
  if (times.whole) {
    Duration rest = *times.whole;
    for (const auto& one : {times.read, times.parse, times.handle, times.send}) {
      rest = rest - one.value_or(Duration{});
    }
    times.rest = rest;
  }
  times.client = between(view, first_of(view, facts.read, Phase::ReadClientSend),
                         last_of(view, facts.transmit, Phase::TransmitClientRead));
  return times;
}

std::uint64_t sent_bytes_of(const viz::TraceView& view, const RequestFacts& facts) {
  const viz::AnswerBytes answer = viz::answer_bytes(view.index, facts.request, view.end() - 1);
  if (answer.carrier != no_event) return answer.to - answer.from;
  std::uint64_t bytes = 0;
  for (const EventNumber number : facts.transmit) {
    const Event& event = view.trace[number];
    if (event.phase != Phase::TransmitWrite || !event.ends()) continue;
    if (answer.begun() && event.has_bytes()) {
      bytes += answer.part_of(event).length;
    } else if (event.request == facts.request) {
      bytes += event.arg("written").value_or(0);
    }
  }
  return bytes;
}

Answer answer_of(const viz::TraceView& view, const RequestFacts& facts) {
  Answer answer;
  const EventNumber header = last_of(view, facts.handle, Phase::HandleWriteHeader);
  if (header != no_event) answer.status = view.trace[header].arg("status");
  answer.sent_bytes = sent_bytes_of(view, facts);
  const EventNumber finish = last_of(view, facts.transmit, Phase::TransmitFinish);
  const EventNumber finished = end_of(view, finish);
  answer.finished = finished != no_event;
  // What was kept back may still go out, as long as its connection is there.
  const trace::ConnectionSummary* conn =
      answer.finished ? view.index.connection(view.trace[finished].conn) : nullptr;
  const bool waits = conn != nullptr && !conn->closed && view.trace[finished].has_bytes();
  if (answer.finished && answer.sent_bytes == 0 && !waits) answer.status.reset();
  answer.whole = answer.finished && (view.trace[finished].arg("status").has_value() ||
                                     view.trace[finish].arg("status").has_value());
  return answer;
}

std::optional<Duration> connection_time(const viz::TraceView& view, const ConnectionFacts& facts) {
  if (facts.opening.empty()) return std::nullopt;
  return between(view, facts.opening.front(),
                 first_of(view, facts.opening, Phase::ConnectionFirstRun));
}

}  // namespace roundtrip::app
