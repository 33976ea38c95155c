#include "core/server/request_reader.h"

#include "core/server/server.h"

namespace roundtrip::server {

using runtime::Async;
using runtime::Runtime;
using trace::CloseReason;
using trace::Log;
using trace::Phase;
using trace::TimeoutKind;

namespace {

CloseReason reason_for(Fill fill) {
  switch (fill) {
    case Fill::PeerClosed: return CloseReason::PeerClosed;
    case Fill::PeerReset: return CloseReason::PeerReset;
    case Fill::Shutdown: return CloseReason::Shutdown;
    case Fill::TimedOut: return CloseReason::ReadTimeout;
    case Fill::Bytes:
    case Fill::Error: break;
  }
  return CloseReason::Error;
}

// Headers past this number are told together, so that a request fits the room it was promised.
constexpr std::uint32_t headers_told_singly = 32;

// One token, one event (and one place where a request may be held). Returns the phase told.
Phase tell(Connection& conn, const http::Token& token) {
  const trace::Subject& who = conn.subject;
  const auto bytes = [](ByteRange range) { return trace::Bytes{Log::In, range}; };
  const http::Request& request = conn.request();
  if (const auto* found = std::get_if<http::RequestLineFound>(&token)) {
    trace::instant<Phase::ReadLineFound>(who, bytes(found->line));
    return Phase::ReadLineFound;
  }
  if (const auto* split = std::get_if<http::RequestLineSplit>(&token)) {
    trace::instant<Phase::ReadLineSplit>(who, bytes(request.line), split->method.length,
                                         split->target.length, split->version.length);
    return Phase::ReadLineSplit;
  }
  if (const auto* valid = std::get_if<http::RequestLineValid>(&token)) {
    trace::instant<Phase::ReadLineValid>(who, bytes(request.line),
                                         conn.server.method_symbol(valid->method),
                                         valid->version_major, valid->version_minor);
    return Phase::ReadLineValid;
  }
  if (const auto* url = std::get_if<http::Url>(&token)) {
    const std::uint64_t end =
        url->query.empty() ? url->path.end() : url->query.end();
    trace::instant<Phase::ReadUrl>(who, bytes({url->path.offset, end - url->path.offset}),
                                   url->path.length, url->query.length);
    return Phase::ReadUrl;
  }
  if (const auto* header = std::get_if<http::Header>(&token)) {
    if (++conn.headers_told == headers_told_singly + 1) conn.merged_from = header->line.offset;
    if (conn.headers_told <= headers_told_singly) {
      trace::instant<Phase::ReadHeader>(who, bytes(header->line), conn.headers_told,
                                        header->name.length,
                                        header->value.offset - header->line.offset,
                                        header->value.length);
    }
    return Phase::ReadHeader;
  }
  if (const auto* complete = std::get_if<http::HeadersComplete>(&token)) {
    if (conn.headers_told > headers_told_singly) {
      const ByteRange merged{conn.merged_from, complete->blank_line.offset - conn.merged_from};
      trace::instant<Phase::ReadHeader>(who, bytes(merged), trace::absent, trace::absent,
                                        trace::absent, trace::absent,
                                        conn.headers_told - headers_told_singly);
    }
    trace::instant<Phase::ReadHeadersComplete>(who, bytes(complete->blank_line),
                                               complete->header_count, complete->head.length);
    return Phase::ReadHeadersComplete;
  }
  const auto* ready = std::get_if<http::RequestReady>(&token);
  trace::instant<Phase::ReadRequestReady>(
      who, bytes(request.head), ready->content_length,
      ready->keep_alive ? trace::KeepAlive::Kept : trace::KeepAlive::Closes, conn.headers_told);
  return Phase::ReadRequestReady;
}

void tell_timeout(Connection& conn, TimeoutKind kind, Duration limit) {
  trace::instant<Phase::LifecycleTimeout>(conn.subject, kind, limit.ns / 1'000'000);
}

}  // namespace

Async<Arrival> await_request(Connection& conn) {
  const Timeouts& timeouts = conn.server.options().timeouts;
  conn.catch_up(conn.in.empty() ? Connection::Before::Idle : Connection::Before::NextRequest);
  if (!conn.in.empty()) {
    // A pipelined request: its first bytes came with the one before.
    trace::instant<Phase::LifecycleNextRequest>(conn.subject, conn.requests_served + 1);
    conn.header_deadline = Runtime::coarse_now() + timeouts.header;
    co_return Arrival::Request;
  }
  const bool first = conn.requests_served == 0;
  const Duration limit = first ? timeouts.header : timeouts.idle;
  const Instant deadline = Runtime::coarse_now() + limit;
  if (!first) conn.begin_idle(limit);
  const Fill fill = co_await conn.fill(deadline, true);
  conn.end_idle();
  if (fill == Fill::Bytes) {
    if (!first) trace::instant<Phase::LifecycleNextRequest>(conn.subject, conn.requests_served + 1);
    conn.header_deadline = Runtime::coarse_now() + timeouts.header;
    co_return Arrival::Request;
  }
  if (fill == Fill::TimedOut) {
    tell_timeout(conn, first ? TimeoutKind::Header : TimeoutKind::Idle, limit);
    conn.close_reason = first ? CloseReason::ReadTimeout : CloseReason::IdleTimeout;
  } else {
    conn.close_reason = reason_for(fill);
  }
  co_return Arrival::Closes;
}

Async<ReadEnd> read_head(Connection& conn) {
  while (true) {
    const http::Step step = conn.parser.next(conn.in.window());
    switch (step.kind) {
      case http::StepKind::Told: {
        conn.request().apply(step.token);
        const Phase told = tell(conn, step.token);
        if (conn.must_stop()) co_await conn.stop_at(told);
        if (told == Phase::ReadRequestReady) co_return ReadEnd{};
        break;
      }
      case http::StepKind::Failed: {
        const http::ParseFailure& failure = step.failure;
        const ParseErrorSymbols symbols = conn.server.parse_error_symbols(failure.error);
        const bool at_a_byte = failure.offset < conn.in.end_offset();
        trace::instant<Phase::ReadRejected>(
            conn.subject,
            at_a_byte ? trace::Bytes{Log::In, {failure.offset, 1}} : trace::Bytes{},
            failure.offset, failure.status(), symbols.sentence, symbols.section);
        if (conn.must_stop()) co_await conn.stop_at(Phase::ReadRejected);
        conn.close_reason = CloseReason::BadRequest;
        co_return ReadEnd{ReadEnd::Kind::Refused, failure.status(), failure.sentence()};
      }
      case http::StepKind::NeedsMore: {
        const Fill fill = co_await conn.fill(conn.header_deadline, false);
        if (fill == Fill::Bytes) break;
        if (fill == Fill::TimedOut) {
          tell_timeout(conn, TimeoutKind::Header, conn.server.options().timeouts.header);
          trace::instant<Phase::ReadRejected>(conn.subject, trace::Bytes{},
                                              conn.in.end_offset(), 408,
                                              conn.server.late_head_symbols().sentence,
                                              conn.server.late_head_symbols().section);
          conn.close_reason = CloseReason::ReadTimeout;
          co_return ReadEnd{ReadEnd::Kind::Refused, 408,
                            "The request's head did not arrive in time."};
        }
        conn.close_reason = reason_for(fill);
        co_return ReadEnd{ReadEnd::Kind::Gone, 0, {}};
      }
      case http::StepKind::Done:
        co_return ReadEnd{};
    }
  }
}

}  // namespace roundtrip::server
