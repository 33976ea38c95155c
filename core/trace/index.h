// TraceIndex: what is derived from a trace once, so that everything else is quick: which event ends
// which, what belongs to a connection, a request, a task or a worker, and the breaches of order.
// It follows the trace behind the settling horizon, on the trace's own thread and off the request
// path; it may lag, and says how far. Memory: at most 32 bytes an event. Events that the
// trace has evicted leave the index with the next follow(); a fact that came late makes it go back
// to where that fact stands. Pointers and spans that it gives hold until the next follow().
// Limit: it stops at event 4,294,967,294 and lags from there.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/trace/containers.h"
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

using EventList = TrimmedList<EventNumber>;

// A request, as far as it has been told. Where its oldest events were evicted, `first` is the
// oldest that is still there, and `cut` says so; likewise of connections and tasks.
struct RequestSummary {
  std::uint32_t request = 0;
  std::uint32_t conn = 0;
  EventNumber first = no_event;
  EventNumber last = no_event;
  EventNumber ready = no_event;     // read.request_ready
  EventNumber status = no_event;    // handle.write_header
  EventNumber finished = no_event;  // the end of transmit.finish
  bool cut = false;
  bool operator==(const RequestSummary&) const = default;
};

struct ConnectionSummary {
  std::uint32_t conn = 0;
  EventNumber first = no_event;
  EventNumber last = no_event;
  bool closed = false;
  bool cut = false;
  EventList events;                     // all events of this connection, in order
  TrimmedList<std::uint32_t> requests;  // their numbers, in order of first sight
};

struct TaskSummary {
  std::uint32_t task = 0;
  Symbol name;
  EventNumber first = no_event;
  EventNumber last = no_event;
  bool cut = false;
  EventList events;
};

// A breach of pairing or of legal order: shown, never a crash.
struct Violation {
  EventNumber event = no_event;
  std::string sentence;
  bool operator==(const Violation&) const = default;
};

class TraceIndex {
 public:
  explicit TraceIndex(const Trace& trace);
  ~TraceIndex();
  TraceIndex(const TraceIndex&) = delete;
  TraceIndex& operator=(const TraceIndex&) = delete;

  // Indexes up to `most` further events. Returns how many it did. Call it once a frame, or until
  // it returns 0.
  std::size_t follow(std::size_t most = SIZE_MAX);
  // Events before this number are indexed.
  std::uint64_t indexed_to() const { return indexed_to_; }
  bool lags() const { return indexed_to_ < trace_.end(); }

  // The other event of a begin or an end; no_event for instants, unfinished and evicted ones.
  // Begin and End pair by task and phase, the innermost first; async ones by phase and id.
  EventNumber partner(std::uint64_t number) const;
  // The innermost span of the event's own task that encloses it; no_event at the top. task.run is
  // no such span: a phase goes on while its task is parked.
  EventNumber parent(std::uint64_t number) const;
  std::optional<Duration> duration(std::uint64_t begin_number) const;

  // Null for a number that no kept event bears.
  const ConnectionSummary* connection(std::uint32_t conn) const;
  const RequestSummary* request(std::uint32_t request) const;
  const TaskSummary* task(std::uint32_t task) const;
  // In the order of their first event that is here.
  std::span<const std::uint32_t> connections() const;
  std::span<const std::uint32_t> requests() const;
  std::span<const std::uint32_t> tasks() const;
  // Events of the process itself (startup, notes) and of the scheduler (group task), in order.
  const EventList& process_events() const;
  const EventList& startup_events() const;  // those of the process that belong to its startup
  const EventList& scheduler_events() const;
  // The spans of task.run by worker (numbered from 1), in order of their begin.
  const EventList& worker_runs(std::uint32_t worker) const;
  std::uint32_t worker_count() const;
  // The facts that the process counts by: accept that gave a connection, close, finish (all ends).
  const EventList& accepts() const;
  const EventList& closes() const;
  const EventList& finishes() const;

  // At most `kept_violations` (validate.h); the count goes on.
  std::span<const Violation> violations() const;
  std::uint64_t violation_count() const;
  // Whether one of these is about this event.
  bool violating(std::uint64_t number) const;
  std::size_t memory_bytes() const;

  const Trace& trace() const { return trace_; }
  // Where follow() went back to for late facts: what was derived from that number on has to be
  // derived again.
  const Changes& rewinds() const { return rewinds_; }

 private:
  struct Store;
  struct Take;
  void note_evicted(std::uint64_t from, std::uint64_t to);
  void forget_evicted();
  void rewind(std::uint64_t to);

  const Trace& trace_;
  std::uint64_t indexed_to_ = 0;
  std::uint64_t insertions_seen_ = 0;
  std::uint64_t watch_ = 0;
  Changes rewinds_;
  std::unique_ptr<Store> store_;
};

}  // namespace roundtrip::trace
