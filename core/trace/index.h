// TraceIndex: what is derived from a trace once, so that everything else is quick: which event ends
// which, what belongs to a connection, a request, a task or a worker, and the breaches of order.
// It follows the trace behind the settling horizon, on the trace's own thread and off the request
// path; it may lag, and says how far it has come. Memory: at most 32 bytes an event.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/trace/trace.h"

namespace roundtrip::trace {

// An event's number in its trace, in 32 bits; no trace in memory grows past that.
using EventNumber = std::uint32_t;
inline constexpr EventNumber no_event = 0xffff'ffff;

// A span: the two events that make it. Unfinished spans have no end.
struct Span {
  EventNumber begin = no_event;
  EventNumber end = no_event;
  bool finished() const { return end != no_event; }
};

// A request, as far as it has been told.
struct RequestSummary {
  std::uint32_t request = 0;
  std::uint32_t conn = 0;
  EventNumber first = no_event;
  EventNumber last = no_event;
  EventNumber ready = no_event;     // read.request_ready
  EventNumber status = no_event;    // handle.write_header
  EventNumber finished = no_event;  // the end of transmit.finish
};

struct ConnectionSummary {
  std::uint32_t conn = 0;
  EventNumber first = no_event;
  EventNumber last = no_event;
  bool closed = false;
  std::vector<EventNumber> events;      // all events of this connection, in order
  std::vector<std::uint32_t> requests;  // their numbers, in order
};

struct TaskSummary {
  std::uint32_t task = 0;
  Symbol name;
  EventNumber first = no_event;
  EventNumber last = no_event;
  std::vector<EventNumber> events;
};

// A breach of pairing or of legal order: shown, never a crash.
struct Violation {
  EventNumber event = no_event;
  std::string sentence;
};

class TraceIndex {
 public:
  explicit TraceIndex(const Trace& trace) : trace_(trace) {}

  // Indexes up to `most` further events. Returns how many it did. Call it once a frame, or until
  // it returns 0.
  std::size_t follow(std::size_t most = SIZE_MAX);
  // Events before this number are indexed.
  std::uint64_t indexed_to() const { return indexed_to_; }
  bool lags() const { return indexed_to_ < trace_.end(); }

  // The other event of a begin or an end; no_event for instants, unfinished and evicted ones.
  EventNumber partner(std::uint64_t number) const;
  // The innermost span of the event's own task that encloses it; no_event at the top.
  EventNumber parent(std::uint64_t number) const;
  std::optional<Duration> duration(std::uint64_t begin_number) const;

  const ConnectionSummary* connection(std::uint32_t conn) const;
  const RequestSummary* request(std::uint32_t request) const;
  const TaskSummary* task(std::uint32_t task) const;
  std::span<const std::uint32_t> connections() const { return conn_order_; }  // at first sight
  std::span<const std::uint32_t> requests() const { return request_order_; }
  std::span<const std::uint32_t> tasks() const { return task_order_; }
  // Events of the process itself (startup, notes) and of the scheduler (group task), in order.
  std::span<const EventNumber> process_events() const { return process_events_; }
  std::span<const EventNumber> scheduler_events() const { return scheduler_events_; }
  // The spans of task.run by worker (numbered from 1), in order of their begin.
  std::span<const EventNumber> worker_runs(std::uint32_t worker) const;
  std::uint32_t worker_count() const { return static_cast<std::uint32_t>(worker_runs_.size()); }

  std::span<const Violation> violations() const { return violations_; }
  std::size_t memory_bytes() const;

  const Trace& trace() const { return trace_; }

 private:
  struct OpenSpan;
  const Trace& trace_;
  std::uint64_t indexed_to_ = 0;
  std::vector<std::uint32_t> conn_order_;
  std::vector<std::uint32_t> request_order_;
  std::vector<std::uint32_t> task_order_;
  std::vector<EventNumber> process_events_;
  std::vector<EventNumber> scheduler_events_;
  std::vector<std::vector<EventNumber>> worker_runs_;
  std::vector<Violation> violations_;
};

}  // namespace roundtrip::trace
