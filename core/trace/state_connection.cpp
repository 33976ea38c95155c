// What each phase means for a connection: the one place where events become a connection's state.
#include <algorithm>

#include "core/trace/state.h"
#include "core/trace/tcp_states.h"
#include "core/trace/validate.h"

namespace roundtrip::trace {
namespace {

using State = ConnectionStateAt;

template <class T>
void set(std::optional<T>& field, const std::optional<std::uint64_t>& arg) {
  if (arg) field = static_cast<T>(*arg);
}
void set(std::optional<bool>& field, const std::optional<std::uint64_t>& arg) {
  if (arg) field = *arg != 0;
}
void set(std::optional<Address>& field, const std::optional<std::uint64_t>& arg) {
  if (arg) field = Address{*arg};
}
void set(std::optional<Symbol>& field, const std::optional<std::uint64_t>& arg) {
  if (arg) field = Symbol{static_cast<std::uint32_t>(*arg)};
}
void set(std::uint32_t& field, const std::optional<std::uint64_t>& arg) {
  if (arg) field = static_cast<std::uint32_t>(*arg);
}

// ---- The chapters of a connection's life, as the phase table groups them.


bool apply_handshake(State& state, const Event& event) {
  switch (event.phase) {
    case Phase::ConnectionConnect:
      if (event.begins()) {
        set_client(state, TcpState::SynSent, derived_from(event));
      } else {
        const bool failed = event.arg(1).value_or(0) != 0;
        set_client(state, failed ? TcpState::Closed : TcpState::Established, derived_from(event));
      }
      return true;
    case Phase::ConnectionSyn:
      set_client(state, TcpState::SynSent, event.provenance);
      set_server(state, TcpState::SynReceived, event.provenance);
      return true;
    case Phase::ConnectionSynAck:
      set_server(state, TcpState::SynReceived, event.provenance);
      return true;
    case Phase::ConnectionAck:
      set_client(state, TcpState::Established, event.provenance);
      set_server(state, TcpState::Established, event.provenance);
      return true;
    case Phase::ConnectionAccept:
      if (!event.ends()) return true;
      set(state.fd, event.arg(0));
      if (!state.server_tcp || *state.server_tcp == TcpState::SynReceived) {
        set_server(state, TcpState::Established, derived_from(event));
      }
      return true;
    default: return false;
  }
}

bool apply_object(State& state, const Event& event) {
  switch (event.phase) {
    case Phase::ConnectionObject:
      set(state.local, event.arg(0));
      set(state.remote, event.arg(1));
      set(state.fd, event.arg(2));
      return true;
    case Phase::ConnectionSocketOptions:
      set(state.no_delay, event.arg(0));
      set(state.keep_alive_option, event.arg(1));
      set(state.reuse_address, event.arg(2));
      set(state.receive_buffer, event.arg(3));
      set(state.send_buffer, event.arg(4));
      return true;
    case Phase::ConnectionTimeouts:
      set(state.header_timeout_ms, event.arg(0));
      set(state.read_timeout_ms, event.arg(1));
      set(state.write_timeout_ms, event.arg(2));
      set(state.idle_timeout_ms, event.arg(3));
      return true;
    case Phase::ConnectionMemory:
      set(state.task_frame_bytes, event.arg(0));
      set(state.read_buffer.capacity, event.arg(1));
      set(state.write_buffer.capacity, event.arg(2));
      set(state.object_bytes, event.arg(4));
      return true;
    case Phase::ConnectionTaskSpawned:
      set(state.task, event.arg(0));
      set(state.task_frame_bytes, event.arg(1));
      return true;
    case Phase::ConnectionFirstRun:
      if (event.task != 0) state.task = event.task;
      return true;
    default: return false;
  }
}

// The parser has used the stream up to here: how far that is in the read buffer.
void consume(State& state, std::uint64_t stream_offset) {
  BufferState& buffer = state.read_buffer;
  const std::uint64_t ahead = state.bytes_in - std::min(state.bytes_in, stream_offset);
  if (ahead > buffer.filled) return;
  buffer.consumed = std::max(buffer.consumed, buffer.filled - static_cast<std::uint32_t>(ahead));
}

// Of the bytes that a write handed over, those of this request's response.
std::uint64_t own_part(const RequestState& request, const Event& write, std::uint64_t count) {
  if (!write.has_bytes()) return count;
  if (!request.response_from) return write.request != 0 ? count : 0;
  const std::uint64_t from = *request.response_from;
  return write.bytes().end() - std::clamp(from, write.bytes().offset, write.bytes().end());
}

void begin_response(RequestState& request, const Event& event) {
  if (!request.response_from && event.has_bytes()) request.response_from = event.bytes().offset;
}

bool apply_buffers(State& state, const Event& event) {
  switch (event.phase) {
    case Phase::ReadRead:
      if (!event.ends()) return true;
      if (event.has_bytes()) {
        state.bytes_in = std::max(state.bytes_in, event.bytes().end());
        // They lie in the read buffer now; the buffer's own figures are told next.
        state.read_buffer.filled += event.bytes().length;
      }
      // A read of nothing is how the peer's FIN reaches a program.
      if (event.arg(2) == 0 && event.arg(3).value_or(0) == 0) {
        move_server(state, after_fin_got, derived_from(event));
      }
      return true;
    case Phase::ReadBufferFill:
      set(state.read_buffer.filled, event.arg(0));
      set(state.read_buffer.consumed, event.arg(1));
      set(state.read_buffer.capacity, event.arg(2));
      return true;
    case Phase::TransmitFlush:
      if (event.begins()) {
        set(state.write_buffer.filled, event.arg(0));
        state.write_buffer.consumed = 0;
        // Answers of requests that are finished may be flushed while the next one is written.
        if (event.request != 0) state.request.body_buffered = 0;
      } else {
        state.write_buffer.consumed = 0;
        state.write_buffer.filled = static_cast<std::uint32_t>(event.bytes().length);
      }
      return true;
    case Phase::TransmitWrite: {
      if (!event.ends()) return true;
      const std::uint64_t count = event.arg(2).value_or(event.bytes().length);
      BufferState& buffer = state.write_buffer;
      state.bytes_out = std::max(state.bytes_out + count, event.bytes().end());
      buffer.consumed = static_cast<std::uint32_t>(
          std::min<std::uint64_t>(buffer.filled, buffer.consumed + count));
      // One write may carry several answers.
      state.request.sent += own_part(state.request, event, count);
      return true;
    }
    case Phase::TransmitSendQueue: set(state.kernel_send_queue, event.arg(0)); return true;
    case Phase::TraceQueues:
      set(state.kernel_receive_queue, event.arg(0));
      set(state.kernel_send_queue, event.arg(1));
      return true;
    default: return false;
  }
}

void apply_line(RequestState& request, const Event& event) {
  const std::uint64_t at = event.bytes().offset;
  if (event.phase == Phase::ReadLineSplit) {
    if (!event.has_bytes()) return;
    const std::uint64_t method = event.arg(0).value_or(0);
    const std::uint64_t target = event.arg(1).value_or(0);
    request.method = ByteRange{at, method};
    request.target = ByteRange{at + method + 1, target};
    request.version = ByteRange{at + method + 1 + target + 1, event.arg(2).value_or(0)};
  } else if (event.phase == Phase::ReadLineValid) {
    set(request.method_name, event.arg(0));
    set(request.major, event.arg(1));
    set(request.minor, event.arg(2));
  } else if (event.phase == Phase::ReadUrl && event.has_bytes()) {
    const std::uint64_t path = event.arg(0).value_or(event.bytes().length);
    request.path = ByteRange{at, path};
    if (event.bytes().length > path) {
      request.query = ByteRange{at + path + 1,
                                event.arg(1).value_or(event.bytes().length - path - 1)};
    }
  }
}

bool apply_parser(State& state, const Event& event, EventNumber number) {
  RequestState& request = state.request;
  const ByteRange bytes = event.bytes();
  switch (event.phase) {
    case Phase::ReadLineFound:
      if (event.has_bytes()) request.line = bytes;
      break;
    case Phase::ReadLineSplit:
    case Phase::ReadLineValid:
    case Phase::ReadUrl: apply_line(request, event); return true;
    case Phase::ReadHeader:
      request.headers.push_back({{bytes.offset, event.arg(1).value_or(0)},
                                 {bytes.offset + event.arg(2).value_or(0),
                                  event.arg(3).value_or(0)},
                                 number});
      break;
    case Phase::ReadHeadersComplete:
      if (event.has_bytes()) {
        const std::uint64_t length = std::min(bytes.end(), event.arg(1).value_or(bytes.length));
        request.head = ByteRange{bytes.end() - length, length};
      }
      break;
    case Phase::ReadRequestReady:
      request.ready = true;
      if (event.arg(0)) request.content_length = event.arg(0);
      if (event.arg(1)) request.keep_alive = static_cast<KeepAlive>(*event.arg(1));
      return true;
    case Phase::ReadBodyPiece: request.body_got += bytes.length; break;
    case Phase::ReadBody:
      if (event.ends() && event.arg(1)) request.body_got = *event.arg(1);
      return true;
    case Phase::ReadRejected: request.rejected = number; return true;
    default: return false;
  }
  if (event.log == Log::In) consume(state, bytes.end());
  return true;
}

bool apply_handling(RequestState& request, const Event& event, EventNumber number) {
  const auto symbol = [&event](std::size_t index) {
    return Symbol{static_cast<std::uint32_t>(event.arg(index).value_or(0))};
  };
  switch (event.phase) {
    case Phase::HandleResponseWriter: request.writer_made = true; return true;
    case Phase::HandleRoute: request.routing = event.begins(); return true;
    case Phase::HandleRouteCandidate:
      request.candidates.push_back({symbol(0), symbol(1), number});
      return true;
    case Phase::HandleRouteMatch:
      set(request.pattern, event.arg(0));
      set(request.handler, event.arg(1));
      return true;
    case Phase::HandleHandler:
      request.handling = event.begins();
      set(request.handler, event.arg(0));
      return true;
    case Phase::HandleWriteHeader:
      // An answer that begins anew has thrown away what was written for the one before it.
      request.written = 0;
      request.body_buffered = 0;
      request.wrote_header = true;
      set(request.status, event.arg(0));
      return true;
    case Phase::HandleWriteBody:
      if (!event.ends()) return true;
      request.written += event.arg(0).value_or(0);
      set(request.body_buffered, event.arg(1));
      return true;
    default: return false;
  }
}

// Bytes were put into the write buffer up to the end of this range; some may have left it already.
void append_to_write_buffer(State& state, const Event& event) {
  const std::uint64_t end = event.bytes().end();
  state.write_buffer.filled =
      state.write_buffer.consumed +
      static_cast<std::uint32_t>(end - std::min(end, state.bytes_out));
}

bool apply_answer(State& state, const Event& event) {
  RequestState& request = state.request;
  switch (event.phase) {
    case Phase::TransmitFraming:
      if (event.arg(0)) request.framing = static_cast<Framing>(*event.arg(0));
      return true;
    case Phase::TransmitContinue:
      begin_response(request, event);
      return true;
    case Phase::TransmitHead:
      if (!event.has_bytes()) return true;
      begin_response(request, event);
      request.response_head = event.bytes();
      append_to_write_buffer(state, event);
      return true;
    case Phase::TransmitChunk:
      if (event.has_bytes()) append_to_write_buffer(state, event);
      request.body_buffered -= static_cast<std::uint32_t>(
          std::min<std::uint64_t>(request.body_buffered, event.arg(0).value_or(0)));
      return true;
    case Phase::TransmitFinish:
      if (!event.ends()) return true;
      request.finished = true;
      set(request.status, event.arg(0));
      if (event.has_bytes()) {
        append_to_write_buffer(state, event);
        request.body_buffered = 0;
      }
      ++state.requests_served;
      return true;
    default: return false;
  }
}

bool apply_ending(State& state, const Event& event) {
  switch (event.phase) {
    case Phase::LifecycleKeepAlive:
      if (event.arg(0)) state.request.keep_alive = static_cast<KeepAlive>(*event.arg(0));
      if (event.arg(1)) state.close_reason = static_cast<CloseReason>(*event.arg(1));
      return true;
    case Phase::LifecycleHalfClose:
      move_server(state, after_fin_sent, derived_from(event));
      return true;
    case Phase::LifecycleClose:
      if (event.arg(0)) state.close_reason = static_cast<CloseReason>(*event.arg(0));
      if (event.ends()) {
        move_server(state, after_fin_sent, derived_from(event));
        state.fd.reset();
        // The buffers go with the connection, and with them what nobody has asked for.
        state.read_buffer.filled = state.read_buffer.consumed = 0;
        state.write_buffer.filled = state.write_buffer.consumed = 0;
      }
      return true;
    case Phase::LifecycleClientClose:
      if (event.arg(0).value_or(0) != 0) {
        set_client(state, TcpState::Closed, derived_from(event));
      } else {
        move_client(state, after_fin_sent, derived_from(event));
      }
      return true;
    default: return false;
  }
}

bool apply_segments(State& state, const Event& event) {
  switch (event.phase) {
    case Phase::LifecycleFinOut:
      move_server(state, after_fin_sent, event.provenance);
      move_client(state, after_fin_got, event.provenance);
      return true;
    case Phase::LifecycleFinAckIn:
      move_server(state, after_fin_acknowledged, event.provenance);
      return true;
    case Phase::LifecycleFinIn:
      move_client(state, after_fin_sent, event.provenance);
      move_server(state, after_fin_got, event.provenance);
      return true;
    case Phase::LifecycleFinAckOut:
      move_client(state, after_fin_acknowledged, event.provenance);
      return true;
    case Phase::LifecycleReset:
      set_server(state, TcpState::Closed, event.provenance);
      if (state.client_tcp) set_client(state, TcpState::Closed, event.provenance);
      return true;
    case Phase::LifecycleTimeWait:
      if (event.arg(0).value_or(0) != 0) {
        set_client(state, TcpState::TimeWait, event.provenance);
      } else {
        set_server(state, TcpState::TimeWait, event.provenance);
      }
      return true;
    case Phase::TraceTcpInfo:
      if (event.arg(0)) {
        set_server(state, static_cast<TcpState>(*event.arg(0)), event.provenance);
      }
      set(state.rtt_us, event.arg(1));
      set(state.congestion_window, event.arg(3));
      return true;
    default: return false;
  }
}

}  // namespace

void apply(ConnectionStateAt& state, const Event& event, EventNumber number) {
  if (event.conn != 0) state.conn = event.conn;
  const bool of_request = event.row().scope == Scope::Request && event.request != 0;
  if (of_request && event.request > state.request.request) {
    state.request = {};
    state.request.request = event.request;
  }
  if (const auto next = connection_move(event)) state.state = *next;
  // A capture says when a packet passed, not when either host had it: its steps tell the states.
  if (event.phase == Phase::TraceWire) state.at_one_point = true;
  if (event.phase == Phase::TracePacket && state.at_one_point) return;
  if (event.phase == Phase::TracePacket) return apply_packet(state, event);
  if (state.on_wire && is_told_by_packets(event.phase)) return;
  if (event.phase == Phase::TraceHold) state.held = event.begins() ? number : no_event;

  // A handler that outlives its request tells of a request that is no longer the current one.
  if (of_request && event.request != state.request.request) return;
  if (apply_buffers(state, event) || apply_parser(state, event, number)) return;
  if (apply_handling(state.request, event, number) || apply_answer(state, event)) return;
  if (apply_handshake(state, event) || apply_object(state, event)) return;
  if (apply_ending(state, event)) return;
  apply_segments(state, event);
}

}  // namespace roundtrip::trace
