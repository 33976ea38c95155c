#include "core/server/lifecycle.h"

#include <exception>

#include "core/server/closing.h"
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

// The body did not come to its end, so what the handler has said of it may not pass for an answer.
// A client that was slow is told so, and one whose chunks are wrong, as long as the head is not
// out; one that has gone is not.
[[gnu::cold]] Async<> answer_failed_body(Exchange& exchange) {
  ResponseWriter& response = exchange.response();
  const std::optional<http::ParseFailure> flaw = exchange.body_flaw();
  const bool listens = flaw || exchange.body_failure() == Fill::TimedOut;
  if (!listens || response.head_written()) {
    response.abandon();
    co_return;
  }
  response.start_over();
  response.close_after();
  response.write_header(flaw ? flaw->status() : 408);
  // Chosen outside of the co_await: g++ 12 evaluates both sides of a choice inside one.
  const std::string_view words =
      flaw ? flaw->sentence() : std::string_view("The request's body did not arrive in time.");
  co_await response.write(words);
  co_await response.write("\n");
}

// Runs the middleware chain and the handler. What they throw becomes a 500 as long as no status was
// fixed, and the end of the connection otherwise: an answer that is cut short must not look whole.
Async<> run_handlers(Exchange& exchange) {
  std::exception_ptr thrown;
  try {
    co_await run_inner(exchange);
  } catch (...) {
    thrown = std::current_exception();
    exchange.logs = true;
  }
  ResponseWriter& response = exchange.response();
  if (exchange.body_failure()) {
    co_await answer_failed_body(exchange);
  } else if (thrown && !response.wrote_header()) {
    response.close_after();
    response.write_header(500);
    co_await response.write("Internal Server Error\n");
  } else if (thrown) {
    response.abandon();
    exchange.connection().close_reason = CloseReason::Error;
  }
}

// The parser refused: the answer says with what status, and the connection ends after it.
[[gnu::cold]] Async<> answer_refusal(Exchange& exchange, int status, std::string_view sentence) {
  exchange.logs = true;
  exchange.response().close_after();
  if (status == 503) static_cast<void>(exchange.response().headers().set("Retry-After", "1"));
  exchange.response().write_header(status);
  co_await exchange.response().write(sentence);
  co_await exchange.response().write("\n");
}

// Finishes the answer: framing, head, the rest of the body, flush (or to be flushed with the answer
// of a request that is here already); the log line; cleanup.
Async<bool> finish_request(Exchange& exchange) {
  Connection& conn = exchange.connection();
  ResponseWriter& response = exchange.response();
  trace::begin<Phase::TransmitFinish>(conn.subject);
  if (conn.must_stop()) co_await conn.stop_at(Phase::TransmitFinish);
  const bool sent = co_await response.finish();
  if (!sent) response.abandon();
  // Only an answer that the kernel took whole, or that waits whole for the next one, is told with a
  // status.
  const bool whole = sent && !response.incomplete();
  if (exchange.logs) {
    trace::instant<Phase::TransmitLogLine>(conn.subject, response.body_sent(),
                                           whole ? response.status() : std::nullopt,
                                           conn.elapsed_us());
    if (conn.must_stop()) co_await conn.stop_at(Phase::TransmitLogLine);
  }
  trace::instant<Phase::TransmitCleanup>(conn.subject, exchange.body_left());
  if (conn.must_stop()) co_await conn.stop_at(Phase::TransmitCleanup);
  if (whole) {
    trace::end<Phase::TransmitFinish>(conn.subject, conn.kept_back_bytes(), response.status(),
                                      response.body_sent());
  } else {
    trace::end<Phase::TransmitFinish>(conn.subject);
  }
  co_return sent;
}

// Whether the connection serves another request, and if not, why. The seed's six reasons in turn.
bool check_keep_alive(Connection& conn, Exchange& exchange, bool refused) {
  std::optional<CloseReason> reason = conn.close_reason;
  const http::Request& request = conn.request();
  if (!reason && refused) reason = CloseReason::BadRequest;
  if (!reason && !request.body_is_read()) reason = CloseReason::UnreadBody;
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

// One request and its answer. False when the connection ends with it. What is needed only meanwhile
// lies in this frame, so that an idle connection does without.
Async<bool> serve_request(Connection& conn) {
  Exchange exchange(conn);
  const ReadEnd head = co_await read_head(conn);
  if (head.kind == ReadEnd::Kind::Gone) co_return false;
  const bool refused = head.kind == ReadEnd::Kind::Refused;
  // From here the request stands, or what is wrong with it, and the answer begins.
  trace::instant<Phase::HandleResponseWriter>(conn.subject, conn.workspace->body.size(),
                                              conn.out.capacity());
  if (conn.must_stop()) co_await conn.stop_at(Phase::HandleResponseWriter);
  conn.write_deadline = conn.arrived + conn.server.options().timeouts.write;
  if (refused) {
    co_await answer_refusal(exchange, head.status, head.sentence);
  } else {
    // What follows the head of a CONNECT that is refused was meant for a tunnel: it is no request.
    if (conn.request().method == http::Method::Connect) exchange.response().close_after();
    co_await run_handlers(exchange);
  }
  // From here the handler has said everything.
  co_await finish_request(exchange);
  const bool kept = check_keep_alive(conn, exchange, refused);
  if (conn.must_stop()) co_await conn.stop_at(Phase::LifecycleKeepAlive);
  co_return kept;
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
    serving = co_await serve_request(conn);
    if (serving) conn.in.consume_to(conn.parser.position());
    conn.end_request();
    // A held request's connection is held to its end when that comes with it.
    if (serving && conn.must_stop()) conn.server.gate().request_over(conn.subject.conn);
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
  if (conn.must_stop()) conn.server.gate().request_over(conn.subject.conn);
  trace::instant<Phase::LifecycleTaskExit>(conn.subject, conn.task->frame_bytes,
                                           conn.requests_served);
  conn.task->subject = conn.subject;
  conn.server.connection_closed(conn);
}

}  // namespace roundtrip::server
