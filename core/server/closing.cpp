#include "core/server/closing.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include "core/net/observe.h"
#include "core/server/server.h"

namespace roundtrip::server {

using runtime::Async;
using trace::CloseReason;
using trace::Kind;
using trace::Phase;

namespace {

trace::Stamp inferred_now() { return {read_ticks(), trace::Provenance::Inferred}; }

// "I send no more", and then what the client was still sending is read and thrown away for a while:
// a close() with unread bytes would answer with a RST, which may wipe out the answer.
Async<> half_close_and_drain(Connection& conn) {
  const Duration limit = conn.server.options().drain;
  const bool peer_was_first = conn.source->hung_up();
  // Told with the moment before the call: the peer may see the FIN before it returns.
  const std::uint64_t called = read_ticks();
  const int error = shutdown(conn.fd, SHUT_WR) == 0 ? 0 : errno;
  trace::fact<Phase::LifecycleHalfClose>(Kind::Instant, {called}, conn.subject, {}, error);
  if (error == 0) {
    trace::fact<Phase::LifecycleFinOut>(Kind::Instant, {called, trace::Provenance::Inferred},
                                        conn.subject, {});
  }
  if (conn.must_stop()) co_await conn.stop_at(Phase::LifecycleHalfClose);
  trace::begin<Phase::LifecycleDrain>(conn.subject, trace::absent, limit.ns / 1'000'000);
  if (conn.must_stop()) co_await conn.stop_at(Phase::LifecycleDrain);
  const Instant until = runtime::Runtime::now() + limit;
  std::uint64_t discarded = 0;
  conn.in.consume_to(conn.in.end_offset());
  while (discarded < limits::drained_bytes) {
    if (conn.turn_is_over()) co_await runtime::Yield{};
    char thrown_away[4096];
    const std::uint64_t asked = read_ticks();
    const ssize_t got = recv(conn.fd, thrown_away, sizeof thrown_away, 0);
    if (got > 0) {
      discarded += static_cast<std::uint64_t>(got);
      continue;
    }
    if (got == 0) {
      // Whoever ends its own sending after our FIN has seen it.
      if (error == 0 && !peer_was_first) {
        trace::fact<Phase::LifecycleFinAckIn>(
            Kind::Instant, {just_before(asked), trace::Provenance::Inferred}, conn.subject, {});
      }
      conn.tell_fin_in(asked);
      break;
    }
    if (errno == ECONNRESET) conn.tell_reset(true, asked);
    if (errno != EAGAIN && errno != EINTR) break;
    const runtime::Wake why = co_await runtime::wait_readable(conn.source, until, true);
    if (why != runtime::Wake::Ready) break;
  }
  trace::end<Phase::LifecycleDrain>(conn.subject, discarded);
  // Past the limit more may be there, and then the close resets the connection.
  if (discarded >= limits::drained_bytes && net::receive_queue_bytes(conn.fd).value_or(0) > 0) {
    conn.resets = true;
  }
}

// close() sends the FIN if none was sent yet. Where it is to reset instead, it says so.
void tell_close(Connection& conn, bool fin_sent) {
  if (conn.resets) {
    conn.tell_reset(false, read_ticks());
  } else if (!conn.peer_reset && !fin_sent) {
    trace::fact<Phase::LifecycleFinOut>(Kind::Instant, inferred_now(), conn.subject, {});
  }
}

// The side whose FIN came first keeps the pair of addresses for a while. Known once both were sent.
void tell_time_wait(const Connection& conn, bool fin_sent_first) {
  if (!conn.peer_closed || conn.peer_reset || conn.resets) return;
  trace::fact<Phase::LifecycleTimeWait>(Kind::Instant, inferred_now(), conn.subject, {},
                                        !fin_sent_first);
}

}  // namespace

Async<> close_connection(Connection& conn) {
  const CloseReason reason = conn.close_reason.value_or(CloseReason::Error);
  trace::begin<Phase::LifecycleClose>(conn.subject, reason, conn.fd);
  if (conn.must_stop()) co_await conn.stop_at(Phase::LifecycleClose);
  const bool peer_is_gone =
      conn.peer_closed || conn.peer_reset || reason == CloseReason::Error;
  const bool half_closes = !peer_is_gone && !conn.resets && reason != CloseReason::IdleTimeout;
  const bool fin_first = half_closes && !conn.source->hung_up();
  if (half_closes) co_await half_close_and_drain(conn);
  if (conn.resets) {
    const linger at_once{1, 0};
    setsockopt(conn.fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  }
  // The last stamps are taken while the descriptor is still ours.
  if (conn.stamps_enabled) Connection::drain_stamps(&conn);
  conn.server.runtime().poller().remove(conn.source);
  tell_close(conn, half_closes);
  const int closed = close(conn.fd);
  trace::end<Phase::LifecycleClose>(conn.subject, trace::absent, trace::absent,
                                    closed == 0 ? 0 : errno);
  tell_time_wait(conn, fin_first);
}

}  // namespace roundtrip::server
