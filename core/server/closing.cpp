#include "core/server/closing.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>

#include "core/net/observe.h"
#include "core/server/server.h"

namespace roundtrip::server {

using runtime::Async;
using trace::CloseReason;
using trace::Kind;
using trace::Phase;

namespace {

void tell_fin_out(Connection& conn, std::uint64_t ticks) {
  conn.fin_out_ticks = ticks;
  if (conn.on_wire) return;
  trace::fact<Phase::LifecycleFinOut>(Kind::Instant, {ticks, trace::Provenance::Inferred},
                                      conn.subject, {});
}

// Whose FIN was first. Both may be under way at once, so only the kernel knows: by the state that
// it is in just before and just after our own. That is two questions, within the budget. FINs that
// cross leave both sides in TIME_WAIT (RFC 9293 §3.6, simultaneous close). Where they cross after
// the second question only our side is told.
enum class First : std::uint8_t { Unknown, Ours, Theirs, Crossed };

class FinOrder {
 public:
  explicit FinOrder(Connection& conn)
      : conn_(conn),
        asks_(conn.subject.traced && trace::recording() &&
              conn.server.observation().take(read_ticks())),
        hung_up_(conn.source->hung_up()),
        before_(state()) {}

  // After our own FIN.
  First first() {
    const auto after = state();
    // Where theirs follows at once the socket is closed by now: TIME_WAIT is kept elsewhere.
    acknowledged_ = after == trace::TcpState::FinWait2 || after == trace::TcpState::TimeWait ||
                    after == trace::TcpState::Closed;
    const bool theirs = hung_up_ || before_ == trace::TcpState::CloseWait ||
                        after == trace::TcpState::LastAck;
    if (theirs) return First::Theirs;
    if (after == trace::TcpState::Closing) return First::Crossed;
    const bool waits = after == trace::TcpState::FinWait1 || after == trace::TcpState::FinWait2;
    return waits ? First::Ours : First::Unknown;
  }
  // Whether the kernel had the ACK of our FIN then, whichever was first.
  bool acknowledged() const { return acknowledged_; }

 private:
  std::optional<trace::TcpState> state() const {
    const auto info = asks_ ? net::tcp_info(conn_.fd) : std::nullopt;
    return info ? std::optional(info->state) : std::nullopt;
  }

  Connection& conn_;
  bool asks_;
  bool hung_up_;  // the poller has seen their end already
  bool acknowledged_ = false;
  std::optional<trace::TcpState> before_;
};

// "I send no more", and then what the client was still sending is read and thrown away for a while:
// a close() with unread bytes would answer with a RST, which may wipe out the answer.
Async<First> half_close_and_drain(Connection& conn) {
  const Duration limit = conn.server.options().drain;
  FinOrder order(conn);
  // Told with the moment before the call: the peer may see the FIN before it returns.
  const std::uint64_t called = read_ticks();
  const int error = shutdown(conn.fd, SHUT_WR) == 0 ? 0 : errno;
  const First first = order.first();
  if (first == First::Theirs) conn.tell_fin_in(called);
  trace::fact<Phase::LifecycleHalfClose>(Kind::Instant, {called}, conn.subject, {}, error);
  if (error == 0) tell_fin_out(conn, called);
  if (conn.must_stop()) co_await conn.stop_at(Phase::LifecycleHalfClose);
  trace::begin<Phase::LifecycleDrain>(conn.subject, trace::absent, limit.ns / 1'000'000);
  if (conn.must_stop()) co_await conn.stop_at(Phase::LifecycleDrain);
  const Instant until = runtime::Runtime::now() + limit;
  std::uint64_t discarded = 0;
  conn.in.consume_to(conn.in.end_offset());
  // Where the last read has emptied the kernel's queue there is nothing to ask it for at first.
  bool waits = conn.drained && !conn.source->hung_up();
  while (discarded < limits::drained_bytes) {
    if (conn.turn_is_over()) co_await runtime::Yield{};
    if (waits) {
      if (!conn.watch()) break;
      const runtime::Wake why = co_await runtime::wait_readable(conn.source, until, true);
      if (why != runtime::Wake::Ready) break;
    }
    char thrown_away[4096];
    const std::uint64_t asked = read_ticks();
    const ssize_t got = recv(conn.fd, thrown_away, sizeof thrown_away, 0);
    if (got > 0) {
      discarded += static_cast<std::uint64_t>(got);
      waits = false;
      continue;
    }
    if (got == 0) {
      if (first == First::Theirs) break;
      conn.tell_fin_in(asked);
      // Whoever ends its own sending after our FIN has seen it, so its FIN brought our ACK at the
      // latest.
      const bool acknowledged = first == First::Ours || order.acknowledged();
      if (error == 0 && acknowledged && !conn.on_wire) {
        trace::fact<Phase::LifecycleFinAckIn>(
            Kind::Instant, {just_before(conn.fin_in_ticks), trace::Provenance::Inferred},
            conn.subject, {});
      }
      break;
    }
    if (errno == ECONNRESET) conn.tell_reset(true, asked);
    if (errno != EAGAIN && errno != EINTR) break;
    waits = errno == EAGAIN;
  }
  trace::end<Phase::LifecycleDrain>(conn.subject, discarded);
  // Past the limit more may be there, and then the close resets the connection.
  if (discarded >= limits::drained_bytes && net::receive_queue_bytes(conn.fd).value_or(0) > 0) {
    conn.resets = true;
  }
  co_return first;
}

// close() sends the FIN if none was sent yet. Where it is to reset instead, it says so.
void tell_close(Connection& conn, bool fin_sent) {
  if (conn.resets) {
    conn.tell_reset(false, read_ticks());
  } else if (!conn.peer_reset && !fin_sent) {
    tell_fin_out(conn, read_ticks());
  }
}

// The side whose FIN came first keeps the pair of addresses for a while, from when it has both.
void tell_time_wait(const Connection& conn, First first) {
  const bool both = conn.fin_in_ticks != 0 && conn.fin_out_ticks != 0;
  if (!both || first == First::Unknown || conn.peer_reset || conn.resets) return;
  if (conn.on_wire) return;
  const std::uint64_t later = std::max(conn.fin_in_ticks, conn.fin_out_ticks);
  for (const bool on_client : {false, true}) {
    if (first == (on_client ? First::Ours : First::Theirs)) continue;
    trace::fact<Phase::LifecycleTimeWait>(Kind::Instant, {later, trace::Provenance::Inferred},
                                          conn.subject, {}, on_client);
  }
}

}  // namespace

Async<> close_connection(Connection& conn) {
  const CloseReason reason = conn.close_reason.value_or(CloseReason::Error);
  trace::begin<Phase::LifecycleClose>(conn.subject, reason, conn.fd);
  if (conn.must_stop()) co_await conn.stop_at(Phase::LifecycleClose);
  const bool peer_is_gone =
      conn.peer_closed || conn.peer_reset || reason == CloseReason::Error;
  const bool half_closes = !peer_is_gone && !conn.resets && reason != CloseReason::IdleTimeout;
  // Where the peer's FIN was read already, it was first.
  First first = conn.peer_closed ? First::Theirs : First::Unknown;
  if (half_closes) first = co_await half_close_and_drain(conn);
  if (conn.resets) {
    const linger at_once{1, 0};
    setsockopt(conn.fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  }
  // The last stamps are taken while the descriptor is still ours.
  if (conn.stamps_enabled) Connection::drain_stamps(&conn);
  tell_close(conn, half_closes);
  const int error = conn.server.runtime().poller().close(conn.source);
  trace::end<Phase::LifecycleClose>(conn.subject, trace::absent, trace::absent, error);
  tell_time_wait(conn, first);
}

}  // namespace roundtrip::server
