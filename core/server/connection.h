// Connection: one accepted connection as the seed draws it: descriptor, addresses, two buffers,
// time-outs, and what the parser knows. It can fill its read buffer and empty its write buffer,
// waiting where the kernel makes it wait; what happens in which order is lifecycle.cpp's story.
// Made by the accept loop, used by its own task only; the error queue's stamps are the one thing
// that another thread (a polling worker) takes from it.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>

#include "core/http/message.h"
#include "core/http/request_parser.h"
#include "core/runtime/wait.h"
#include "core/server/buffers.h"
#include "core/server/gate.h"
#include "core/server/memory_budget.h"
#include "core/server/options.h"

namespace roundtrip::net {
struct TcpInfo;
}
namespace roundtrip::server {

class Server;

// What limits the moments of a handshake that nobody saw, in ticks; 0 where it is not known.
struct HandshakeBounds {
  std::uint64_t accepted = 0;   // accept4 had the connection
  std::uint64_t waiting = 0;    // it was in the queue before this: the poller said so, or accept4
                                // was called and did not wait
  std::uint64_t began = 0;      // our own client's connect()
  std::uint64_t connected = 0;  // and its return
  int listener_fd = -1;
};

// A moment that is drawn before `ticks` and after whatever else was told before: more than the
// nanosecond that a trace can tell apart, less than it takes to tell a fact.
constexpr std::uint64_t just_before(std::uint64_t ticks) { return ticks - 8; }

// How an attempt to get more bytes ended.
enum class Fill : std::uint8_t {
  Bytes, PeerClosed, PeerReset, TimedOut, Shutdown, NoMemory, Error
};

class Connection {
 public:
  Connection(Server& server, int fd, runtime::PollSource* source, trace::Subject subject,
             bool on_wire);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Reads once, waiting for bytes until the deadline. `idle`: nothing was asked yet, so a shutdown
  // may end the wait, and waking from it begins a new cycle of the trace.
  // What was kept back is flushed first: this may wait.
  runtime::Async<Fill> fill(Instant deadline, bool idle);
  // Why the connection closes after an attempt that brought nothing.
  trace::CloseReason reason_after(Fill fill) const;

  // Hands everything in the write buffer to the kernel. False when the peer is gone or the write
  // deadline passed; close_reason says which. A request does so for its own answer, or (`Finished`)
  // the connection for those of requests that are finished.
  enum class Whose : std::uint8_t { Request, Finished };
  runtime::Async<bool> flush(Whose whose = Whose::Request);
  // A finished answer stays in the write buffer and goes out with the next one, in one write: while
  // the next request lies in the read buffer already (pipelining) nobody waits for it. False where
  // it has to be flushed now.
  bool keep_back();
  bool keeps_back() const { return kept_back_to > out.sent(); }
  // Of the answer of the request that is under way, what stays in the write buffer.
  trace::Bytes kept_back_bytes() const;
  // Appends to the write buffer, flushing when it is full; keeps the bytes for the trace.
  runtime::Async<bool> append(std::string_view bytes);
  // A part of a file, straight from the kernel's cache to the socket (sendfile(2)), behind what is
  // in the write buffer. The trace has its ranges, not its bytes.
  runtime::Async<bool> send_file(int file, std::uint64_t offset, std::uint64_t length);
  // As append, where there is room for all of it; false, and nothing done, where there is not.
  bool append_at_once(std::string_view bytes);

  // The phase gate. An Async only where somebody is held; open, it is one load. Cold: what is rare
  // is kept out of the way of what every request runs through.
  bool must_stop() const { return gate.armed(); }
  [[gnu::cold]] runtime::Async<> stop_at(trace::Phase phase);
  // Of a request, so much time was held by a person: neither its own time nor its deadlines run.
  void leave_out(Duration held);
  // Tells of a time-out, which is a place to stop as well.
  [[gnu::cold]] runtime::Async<> timed_out(trace::TimeoutKind kind, Duration limit);

  // The trace. A cycle is from one wake out of idleness to the next; its requests are told whole or
  // not at all (see Ring). begin_request makes sure of the room, prepare_idle gives it back.
  void begin_request();
  void end_request();
  // Since the server took the request up, without what a person held: in ticks, in microseconds.
  std::uint64_t running_ticks() const { return read_ticks() - started_ticks; }
  std::uint64_t elapsed_us() const;
  void prepare_idle();
  // After requests that were left out: brings the connection's story to where it really stands.
  // Nothing is told when there is no room even for that, unless the task is about to park or end
  // and the trace has it running.
  enum class Before : std::uint8_t { NextRequest, Idle, Close };
  void catch_up(Before next);
  bool end_is_untold() const { return connection_traced && !subject.traced && trace::recording(); }
  void begin_idle(Duration limit);
  void end_idle();
  // One more step of a request that may have any number of them: each read and each flush.
  void count_step();
  // One more step without parking; true when it is the others' turn: co_await runtime::Yield{}.
  bool turn_is_over() {
    if (++steps_this_turn < limits::steps_per_turn) return false;
    steps_this_turn = 0;
    return true;
  }
  // Whose facts the single steps are: those beyond the room that could be had are not told.
  trace::Subject step_subject() const {
    trace::Subject who = subject;
    who.traced = who.traced && !terse;
    return who;
  }

  // Lets the poller see this connection: before its task waits for it, or somebody asks whether its
  // client is gone. False where the kernel has no room for that.
  bool watch();

  // Kernel facts within the budget (observation.cpp).
  void ask_for_observation();
  void observe_accept(const HandshakeBounds& bounds);
  // Its packets, at these ticks and at most so many nanoseconds off (absent: not known).
  void infer_handshake(std::uint64_t syn, std::uint64_t ack, std::optional<std::uint64_t> off);
  static void drain_stamps(void* connection);

  // What the program knows of the end of a connection without having seen a packet: it came before
  // the moment `known`, at which something showed it (0: now).
  [[gnu::cold]] void tell_fin_in(std::uint64_t known_ticks);
  [[gnu::cold]] void infer_fin_in(std::uint64_t known_ticks);
  [[gnu::cold]] void tell_reset(bool from_peer, std::uint64_t known_ticks);

  // Memory for the request that is under way, until its end. False where the server's budget has no
  // more: to be answered with 503.
  bool hold_memory(std::size_t bytes) { return memory.grow(bytes); }

  // While a request is under way only.
  http::Request& request() { return workspace->request; }

  // Set at accept.
  Server& server;
  const PhaseGate& gate;
  // Its packets are seen one by one, and told by the wire: nothing of them is inferred here.
  const bool on_wire;
  int fd;
  runtime::PollSource* source;
  runtime::Task* task = nullptr;
  trace::Subject subject;

  // Per connection.
  MemoryShare memory;
  ReadBuffer in;
  WriteBuffer out;
  http::RequestParser parser;
  std::uint32_t requests_served = 0;
  std::optional<trace::CloseReason> close_reason;
  bool connection_traced = true;
  std::uint32_t steps_this_turn = 0;  // since it last parked or let others run
  bool drained = false;   // the last read took everything there was
  bool peer_closed = false;  // its FIN was read
  bool peer_reset = false;
  // The moments that the two FINs are told with, in ticks; 0 where there is none.
  std::uint64_t fin_in_ticks = 0;
  std::uint64_t fin_out_ticks = 0;
  bool can_send = true;  // no flush has failed yet
  std::uint64_t kept_back_to = 0;  // the stream offset behind the last answer that was kept back
  bool resets = false;  // closes with a RST: only so can the client tell that its answer was cut

  // Frames of the functions that wait between requests.
  alignas(16) std::array<unsigned char, 1024> idle_frames;
  runtime::FrameArena idle_arena{idle_frames.data(), idle_frames.size()};

  // Per request.
  Workspace* workspace = nullptr;
  bool stamps_enabled = false;  // from the first request on that is within the budget
  bool stamps_refused = false;
  std::uint32_t observed_flushes = 0;
  bool observation_asked = false;
  bool observed = false;
  bool was_observed = true;
  std::uint32_t requests_untold = 0;  // since the story was last brought up to date
  bool wake_untold = false;  // the wake that began this cycle is not in the trace
  bool idle_told = false;    // the trace has the connection idle
  bool terse = false;        // the steps of this request are left out for want of room
  std::uint32_t steps = 0;
  std::uint32_t steps_untold = 0;
  std::uint64_t answer_from = 0;  // where its answer begins in the out stream
  std::uint64_t kept_in = 0;   // of the request's body, for the trace
  std::uint64_t kept_out = 0;  // of the answer's
  std::uint32_t headers_told = 0;
  std::uint32_t pieces_told = 0;
  std::uint64_t merged_from = 0;  // the headers, or pieces of a body, that are told together
  std::uint64_t merged_to = 0;
  std::uint64_t started_ticks = 0;
  std::uint64_t held_ticks = 0;  // by a person, since the wake with which it began
  Instant arrived;  // when bytes of it were read last: its time-outs count from here
  Instant header_deadline = runtime::no_deadline;
  Instant body_deadline = runtime::no_deadline;
  Instant write_deadline = runtime::no_deadline;

 private:
  std::size_t to_keep(std::uint64_t& kept, std::size_t wanted) const;
  ssize_t receive(std::span<char> room, int& error);
  bool next_head_is_here() const;
  static void send_kept_back(void* connection);
  bool observes_this_flush() {
    return observed && observed_flushes++ < limits::observed_flushes_per_request;
  }
  int send_once(const trace::Subject& who, bool observes_flush);
  runtime::Async<bool> write_time_is_over();
  runtime::Async<bool> wait_for_room(int error, std::uint64_t asked_ticks);
  ssize_t send_observed(std::string_view data, std::uint32_t request, int& error);
  bool enable_stamps();
  void observe_queues();
  void tell_tcp_info(const net::TcpInfo& info, std::uint64_t asked);
  void tell_left_out_steps();

  // Sends whose stamps may still come, for the drain: where each ends in the out stream.
  struct ObservedSend {
    std::atomic<std::uint64_t> range{0};  // offset << 24 | length
    std::atomic<std::uint32_t> request{0};
  };
  std::array<ObservedSend, 8> observed_sends_;
  std::atomic<std::uint32_t> observed_send_count_{0};
  std::uint64_t stamp_base_ = 0;  // out offset where the kernel's byte numbers begin
  std::int64_t waiting_segment_ns_ = 0;  // of what was there at accept, CLOCK_REALTIME and ticks
  std::uint64_t waiting_segment_ticks_ = 0;
  std::int64_t last_segment_ns_ = 0;  // the stamp of the segment told last, CLOCK_REALTIME
};

// What is counted of each: with what it borrows for a request.
inline constexpr std::size_t bytes_per_connection = sizeof(Connection) + sizeof(Workspace);

}  // namespace roundtrip::server
