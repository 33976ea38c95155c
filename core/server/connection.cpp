#include "core/server/connection.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "core/net/observe.h"
#include "core/server/server.h"

namespace roundtrip::server {

using runtime::Async;
using runtime::Wake;
using trace::Log;
using trace::Phase;

Connection::Connection(Server& owner, int descriptor, runtime::PollSource* poll_source,
                       trace::Subject who)
    : server(owner),
      fd(descriptor),
      source(poll_source),
      subject(who),
      parser(owner.options().parser),
      connection_traced(who.traced) {}

Connection::~Connection() = default;

bool Connection::must_stop() const { return server.gate().armed(); }

// A held request's own time does not run: its deadlines move by as long as it was held.
Async<> Connection::stop_at(Phase phase) {
  Passer who{subject, {}, {}};
  const http::StreamBytes window = in.window();
  if (workspace != nullptr) {
    const auto known = [&](ByteRange range) {
      return window.holds(range) ? window.slice(range) : std::string_view{};
    };
    who.method = known(request().method_text);
    who.path = known(request().url.path);
  }
  const Duration held = co_await server.gate().pass(who, phase);
  for (Instant* deadline : {&header_deadline, &body_deadline, &write_deadline}) {
    if (*deadline != runtime::no_deadline) *deadline = *deadline + held;
  }
}

ssize_t Connection::receive(std::span<char> room, int& error) {
  error = 0;
  if (!observed || !stamps_enabled) {
    const ssize_t got = recv(fd, room.data(), room.size(), 0);
    if (got < 0) error = errno;
    return got;
  }
  const net::StampedRead read = net::read_stamped(fd, room);
  error = read.error;
  if (read.got > 0 && read.realtime_ns && trace::recording()) {
    // The stamp belongs to the last byte that was read; where the segment began is not known.
    const auto stamp = server.bus().stamp_from_realtime(*read.realtime_ns);
    const std::uint64_t last = in.end_offset() + static_cast<std::uint64_t>(read.got) - 1;
    trace::fact<Phase::ReadSegment>(trace::Kind::Instant, {stamp.ticks}, subject,
                                    {Log::In, {last, 1}}, stamp.uncertainty_ns);
  }
  return read.got;
}

Async<Fill> Connection::fill(Instant deadline, bool idle) {
  // The parser needs one byte past its limit to see that a head is too large, and skips a few empty
  // lines before it.
  const http::ParserLimits& most = server.options().parser;
  const std::span<char> room = in.room(most.head_bytes + 2 * (most.empty_lines + 1) + 1);
  while (true) {
    if (!idle) count_step();
    const trace::Subject who = step_subject();
    // A read that brought less than it could has emptied the kernel's queue: asking again would
    // only say EAGAIN. The task waits for the next edge instead.
    if (!drained || source->hung_up()) {
      int error = 0;
      if (idle) ask_for_observation();
      trace::begin<Phase::ReadRead>(who, fd, room.size());
      const ssize_t got = receive(room, error);
      if (got > 0) {
        const auto count = static_cast<std::size_t>(got);
        const ByteRange range{in.end_offset(), count};
        trace::keep_bytes(subject, Log::In, range.offset,
                          {room.data(), to_keep(kept_in, count)});
        trace::end<Phase::ReadRead>(who, {Log::In, range}, trace::absent, trace::absent, got,
                                    trace::absent);
        in.filled_by(count);
        drained = count < room.size();
        trace::instant<Phase::ReadBufferFill>(who, {Log::In, range}, in.filled(), in.consumed(),
                                              in.capacity());
        if (must_stop()) co_await stop_at(Phase::ReadBufferFill);
        co_return Fill::Bytes;
      }
      if (got == 0) {
        trace::end<Phase::ReadRead>(who, trace::absent, trace::absent, 0);
        peer_closed = true;
        co_return Fill::PeerClosed;
      }
      trace::end<Phase::ReadRead>(who, trace::absent, trace::absent, trace::absent, error);
      if (error == EINTR) continue;
      if (error != EAGAIN && error != EWOULDBLOCK) {
        co_return error == ECONNRESET ? Fill::PeerReset : Fill::Error;
      }
      drained = true;
    }
    if (idle) prepare_idle();
    const Wake why = co_await runtime::wait_readable(source, deadline, idle);
    if (idle) {
      subject.traced = task->subject.traced;
      wake_untold = connection_traced && !subject.traced;
    }
    if (why == Wake::TimedOut) co_return Fill::TimedOut;
    if (why == Wake::Shutdown) co_return Fill::Shutdown;
    drained = false;
    trace::instant<Phase::ReadReadable>(step_subject());
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
  while (!bytes.empty()) {
    if (out.room() == 0) {
      const bool sent = co_await flush();
      if (!sent) co_return false;
    }
    const std::uint64_t at = out.end_offset();
    const std::size_t count = out.append(bytes);
    trace::keep_bytes(subject, Log::Out, at, bytes.substr(0, to_keep(kept_out, count)));
    bytes.remove_prefix(count);
  }
  co_return true;
}

// The kernel may have stamped the last byte, and another worker drained it, before send returns: so
// the drain knows the range before, and a send that took less corrects it.
ssize_t Connection::send_observed(std::string_view data, int& error) {
  const std::uint32_t slot = observed_send_count_.load(std::memory_order_relaxed);
  ObservedSend& sent = observed_sends_[slot % observed_sends_.size()];
  sent.range.store(out.sent() << 24 | data.size(), std::memory_order_relaxed);
  sent.request.store(subject.request, std::memory_order_relaxed);
  observed_send_count_.store(slot + 1, std::memory_order_release);
  const ssize_t written = net::send_stamped(fd, data);
  if (written < 0) error = errno;
  const auto count = static_cast<std::uint64_t>(std::max<ssize_t>(written, 0));
  if (count != data.size()) {
    sent.range.store(count == 0 ? 0 : out.sent() << 24 | count, std::memory_order_relaxed);
  }
  return written;
}

Async<bool> Connection::flush() {
  if (out.empty()) co_return true;
  count_step();
  const trace::Subject who = step_subject();
  trace::begin<Phase::TransmitFlush>(who, out.filled());
  if (must_stop()) co_await stop_at(Phase::TransmitFlush);
  bool alive = true;
  while (alive && !out.empty()) {
    const std::string_view data = out.waiting();
    const std::uint64_t at = out.sent();
    trace::begin<Phase::TransmitWrite>(who, fd, data.size());
    int error = 0;
    const ssize_t written = observed && stamps_enabled ? send_observed(data, error)
                                                       : send(fd, data.data(), data.size(),
                                                              MSG_NOSIGNAL);
    if (written < 0 && error == 0) error = errno;
    if (written >= 0) {
      const auto count = static_cast<std::uint64_t>(written);
      trace::end<Phase::TransmitWrite>(who, {Log::Out, {at, count}}, trace::absent,
                                       trace::absent, written);
      out.sent_by(count);
      continue;
    }
    trace::end<Phase::TransmitWrite>(who, trace::absent, trace::absent, trace::absent, error);
    if (error == EINTR) continue;
    if (error != EAGAIN && error != EWOULDBLOCK) {
      close_reason = error == EPIPE || error == ECONNRESET ? trace::CloseReason::PeerReset
                                                           : trace::CloseReason::Error;
      alive = false;
      break;
    }
    // The kernel's send queue is full: the peer reads more slowly than we write.
    const Wake why = co_await runtime::wait_writable(source, write_deadline);
    if (why == Wake::TimedOut) {
      trace::instant<Phase::LifecycleTimeout>(subject, trace::TimeoutKind::Write,
                                              server.options().timeouts.write.ns / 1'000'000);
    }
    if (why != Wake::Ready) {
      close_reason = why == Wake::TimedOut ? trace::CloseReason::WriteTimeout
                                           : trace::CloseReason::Shutdown;
      alive = false;
    }
  }
  if (alive && observed) observe_queues();
  trace::end<Phase::TransmitFlush>(who);
  co_return alive;
}

void Connection::observe_queues() {
  if (!trace::recording() || !subject.traced) return;
  if (const auto queued = net::send_queue_bytes(fd)) {
    trace::instant<Phase::TransmitSendQueue>(subject, *queued);
  }
  if (const auto info = net::tcp_info(fd)) {
    trace::instant<Phase::TraceTcpInfo>(subject, info->state, info->rtt_us,
                                        info->rtt_variation_us, info->congestion_window,
                                        info->unacknowledged, info->retransmits);
  }
}

// The kernel has finished the handshake before the program could look: its segments are inferred
// from the SYN that it kept, the round trip it measured and the moment accept4 had something.
void Connection::observe_accept(std::uint64_t accepted_ticks) {
  stamps_enabled = net::enable_stamps(fd);
  const net::SocketOptions options = net::socket_options(fd);
  trace::instant<Phase::ConnectionSocketOptions>(
      subject, options.no_delay, options.keep_alive, options.reuse_address,
      options.receive_buffer_bytes, options.send_buffer_bytes);
  const auto info = net::tcp_info(fd);
  const std::string headers = net::saved_syn(fd);
  const auto syn = net::decode_syn(headers);
  const std::uint64_t rtt_ticks =
      info ? static_cast<std::uint64_t>(info->rtt_us * 1000.0 / server.bus().ns_per_tick()) : 0;
  const trace::Stamp first{accepted_ticks - rtt_ticks, trace::Provenance::Inferred};
  if (syn) {
    trace::keep_bytes(subject, Log::Wire, 0, headers);
    trace::fact<Phase::ConnectionSyn>(trace::Kind::Instant, first, subject,
                                      {Log::Wire, {0, headers.size()}}, syn->sequence, syn->window,
                                      syn->mss, syn->header_bytes);
  } else {
    trace::fact<Phase::ConnectionSyn>(trace::Kind::Instant, first, subject, {});
  }
  trace::fact<Phase::ConnectionSynAck>(trace::Kind::Instant, first, subject, {});
  trace::fact<Phase::ConnectionAck>(trace::Kind::Instant,
                                    {accepted_ticks, trace::Provenance::Inferred}, subject, {});
  if (info) {
    trace::instant<Phase::TraceTcpInfo>(subject, info->state, info->rtt_us,
                                        info->rtt_variation_us, info->congestion_window,
                                        info->unacknowledged, info->retransmits);
  }
}

// Called by a worker that polls and sees EPOLLERR, while the connection's task may run elsewhere:
// it touches the descriptor's error queue, the list of sends and its own thread's ring only.
void Connection::drain_stamps(void* connection) {
  auto& self = *static_cast<Connection*>(connection);
  trace::Subject who{0, self.subject.conn, 0, true};
  while (const auto stamp = net::next_sent_stamp(self.fd)) {
    if (!trace::recording()) continue;
    const std::uint64_t end = self.stamp_base_ + stamp->last_byte + 1;
    ByteRange range{end - 1, 1};
    who.request = 0;
    const std::uint32_t count = self.observed_send_count_.load(std::memory_order_acquire);
    for (const ObservedSend& sent : self.observed_sends_) {
      const std::uint64_t word = sent.range.load(std::memory_order_relaxed);
      const ByteRange candidate{word >> 24, word & trace::Facts::max_range_length};
      if (count == 0 || candidate.end() != end) continue;
      range = candidate;
      who.request = sent.request.load(std::memory_order_relaxed);
    }
    const auto when = self.server.bus().stamp_from_realtime(stamp->realtime_ns);
    const trace::Stamp moment{when.ticks};
    const trace::Bytes bytes{Log::Out, range};
    switch (stamp->what) {
      case net::SentStamp::What::Queued:
        trace::fact<Phase::TransmitSegmentQueued>(trace::Kind::Instant, moment, who, bytes,
                                                  when.uncertainty_ns);
        break;
      case net::SentStamp::What::Out:
        trace::fact<Phase::TransmitSegmentOut>(trace::Kind::Instant, moment, who, bytes,
                                               when.uncertainty_ns);
        break;
      case net::SentStamp::What::Acknowledged:
        trace::fact<Phase::TransmitAckIn>(trace::Kind::Instant, moment, who, bytes,
                                          when.uncertainty_ns);
        break;
    }
  }
}

}  // namespace roundtrip::server
