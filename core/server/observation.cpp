// The part of Connection that asks the kernel, within the budget of observed requests, and that
// infers what the kernel does not tell: stamps of segments, queues, the handshake, the ends.
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "core/net/observe.h"
#include "core/server/connection.h"
#include "core/server/server.h"

namespace roundtrip::server {

using trace::Log;
using trace::Phase;

namespace {

trace::Stamp inferred_before(std::uint64_t known_ticks) {
  return {just_before(known_ticks != 0 ? known_ticks : read_ticks()),
          trace::Provenance::Inferred};
}

}  // namespace

// The kernel has finished the handshake before the program could look. Its segments are inferred:
// from the SYN that it kept, the round trip that it measured, and what they can't be later than:
// the poller's word that somebody waits, the first segment that waits already, our own client's
// return from connect(). How far off they may be is known for our own client, whose connect() they
// can't come before.
void Connection::observe_accept(const HandshakeBounds& bounds) {
  const net::SocketOptions options = net::socket_options(fd);
  trace::instant<Phase::ConnectionSocketOptions>(
      subject, options.no_delay, options.keep_alive, options.reuse_address,
      options.receive_buffer_bytes, options.send_buffer_bytes);
  const auto info = net::tcp_info(fd);
  const std::uint64_t asked = read_ticks();
  const double ns_per_tick = server.bus().ns_per_tick();
  std::uint64_t ack = just_before(bounds.waiting);
  if (bounds.connected != 0) ack = std::min(ack, bounds.connected);
  if (const auto segment = net::waiting_stamp(fd)) {
    waiting_segment_ns_ = *segment;
    waiting_segment_ticks_ = server.bus().stamp_from_realtime(*segment).ticks;
    ack = std::min(ack, just_before(waiting_segment_ticks_));
  }
  ack = std::max(ack, bounds.began);
  const double rtt_ns = info ? info->rtt_us * 1000.0 : 0;
  const std::uint64_t syn = std::max(ack - static_cast<std::uint64_t>(rtt_ns / ns_per_tick),
                                     bounds.began);
  std::optional<std::uint64_t> off;
  if (bounds.began != 0) {
    const double width_ns = static_cast<double>(ack - bounds.began) * ns_per_tick;
    off = static_cast<std::uint64_t>(std::min(width_ns, 4e9));
  }
  if (!on_wire) infer_handshake(syn, ack, off);
  const auto queue = net::accept_queue(bounds.listener_fd);
  // The wire tells when the last packet of the handshake arrived.
  if (!on_wire) {
    trace::fact<Phase::ConnectionAcceptQueue>(
        trace::Kind::AsyncBegin, {ack, trace::Provenance::Inferred, subject.conn}, subject, {},
        queue ? std::optional<std::uint32_t>(queue->waiting + 1) : std::nullopt,
        queue ? std::optional<std::uint32_t>(queue->limit) : std::nullopt);
  }
  trace::fact<Phase::ConnectionAcceptQueue>(
      trace::Kind::AsyncEnd, {bounds.accepted, trace::Provenance::Observed, subject.conn}, subject,
      {});
  if (info) tell_tcp_info(*info, asked);
}

void Connection::infer_handshake(std::uint64_t syn, std::uint64_t ack,
                                 std::optional<std::uint64_t> off) {
  const trace::Stamp first{syn, trace::Provenance::Inferred};
  const trace::Stamp last{ack, trace::Provenance::Inferred};
  const std::string headers = net::saved_syn(fd);
  if (const auto seen = net::decode_syn(headers)) {
    trace::keep_bytes(subject, Log::Wire, 0, headers);
    trace::fact<Phase::ConnectionSyn>(trace::Kind::Instant, first, subject,
                                      {Log::Wire, {0, headers.size()}}, seen->sequence,
                                      seen->window, seen->mss, seen->header_bytes, off);
  } else {
    trace::fact<Phase::ConnectionSyn>(trace::Kind::Instant, first, subject, {}, trace::absent,
                                      trace::absent, trace::absent, trace::absent, off);
  }
  trace::fact<Phase::ConnectionSynAck>(trace::Kind::Instant, first, subject, {}, off);
  trace::fact<Phase::ConnectionAck>(trace::Kind::Instant, last, subject, {}, off);
}

// Once a request, when its first bytes are asked for: so the segment that brings them is observed
// as well. A connection gets its transmit stamps with the first request that is observed.
void Connection::ask_for_observation() {
  if (observation_asked || !subject.traced || !trace::recording()) return;
  observation_asked = true;
  observed_flushes = 0;
  observed =
      !stamps_refused &&
      server.observation().take(task->woken_ticks != 0 ? task->woken_ticks : read_ticks()) &&
      (stamps_enabled || enable_stamps());
}

bool Connection::enable_stamps() {
  stamp_base_ = out.sent();
  if (on_wire) return true;  // the packets say it
  stamps_enabled = net::enable_stamps(fd);
  stamps_refused = !stamps_enabled;
  if (!stamps_enabled) return false;
  server.runtime().poller().on_errors(source, &Connection::drain_stamps, this);
  watch();
  return true;
}

ssize_t Connection::receive(std::span<char> room, int& error) {
  error = 0;
  if (!observed || on_wire) {
    const ssize_t got = recv(fd, room.data(), room.size(), 0);
    if (got < 0) error = errno;
    return got;
  }
  const net::StampedRead read = net::read_stamped(fd, room);
  error = read.error;
  const bool tells = read.got > 0 && read.realtime_ns && trace::recording();
  // A segment that is read in two pieces shows its stamp twice; it arrived once.
  if (tells && *read.realtime_ns != last_segment_ns_) {
    last_segment_ns_ = *read.realtime_ns;
    // The stamp belongs to the last byte that was read; where the segment began is not known.
    const auto stamp = server.bus().stamp_from_realtime(*read.realtime_ns);
    const std::uint64_t last = in.end_offset() + static_cast<std::uint64_t>(read.got) - 1;
    // Turning a stamp into ticks comes out a little different each time; once is enough.
    const std::uint64_t ticks =
        *read.realtime_ns == waiting_segment_ns_ ? waiting_segment_ticks_ : stamp.ticks;
    trace::fact<Phase::ReadSegment>(trace::Kind::Instant, {ticks}, subject,
                                    {Log::In, {last, 1}}, stamp.uncertainty_ns);
  }
  return read.got;
}

// The kernel may have stamped the last byte, and another worker drained it, before send returns: so
// the drain knows the range before, and a send that took less corrects it.
ssize_t Connection::send_observed(std::string_view data, std::uint32_t request, int& error) {
  if (on_wire) {
    const ssize_t taken = send(fd, data.data(), data.size(), MSG_NOSIGNAL);
    if (taken < 0) error = errno;
    return taken;
  }
  const std::uint32_t slot = observed_send_count_.load(std::memory_order_relaxed);
  ObservedSend& sent = observed_sends_[slot % observed_sends_.size()];
  sent.range.store(out.sent() << 24 | data.size(), std::memory_order_relaxed);
  sent.request.store(request, std::memory_order_relaxed);
  observed_send_count_.store(slot + 1, std::memory_order_release);
  const ssize_t written = net::send_stamped(fd, data);
  if (written < 0) error = errno;
  const auto count = static_cast<std::uint64_t>(std::max<ssize_t>(written, 0));
  if (count != data.size()) {
    sent.range.store(count == 0 ? 0 : out.sent() << 24 | count, std::memory_order_relaxed);
  }
  return written;
}

void Connection::observe_queues() {
  if (!trace::recording() || !subject.traced) return;
  const auto queued = net::send_queue_bytes(fd);
  if (queued) trace::instant<Phase::TransmitSendQueue>(subject, *queued);
  if (const auto waiting = net::receive_queue_bytes(fd)) {
    trace::instant<Phase::TraceQueues>(subject, *waiting, queued);
  }
  if (const auto info = net::tcp_info(fd)) tell_tcp_info(*info, read_ticks());
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

// What the kernel says of TCP. Of a peer that has ended its side it says CLOSE_WAIT, long before
// any recv() comes to the end: the FIN is told before the first such word, else the state would
// stand there without its cause.
void Connection::tell_tcp_info(const net::TcpInfo& info, std::uint64_t asked) {
  if (info.state == trace::TcpState::CloseWait) infer_fin_in(asked);
  trace::instant<Phase::TraceTcpInfo>(subject, info.state, info.rtt_us, info.rtt_variation_us,
                                      info.congestion_window, info.unacknowledged,
                                      info.retransmits);
}

// The end that recv() found was put there by the peer's FIN.
void Connection::tell_fin_in(std::uint64_t known_ticks) {
  peer_closed = true;
  infer_fin_in(known_ticks);
}

// Once: whatever showed it first bounds when it came. Our kernel has acknowledged it. The poller
// may have seen it long before: while a request was held, say.
void Connection::infer_fin_in(std::uint64_t known_ticks) {
  if (fin_in_ticks != 0) return;
  const std::uint64_t seen = source->hung_up_ticks();
  if (seen != 0 && (known_ticks == 0 || seen < known_ticks)) known_ticks = seen;
  const trace::Stamp before = inferred_before(known_ticks);
  fin_in_ticks = before.ticks;
  // It is the connection's, and may be older than the request in which it was found.
  trace::Subject who = subject;
  who.request = 0;
  if (on_wire) return;
  trace::fact<Phase::LifecycleFinIn>(trace::Kind::Instant, before, who, {});
  trace::fact<Phase::LifecycleFinAckOut>(trace::Kind::Instant, before, who, {});
}

void Connection::tell_reset(bool from_peer, std::uint64_t known_ticks) {
  peer_reset = peer_reset || from_peer;
  if (on_wire) return;
  trace::fact<Phase::LifecycleReset>(trace::Kind::Instant, inferred_before(known_ticks), subject,
                                     {}, from_peer);
}

}  // namespace roundtrip::server
