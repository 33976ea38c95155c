#include "core/server/response_writer.h"

#include <charconv>

#include "core/http/chunk.h"
#include "core/http/http_date.h"
#include "core/http/sniff.h"
#include "core/http/status.h"
#include "core/server/server.h"

namespace roundtrip::server {

using http::BodyFraming;
using runtime::Async;
using trace::Log;
using trace::Phase;

namespace {

std::string_view date_now() {
  thread_local http::HttpDateCache cache;
  timespec now{};
  clock_gettime(CLOCK_REALTIME_COARSE, &now);
  return cache.at(now.tv_sec);
}

trace::Framing traced(BodyFraming framing) {
  switch (framing) {
    case BodyFraming::NoBody: return trace::Framing::NoBody;
    case BodyFraming::Length: return trace::Framing::ContentLength;
    case BodyFraming::Chunked: return trace::Framing::Chunked;
    case BodyFraming::UntilClose: return trace::Framing::UntilClose;
  }
  return trace::Framing::NoBody;
}

// The sizes that the screen adds up: status line, date, length, type, everything else.
struct HeadSizes {
  std::uint32_t status_line = 0;
  std::uint32_t date = 0;
  std::uint32_t length = 0;
  std::uint32_t type = 0;
  std::uint32_t other = 0;
};

HeadSizes sizes_of(const http::HeadParts& parts) {
  HeadSizes sizes;
  for (const http::HeadPart& part : parts.view()) {
    const auto bytes = static_cast<std::uint32_t>(part.bytes.length);
    switch (part.kind) {
      case http::HeadPartKind::StatusLine: sizes.status_line += bytes; break;
      case http::HeadPartKind::Date: sizes.date += bytes; break;
      case http::HeadPartKind::ContentLength: sizes.length += bytes; break;
      case http::HeadPartKind::ContentType: sizes.type += bytes; break;
      default: sizes.other += bytes; break;
    }
  }
  return sizes;
}

}  // namespace

bool ResponseWriter::keeps_connection() const {
  return !closes_ && conn_.request().keep_alive && framing_ != BodyFraming::UntilClose &&
         !incomplete();
}

bool ResponseWriter::incomplete() const {
  return declared_ && *declared_ != written_ && !answers_head() &&
         http::status_allows_body(status_);
}

void ResponseWriter::write_header(int status, bool implicit) {
  if (wrote_header_) return;
  wrote_header_ = true;
  status_ = http::is_status_code(status) ? status : 500;
  if (const auto length = headers_.find("Content-Length")) {
    std::uint64_t value = 0;
    const auto read = std::from_chars(length->data(), length->data() + length->size(), value);
    if (read.ec == std::errc{}) declared_ = value;
  }
  if (!headers_.empty()) fixed_headers_ = headers_;
  std::uint32_t fields = 0;
  headers_.for_each([&](auto, auto, auto) { ++fields; });
  // From here the status is fixed, and the headers are those that are set now.
  trace::instant<Phase::HandleWriteHeader>(conn_.subject, status_, implicit, fields);
}

Async<bool> ResponseWriter::write(std::string_view data) {
  if (!wrote_header_) write_header(200, true);
  if (conn_.must_stop()) co_await conn_.stop_at(Phase::HandleWriteHeader);
  auto& buffer = conn_.workspace->body;
  const trace::Subject who = conn_.step_subject();
  trace::begin<Phase::HandleWriteBody>(who, data.size(), buffered_, buffer.size());
  if (conn_.must_stop()) co_await conn_.stop_at(Phase::HandleWriteBody);
  written_ += data.size();
  bool alive = true;
  if (answers_head() || !http::status_allows_body(status_)) {
    // The body is counted, and its start looked at, so that HEAD announces what GET would send.
    const std::size_t seen = std::min(data.size(), buffer.size() - buffered_);
    std::copy_n(data.begin(), seen, buffer.begin() + static_cast<std::ptrdiff_t>(buffered_));
    buffered_ += seen;
  } else if (!head_written_ && buffered_ + data.size() <= buffer.size()) {
    std::copy(data.begin(), data.end(), buffer.begin() + static_cast<std::ptrdiff_t>(buffered_));
    buffered_ += data.size();
  } else {
    if (!head_written_) alive = co_await write_head(false);
    if (alive) alive = co_await body_to_connection(data);
    if (!alive) alive_ = false;
  }
  trace::end<Phase::HandleWriteBody>(who, data.size(), buffered_);
  co_return alive;
}

void ResponseWriter::decide_framing(bool whole_body_known) {
  if (!http::status_allows_body(status_)) {
    framing_ = BodyFraming::NoBody;
  } else if (declared_ || whole_body_known) {
    framing_ = BodyFraming::Length;
  } else if (conn_.request().version_minor >= 1) {
    framing_ = BodyFraming::Chunked;
  } else {
    framing_ = BodyFraming::UntilClose;
  }
  trace::instant<Phase::TransmitFraming>(
      conn_.subject, traced(framing_),
      framing_ == BodyFraming::Length ? std::optional<std::uint64_t>(declared_.value_or(written_))
                                      : std::nullopt);
}

// Fixes the head and moves it, and the body bytes that waited for it, into the connection's buffer.
Async<bool> ResponseWriter::write_head(bool whole_body_known) {
  decide_framing(whole_body_known);
  if (conn_.must_stop()) co_await conn_.stop_at(Phase::TransmitFraming);
  const bool keeps = !closes_ && conn_.request().keep_alive &&
                     framing_ != BodyFraming::UntilClose &&
                     !(whole_body_known && incomplete());
  const std::string_view waiting(conn_.workspace->body.data(), buffered_);
  http::ResponseHead head;
  head.status = status_;
  head.fields = &fixed_headers_;
  head.date = date_now();
  head.framing = framing_;
  head.content_length = declared_.value_or(written_);
  if (framing_ != BodyFraming::NoBody && !fixed_headers_.has("Content-Type") &&
      (written_ > 0 || !waiting.empty())) {
    head.content_type = http::sniff_content_type(waiting);
  }
  head.connection = http::connection_field(conn_.request().version_minor, keeps);
  if (!keeps) closes_ = true;

  http::HeadParts parts;
  const std::uint64_t at = conn_.out.end_offset();
  std::size_t head_bytes = 0;
  if (const auto size = http::write_head(head, conn_.out.tail(), &parts)) {
    head_bytes = *size;
    trace::keep_bytes(conn_.subject, Log::Out, at, {conn_.out.tail().data(), head_bytes});
    conn_.out.appended(head_bytes);
  } else {
    // A head larger than the buffer's room goes out in pieces.
    std::string large(64 << 10, '\0');
    const auto large_size = http::write_head(head, large, &parts);
    if (!large_size) {
      conn_.close_reason = trace::CloseReason::Error;
      co_return false;
    }
    head_bytes = *large_size;
    const bool sent = co_await conn_.append(std::string_view(large).substr(0, head_bytes));
    if (!sent) co_return false;
  }
  head_written_ = true;
  const HeadSizes sizes = sizes_of(parts);
  // From here the response head is fixed.
  trace::instant<Phase::TransmitHead>(conn_.subject, {Log::Out, {at, head_bytes}},
                                      sizes.status_line, sizes.date, sizes.length, sizes.type,
                                      sizes.other, head_bytes);
  if (conn_.must_stop()) co_await conn_.stop_at(Phase::TransmitHead);
  bool alive = true;
  buffered_ = 0;
  if (!waiting.empty() && !answers_head() && http::status_allows_body(status_)) {
    alive = co_await body_to_connection(waiting);
  }
  co_return alive;
}

Async<bool> ResponseWriter::body_to_connection(std::string_view data) {
  if (data.empty()) co_return true;
  if (framing_ != BodyFraming::Chunked) {
    const bool alive = co_await conn_.append(data);
    co_return alive;
  }
  const std::uint64_t at = conn_.out.end_offset();
  const http::ChunkHead chunk(data.size());
  for (const std::string_view part : {chunk.text(), data, http::chunk_end}) {
    const bool alive = co_await conn_.append(part);
    if (!alive) co_return false;
  }
  trace::instant<Phase::TransmitChunk>(conn_.step_subject(),
                                       {Log::Out, {at, conn_.out.end_offset() - at}}, data.size());
  co_return true;
}

Async<bool> ResponseWriter::flush() {
  if (!wrote_header_) write_header(200, true);
  bool alive = true;
  if (!head_written_) alive = co_await write_head(false);
  if (alive) alive = co_await conn_.flush();
  if (!alive) alive_ = false;
  co_return alive;
}

Async<bool> ResponseWriter::finish() {
  if (!alive_) co_return false;
  if (!wrote_header_) write_header(200, true);
  // What of the body nobody read stands in the way of the next request.
  const http::Request& request = conn_.request();
  if (request.body_bytes < request.content_length.value_or(0)) closes_ = true;
  if (conn_.server.runtime().stopping()) closes_ = true;
  bool alive = true;
  if (!head_written_) alive = co_await write_head(true);
  if (alive && framing_ == BodyFraming::Chunked && !answers_head()) {
    alive = co_await conn_.append(http::last_chunk);
  }
  if (alive) alive = co_await conn_.flush();
  if (incomplete()) closes_ = true;
  co_return alive;
}

}  // namespace roundtrip::server
