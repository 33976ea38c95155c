#include "core/server/response_writer.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "core/base/check.h"
#include "core/http/characters.h"
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

}  // namespace

ResponseWriter::HeadSizes ResponseWriter::sizes_of(const http::HeadParts& parts) {
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

bool ResponseWriter::keeps_connection() const {
  return !closes_ && conn_.request().keep_alive && framing_ != BodyFraming::UntilClose &&
         !incomplete();
}

bool ResponseWriter::incomplete() const {
  return declared_ && *declared_ != written_ && sends_body();
}

std::uint64_t ResponseWriter::body_sent() const {
  if (!head_written_ || !sends_body()) return 0;
  return coding_ ? coded_bytes_ : written_;
}

bool ResponseWriter::sends_body() const {
  return !answers_head() && http::status_allows_body(status_);
}

void ResponseWriter::abandon() {
  alive_ = false;
  closes_ = true;
  // The end of the connection is the end of such a body: only a reset tells that it was cut.
  if (head_written_ && framing_ == BodyFraming::UntilClose) conn_.resets = true;
}

void ResponseWriter::start_over() {
  CHECK_THAT(!head_written_, "an answer whose head is out can't be taken back");
  headers_ = {};
  fixed_headers_ = {};
  declared_.reset();
  wrote_header_ = false;
  written_ = 0;
  buffered_ = 0;
}

bool ResponseWriter::must_stop_at_header() {
  return conn_.must_stop() && std::exchange(header_stop_due_, false);
}

void ResponseWriter::write_header(int status, bool implicit) {
  if (wrote_header_) return;
  wrote_header_ = true;
  header_stop_due_ = true;
  status_ = http::is_status_code(status) ? status : 500;
  if (!headers_.empty()) heed_fields();
  std::uint32_t fields = 0;
  headers_.for_each([&](auto, auto, auto) { ++fields; });
  // From here the status is fixed, and the headers are those that are set now.
  trace::instant<Phase::HandleWriteHeader>(conn_.subject, status_, implicit, fields);
}

// What the handler's own fields mean for the framing and for the connection.
void ResponseWriter::heed_fields() {
  if (const auto length = headers_.find("Content-Length")) {
    std::uint64_t value = 0;
    const char* const end = length->data() + length->size();
    const auto read = std::from_chars(length->data(), end, value);
    if (read.ec == std::errc{} && read.ptr == end && !length->empty()) {
      declared_ = value;
    } else {
      headers_.remove("Content-Length");
    }
  }
  const auto connection = headers_.find("Connection");
  if (connection && http::list_contains(*connection, "close")) closes_ = true;
  fixed_headers_ = headers_;
}

Async<bool> ResponseWriter::write(std::string_view data) {
  if (!wrote_header_) write_header(200, true);
  if (must_stop_at_header()) co_await conn_.stop_at(Phase::HandleWriteHeader);
  auto& buffer = conn_.workspace->body;
  conn_.count_step();
  const trace::Subject who = conn_.step_subject();
  trace::begin<Phase::HandleWriteBody>(who, data.size(), buffered_, buffer.size());
  if (conn_.must_stop()) co_await conn_.stop_at(Phase::HandleWriteBody);
  const bool fits = !declared_ || written_ + data.size() <= *declared_;
  // More than was announced would be the beginning of the next answer to whoever counts.
  if (!fits && sends_body()) closes_ = true;
  if (alive_ && fits && http::status_allows_body(status_)) {
    written_ += data.size();
    if (data.size() <= buffer.size() - buffered_) {
      std::copy(data.begin(), data.end(), buffer.data() + buffered_);
      buffered_ += data.size();
    } else {
      alive_ = co_await overflow(data);
    }
  }
  trace::end<Phase::HandleWriteBody>(who, data.size(), buffered_);
  co_return alive_ && fits;
}

Async<bool> ResponseWriter::write_file(int file, std::uint64_t offset, std::uint64_t length) {
  if (!wrote_header_) write_header(200, true);
  if (must_stop_at_header()) co_await conn_.stop_at(Phase::HandleWriteHeader);
  CHECK_THAT(declared_ == written_ + length, "a file whose length was not announced");
  trace::begin<Phase::HandleWriteBody>(conn_.subject, length, buffered_,
                                       conn_.workspace->body.size());
  if (conn_.must_stop()) co_await conn_.stop_at(Phase::HandleWriteBody);
  if (alive_) alive_ = co_await empty_buffer();
  written_ += length;
  if (alive_ && sends_body()) alive_ = co_await conn_.send_file(file, offset, length);
  trace::end<Phase::HandleWriteBody>(conn_.subject, length, buffered_);
  co_return alive_;
}

// As bufio.Writer.Write does: fills the 2,048 and passes them on as often as they overflow.
Async<bool> ResponseWriter::overflow(std::string_view data) {
  auto& buffer = conn_.workspace->body;
  while (data.size() > buffer.size() - buffered_) {
    bool alive = true;
    if (buffered_ == 0) {
      if (!head_written_) alive = co_await write_head(false, data);
      if (alive) alive = co_await body_to_connection(data);
      data = {};
    } else {
      const std::string_view part = data.substr(0, buffer.size() - buffered_);
      std::copy(part.begin(), part.end(), buffer.data() + buffered_);
      buffered_ += part.size();
      data.remove_prefix(part.size());
      alive = co_await empty_buffer();
    }
    if (!alive) co_return false;
  }
  std::copy(data.begin(), data.end(), buffer.data() + buffered_);
  buffered_ += data.size();
  co_return true;
}

// What has gathered goes to the connection, behind the head.
Async<bool> ResponseWriter::empty_buffer() {
  const std::string_view waiting(conn_.workspace->body.data(), buffered_);
  bool alive = true;
  if (!head_written_) alive = co_await write_head(false, waiting);
  if (alive) alive = co_await body_to_connection(waiting);
  buffered_ = 0;
  co_return alive;
}

// Whether the body goes through gzip. One that has a validator or is a part of something is left
// as it is: both are about these very bytes (RFC 9110, sections 8.8.3 and 14.4).
void ResponseWriter::choose_coding(bool whole_body_known, std::string_view body_start) {
  if (gzip_ == Gzip::NotOffered || !http::status_allows_body(status_)) return;
  if (whole_body_known && written_ < GzipBody::least_bytes) return;
  for (const std::string_view name : {"Content-Encoding", "Content-Range", "ETag"}) {
    if (fixed_headers_.has(name)) return;
  }
  const auto type = fixed_headers_.find("Content-Type");
  if (!GzipBody::helps(type ? *type : http::sniff_content_type(body_start))) return;
  static_cast<void>(fixed_headers_.add("Vary", "Accept-Encoding"));
  if (gzip_ != Gzip::Asked) return;
  if (!conn_.hold_memory(GzipBody::held_bytes)) return;
  static_cast<void>(fixed_headers_.set("Content-Encoding", "gzip"));
  fixed_headers_.remove("Content-Length");
  coding_ = std::make_unique<GzipBody>();
  if (whole_body_known) whole_coded_ = coding_->take(body_start, GzipBody::Take::Last);
}

void ResponseWriter::decide_framing(bool whole_body_known) {
  if (!http::status_allows_body(status_)) {
    framing_ = BodyFraming::NoBody;
  } else if (whole_body_known || (declared_ && !coding_)) {
    framing_ = BodyFraming::Length;
  } else if (conn_.request().version_minor >= 1) {
    framing_ = BodyFraming::Chunked;
  } else {
    framing_ = BodyFraming::UntilClose;
  }
  trace::instant<Phase::TransmitFraming>(
      conn_.subject, traced(framing_),
      framing_ == BodyFraming::Length ? std::optional(length_of_body()) : std::nullopt);
}

http::ResponseHead ResponseWriter::describe_head(bool whole_body_known,
                                                 std::string_view body_start) {
  const bool keeps = !closes_ && conn_.request().keep_alive &&
                     framing_ != BodyFraming::UntilClose && !(whole_body_known && incomplete());
  http::ResponseHead head;
  head.status = status_;
  head.fields = &fixed_headers_;
  head.date = date_now();
  head.framing = framing_;
  head.content_length = length_of_body();
  if (framing_ != BodyFraming::NoBody && !body_start.empty() &&
      !fixed_headers_.has("Content-Type")) {
    head.content_type = http::sniff_content_type(body_start);
  }
  head.connection = http::connection_field(conn_.request().version_minor, keeps);
  if (!keeps) closes_ = true;
  return head;
}

// Writes the head into `room`: its size, or nothing where there is too little room.
std::optional<std::size_t> ResponseWriter::put_head(const http::ResponseHead& head,
                                                    std::span<char> room, HeadSizes& sizes) const {
  // The parts are many, and only the trace asks for them.
  if (!conn_.subject.traced) return http::write_head(head, room);
  http::HeadParts parts;
  const auto size = http::write_head(head, room, &parts);
  if (size) sizes = sizes_of(parts);
  return size;
}

// Fixes the head and moves it into the connection's buffer.
Async<bool> ResponseWriter::write_head(bool whole_body_known, std::string_view body_start) {
  choose_coding(whole_body_known, body_start);
  decide_framing(whole_body_known);
  if (conn_.must_stop()) co_await conn_.stop_at(Phase::TransmitFraming);
  const http::ResponseHead head = describe_head(whole_body_known, body_start);
  HeadSizes sizes;
  const std::uint64_t at = conn_.out.end_offset();
  std::optional<std::size_t> head_bytes = put_head(head, conn_.out.tail(), sizes);
  if (!head_bytes && conn_.keeps_back()) {
    const bool sent = co_await conn_.flush(Connection::Whose::Finished);
    if (!sent) co_return false;
    head_bytes = put_head(head, conn_.out.tail(), sizes);
  }
  if (head_bytes) {
    trace::keep_bytes(conn_.subject, Log::Out, at, {conn_.out.tail().data(), *head_bytes});
    conn_.out.appended(*head_bytes);
  } else {
    // A head larger than the buffer's room goes out in pieces.
    std::string large(64 << 10, '\0');
    head_bytes = put_head(head, large, sizes);
    if (!head_bytes) {
      conn_.close_reason = trace::CloseReason::Error;
      co_return false;
    }
    const bool sent = co_await conn_.append(std::string_view(large).substr(0, *head_bytes));
    if (!sent) co_return false;
  }
  head_written_ = true;
  // From here the response head is fixed.
  trace::instant<Phase::TransmitHead>(conn_.subject, {Log::Out, {at, *head_bytes}},
                                      sizes.status_line, sizes.date, sizes.length, sizes.type,
                                      sizes.other, *head_bytes);
  if (conn_.must_stop()) co_await conn_.stop_at(Phase::TransmitHead);
  co_return true;
}

// Passes the body on where nobody has to wait for that and nothing is put around it: the short way
// of pass_on.
bool ResponseWriter::passes_at_once(std::string_view data) {
  if (data.empty() || !sends_body()) return true;
  if (framing_ == BodyFraming::Chunked || !conn_.append_at_once(data)) return false;
  coded_bytes_ += data.size();
  return true;
}

Async<bool> ResponseWriter::body_to_connection(std::string_view data) {
  if (coding_) data = coding_->take(data, GzipBody::Take::More);
  const bool alive = co_await pass_on(data);
  co_return alive;
}

// Puts the frame of a chunk around it where the body is chunked.
Async<bool> ResponseWriter::pass_on(std::string_view data) {
  coded_bytes_ += data.size();
  if (data.empty() || !sends_body()) co_return true;
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
  if (conn_.must_stop()) co_await conn_.stop_at(Phase::TransmitChunk);
  co_return true;
}

Async<bool> ResponseWriter::flush() {
  if (!wrote_header_) write_header(200, true);
  if (must_stop_at_header()) co_await conn_.stop_at(Phase::HandleWriteHeader);
  if (alive_) alive_ = co_await empty_buffer();
  if (alive_ && coding_) alive_ = co_await pass_on(coding_->take({}, GzipBody::Take::Flush));
  if (alive_) alive_ = co_await conn_.flush();
  co_return alive_;
}

Async<bool> ResponseWriter::say_continue() {
  if (head_written_ || !alive_) co_return alive_;
  const std::uint64_t at = conn_.out.end_offset();
  alive_ = co_await conn_.append(http::interim_continue);
  trace::instant<Phase::TransmitContinue>(conn_.subject,
                                          {Log::Out, {at, http::interim_continue.size()}});
  if (conn_.must_stop()) co_await conn_.stop_at(Phase::TransmitContinue);
  if (alive_) alive_ = co_await conn_.flush();
  co_return alive_;
}

Async<bool> ResponseWriter::finish() {
  if (!alive_) {
    // The answers before this one are whole.
    if (conn_.keeps_back()) co_await conn_.flush(Connection::Whose::Finished);
    co_return false;
  }
  if (!wrote_header_) write_header(200, true);
  if (must_stop_at_header()) co_await conn_.stop_at(Phase::HandleWriteHeader);
  // What of the body nobody read stands in the way of the next request.
  if (!conn_.request().body_is_read()) closes_ = true;
  if (conn_.server.runtime().stopping()) closes_ = true;
  bool alive = true;
  std::string_view waiting(conn_.workspace->body.data(), buffered_);
  const bool head_was_written = head_written_;
  if (!head_was_written) alive = co_await write_head(true, waiting);
  if (coding_) waiting = head_was_written ? coding_->take(waiting, GzipBody::Take::Last)
                                          : whole_coded_;
  if (alive && !passes_at_once(waiting)) alive = co_await pass_on(waiting);
  buffered_ = 0;
  if (alive && framing_ == BodyFraming::Chunked && sends_body()) {
    alive = co_await conn_.append(http::last_chunk);
  }
  if (incomplete()) closes_ = true;
  const bool stays = keeps_connection() && !conn_.close_reason;
  if (alive && !(stays && conn_.keep_back())) alive = co_await conn_.flush();
  co_return alive;
}

}  // namespace roundtrip::server
