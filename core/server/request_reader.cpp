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

// Headers past this number are told together, so that a request fits the room it was promised.
constexpr std::uint32_t headers_told_singly = 32;

// Those that were not told one by one, in one record.
void tell_merged_headers(const Connection& conn) {
  if (conn.headers_told <= headers_told_singly) return;
  trace::instant<Phase::ReadHeader>(
      conn.subject, {Log::In, {conn.merged_from, conn.merged_to - conn.merged_from}},
      trace::absent, trace::absent, trace::absent, trace::absent,
      conn.headers_told - headers_told_singly);
}

// One token, one event (and one place where a request may be held). Returns the phase told; empty
// where it will be told with others.
std::optional<Phase> tell(Connection& conn, const http::Token& token) {
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
    conn.merged_to = header->line.end();
    if (conn.headers_told > headers_told_singly) return std::nullopt;
    trace::instant<Phase::ReadHeader>(who, bytes(header->line), conn.headers_told,
                                      header->name.length,
                                      header->value.offset - header->line.offset,
                                      header->value.length);
    return Phase::ReadHeader;
  }
  if (const auto* complete = std::get_if<http::HeadersComplete>(&token)) {
    tell_merged_headers(conn);
    trace::instant<Phase::ReadHeadersComplete>(who, bytes(complete->blank_line),
                                               complete->header_count, complete->head.length);
    return Phase::ReadHeadersComplete;
  }
  const auto* ready = std::get_if<http::RequestReady>(&token);
  trace::instant<Phase::ReadRequestReady>(
      who, bytes(request.head), ready->content_length,
      ready->keep_alive ? trace::KeepAlive::Kept : trace::KeepAlive::Closes, conn.headers_told,
      ready->framing == http::BodyFraming::Chunked
          ? std::optional<trace::Framing>(trace::Framing::Chunked)
          : std::nullopt);
  return Phase::ReadRequestReady;
}

// No byte is to blame.
[[gnu::cold]] Async<> refuse_unread(Connection& conn, int status,
                                    const ParseErrorSymbols& why) {
  trace::instant<Phase::ReadRejected>(conn.subject, trace::Bytes{}, conn.in.end_offset(), status,
                                      why.sentence, why.section);
  if (conn.must_stop()) co_await conn.stop_at(Phase::ReadRejected);
}

}  // namespace

void tell_rejected(Connection& conn, const http::ParseFailure& failure) {
  const ParseErrorSymbols symbols = conn.server.parse_error_symbols(failure.error);
  const bool at_a_byte = failure.offset < conn.in.end_offset();
  trace::instant<Phase::ReadRejected>(
      conn.subject, at_a_byte ? trace::Bytes{Log::In, {failure.offset, 1}} : trace::Bytes{},
      failure.offset, failure.status(), symbols.sentence, symbols.section);
}

Async<Arrival> await_request(Connection& conn) {
  const Timeouts& timeouts = conn.server.options().timeouts;
  if (conn.turn_is_over()) co_await runtime::Yield{};
  const bool first = conn.requests_served == 0;
  // Where the first bytes of a request came with the one before (pipelining), nothing is idle. An
  // empty line is no request's first byte (RFC 9112, section 2.2).
  const bool pipelined = conn.parser.begins_in(conn.in.window());
  conn.catch_up(pipelined ? Connection::Before::NextRequest : Connection::Before::Idle);
  if (pipelined) conn.arrived = Runtime::now();
  if (!pipelined) {
    const Duration limit = first ? timeouts.header : timeouts.idle;
    const Instant deadline = Runtime::now() + limit;
    if (!first) conn.begin_idle(limit);
    Fill fill = Fill::Bytes;
    while (fill == Fill::Bytes && !conn.parser.begins_in(conn.in.window())) {
      conn.in.consume_to(conn.parser.position());
      fill = co_await conn.fill(deadline, true);
    }
    conn.end_idle();
    if (fill != Fill::Bytes) {
      const TimeoutKind kind = first ? TimeoutKind::Header : TimeoutKind::Idle;
      if (fill == Fill::TimedOut) co_await conn.timed_out(kind, limit);
      conn.close_reason =
          fill != Fill::TimedOut ? conn.reason_after(fill)
          : first                ? CloseReason::HeaderTimeout
                                 : CloseReason::IdleTimeout;
      co_return Arrival::Closes;
    }
  }
  if (!first) trace::instant<Phase::LifecycleNextRequest>(conn.subject, conn.requests_served + 1);
  if (!first && conn.must_stop()) co_await conn.stop_at(Phase::LifecycleNextRequest);
  conn.header_deadline = conn.arrived + timeouts.header;
  co_return Arrival::Request;
}

Async<ReadEnd> read_head(Connection& conn) {
  while (true) {
    const http::Step step = conn.parser.next(conn.in.window());
    switch (step.kind) {
      case http::StepKind::Told: {
        conn.request().apply(step.token);
        const std::optional<Phase> told = tell(conn, step.token);
        if (told && conn.must_stop()) co_await conn.stop_at(*told);
        if (told == Phase::ReadRequestReady) co_return ReadEnd{};
        break;
      }
      case http::StepKind::Failed: {
        const http::ParseFailure& failure = step.failure;
        tell_merged_headers(conn);
        tell_rejected(conn, failure);
        if (conn.must_stop()) co_await conn.stop_at(Phase::ReadRejected);
        conn.close_reason = CloseReason::BadRequest;
        co_return ReadEnd{ReadEnd::Kind::Refused, failure.status(), failure.sentence()};
      }
      case http::StepKind::NeedsMore: {
        const Fill fill = co_await conn.fill(conn.header_deadline, false);
        if (fill == Fill::Bytes) break;
        if (fill == Fill::NoMemory) {
          tell_merged_headers(conn);
          conn.server.memory().count_refusal();
          co_await refuse_unread(conn, 503, conn.server.no_memory_symbols());
          conn.close_reason = CloseReason::Error;
          co_return ReadEnd{ReadEnd::Kind::Refused, 503, memory_limit_sentence};
        }
        if (fill == Fill::TimedOut) {
          tell_merged_headers(conn);
          co_await conn.timed_out(TimeoutKind::Header, conn.server.options().timeouts.header);
          co_await refuse_unread(conn, 408, conn.server.late_head_symbols());
          conn.close_reason = CloseReason::HeaderTimeout;
          co_return ReadEnd{ReadEnd::Kind::Refused, 408,
                            "The request's head did not arrive in time."};
        }
        conn.close_reason = conn.reason_after(fill);
        co_return ReadEnd{ReadEnd::Kind::Gone, 0, {}};
      }
      case http::StepKind::Done:
        co_return ReadEnd{};
    }
  }
}

}  // namespace roundtrip::server
