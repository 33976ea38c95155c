#include "core/server/exchange.h"

#include "core/server/server.h"

namespace roundtrip::server {

using runtime::Async;
using trace::Log;
using trace::Phase;

std::uint64_t Exchange::body_left() const {
  const std::uint64_t length = conn_.request.content_length.value_or(0);
  return length - std::min(length, conn_.request.body_bytes);
}

Async<Exchange::Piece> Exchange::read_body() {
  if (body_ended_ || conn_.request.content_length.value_or(0) == 0) co_return Piece{};
  if (!body_begun_) {
    body_begun_ = true;
    conn_.body_deadline = runtime::Runtime::coarse_now() + conn_.server.options().timeouts.read;
    trace::begin<Phase::ReadBody>(conn_.subject, *conn_.request.content_length);
    if (conn_.must_stop()) co_await conn_.stop_at(Phase::ReadBody);
  }
  while (true) {
    // What was handed out before is used up now.
    conn_.in.consume_to(conn_.parser.position());
    const http::Step step = conn_.parser.next(conn_.in.window());
    if (step.kind == http::StepKind::Told) {
      conn_.request.apply(step.token);
      if (const auto* piece = std::get_if<http::BodyPiece>(&step.token)) {
        // Past a number of pieces they are told together, so that a request fits its promise.
        if (++conn_.pieces_told <= 16) {
          trace::instant<Phase::ReadBodyPiece>(conn_.subject, {Log::In, piece->bytes});
        }
        if (conn_.must_stop()) co_await conn_.stop_at(Phase::ReadBodyPiece);
        co_return Piece{conn_.in.window().slice(piece->bytes)};
      }
      continue;
    }
    if (step.kind != http::StepKind::NeedsMore) break;
    const Fill fill = co_await conn_.fill(conn_.body_deadline, false);
    if (fill == Fill::Bytes) continue;
    if (fill == Fill::TimedOut) {
      trace::instant<Phase::LifecycleTimeout>(conn_.subject, trace::TimeoutKind::Read,
                                              conn_.server.options().timeouts.read.ns / 1'000'000);
      conn_.close_reason = trace::CloseReason::ReadTimeout;
    } else {
      conn_.close_reason = fill == Fill::PeerReset    ? trace::CloseReason::PeerReset
                           : fill == Fill::PeerClosed ? trace::CloseReason::PeerClosed
                           : fill == Fill::Shutdown   ? trace::CloseReason::Shutdown
                                                      : trace::CloseReason::Error;
    }
    body_ended_ = true;
    response_.close_after();
    trace::end<Phase::ReadBody>(conn_.subject, trace::absent, conn_.request.body_bytes,
                                conn_.pieces_told);
    co_return Piece{{}, true};
  }
  body_ended_ = true;
  trace::end<Phase::ReadBody>(conn_.subject, trace::absent, conn_.request.body_bytes,
                              conn_.pieces_told);
  co_return Piece{};
}

}  // namespace roundtrip::server
