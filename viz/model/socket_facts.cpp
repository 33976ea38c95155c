#include "viz/model/socket_facts.h"

#include <algorithm>

namespace roundtrip::viz {

using trace::Event;
using trace::EventNumber;
using trace::Host;
using trace::no_event;
using trace::Phase;

namespace {

constexpr std::size_t history_columns = 48;
// Within one column of a history so many facts are looked at.
constexpr std::ptrdiff_t most_in_a_slice = 256;

bool is_about_a_socket(Phase phase) {
  constexpr trace::PhaseSet told = {Phase::TraceSocketState, Phase::TraceReceiveBuffer,
                                    Phase::TraceSendBuffer, Phase::TraceTcpInfo};
  return told.has(phase);
}

// On loopback the server tells of its own socket.
Host host_of(const Event& event) {
  return static_cast<Host>(event.arg("host").value_or(static_cast<std::uint64_t>(Host::Server)));
}

// Of a socket that is half open, or closed and remembered, the kernel has its state alone.
bool is_bare(const Event& event) {
  return event.phase == Phase::TraceSocketState && !event.arg("rtt");
}

// The newest fact is looked at first: what it has told stays.
void tell_state(SocketEnd& end, const Event& event, EventNumber number) {
  if (end.told != no_event) return;
  end.told = number;
  if (const auto state = event.arg("state")) end.state = static_cast<trace::TcpState>(*state);
  // A kernel that has measured none says 0.
  if (event.arg("rtt") != 0) end.rtt_us = event.arg("rtt");
  end.timeout_us = event.arg("timeout");
  end.window = event.arg("congestion_window");
  end.threshold = event.arg("threshold");
  end.bare = is_bare(event);
}

void tell_counts(SocketEnd& end, const Event& event, EventNumber number) {
  if (end.counted != no_event || end.bare) return;
  end.counted = number;
  end.unacknowledged = event.arg("unacknowledged");
  end.retransmits = event.arg("retransmits");
}

void tell_buffer(SocketBuffer& buffer, const Event& event, EventNumber number) {
  if (buffer.event != no_event) return;
  buffer = {number, event.arg("waits"), event.arg("memory"), event.arg("limit")};
}

void tell(SocketEnd& end, const Event& event, EventNumber number) {
  switch (event.phase) {
    case Phase::TraceSocketState:
      tell_state(end, event, number);
      break;
    case Phase::TraceTcpInfo:
      tell_state(end, event, number);
      tell_counts(end, event, number);
      break;
    case Phase::TraceReceiveBuffer:
      if (!end.bare) tell_buffer(end.receive, event, number);
      break;
    case Phase::TraceSendBuffer:
      tell_counts(end, event, number);
      if (!end.bare) tell_buffer(end.send, event, number);
      break;
    default:
      break;
  }
}

bool is_whole(const SocketEnd& end) {
  if (end.bare) return true;
  return end.told != no_event && end.counted != no_event && end.receive.event != no_event &&
         end.send.event != no_event;
}

// The facts of the connection up to the cursor, the newest first, until `enough` says so.
template <class Enough>
void look_back(const TraceView& view, const trace::EventList& events, std::uint64_t upto,
               Enough enough) {
  const EventNumber* at = std::upper_bound(events.begin(), events.end(), upto);
  for (std::size_t looked = 0; at != events.begin() && looked < most_facts_looked_at; ++looked) {
    if (!view.has(*--at) || enough(view.trace[*at], *at)) return;
  }
}

// Where nobody asked the kernel for buffers, the server may have asked for its queues: bytes alone.
void tell_own_queues(const Teller& tell, SocketEnd& server) {
  if (server.bare || server.receive.event != no_event) return;
  const auto [queues, options] = tell.newest_of_connection(
      std::array{Phase::TraceQueues, Phase::ConnectionSocketOptions});
  if (queues == no_event) return;
  server.receive = {queues, tell.number(queues, "receive"), std::nullopt,
                    tell.number(options, "receive_buffer")};
  server.send = {queues, tell.number(queues, "send"), std::nullopt,
                 tell.number(options, "send_buffer")};
}

AcceptQueue accept_queue(const Teller& tell) {
  AcceptQueue queue;
  const auto& all = tell.view().index.process_events();
  look_back(tell.view(), all, tell.upto(), [&](const Event& event, EventNumber number) {
    if (event.phase != Phase::TraceSockets) return false;
    const auto limit = event.arg("limit");
    if (queue.event == no_event && limit) {
      queue.event = number;
      queue.waiting = event.arg("accept_queue").value_or(0);
      queue.limit = *limit;
    }
    if (const auto half_open = event.arg("half_open")) {
      queue.listed = number;
      queue.half_open = half_open;
      queue.time_wait = event.arg("time_wait");
      return true;
    }
    return false;
  });
  if (queue.event != no_event) return queue;
  // On loopback the server asks while a connection waits for it.
  const EventNumber waited = tell.opening(Phase::ConnectionAcceptQueue);
  const auto limit = tell.number(waited, "limit");
  if (!limit) return queue;
  queue.event = waited;
  queue.waiting = tell.number(waited, "waiting").value_or(0);
  queue.limit = *limit;
  return queue;
}

}  // namespace

SocketFacts socket_facts(const Teller& tell) {
  SocketFacts facts;
  facts.queue = accept_queue(tell);
  const trace::ConnectionSummary* known = tell.view().index.connection(tell.focus().conn);
  if (known == nullptr) return facts;
  look_back(tell.view(), known->events, tell.upto(), [&](const Event& event, EventNumber number) {
    if (!is_about_a_socket(event.phase)) return false;
    viz::tell(facts.ends[static_cast<std::size_t>(host_of(event)) & 1U], event, number);
    return is_whole(facts.ends[0]) && is_whole(facts.ends[1]);
  });
  tell_own_queues(tell, facts.ends[static_cast<std::size_t>(Host::Server)]);
  return facts;
}

SocketHistory socket_history(const Teller& tell, Host host) {
  const TraceView& view = tell.view();
  const trace::ConnectionSummary* known = view.index.connection(tell.focus().conn);
  if (known == nullptr || known->events.empty()) return {};
  const auto& events = known->events;
  const EventNumber* const first = std::find_if(
      events.begin(), events.end(), [&](EventNumber number) { return view.has(number); });
  if (first == events.end()) return {};
  const Instant until = view.trace[std::min<EventNumber>(
      *(events.end() - 1), static_cast<EventNumber>(view.end() - 1))].time;
  SocketHistory history;
  history.slices = TimeSlices::over(view.trace[*first].time, until, history_columns);
  history.charts = {{"cwnd", trace::Group::Transmit, segment_words, {}},
                    {"in flight", trace::Group::Connection, segment_words, {}},
                    {"round trip", trace::Group::Read, time_words, {}}};
  for (ColumnChart& chart : history.charts) {
    chart.columns.resize(history_columns);
    chart.absent = "–";
  }
  bool any = false;
  const EventNumber* from = first;
  const EventNumber* const end = std::upper_bound(events.begin(), events.end(), tell.upto());
  for (std::size_t slice = 0; slice < history_columns && from != end; ++slice) {
    const Instant slice_end = history.slices.end_of(slice);
    const EventNumber* const to = std::partition_point(from, end, [&](EventNumber number) {
      return view.trace[number].time < slice_end;
    });
    for (std::size_t i = 0; i < history.charts.size() && slice > 0; ++i) {
      history.charts[i].columns[slice] = history.charts[i].columns[slice - 1];
    }
    for (const EventNumber* at = std::max(from, to - most_in_a_slice); at != to; ++at) {
      const Event& event = view.trace[*at];
      if (!is_about_a_socket(event.phase) || host_of(event) != host) continue;
      if (is_bare(event)) {
        for (ColumnChart& chart : history.charts) chart.columns[slice] = {};
      }
      const auto take = [&](std::size_t chart, std::string_view name, double factor) {
        const auto value = event.arg(name);
        if (!value) return;
        history.charts[chart].columns[slice] = {static_cast<double>(*value) * factor, true, *at};
        any = true;
      };
      take(0, "congestion_window", 1);
      take(1, "unacknowledged", 1);
      take(2, "rtt", 1000);
    }
    from = to;
  }
  if (!any) history.charts.clear();
  return history;
}

}  // namespace roundtrip::viz
