#include "core/server/lifecycle.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include "core/server/exchange.h"
#include "core/server/request_reader.h"
#include "core/server/routes.h"
#include "core/server/server.h"

namespace roundtrip::server {

using runtime::Async;
using runtime::Runtime;
using trace::CloseReason;
using trace::Phase;

namespace {

// How often the end of a connection waits for room to be told, 5 ms each: 10 s at most.
constexpr int waits_for_room = 2'000;

// Runs the middleware chain and the handler. What they throw becomes a 500 as long as no status was
// fixed, and the end of the connection otherwise: an answer that is cut short must not look whole.
Async<> run_handlers(Exchange& exchange) {
  std::exception_ptr thrown;
  try {
    co_await run_inner(exchange);
  } catch (...) {
    thrown = std::current_exception();
  }
  if (!thrown) co_return;
  exchange.handler_failed = true;
  exchange.response().close_after();
  if (!exchange.response().wrote_header()) {
    exchange.response().write_header(500);
    co_await exchange.response().write("Internal Server Error\n");
  } else {
    exchange.response().abandon();
    exchange.connection().close_reason = CloseReason::Error;
  }
}

// The parser refused: the answer says with what status, and the connection ends after it.
Async<> answer_refusal(Exchange& exchange, int status, std::string_view sentence) {
  exchange.response().close_after();
  exchange.response().write_header(status);
  co_await exchange.response().write(sentence);
  co_await exchange.response().write("\n");
}

// Finishes the answer: framing, head, the rest of the body, flush; the log line; cleanup.
Async<bool> finish_request(Exchange& exchange) {
  Connection& conn = exchange.connection();
  ResponseWriter& response = exchange.response();
  trace::begin<Phase::TransmitFinish>(conn.subject);
  if (conn.must_stop()) co_await conn.stop_at(Phase::TransmitFinish);
  const bool sent = co_await response.finish();
  trace::instant<Phase::TransmitLogLine>(conn.subject, response.written(), response.status(),
                                         exchange.log_elapsed_us);
  if (conn.must_stop()) co_await conn.stop_at(Phase::TransmitLogLine);
  trace::instant<Phase::TransmitCleanup>(conn.subject, exchange.body_left());
  trace::end<Phase::TransmitFinish>(conn.subject, response.status(), response.written());
  co_return sent;
}

// Whether the connection serves another request, and if not, why. The seed's six reasons in turn.
bool check_keep_alive(Connection& conn, Exchange& exchange, bool refused) {
  std::optional<CloseReason> reason = conn.close_reason;
  const http::Request& request = conn.request();
  if (!reason && refused) reason = CloseReason::BadRequest;
  if (!reason && exchange.body_left() > 0) reason = CloseReason::ResponseAsked;
  if (!reason && !request.keep_alive) {
    reason = request.version_minor == 0 ? CloseReason::Http10 : CloseReason::RequestAsked;
  }
  if (!reason && conn.server.runtime().stopping()) reason = CloseReason::Shutdown;
  if (!reason && !exchange.response().keeps_connection()) reason = CloseReason::ResponseAsked;
  trace::instant<Phase::LifecycleKeepAlive>(
      conn.subject, reason ? trace::KeepAlive::Closes : trace::KeepAlive::Kept, reason,
      conn.requests_served + 1);
  conn.close_reason = reason;
  return !reason;
}

// Closes so that the client still gets the answer: first "I send no more", then what it was still
// sending is read and thrown away for a while, then close (RFC 9112, section 9.6).
Async<> close_connection(Connection& conn) {
  const CloseReason reason = conn.close_reason.value_or(CloseReason::Error);
  const bool peer_is_gone =
      conn.peer_closed || reason == CloseReason::PeerReset || reason == CloseReason::Error;
  trace::begin<Phase::LifecycleClose>(conn.subject, reason, conn.fd);
  if (!peer_is_gone && reason != CloseReason::IdleTimeout) {
    const int error = shutdown(conn.fd, SHUT_WR) == 0 ? 0 : errno;
    trace::instant<Phase::LifecycleHalfClose>(conn.subject, error);
    const Instant until = Runtime::now() + conn.server.options().drain;
    trace::begin<Phase::LifecycleDrain>(conn.subject, trace::absent,
                                        conn.server.options().drain.ns / 1'000'000);
    std::uint64_t discarded = 0;
    conn.in.consume_to(conn.in.end_offset());
    while (discarded < 1U << 20) {
      char thrown_away[4096];
      const ssize_t got = recv(conn.fd, thrown_away, sizeof thrown_away, 0);
      if (got > 0) {
        discarded += static_cast<std::uint64_t>(got);
        continue;
      }
      if (got == 0 || (errno != EAGAIN && errno != EINTR)) break;
      const runtime::Wake why = co_await runtime::wait_readable(conn.source, until, true);
      if (why != runtime::Wake::Ready) break;
    }
    trace::end<Phase::LifecycleDrain>(conn.subject, discarded);
  }
  // The last stamps are taken while the descriptor is still ours.
  if (conn.stamps_enabled) Connection::drain_stamps(&conn);
  conn.server.runtime().poller().remove(conn.source);
  const int closed = close(conn.fd);
  trace::end<Phase::LifecycleClose>(conn.subject, trace::absent, trace::absent,
                                    closed == 0 ? 0 : errno);
}

}  // namespace

runtime::TaskMain serve(std::unique_ptr<Connection> connection) {
  Connection& conn = *connection;
  conn.task = runtime::this_task;
  conn.task->arena = &conn.idle_arena;
  trace::instant<Phase::ConnectionFirstRun>(
      conn.subject, Runtime::this_worker_number());
  bool serving = true;
  while (serving) {
    // Until the first byte of a request the connection is idle and holds nothing but its buffers.
    const Arrival arrival = co_await await_request(conn);
    if (arrival != Arrival::Request) break;

    // From here a request is under way.
    conn.begin_request();
    conn.workspace = conn.server.take_workspace();
    runtime::FrameArena frames(conn.workspace->frames.data(), conn.workspace->frames.size());
    conn.task->arena = &frames;
    std::construct_at(&conn.workspace->request);
    {
      Exchange exchange(conn);
      const ReadEnd head = co_await read_head(conn);
      const bool gone = head.kind == ReadEnd::Kind::Gone;
      const bool refused = head.kind == ReadEnd::Kind::Refused;
      if (!gone) {
        // From here the request stands, or what is wrong with it, and the answer begins.
        trace::instant<Phase::HandleResponseWriter>(conn.subject, conn.workspace->body.size(),
                                                    conn.out.capacity());
        if (conn.must_stop()) co_await conn.stop_at(Phase::HandleResponseWriter);
        conn.write_deadline = Runtime::coarse_now() + conn.server.options().timeouts.write;
        if (refused) {
          co_await answer_refusal(exchange, head.status, head.sentence);
        } else {
          co_await run_handlers(exchange);
        }
        // From here the handler has said everything.
        co_await finish_request(exchange);
        serving = check_keep_alive(conn, exchange, refused);
        if (conn.must_stop()) co_await conn.stop_at(Phase::LifecycleKeepAlive);
      } else {
        serving = false;
      }
      if (serving) conn.in.consume_to(conn.parser.position());
    }
    conn.end_request();
    conn.task->arena = &conn.idle_arena;
    conn.server.give_back(conn.workspace);
    conn.workspace = nullptr;
    if (serving) conn.parser.start_next();
  }
  // A connection that is in the trace ends in the trace: where there is no room to say so, its end
  // waits a while for the collector. Nobody else waits with it.
  conn.catch_up(Connection::Before::Close);
  for (int wait = 0; conn.end_is_untold() && wait < waits_for_room; ++wait) {
    const Instant later = Runtime::now() + Duration::milliseconds(5);
    const runtime::Wake why =
        co_await runtime::sleep_until(later, true);
    if (why == runtime::Wake::Shutdown) break;
    conn.catch_up(Connection::Before::Close);
  }
  co_await close_connection(conn);
  trace::instant<Phase::LifecycleTaskExit>(conn.subject, conn.task->frame_bytes,
                                           conn.requests_served);
  conn.task->subject = conn.subject;
  conn.server.connection_closed(conn);
}

}  // namespace roundtrip::server
