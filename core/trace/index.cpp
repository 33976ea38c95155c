#include "core/trace/index.h"

#include <algorithm>

#include "core/trace/index_store.h"

namespace roundtrip::trace {
namespace {

template <class Record>
auto summary_of(const Subjects<Record>& subjects, std::uint32_t number)
    -> const decltype(Record::summary)* {
  const Record* record = subjects.find(number);
  return record == nullptr ? nullptr : &record->summary;
}

}  // namespace

TraceIndex::TraceIndex(const Trace& trace)
    : trace_(trace), indexed_to_(trace.first()), insertions_seen_(trace.insertions().count()),
      store_(std::make_unique<Store>(trace)) {
  store_->first_nodes = indexed_to_ >> Store::node_bits;
  if (indexed_to_ > 0) store_->miss_beginning();
  watch_ = trace_.watch_evictions(
      [this](std::uint64_t from, std::uint64_t to) { note_evicted(from, to); });
}

TraceIndex::~TraceIndex() { trace_.stop_watching(watch_); }

std::size_t TraceIndex::follow(std::size_t most) {
  forget_evicted();
  if (const auto place = trace_.insertions().lowest_since(insertions_seen_)) {
    insertions_seen_ = trace_.insertions().count();
    if (*place < indexed_to_) rewind(std::max(*place, trace_.first()));
  }
  const std::uint64_t limit = std::min<std::uint64_t>(trace_.end(), no_event);
  std::size_t done = 0;
  for (; done < most && indexed_to_ < limit; ++done, ++indexed_to_) {
    store_->take(static_cast<EventNumber>(indexed_to_), trace_[indexed_to_]);
  }
  return done;
}

// Who loses events: only they have to be looked at when the index forgets.
void TraceIndex::note_evicted(std::uint64_t from, std::uint64_t to) {
  Store& store = *store_;
  // Late facts that the index has not seen have moved its numbers: then everyone is looked at.
  const auto moved_from = trace_.insertions().lowest_since(insertions_seen_);
  store.anyone_evicted = store.anyone_evicted || (moved_from && *moved_from < to);
  if (store.anyone_evicted) return;
  for (std::uint64_t number = from; number < std::min(to, indexed_to_); ++number) {
    const Event& event = trace_[number];
    std::uint32_t conn = event.conn;
    // The begin of accept4 is listed with the connection that its end names.
    if (conn == 0 && event.phase == Phase::ConnectionAccept && event.begins()) {
      const EventNumber end = store.node(number).partner;
      if (end != no_event) conn = trace_[end].conn;
    }
    if (conn != 0) store.evicted_conns.push_back(conn);
    if (event.request != 0) store.evicted_requests.push_back(event.request);
    if (event.task != 0) store.evicted_tasks.push_back(event.task);
  }
}

void TraceIndex::forget_evicted() {
  const std::uint64_t first = trace_.first();
  if (first <= indexed_to_ && first >> Store::node_bits == store_->first_nodes) return;
  if (first > indexed_to_) {
    // Evicted before they were indexed: begin anew at what is left.
    store_ = std::make_unique<Store>(trace_);
    store_->first_nodes = first >> Store::node_bits;
    store_->miss_beginning();
    rewinds_.note(first);
    indexed_to_ = first;
    return;
  }
  store_->forget_before(static_cast<EventNumber>(first));
}

void TraceIndex::rewind(std::uint64_t to) {
  rewinds_.note(to);
  store_->cut(static_cast<EventNumber>(to), static_cast<EventNumber>(indexed_to_));
  indexed_to_ = to;
}

EventNumber TraceIndex::partner(std::uint64_t number) const {
  if (number < trace_.first() || number >= indexed_to_) return no_event;
  const EventNumber partner = store_->node(number).partner;
  return partner < trace_.first() ? no_event : partner;
}

EventNumber TraceIndex::parent(std::uint64_t number) const {
  if (number < trace_.first() || number >= indexed_to_) return no_event;
  const EventNumber parent = store_->node(number).parent;
  return parent < trace_.first() ? no_event : parent;
}

std::optional<Duration> TraceIndex::duration(std::uint64_t begin_number) const {
  const EventNumber end = partner(begin_number);
  if (end == no_event || end < begin_number) return std::nullopt;
  return trace_[end].time - trace_[begin_number].time;
}

const ConnectionSummary* TraceIndex::connection(std::uint32_t conn) const {
  return summary_of(store_->conns, conn);
}
const RequestSummary* TraceIndex::request(std::uint32_t request) const {
  return summary_of(store_->requests, request);
}
const TaskSummary* TraceIndex::task(std::uint32_t task) const {
  return summary_of(store_->tasks, task);
}
std::span<const std::uint32_t> TraceIndex::connections() const { return store_->conns.order(); }
std::span<const std::uint32_t> TraceIndex::requests() const { return store_->requests.order(); }
std::span<const std::uint32_t> TraceIndex::tasks() const { return store_->tasks.order(); }
const EventList& TraceIndex::process_events() const { return store_->process_events; }
const EventList& TraceIndex::startup_events() const { return store_->startup_events; }
const EventList& TraceIndex::scheduler_events() const { return store_->scheduler_events; }
const EventList& TraceIndex::accepts() const { return store_->accepts; }
const EventList& TraceIndex::closes() const { return store_->closes; }
const EventList& TraceIndex::finishes() const { return store_->finishes; }

const EventList& TraceIndex::worker_runs(std::uint32_t worker) const {
  static const EventList none;
  return worker == 0 || worker > worker_count() ? none : store_->worker_runs[worker - 1];
}
std::uint32_t TraceIndex::worker_count() const {
  return static_cast<std::uint32_t>(store_->worker_runs.size());
}

std::span<const Violation> TraceIndex::violations() const { return store_->violations; }
bool TraceIndex::violating(std::uint64_t number) const {
  const auto& all = store_->violations;
  const auto found = std::lower_bound(
      all.begin(), all.end(), number,
      [](const Violation& breach, std::uint64_t wanted) { return breach.event < wanted; });
  return found != all.end() && found->event == number;
}
std::uint64_t TraceIndex::violation_count() const { return store_->violation_count; }

std::size_t TraceIndex::memory_bytes() const {
  const Store& store = *store_;
  std::size_t bytes = store.nodes.size() * sizeof(Store::Nodes) + store.conns.memory_bytes() +
                      store.requests.memory_bytes() + store.tasks.memory_bytes() +
                      store.process_events.memory_bytes() +
                      store.startup_events.memory_bytes() + store.scheduler_events.memory_bytes() +
                      store.accepts.memory_bytes() + store.closes.memory_bytes() +
                      store.finishes.memory_bytes() + store.losses.memory_bytes() +
                      store.async_open.size() * 40;
  for (const ConnectionRecord& conn : store.conns.records()) {
    bytes += conn.summary.events.memory_bytes() + conn.summary.requests.memory_bytes();
  }
  for (const TaskRecord& task : store.tasks.records()) {
    bytes += task.summary.events.memory_bytes() +
             (task.open.capacity() + task.runs.capacity()) * sizeof(OpenSpan);
  }
  for (const EventList& runs : store.worker_runs) bytes += runs.memory_bytes();
  for (const Violation& violation : store.violations) {
    bytes += sizeof violation + violation.sentence.capacity();
  }
  return bytes;
}

}  // namespace roundtrip::trace
