// How the index loses events: the oldest because the trace evicted them, the newest because a late
// fact was inserted before them and all that follows has to be derived again.
#include <algorithm>

#include "core/trace/index_store.h"

namespace roundtrip::trace {
namespace {

void drop_open_from(std::vector<OpenSpan>& open, EventNumber end) {
  std::erase_if(open, [end](const OpenSpan& span) { return span.begin >= end; });
}

// Which phases the kept events tell. They are among those told before, and as a rule all of them
// come soon, so the search ends early. Where the oldest events were evicted, what was told stands.
void tell_again(Told& told, const Trace& trace, const EventList& events) {
  if (events.trimmed() > 0) return;
  PhaseSet phases;
  for (const EventNumber number : events) {
    phases.add(trace[number].phase);
    if (phases.bits == told.phases.bits) return;
  }
  told.phases = phases;
}

// The state that the last move among these events led to.
template <class State, class Move>
std::optional<State> last_state(const Trace& trace, const EventList& events, Move&& move) {
  for (std::size_t index = events.size(); index-- > 0;) {
    if (const auto state = move(trace[events[index]])) return state;
  }
  return std::nullopt;
}

}  // namespace

void TraceIndex::Store::forget_before(EventNumber first) {
  miss_beginning();
  while (!nodes.empty() && first_nodes < first >> node_bits) {
    nodes.pop_front();
    ++first_nodes;
  }
  if (anyone_evicted) {
    const auto all = [](auto& subjects) {
      const auto numbers = subjects.order();
      return std::vector<std::uint32_t>(numbers.begin(), numbers.end());
    };
    evicted_conns = all(conns);
    evicted_requests = all(requests);
    evicted_tasks = all(tasks);
    anyone_evicted = false;
  }
  conns.forget_before(first, evicted_conns, [first](std::uint32_t, ConnectionRecord& conn) {
    ConnectionSummary& summary = conn.summary;
    if (summary.last < first) return false;
    if (summary.first >= first) return true;
    summary.events.trim_before(first);
    summary.first = summary.events.front();
    summary.cut = true;
    conn.told.whole = false;
    return true;
  });
  tasks.forget_before(first, evicted_tasks, [first](std::uint32_t, TaskRecord& task) {
    TaskSummary& summary = task.summary;
    if (summary.last < first) return false;
    if (summary.first >= first) return true;
    summary.events.trim_before(first);
    summary.first = summary.events.front();
    summary.cut = true;
    task.told.whole = false;
    return true;
  });
  const auto forget = [&](std::uint32_t number, RequestRecord& request) {
    RequestSummary& summary = request.summary;
    if (summary.last < first) return false;
    if (summary.first >= first) return true;
    summary.cut = true;
    request.told.whole = false;
    summary.first = summary.last;
    if (summary.ready < first) summary.ready = no_event;
    if (summary.status < first) summary.status = no_event;
    const ConnectionRecord* conn = conns.find(summary.conn);
    if (conn == nullptr) return true;
    for (const EventNumber event : conn->summary.events) {
      if (trace[event].request != number) continue;
      summary.first = event;
      break;
    }
    return true;
  };
  requests.forget_before(first, evicted_requests, forget);
  for (const std::uint32_t number : evicted_conns) {
    ConnectionRecord* const conn = conns.find(number);
    if (conn == nullptr) continue;
    auto& told = conn->summary.requests;
    while (!told.empty() && requests.find(told.front()) == nullptr) told.trim(1);
  }
  for (auto* evicted : {&evicted_conns, &evicted_requests, &evicted_tasks}) evicted->clear();
  std::erase_if(async_open, [first](const auto& open) { return open.second < first; });
  std::erase_if(loose, [first](const OpenSpan& span) { return span.begin < first; });
  for (EventList* events : common_lists()) events->trim_before(first);
  for (EventList& runs : worker_runs) runs.trim_before(first);
  while (!worker_runs.empty() && worker_runs.back().empty()) worker_runs.pop_back();
  std::erase_if(violations, [first](const Violation& breach) { return breach.event < first; });
}

// The trace has changed from `to` on, so nothing is read there; what lies before stands.
void TraceIndex::Store::cut(EventNumber to, EventNumber indexed_to) {
  std::vector<EventNumber> reopened;
  for (EventNumber number = to; number < indexed_to; ++number) {
    const EventNumber begin = node(number).partner;
    if (begin < to && begin >= trace.first()) reopened.push_back(begin);
  }
  while (!nodes.empty() && (first_nodes + nodes.size() - 1) << node_bits >= to) nodes.pop_back();

  const auto forget_untold = [to](auto& record) {
    if (record.untold >= to) record.untold = no_event;
  };
  const auto keep_open = [to](auto& open) { drop_open_from(open, to); };
  keep_open(loose);
  std::erase_if(async_open, [to](const auto& open) { return open.second >= to; });
  for (EventList* events : common_lists()) events->cut_from(to);
  for (EventList& runs : worker_runs) runs.cut_from(to);
  process.phases = {};
  for (const EventNumber number : process_events) process.phases.add(trace[number].phase);
  violation_count -= static_cast<std::uint64_t>(
      std::count_if(violations.begin(), violations.end(),
                    [to](const Violation& breach) { return breach.event >= to; }));
  std::erase_if(violations, [to](const Violation& breach) { return breach.event >= to; });

  std::vector<std::uint32_t> changed_requests;
  requests.keep_if([&](std::uint32_t number, RequestRecord& request) {
    if (request.summary.first >= to) return false;
    if (request.summary.last >= to) changed_requests.push_back(number);
    return true;
  });
  tasks.keep_if([&](std::uint32_t, TaskRecord& task) {
    TaskSummary& summary = task.summary;
    if (summary.first >= to) return false;
    forget_untold(task);
    keep_open(task.open);
    keep_open(task.runs);
    if (summary.last < to) return true;
    summary.events.cut_from(to);
    summary.last = summary.events.back();
    tell_again(task.told, trace, summary.events);
    task.state = last_state<TaskState>(trace, summary.events, task_move);
    return true;
  });
  conns.keep_if([&](std::uint32_t, ConnectionRecord& conn) {
    ConnectionSummary& summary = conn.summary;
    if (summary.first >= to) return false;
    forget_untold(conn);
    if (summary.last < to) return true;
    summary.events.cut_from(to);
    summary.last = summary.events.back();
    while (!summary.requests.empty() && requests.find(summary.requests.back()) == nullptr) {
      summary.requests.pop_back();
    }
    tell_again(conn.told, trace, summary.events);
    conn.state = last_state<ConnectionState>(trace, summary.events, connection_move);
    if (!conn.state && conn.told.whole) conn.state = ConnectionState::New;
    summary.closed = conn.state == ConnectionState::Closed;
    return true;
  });
  for (const std::uint32_t number : changed_requests) {
    RequestRecord& request = *requests.find(number);
    const RequestSummary before = request.summary;
    request.summary = {};
    request.summary.request = number;
    request.summary.cut = before.cut;
    request.told.phases = {};
    if (before.cut) request.told.whole = false;
    const ConnectionRecord* conn = conns.find(before.conn);
    if (conn == nullptr) {
      requests.moved(number);
      continue;
    }
    const EventList& events = conn->summary.events;
    for (auto event = std::lower_bound(events.begin(), events.end(), before.first);
         event != events.end(); ++event) {
      if (trace[*event].request == number) note(request, trace[*event], *event);
    }
  }

  for (const EventNumber begin : reopened) {
    node(begin).partner = no_event;
    const Event& event = trace[begin];
    if (event.kind == Kind::AsyncBegin) {
      async_open[static_cast<std::uint64_t>(event.phase) << 32 | event.id] = begin;
      continue;
    }
    TaskRecord* task = event.task == 0 ? nullptr : tasks.find(event.task);
    auto& open = open_spans(task, event);
    const OpenSpan span{begin, event.conn, event.phase, event.thread};
    open.insert(std::lower_bound(
                    open.begin(), open.end(), span,
                    [](const OpenSpan& a, const OpenSpan& b) { return a.begin < b.begin; }),
                span);
  }
}

}  // namespace roundtrip::trace
