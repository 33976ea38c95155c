#include "core/server/exchange.h"

#include <utility>

#include "core/base/check.h"
#include "core/http/target.h"
#include "core/server/request_reader.h"
#include "core/server/server.h"

namespace roundtrip::server {

using runtime::Async;
using trace::Log;
using trace::Phase;

namespace {

// Pieces of a body past this number are told together, so that a request fits the room it was
// promised.
constexpr std::uint32_t pieces_told_singly = 16;

}  // namespace

void Exchange::normalize_path() {
  const http::Url& url = conn_.request().url;
  if (url.form == http::TargetForm::Asterisk) return;
  const std::string_view sent = slice(url.path);
  // As a rule nothing is to be done: what could change a path has one of these in it.
  const bool plain = !sent.empty() && sent.find('%') == sent.npos &&
                     sent.find("/.") == sent.npos && sent.find("//") == sent.npos;
  if (plain) {
    path_ = sent;
    return;
  }
  decoded_path_.resize(sent.size() + 1);
  const http::DecodedPath decoded = http::decode_path(sent, decoded_path_);
  CHECK_THAT(!decoded.failure, "a path that the parser should have refused");
  path_ = decoded.path;
  path_cleaned_ = decoded.cleaned;
}

std::string Exchange::path_value(std::string_view name) const {
  if (!route) return {};
  const auto range = conn_.server.routes().router().wildcard(*route, path(), name);
  if (!range) return {};
  std::string value(range->length, '\0');
  const auto decoded = http::decode_part(path().substr(range->offset, range->length), value);
  value.resize(decoded ? decoded->size() : 0);
  return value;
}

http::ConditionalAnswer Exchange::evaluate_conditions(const http::Representation& current,
                                                      std::int64_t now_s) const {
  const auto head = head_bytes();
  if (!head) return {};
  return http::evaluate_conditions(conn_.request(), *head, current, now_s);
}

http::AcceptEncoding Exchange::accept_encoding() const {
  const auto head = head_bytes();
  return head ? http::accept_encoding_of(conn_.request(), *head) : http::AcceptEncoding{};
}

std::uint64_t Exchange::body_left() const {
  const std::uint64_t length = conn_.request().content_length.value_or(0);
  return length - std::min(length, conn_.request().body_bytes);
}

void Exchange::leave_body() {
  if (body_begun_ && !std::exchange(body_ended_, true)) tell_body_end();
}

// The rest will not come: told, kept for the answer, and the connection ends with the request.
void Exchange::fail_body(Fill how, trace::CloseReason reason) {
  conn_.close_reason = reason;
  body_failure_ = how;
  body_ended_ = true;
  response_.close_after();
  tell_body_end();
}

void Exchange::tell_body_end() {
  const std::uint64_t end = conn_.parser.position();
  if (conn_.pieces_told > pieces_told_singly) {
    trace::instant<Phase::ReadBodyPiece>(conn_.subject,
                                         {Log::In, {conn_.merged_from, end - conn_.merged_from}},
                                         conn_.pieces_told - pieces_told_singly);
  }
  trace::end<Phase::ReadBody>(conn_.subject, trace::absent, conn_.request().body_bytes,
                              conn_.pieces_told);
}

Async<Exchange::Piece> Exchange::read_body() {
  if (body_failure_) co_return Piece{{}, true};
  if (body_ended_ || (!body_begun_ && conn_.request().body_is_read())) co_return Piece{};
  if (!body_begun_) {
    body_begun_ = true;
    conn_.body_deadline = runtime::Runtime::now() + conn_.server.options().timeouts.read;
    trace::begin<Phase::ReadBody>(conn_.subject, conn_.request().content_length);
    if (conn_.must_stop()) co_await conn_.stop_at(Phase::ReadBody);
    // Who has sent some of it already has not waited to be told.
    const bool none_came = conn_.in.end_offset() == conn_.request().head.end();
    if (conn_.request().expect_continue && none_came) {
      static_cast<void>(co_await response_.say_continue());
    }
  }
  while (true) {
    // What was handed out before is used up now.
    conn_.in.consume_to(conn_.parser.needed_from());
    const http::Step step = conn_.parser.next(conn_.in.window());
    if (step.kind == http::StepKind::Told) {
      conn_.request().apply(step.token);
      if (const auto* piece = std::get_if<http::BodyPiece>(&step.token)) {
        // Past a number of pieces they are told together, so that a request fits its promise.
        if (++conn_.pieces_told <= pieces_told_singly) {
          trace::instant<Phase::ReadBodyPiece>(conn_.subject, {Log::In, piece->bytes});
          conn_.merged_from = piece->bytes.end();
          if (conn_.must_stop()) co_await conn_.stop_at(Phase::ReadBodyPiece);
        }
        co_return Piece{conn_.in.window().slice(piece->bytes)};
      }
      continue;
    }
    if (step.kind == http::StepKind::Done) break;
    if (step.kind == http::StepKind::Failed) {
      tell_rejected(conn_, step.failure);
      if (conn_.must_stop()) co_await conn_.stop_at(Phase::ReadRejected);
      body_flaw_ = step.failure;
      fail_body(Fill::Error, trace::CloseReason::BadRequest);
      co_return Piece{{}, true};
    }
    const Fill fill = co_await conn_.fill(conn_.body_deadline, false);
    if (fill == Fill::Bytes) continue;
    if (fill == Fill::TimedOut) {
      co_await conn_.timed_out(trace::TimeoutKind::Read, conn_.server.options().timeouts.read);
    }
    fail_body(fill, conn_.reason_after(fill));
    co_return Piece{{}, true};
  }
  body_ended_ = true;
  tell_body_end();
  co_return Piece{};
}

Async<Exchange::WholeBody> Exchange::read_whole_body(std::string& body, std::size_t most) {
  const std::uint64_t announced = conn_.request().content_length.value_or(0);
  if (announced > most) co_return WholeBody::TooLarge;
  // Of chunks nobody knows before how many come.
  if (!conn_.hold_memory(conn_.request().content_length ? announced : most)) {
    co_return WholeBody::NoMemory;
  }
  body.reserve(announced);
  while (true) {
    const Piece piece = co_await read_body();
    if (piece.failed) co_return WholeBody::Failed;
    if (piece.bytes.empty()) co_return WholeBody::Read;
    if (body.size() + piece.bytes.size() > most) co_return WholeBody::TooLarge;
    body += piece.bytes;
  }
}

}  // namespace roundtrip::server
