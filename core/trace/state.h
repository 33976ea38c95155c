// state_at: what was true of a connection, of the scheduler or of the process just after event
// `number` (or at a moment). A pure function of the trace, quick at any place: it starts from the
// last checkpoint of the subject and applies the events since. Every value knows whether it was
// ever told: an empty optional is "not known", never 0.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/trace/index.h"

namespace roundtrip::trace {

// The reader's or the writer's buffer: [0, consumed) used up, [consumed, filled) waiting.
struct BufferState {
  std::uint32_t capacity = 0;
  std::uint32_t filled = 0;
  std::uint32_t consumed = 0;
  bool operator==(const BufferState&) const = default;
};

struct HeaderField {
  ByteRange name;
  ByteRange value;
  EventNumber event = no_event;
  bool operator==(const HeaderField&) const = default;
};

struct RouteCandidate {
  Symbol pattern;  // none: several that lost alike
  Symbol verdict;
  EventNumber event = no_event;
  bool operator==(const RouteCandidate&) const = default;
};

// The request under way, or the last one while the connection is idle.
struct RequestState {
  std::uint32_t request = 0;
  std::optional<ByteRange> line;
  std::optional<ByteRange> method;
  std::optional<ByteRange> target;
  std::optional<ByteRange> version;
  std::optional<ByteRange> path;
  std::optional<ByteRange> query;
  std::optional<Symbol> method_name;
  std::optional<std::uint32_t> major;
  std::optional<std::uint32_t> minor;
  std::vector<HeaderField> headers;
  std::optional<ByteRange> head;           // whole head, once complete
  std::optional<std::uint64_t> content_length;
  std::uint64_t body_got = 0;
  std::optional<KeepAlive> keep_alive;
  bool ready = false;
  EventNumber rejected = no_event;
  // Routing.
  std::vector<RouteCandidate> candidates;
  std::optional<Symbol> pattern;
  std::optional<Symbol> handler;
  bool routing = false;
  bool handling = false;
  // The response writer.
  bool writer_made = false;
  std::optional<std::uint32_t> status;
  bool wrote_header = false;
  std::uint64_t written = 0;       // body bytes that the handler wrote
  std::uint32_t body_buffered = 0;  // of them, still in the 2,048-byte body buffer
  std::optional<Framing> framing;
  std::optional<ByteRange> response_head;  // in the out log
  std::optional<std::uint64_t> response_from;  // where the response begins in the out log
  std::uint64_t sent = 0;          // bytes of the response that send() took
  bool finished = false;
  bool operator==(const RequestState&) const = default;
};

struct ConnectionStateAt {
  std::uint32_t conn = 0;
  ConnectionState state = ConnectionState::New;
  std::optional<TcpState> server_tcp;
  std::optional<TcpState> client_tcp;
  Provenance server_tcp_source = Provenance::Unknown;
  Provenance client_tcp_source = Provenance::Unknown;
  bool on_wire = false;  // its packets are seen one by one, at both hosts
  bool at_one_point = false;  // they are seen between the hosts: in a capture
  std::optional<std::uint32_t> fd;
  std::optional<Address> local;
  std::optional<Address> remote;
  std::optional<std::uint32_t> task;
  std::optional<std::uint32_t> rtt_us;
  std::optional<std::uint32_t> congestion_window;
  std::optional<bool> no_delay;
  std::optional<bool> keep_alive_option;
  std::optional<bool> reuse_address;
  std::optional<std::uint32_t> receive_buffer;
  std::optional<std::uint32_t> send_buffer;
  std::optional<std::uint32_t> header_timeout_ms;
  std::optional<std::uint32_t> read_timeout_ms;
  std::optional<std::uint32_t> write_timeout_ms;
  std::optional<std::uint32_t> idle_timeout_ms;
  std::optional<std::uint32_t> task_frame_bytes;
  std::optional<std::uint32_t> object_bytes;
  std::uint64_t bytes_in = 0;
  std::uint64_t bytes_out = 0;
  BufferState read_buffer;
  BufferState write_buffer;
  std::optional<std::uint32_t> kernel_send_queue;
  std::optional<std::uint32_t> kernel_receive_queue;
  std::uint32_t requests_served = 0;
  RequestState request;
  std::optional<CloseReason> close_reason;
  EventNumber held = no_event;  // the trace.hold that is open
  bool operator==(const ConnectionStateAt&) const = default;
};

struct TaskAt {
  std::uint32_t task = 0;
  TaskState state = TaskState::Created;
  std::uint32_t worker = 0;  // runs there, or waits in its queue
  std::optional<ParkReason> waits_for;
  EventNumber since = no_event;      // the fact that brought it into this state
  bool operator==(const TaskAt&) const = default;
};

struct SchedulerAt {
  FlatMap<std::uint32_t, TaskAt> tasks;             // those that are not done
  FlatMap<std::uint32_t, std::uint32_t> running;    // worker → task
  FlatMap<std::uint32_t, std::vector<std::uint32_t>> run_queues;  // worker → tasks, oldest first
  std::uint64_t done = 0;
  std::uint64_t stolen = 0;
  bool operator==(const SchedulerAt&) const = default;
};

// One box of the startup picture.
struct StartupStep {
  Phase phase{};
  EventNumber begin = no_event;
  EventNumber end = no_event;
  bool operator==(const StartupStep&) const = default;
};

struct ProcessAt {
  std::vector<StartupStep> steps;
  std::vector<std::pair<Symbol, Symbol>> routes;  // pattern, handler
  std::optional<std::uint32_t> listen_fd;
  std::optional<Address> address;
  std::optional<std::uint32_t> backlog;
  std::optional<std::uint32_t> backlog_in_force;
  std::optional<Address> second_address;  // of a server with two doors; all else is of the first
  std::optional<std::uint32_t> workers;
  bool accepting = false;
  std::optional<std::uint64_t> resident_bytes;
  std::uint32_t open_connections = 0;
  std::uint64_t accepted = 0;
  std::uint64_t finished_requests = 0;
  bool operator==(const ProcessAt&) const = default;
};

// The states just after event `number`. `StateReader` keeps the checkpoints and goes on from what
// the trace has kept of its evicted events; one lives beside each trace. The first call
// about a subject builds its checkpoints once. Call follow() of the index after append().
// Event numbers in what it returns are of events that the trace still has, or no_event.
class StateReader {
 public:
  explicit StateReader(const TraceIndex& index);
  ~StateReader();
  StateReader(const StateReader&) = delete;
  StateReader& operator=(const StateReader&) = delete;

  // At most 1 ms in a trace of 1,000,000 events and 10,000 connections.
  ConnectionStateAt connection_at(std::uint32_t conn, std::uint64_t number) const;
  SchedulerAt scheduler_at(std::uint64_t number) const;
  ProcessAt process_at(std::uint64_t number) const;

  std::size_t memory_bytes() const;

 private:
  struct Checkpoints;
  const TraceIndex& index_;
  std::unique_ptr<Checkpoints> checkpoints_;
};

// What one event does to a state: the whole meaning of the phases. The reader replays with these.
void apply(ConnectionStateAt& state, const Event& event, EventNumber number);
void apply(ProcessAt& state, const Event& event, EventNumber number);

}  // namespace roundtrip::trace
