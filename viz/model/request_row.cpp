#include "viz/model/request_row.h"

#include <algorithm>

#include "core/trace/validate.h"

namespace roundtrip::viz {

using trace::Event;
using trace::EventList;
using trace::EventNumber;
using trace::no_event;
using trace::Phase;

namespace {

// How far a connection's newest facts are looked through, and its first ones.
constexpr std::size_t most_facts_back = 4'000;
constexpr std::size_t facts_of_an_opening = 64;

bool is_inferred(const Event& event) {
  return event.provenance == trace::Provenance::Inferred ||
         event.provenance == trace::Provenance::Unknown;
}

// A recv() whose end says that bytes came.
bool brought_bytes(const trace::TraceIndex& index, EventNumber begin, std::uint64_t upto) {
  const EventNumber end = index.partner(begin);
  return end != no_event && end <= upto && index.trace()[end].arg("got").value_or(0) > 0;
}

// Whether the bytes of this fill found none waiting: they are the first of a request, or of what
// the parser asks for next.
bool found_none_waiting(const Event& fill) {
  return fill.arg("filled").value_or(0) - fill.arg("consumed").value_or(0) == fill.bytes().length;
}

// Whether nothing of the request that comes next can stand before this fact of its connection.
bool bounds_a_request(const Event& event) {
  if (event.row().lane != trace::Lane::Program) return false;
  return event.row().group() == trace::Group::Connection ||
         (event.phase == Phase::LifecycleIdle && event.begins());
}

// Where the request begins, looked for backwards from its first own fact. Where the facts before
// it were evicted, nobody knows.
void find_begin(const trace::TraceIndex& index, const EventList& events, const EventNumber* own,
                std::uint64_t upto, RequestRow& row) {
  const trace::Trace& trace = index.trace();
  EventNumber read = no_event;
  bool none_waited = false;
  for (const EventNumber* at = own; row.known_from == no_event && at != events.begin();) {
    const Event& event = trace[*--at];
    const bool of_another = event.request != 0 && event.request != row.request &&
                            event.row().lane == trace::Lane::Program;
    if (event.phase == Phase::ReadBufferFill) none_waited = found_none_waiting(event);
    const bool reads = event.phase == Phase::ReadRead && event.begins() && !of_another &&
                       brought_bytes(index, *at, upto);
    if (reads) read = *at;
    if (of_another || bounds_a_request(event) || (reads && none_waited)) row.known_from = *at;
  }
  if (row.known_from == no_event) return;
  row.begun = read;
  for (const EventNumber* at = own; row.begun == no_event && at != events.end() && *at <= upto;
       ++at) {
    const Event& event = trace[*at];
    if (event.request == row.request && event.row().lane == trace::Lane::Program) row.begun = *at;
  }
  if (row.begun == no_event) row.known_from = no_event;
}

// Walks the facts from a request's begin on and adds them up.
struct Walk {
  const trace::TraceIndex& index;
  RequestRow& row;
  std::uint32_t task = 0;   // that serves it
  int runs = 0;             // of the task that are open; two overlap where it changes its worker
  bool tells_runs = false;  // the trace has the scheduler's facts
  Instant running_since{};
  Duration ran{};
  bool ready = false;    // it may run, and no worker has taken it
  Instant ready_since{};
  bool at_gate = false;  // what it waits meanwhile was held
  Duration queued{};
  std::optional<Duration> cpu = Duration{};  // of the runs that have ended; empty: not all told it
  Duration held{};
  std::uint64_t in_from = UINT64_MAX;
  std::uint64_t in_to = 0;
  ByteRange read{UINT64_MAX, 0};  // that came meanwhile

  void take(EventNumber number, const Event& event);
  void take_own(EventNumber number, const Event& event);
  void take_write(const Event& event);
  void take_bytes(const ByteRange& range) {
    in_from = std::min(in_from, range.offset);
    in_to = std::max(in_to, range.end());
  }
  void take_run(const Event& event);
  void add_run(Instant until);
  void take_cpu(const Event& run_end);
  void take_last_run(const EventNumber* at, const EventNumber* end);
  void finish(EventNumber number, const Event& event);
};

void Walk::take(EventNumber number, const Event& event) {
  if (event.request == row.request) take_own(number, event);
  if (event.phase == Phase::TransmitWrite && event.ends()) take_write(event);
  if (event.phase == Phase::ReadRead && event.ends() && event.has_bytes()) {
    const std::uint64_t from = std::min(read.offset, event.bytes().offset);
    read = {from, event.bytes().end() - from};
  }
  const bool own = event.request == row.request || event.request == 0;
  if (own && event.row().group() != trace::Group::Task) row.phases.add(event.phase);
  // What its task did before is not of it, though a fact of the client names it already.
  if (row.finished != no_event || task == 0 || event.task != task || number < row.begun) return;
  if (event.phase == Phase::TaskRun) take_run(event);
  if (event.phase == Phase::TaskRunnable) {
    ready = true;
    ready_since = event.time;
  }
  if (event.phase == Phase::TraceHold) {
    add_run(event.time);
    at_gate = event.begins();
  }
  if (event.phase == Phase::TraceHold && event.begins()) {
    if (const auto length = index.duration(number)) held += *length;
  }
}

void Walk::take_own(EventNumber number, const Event& event) {
  row.last = number;
  row.answer.take(event);
  switch (event.phase) {
    case Phase::ReadLineFound:
    case Phase::ReadHeader:
    case Phase::ReadHeadersComplete:
    case Phase::ReadBodyPiece:
      if (event.log == trace::Log::In) take_bytes(event.bytes());
      break;
    case Phase::ReadRejected:
      // Up to the byte that was refused; where none was, as far as had come. A request whose line
      // was not found begins where the first recv() did.
      if (in_to == 0 && read.length > 0) take_bytes({read.offset, 0});
      if (event.log == trace::Log::In) take_bytes(event.bytes());
      else if (read.length > 0) take_bytes(read);
      break;
    case Phase::ReadLineSplit: row.line = number; break;
    case Phase::HandleWriteHeader:
      row.status_told = number;
      if (const auto status = event.arg("status")) row.status = static_cast<std::uint32_t>(*status);
      break;
    case Phase::TransmitFinish:
      if (event.ends() && row.finished == no_event) finish(number, event);
      break;
    default: break;
  }
}

// What it ran since it was asked last; a run's moments inside of a hold are the teacher's time.
void Walk::add_run(Instant until) {
  if (runs > 0 && !at_gate) ran += until - running_since;
  running_since = until;
}

void Walk::take_write(const Event& event) {
  if (row.answer.begun() && event.has_bytes()) {
    row.bytes_out += row.answer.part_of(event).length;
  } else if (event.request == row.request) {
    row.bytes_out += event.arg("written").value_or(0);
  }
}

void Walk::take_run(const Event& event) {
  if (event.begins()) {
    if (runs++ == 0) {
      running_since = event.time;
      if (ready && !at_gate) queued += event.time - ready_since;
    }
    ready = false;
  } else if (runs > 0) {
    add_run(event.time);
    if (--runs > 0) return;
    take_cpu(event);
    // Woken before it had left its worker, it waits from here on.
    ready_since = event.time;
  }
}

void Walk::take_cpu(const Event& run_end) {
  const auto told = run_end.arg("cpu");
  if (told && cpu) {
    *cpu = *cpu + Duration::nanoseconds(static_cast<std::int64_t>(*told));
  } else {
    cpu.reset();
  }
}

// The run in which the request was finished ends a little later, and tells its CPU time then.
void Walk::take_last_run(const EventNumber* at, const EventNumber* end) {
  constexpr int most_looked_at = 256;
  for (int looked = 0; runs > 0 && at != end && looked < most_looked_at; ++at, ++looked) {
    const Event& event = index.trace()[*at];
    if (event.task != task || event.phase != Phase::TaskRun || !event.ends()) continue;
    take_cpu(event);
    runs = 0;
  }
  if (runs == 0 && tells_runs) row.cpu = cpu;
}

void Walk::finish(EventNumber number, const Event& event) {
  row.finished = number;
  // A status that was fixed and never sent is no answer's.
  if (row.bytes_out == 0 && !row.answer.kept_back) row.status.reset();
  if (row.begun == no_event) return;
  row.took = event.time - index.trace()[row.begun].time - held;
  add_run(event.time);
  if (!tells_runs) return;
  row.ran = ran;
  row.queued = queued;
}

// What was kept back goes out later. Where the connection is closed without that, nobody got it.
void take_kept(const trace::TraceIndex& index, const trace::ConnectionSummary& conn,
               std::uint64_t upto, RequestRow& row) {
  row.answer.carrier = write_of(index, row.conn, row.finished, row.answer.to, upto);
  if (row.answer.carrier != no_event) {
    row.bytes_out = row.answer.to - row.answer.from;
  } else if (conn.closed && conn.last <= upto && row.bytes_out == 0) {
    row.status.reset();
  }
}

}  // namespace

RequestRow request_row(const trace::TraceIndex& index, std::uint32_t request, std::uint64_t upto) {
  RequestRow row;
  row.request = request;
  const trace::RequestSummary* told = index.request(request);
  if (told == nullptr || told->first > upto) return row;
  const trace::ConnectionSummary* conn = index.connection(told->conn);
  row.conn = told->conn;
  row.first = row.last = told->first;
  if (conn == nullptr) return row;
  const trace::Trace& trace = index.trace();
  const EventList& events = conn->events;
  const EventNumber* own = std::lower_bound(events.begin(), events.end(), told->first);
  find_begin(index, events, own, upto, row);
  const EventNumber from = row.begun == no_event ? told->first : std::min(row.begun, told->first);
  Walk walk{index, row};
  if (row.begun != no_event) {
    const Event& begin = trace[row.begun];
    walk.task = begin.task;
    // It takes a step, so it runs; where the trace has the scheduler's facts at all.
    walk.tells_runs = index.worker_count() > 0;
    walk.runs = walk.tells_runs ? 1 : 0;
    walk.running_since = begin.time;
  }
  const std::uint64_t last = std::min<std::uint64_t>(told->last, upto);
  for (const EventNumber* at = std::lower_bound(events.begin(), own, from);
       at != events.end() && *at <= last; ++at) {
    walk.take(*at, trace[*at]);
  }
  if (row.finished != no_event) {
    walk.take_last_run(std::upper_bound(events.begin(), events.end(), row.finished),
                       std::upper_bound(events.begin(), events.end(), upto));
  }
  if (row.answer.kept_back) take_kept(index, *conn, upto, row);
  if (walk.in_to > walk.in_from) row.bytes_in = walk.in_to - walk.in_from;
  return row;
}

ConnectionRow connection_row(const trace::TraceIndex& index, std::uint32_t number,
                             std::uint64_t upto) {
  ConnectionRow row;
  row.conn = number;
  const trace::ConnectionSummary* conn = index.connection(number);
  if (conn == nullptr || conn->first > upto) return row;
  const trace::Trace& trace = index.trace();
  const EventList& events = conn->events;
  row.first = conn->first;
  const std::size_t opening = std::min<std::size_t>(events.size(), facts_of_an_opening);
  for (std::size_t i = 0; i < opening && events[i] <= upto; ++i) {
    const Event& event = trace[events[i]];
    if (event.phase != Phase::ConnectionObject) continue;
    row.object = events[i];
    if (const auto remote = event.arg("remote")) row.client = trace::Address{*remote};
  }
  const EventNumber* at = std::upper_bound(events.begin(), events.end(), upto);
  for (std::size_t looked = 0; at != events.begin() && looked < most_facts_back; ++looked) {
    const Event& event = trace[*--at];
    if (!row.state) {
      row.state = trace::connection_move(event);
      if (row.state) row.moved = *at;
    }
    const bool moved_bytes = event.ends() && event.has_bytes() && !event.bytes().empty();
    if (moved_bytes && event.phase == Phase::ReadRead && !row.bytes_in) {
      row.bytes_in = event.bytes().end();
      row.in_told = *at;
    }
    if (moved_bytes && event.phase == Phase::TransmitWrite && !row.bytes_out) {
      row.bytes_out = event.bytes().end();
      row.out_told = *at;
    }
    if (row.state && row.bytes_in && row.bytes_out) break;
  }
  // Seen from its beginning, it is new until it moves.
  if (!row.state && trace::is_beginning(trace::Scope::Connection, trace[row.first])) {
    row.state = trace::ConnectionState::New;
    row.moved = row.first;
  }
  return row;
}

std::optional<SetUp> set_up_of(const trace::TraceIndex& index, std::uint32_t number) {
  const trace::ConnectionSummary* conn = index.connection(number);
  if (conn == nullptr || conn->events.empty()) return std::nullopt;
  const trace::Trace& trace = index.trace();
  const EventList& events = conn->events;
  const Event& first = trace[events.front()];
  if (!trace::is_beginning(trace::Scope::Connection, first)) return std::nullopt;
  const std::size_t opening = std::min<std::size_t>(events.size(), facts_of_an_opening);
  for (std::size_t i = 0; i < opening; ++i) {
    const Event& event = trace[events[i]];
    if (event.phase != Phase::ConnectionFirstRun) continue;
    return SetUp{events.front(), events[i], event.time - first.time, is_inferred(first)};
  }
  return std::nullopt;
}

}  // namespace roundtrip::viz
