#include "core/server/connection.h"

#include <sys/sendfile.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>

#include "core/server/server.h"

namespace roundtrip::server {

using runtime::Async;
using runtime::Runtime;
using runtime::Wake;
using trace::Log;
using trace::Phase;

// A flush that failed has said so already.
trace::CloseReason Connection::reason_after(Fill fill) const {
  if (close_reason) return *close_reason;
  switch (fill) {
    case Fill::PeerClosed: return trace::CloseReason::PeerClosed;
    case Fill::PeerReset: return trace::CloseReason::PeerReset;
    case Fill::Shutdown: return trace::CloseReason::Shutdown;
    case Fill::TimedOut: return trace::CloseReason::ReadTimeout;
    case Fill::Bytes:
    case Fill::NoMemory:
    case Fill::Error: break;
  }
  return trace::CloseReason::Error;
}

Connection::Connection(Server& owner, int descriptor, runtime::PollSource* poll_source,
                       trace::Subject who, bool packets_are_seen)
    : server(owner),
      gate(owner.gate()),
      on_wire(packets_are_seen),
      fd(descriptor),
      source(poll_source),
      subject(who),
      memory(owner.memory()),
      parser(owner.options().parser),
      connection_traced(who.traced) {
  memory.adopt(bytes_per_connection);
}

Connection::~Connection() = default;

void Connection::leave_out(Duration held) {
  const auto ticks = static_cast<std::uint64_t>(static_cast<double>(held.ns) /
                                                server.bus().ns_per_tick());
  started_ticks += ticks;
  held_ticks += ticks;
  arrived = arrived + held;
  for (Instant* deadline : {&header_deadline, &body_deadline, &write_deadline}) {
    if (*deadline != runtime::no_deadline) *deadline = *deadline + held;
  }
}

bool Connection::watch() { return server.runtime().poller().watch(source); }

Async<> Connection::stop_at(Phase phase) {
  watch();  // what becomes of the client meanwhile is shown
  Passer who{subject, {}, {}, source};
  const http::StreamBytes window = in.window();
  if (workspace != nullptr) {
    const auto known = [&](ByteRange range) {
      return window.holds(range) ? window.slice(range) : std::string_view{};
    };
    who.method = known(request().method_text);
    who.path = known(request().url.path);
  }
  const Duration held = co_await server.gate().pass(who, phase);
  leave_out(held);
}

Async<> Connection::timed_out(trace::TimeoutKind kind, Duration limit) {
  trace::instant<Phase::LifecycleTimeout>(subject, kind, limit.ns / 1'000'000);
  if (must_stop()) co_await stop_at(Phase::LifecycleTimeout);
}

Async<Fill> Connection::fill(Instant deadline, bool idle) {
  if (keeps_back()) {
    const bool sent = co_await flush(Whose::Finished);
    if (!sent) co_return Fill::Error;
  }
  // The parser needs one byte past its limit to see that a head is too large, and skips a few empty
  // lines before it.
  const http::ParserLimits& most = server.options().parser;
  const std::size_t most_bytes = most.head_bytes + 2 * (most.empty_lines + 1) + 1;
  if (const std::size_t more = in.growth(most_bytes); more > 0 && !hold_memory(more)) {
    co_return Fill::NoMemory;
  }
  const std::span<char> room = in.room(most_bytes);
  std::uint64_t readable_ticks = 0;  // when the poller said so, until a read has followed
  while (true) {
    if (!idle) count_step();
    if (turn_is_over()) co_await runtime::Yield{};
    const trace::Subject who = step_subject();
    // A read that brought less than it could has emptied the kernel's queue: asking again would
    // only say EAGAIN. The task waits for the next edge instead.
    if (!drained || source->hung_up()) {
      int error = 0;
      if (idle) ask_for_observation();
      const std::uint64_t asked = trace::ticks_for(who);
      trace::fact<Phase::ReadRead>(trace::Kind::Begin, {asked}, who, {}, fd, room.size());
      const ssize_t got = receive(room, error);
      if (got > 0) {
        const auto count = static_cast<std::size_t>(got);
        const ByteRange range{in.end_offset(), count};
        trace::keep_bytes(subject, Log::In, range.offset,
                          {room.data(), to_keep(kept_in, count)});
        trace::end<Phase::ReadRead>(who, {Log::In, range}, trace::absent, trace::absent, got,
                                    trace::absent);
        if (must_stop()) co_await stop_at(Phase::ReadRead);
        arrived = runtime::Runtime::now();
        in.filled_by(count);
        drained = count < room.size();
        trace::instant<Phase::ReadBufferFill>(who, {Log::In, range}, in.filled(), in.consumed(),
                                              in.capacity());
        if (must_stop()) co_await stop_at(Phase::ReadBufferFill);
        co_return Fill::Bytes;
      }
      const std::uint64_t known = readable_ticks != 0 ? readable_ticks : asked;
      readable_ticks = 0;
      if (got == 0) tell_fin_in(known);
      if (got < 0 && error == ECONNRESET) tell_reset(true, known);
      trace::end<Phase::ReadRead>(who, trace::absent, trace::absent,
                                  got == 0 ? std::optional<int>(0) : std::nullopt,
                                  got < 0 ? std::optional<int>(error) : std::nullopt);
      // A read between two requests that finds nothing is no request's.
      if (!idle && must_stop()) co_await stop_at(Phase::ReadRead);
      if (got == 0) co_return Fill::PeerClosed;
      if (error == EINTR) continue;
      if (error != EAGAIN && error != EWOULDBLOCK) {
        co_return error == ECONNRESET ? Fill::PeerReset : Fill::Error;
      }
      drained = true;
      // Nothing came: whether a request may be observed is asked anew when its bytes are there.
      if (idle && !observed) observation_asked = false;
    }
    if (!watch()) co_return Fill::Error;
    if (idle) prepare_idle();
    const Wake why = co_await runtime::wait_readable(source, deadline, idle);
    steps_this_turn = 0;
    if (idle) {
      subject.traced = task->subject.traced;
      wake_untold = connection_traced && !subject.traced;
    }
    if (why == Wake::TimedOut) co_return Fill::TimedOut;
    if (why == Wake::Shutdown) co_return Fill::Shutdown;
    drained = false;
    readable_ticks = trace::ticks_for(step_subject());
    trace::fact<Phase::ReadReadable>(trace::Kind::Instant, {readable_ticks}, step_subject(), {});
  }
}

// Of a body, the first part is kept for the trace; the rest is told as ranges only.
std::size_t Connection::to_keep(std::uint64_t& kept, std::size_t wanted) const {
  if (workspace == nullptr || !workspace->request.ready) return wanted;
  const std::uint64_t left = kept < limits::kept_body_bytes ? limits::kept_body_bytes - kept : 0;
  const auto now = static_cast<std::size_t>(std::min<std::uint64_t>(wanted, left));
  kept += now;
  return now;
}

Async<bool> Connection::append(std::string_view bytes) {
  while (!append_at_once(bytes)) {
    const std::size_t count = out.room();
    static_cast<void>(append_at_once(bytes.substr(0, count)));
    bytes.remove_prefix(count);
    const bool sent = co_await flush();
    if (!sent) co_return false;
  }
  co_return true;
}

bool Connection::append_at_once(std::string_view bytes) {
  if (bytes.size() > out.room()) return false;
  if (bytes.empty()) return true;
  const std::uint64_t at = out.end_offset();
  out.append(bytes);
  trace::keep_bytes(subject, Log::Out, at, bytes.substr(0, to_keep(kept_out, bytes.size())));
  return true;
}

Async<bool> Connection::flush(Whose whose) {
  if (out.empty()) co_return true;
  if (!can_send) co_return false;
  task->before_wait = nullptr;
  count_step();
  trace::Subject who = step_subject();
  if (whose == Whose::Finished) who.request = 0;
  trace::begin<Phase::TransmitFlush>(who, out.waiting().size());
  if (must_stop()) co_await stop_at(Phase::TransmitFlush);
  const bool observes_flush = observes_this_flush();
  const bool late = co_await write_time_is_over();
  can_send = !late;
  while (can_send && !out.empty()) {
    if (turn_is_over()) co_await runtime::Yield{};
    std::uint64_t asked = trace::ticks_for(who);
    trace::fact<Phase::TransmitWrite>(trace::Kind::Begin, {asked}, who, {}, fd,
                                      out.waiting().size());
    if (must_stop()) {
      co_await stop_at(Phase::TransmitWrite);
      asked = trace::ticks_for(who);
    }
    const int error = send_once(who, observes_flush);
    if (error != 0) can_send = co_await wait_for_room(error, asked);
  }
  if (can_send && observes_flush) observe_queues();
  trace::end<Phase::TransmitFlush>(who);
  co_return can_send;
}

// One send(2) of what the write buffer holds, and the end of the write that was begun. Returns the
// error, or 0.
int Connection::send_once(const trace::Subject& who, bool observes_flush) {
  const std::string_view data = out.waiting();
  const std::uint64_t at = out.sent();
  int error = 0;
  const ssize_t written = observes_flush ? send_observed(data, who.request, error)
                                         : send(fd, data.data(), data.size(), MSG_NOSIGNAL);
  if (written < 0 && error == 0) error = errno;
  if (written < 0) {
    trace::end<Phase::TransmitWrite>(who, trace::absent, trace::absent, trace::absent, error);
    return error;
  }
  const auto count = static_cast<std::uint64_t>(written);
  trace::end<Phase::TransmitWrite>(who, {Log::Out, {at, count}}, trace::absent, trace::absent,
                                   written);
  out.sent_by(count);
  return 0;
}

// Whether the next request's head is whole in the read buffer: then it is served without waiting
// for the client.
bool Connection::next_head_is_here() const {
  const http::StreamBytes window = in.window();
  const std::string_view left = window.bytes.substr(parser.position() - window.offset);
  const std::size_t begin = left.find_first_not_of("\r\n");
  return begin != left.npos && left.find("\r\n\r\n", begin) != left.npos;
}

bool Connection::keep_back() {
  if (parser.position() == in.end_offset()) return false;
  // A teacher sees each answer's own flush. Whoever ends its turn keeps nobody waiting meanwhile.
  const bool runs_on = !must_stop() && steps_this_turn + 1 < limits::steps_per_turn;
  if (!runs_on || !next_head_is_here()) return false;
  if (subject.traced && trace::recording()) {
    // The write that takes this answer along is told with a later request, which must not be one
    // that the ring has no room for: it will ask when this one has told its last.
    constexpr std::uint32_t records_to_its_end = 16;
    trace::Ring* ring = trace::this_thread_ring;
    if (!ring->reserve(records_to_its_end)) return false;
    ring->release(records_to_its_end);
  }
  kept_back_to = out.end_offset();
  task->before_wait = &Connection::send_kept_back;
  task->before_wait_context = this;
  return true;
}

trace::Bytes Connection::kept_back_bytes() const {
  if (!keeps_back()) return {};
  const std::uint64_t from = std::max(answer_from, out.sent());
  return {Log::Out, {from, kept_back_to - from}};
}

// The next request makes the task wait, who knows for how long: the finished answers don't wait
// with it. What the kernel does not take at once stays for the next flush.
void Connection::send_kept_back(void* connection) {
  auto& self = *static_cast<Connection*>(connection);
  if (!self.can_send) return;
  self.count_step();
  trace::Subject who = self.step_subject();
  who.request = 0;
  trace::begin<Phase::TransmitFlush>(who, self.out.waiting().size());
  const bool observes_flush = self.observes_this_flush();
  int error = 0;
  while (!self.out.empty() && (error == 0 || error == EINTR)) {
    trace::begin<Phase::TransmitWrite>(who, self.fd, self.out.waiting().size());
    error = self.send_once(who, observes_flush);
  }
  if (observes_flush) self.observe_queues();
  const std::size_t left = self.out.waiting().size();
  trace::end<Phase::TransmitFlush>(
      who, left > 0 ? trace::Bytes{Log::Out, {self.out.sent(), left}} : trace::Bytes{});
}

// An answer that comes after the write time-out is not begun, as in Go.
Async<bool> Connection::write_time_is_over() {
  if (Runtime::coarse_now() <= write_deadline) co_return false;
  co_await timed_out(trace::TimeoutKind::Write, server.options().timeouts.write);
  close_reason = trace::CloseReason::WriteTimeout;
  co_return true;
}

// After a send that took nothing: waits where the kernel's send queue is full, because the peer
// reads more slowly than we write. False when nothing more can be sent.
Async<bool> Connection::wait_for_room(int error, std::uint64_t asked_ticks) {
  if (error == EINTR) co_return true;
  if (error != EAGAIN && error != EWOULDBLOCK) {
    const bool by_peer = error == EPIPE || error == ECONNRESET;
    if (by_peer) tell_reset(true, asked_ticks);
    close_reason = by_peer ? trace::CloseReason::PeerReset : trace::CloseReason::Error;
    co_return false;
  }
  if (!watch()) {
    close_reason = trace::CloseReason::Error;
    co_return false;
  }
  const Wake why = co_await runtime::wait_writable(source, write_deadline);
  steps_this_turn = 0;
  if (why == Wake::TimedOut) {
    co_await timed_out(trace::TimeoutKind::Write, server.options().timeouts.write);
  }
  if (why == Wake::Ready) co_return true;
  close_reason = why == Wake::TimedOut ? trace::CloseReason::WriteTimeout
                                       : trace::CloseReason::Shutdown;
  co_return false;
}

Async<bool> Connection::send_file(int file, std::uint64_t offset, std::uint64_t length) {
  constexpr std::uint64_t most_at_once = 1 << 20;
  bool alive = co_await flush();
  while (alive && length > 0) {
    count_step();
    if (turn_is_over()) co_await runtime::Yield{};
    const trace::Subject who = step_subject();
    const std::uint64_t at = out.sent();
    const auto asked = static_cast<std::size_t>(std::min(length, most_at_once));
    std::uint64_t asked_ticks = trace::ticks_for(who);
    trace::fact<Phase::TransmitWrite>(trace::Kind::Begin, {asked_ticks}, who, {}, fd, asked);
    if (must_stop()) {
      co_await stop_at(Phase::TransmitWrite);
      asked_ticks = trace::ticks_for(who);
    }
    auto from = static_cast<off_t>(offset);
    const ssize_t sent = sendfile(fd, file, &from, asked);
    const int error = sent < 0 ? errno : 0;
    if (sent > 0) {
      const auto count = static_cast<std::uint64_t>(sent);
      trace::end<Phase::TransmitWrite>(who, {Log::Out, {at, count}}, trace::absent, trace::absent,
                                       sent);
      out.passed_by(count);
      offset += count;
      length -= count;
      continue;
    }
    trace::end<Phase::TransmitWrite>(who, trace::absent, trace::absent, trace::absent, error);
    // A file that has become shorter meanwhile can't fill what was announced.
    if (sent == 0) close_reason = trace::CloseReason::Error;
    alive = sent < 0;
    if (alive) alive = co_await wait_for_room(error, asked_ticks);
  }
  co_return alive;
}

}  // namespace roundtrip::server
