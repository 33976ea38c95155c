#include "core/http/request_parser.h"

#include <algorithm>
#include <cstring>
#include <string_view>

#include "core/base/check.h"
#include "core/http/characters.h"
#include "core/http/request_parser_cursor.h"
#include "core/http/scan.h"
#include "core/http/target.h"

namespace roundtrip::http {

RequestParser::RequestParser(ParserLimits limits, std::uint64_t stream_offset)
    : limits_(limits), position_(stream_offset) {
  CHECK_THAT(limits.head_bytes <= max_head_bytes, "a head larger than 16-bit ranges reach");
  CHECK_THAT(limits.request_line_bytes + line_end_bytes <= limits.head_bytes,
             "a request line beyond its head");
  CHECK_THAT(limits.header_count <= max_header_count, "more headers than a request has places");
}

void RequestParser::start_next() {
  // A body whose last byte was read, or that is empty, may not have been asked for to its end.
  if (state_ == State::BodyEnd) advance_to(State::Done);
  advance_to(State::RequestStart);
  known_ = Known{};
}

// ---- one pull -----------------------------------------------------------------------------------

Step RequestParser::next(const StreamBytes& window) {
  switch (state_) {
    case State::RequestStart:
      if (take_whole_request_line(window)) return tell_request_line();
      return read(window);
    case State::EmptyLineEnd:
    case State::MethodWord:
    case State::TargetStart:
    case State::Asterisk:
    case State::Scheme:
    case State::Target:
    case State::Version:
    case State::RequestLineEnd: return read(window);
    case State::RequestLineWhole:
      advance_to(State::RequestLineParts);
      return tell(RequestLineSplit{
          range(0, known_.method_end), range(known_.method_end + 1, known_.target_end),
          range(known_.target_end + 1, known_.target_end + 1 + version_bytes)});
    case State::RequestLineParts:
      advance_to(State::RequestLineChecked);
      return tell(RequestLineValid{known_.method, 1, known_.version_minor});
    case State::RequestLineChecked: return tell_url(window);
    case State::HeaderStart:
      if (take_whole_header(window)) return tell_header();
      if (take_blank_line(window)) return tell_headers_complete();
      return read(window);
    case State::HeaderName:
    case State::ValueStart:
    case State::Value:
    case State::HostValue:
    case State::LengthValue:
    case State::ValueTail:
    case State::HeaderEnd:
    case State::HeadEnd: return read(window);
    case State::Framing: return decide_framing();
    case State::Body: return take_body_piece(window);
    case State::ChunkData: return take_chunk_piece(window);
    case State::ChunkSize:
    case State::ChunkSizeTail:
    case State::ChunkExtension:
    case State::ChunkHeadEnd:
    case State::ChunkDataEnd:
    case State::ChunkEnd:
    case State::TrailerStart:
    case State::TrailerName:
    case State::TrailerValue:
    case State::TrailerEnd:
    case State::TrailersEnd: return read(window);
    case State::BodyEnd:
      advance_to(State::Done);
      return tell_body_complete(known_.content_length);
    case State::Done: return Step(StepKind::Done);
    case State::Failed: break;
  }
  return Step(StepKind::Failed, failure_);
}

bool RequestParser::begins_in(const StreamBytes& window) {
  CHECK_THAT(state_ == State::RequestStart, "asked for a beginning in the middle of a request");
  std::string_view left = window.bytes.substr(position_ - window.offset);
  while (left.starts_with("\r\n") && known_.empty_lines < limits_.empty_lines) {
    ++known_.empty_lines;
    position_ += 2;
    left.remove_prefix(2);
  }
  return !left.empty() && left != "\r";
}

// Reads on, state by state, up to the next token, the first flaw or the end of the window.
Step RequestParser::read(const StreamBytes& window) {
  Cursor at = cursor_over(window);
  bool goes_on = true;
  while (goes_on) {
    switch (state_) {
      case State::RequestStart:
      case State::EmptyLineEnd: goes_on = skip_empty_lines(at); break;
      case State::MethodWord: goes_on = read_method(at); break;
      case State::TargetStart: goes_on = read_target_start(at); break;
      case State::Asterisk: goes_on = read_asterisk(at); break;
      case State::Scheme: goes_on = read_scheme(at); break;
      case State::Target: goes_on = read_target(at); break;
      case State::Version: goes_on = read_version(at); break;
      case State::RequestLineEnd: goes_on = read_line_feed(at, State::RequestLineWhole); break;
      case State::HeaderStart: goes_on = read_header_start(at); break;
      case State::HeaderName: goes_on = read_header_name(at); break;
      case State::ValueStart: goes_on = read_value_start(at); break;
      case State::Value: goes_on = read_value(at); break;
      case State::HostValue: goes_on = read_host(at); break;
      case State::LengthValue: goes_on = read_length(at); break;
      case State::ValueTail: goes_on = read_value_tail(at); break;
      case State::HeaderEnd:
        if (!read_line_feed(at, State::HeaderStart)) return pause(at);
        position_ = at.position();
        return tell_header();
      case State::HeadEnd: goes_on = read_line_feed(at, State::Framing); break;
      case State::RequestLineWhole: position_ = at.position(); return tell_request_line();
      case State::Framing: position_ = at.position(); return tell_headers_complete();
      case State::ChunkSize: goes_on = read_chunk_size(at); break;
      case State::ChunkSizeTail: goes_on = read_chunk_size_tail(at); break;
      case State::ChunkExtension: goes_on = read_chunk_extension(at); break;
      case State::ChunkHeadEnd:
        if (!end_chunk_head(at)) return pause(at);
        position_ = at.position();
        return tell_chunk();
      case State::ChunkDataEnd: goes_on = read_chunk_data_end(at); break;
      case State::ChunkEnd: goes_on = end_chunk(at); break;
      case State::TrailerStart: goes_on = read_trailer_start(at); break;
      case State::TrailerName: goes_on = read_trailer_name(at); break;
      case State::TrailerValue: goes_on = read_trailer_value(at); break;
      case State::TrailerEnd:
        if (!read_line_feed(at, State::TrailerStart)) return pause(at);
        position_ = at.position();
        return tell_trailer(at);
      case State::TrailersEnd:
        if (!read_line_feed(at, State::Done)) return pause(at);
        position_ = at.position();
        return tell_body_complete(chunked_.data_bytes);
      case State::RequestLineParts:
      case State::RequestLineChecked:
      case State::Body:
      case State::ChunkData:
      case State::BodyEnd:
      case State::Done:
      case State::Failed: CHECK_THAT(false, "a state that reads nothing was asked to read");
    }
  }
  return pause(at);
}

RequestParser::Cursor RequestParser::cursor_over(const StreamBytes& window) const {
  if (is_in_chunked_body(state_)) return cursor_over_chunked(window);
  const char* const end = window.bytes.data() + window.bytes.size();
  const bool in_head = state_ > State::EmptyLineEnd;
  const char* const head = place_in(window, in_head ? start_ : position_);
  Cursor at{place_in(window, position_), end, head, end, window.end()};
  if (in_head) {
    at.limit_head_to(state_ < State::RequestLineEnd    ? limits_.request_line_bytes
                     : state_ == State::RequestLineEnd ? limits_.request_line_bytes + line_end_bytes
                                                       : limits_.head_bytes);
  }
  return at;
}

const char* RequestParser::place_in(const StreamBytes& window, std::uint64_t position) {
  const std::uint64_t index = position - window.offset;
  CHECK_THAT(index <= window.bytes.size(), "a window without the bytes that are yet to be read");
  return window.bytes.data() + index;
}

Step RequestParser::pause(const Cursor& at) {
  position_ = at.position();
  return state_ == State::Failed ? Step(StepKind::Failed, failure_) : Step(StepKind::NeedsMore);
}

// ---- whole lines --------------------------------------------------------------------------------
// Most lines come whole and without a flaw. These take such a line in one go, by the same rules as
// the states do; at the least doubt they change nothing and leave the line to the states.

bool RequestParser::take_whole_request_line(const StreamBytes& window) {
  constexpr std::string_view version_and_end = " HTTP/1.1\r\n";
  const char* const head = place_in(window, position_);
  const std::size_t held = window.end() - position_;
  const char* const stop = head + std::min<std::size_t>(
                               held, limits_.request_line_bytes + line_end_bytes);

  const char* const space = end_of_run(characters::token, head, stop);
  if (stop - space < 2 || space == head || space[0] != ' ' || space[1] != '/') return false;
  const char* const target_end = end_of_target(head, space + 1, stop);
  if (static_cast<std::size_t>(stop - target_end) < version_and_end.size()) return false;
  if (std::memcmp(target_end, version_and_end.data(), version_and_end.size()) != 0) return false;

  const Method method = method_from_name({head, static_cast<std::size_t>(space - head)});
  if (method == Method::Connect) return false;

  start_ = position_;
  known_.method_end = static_cast<std::uint32_t>(space - head);
  known_.method = method;
  take_target_apart(head, static_cast<std::uint32_t>(target_end - head));
  position_ = start_ + known_.target_end + version_and_end.size();
  advance_to(State::RequestLineWhole);
  return true;
}

bool RequestParser::take_whole_header(const StreamBytes& window) {
  const char* const head = place_in(window, start_);
  const std::size_t held = window.end() - start_;
  const char* const stop = head + std::min<std::size_t>(held, limits_.head_bytes);
  const char* const line = head + (position_ - start_);
  if (line >= stop || *line == '\r' || known_.header_count == limits_.header_count) return false;

  const char* const colon = end_of_name(head, line, stop);
  if (stop - colon < 3 || colon == line || *colon != ':') return false;
  const Field field = field_named(line, static_cast<std::uint32_t>(colon - line));
  if (field > Field::Connection || (field == Field::Host && known_.host_seen)) return false;
  const char* const value = colon + (colon[1] == ' ' ? 2 : 1);
  const char* const value_end =
      field == Field::Host ? end_of_host(head, value, stop) : end_of_value(head, value, stop);
  if (stop - value_end < 2 || value_end[0] != '\r' || value_end[1] != '\n') return false;
  if (value == value_end || is_blank(value[0]) || is_blank(value_end[-1])) return false;

  known_.host_seen = known_.host_seen || field == Field::Host;
  known_.field = field;
  known_.line_at = static_cast<std::uint32_t>(line - head);
  known_.name_end = static_cast<std::uint32_t>(colon - head);
  known_.value_at = static_cast<std::uint32_t>(value - head);
  known_.value_end = static_cast<std::uint32_t>(value_end - head);
  if (field == Field::Connection) heed_connection({value, known_.value_end - known_.value_at});
  position_ = start_ + known_.value_end + 2;
  return true;
}

bool RequestParser::take_blank_line(const StreamBytes& window) {
  const std::uint64_t after = position_ + 2;
  if (after > window.end() || after - start_ > limits_.head_bytes) return false;
  const char* const line = place_in(window, position_);
  if (line[0] != '\r' || line[1] != '\n') return false;
  known_.line_at = static_cast<std::uint32_t>(position_ - start_);
  position_ = after;
  advance_to(State::HeadEnd);
  advance_to(State::Framing);
  return true;
}

// ---- tokens -------------------------------------------------------------------------------------

Step RequestParser::tell_request_line() {
  return tell(RequestLineFound{{start_, position_ - start_}});
}

// The line was read in one go; what its escapes stand for is looked at here.
Step RequestParser::tell_url(const StreamBytes& window) {
  const ByteRange path = range(known_.path_at, known_.path_end);
  if (const auto flaw = flaw_in_escapes(window.slice(path))) [[unlikely]] {
    fail_at(path.offset + flaw->offset, flaw->error);
    return Step(StepKind::Failed, failure_);
  }
  advance_to(State::HeaderStart);
  return tell(Url{known_.form, range(known_.authority_at, known_.path_at), path,
                  range(known_.query_at, known_.target_end)});
}

Step RequestParser::tell_header() {
  ++known_.header_count;
  const std::uint64_t line = start_ + known_.line_at;
  return tell(Header{{line, position_ - line}, range(known_.line_at, known_.name_end),
                     range(known_.value_at, known_.value_end)});
}

Step RequestParser::tell_headers_complete() {
  const std::uint64_t line = start_ + known_.line_at;
  return tell(HeadersComplete{{line, position_ - line}, {start_, position_ - start_},
                              known_.header_count});
}

// What only the head as a whole can tell. RFC 9112 section 6.3, and section 9.3: HTTP/1.1 stays
// unless close is asked, HTTP/1.0 closes unless keep-alive is.
Step RequestParser::decide_framing() {
  const bool old = known_.version_minor == 0;
  const bool chunked = known_.chunked_coding && !known_.unknown_coding;
  // What follows a CONNECT is a tunnel's, or nobody's, whatever its fields say (RFC 9110 section
  // 9.3.6).
  const bool connects = known_.method == Method::Connect;
  if (!old && !known_.host_seen) {
    fail_at(start_ + known_.line_at, ParseError::MissingHost);
  } else if (known_.encoding_seen && (old || known_.coding_after_chunked || !chunked)) {
    fail_at(start_ + known_.encoding_at,
            old                           ? ParseError::TransferEncodingInOldVersion
            : known_.coding_after_chunked ? ParseError::ChunkedNotLast
                                          : ParseError::TransferEncodingNotImplemented);
  } else if (!connects && known_.content_length > limits_.body_bytes) {
    fail_at(start_ + known_.length_value_at, ParseError::BodyTooLarge);
  }
  if (state_ == State::Failed) return Step(StepKind::Failed, failure_);

  known_.body_at = position_;
  const bool keep_alive = !known_.close_asked && (!old || known_.keep_alive_asked);
  if (connects || (!known_.length_seen && !chunked)) {
    advance_to(State::Done);
    return tell(RequestReady{BodyFraming::NoBody, std::nullopt, keep_alive, known_.host_seen});
  }
  // An older client can't mean it, and without a body there is nothing to hold back (RFC 9110
  // section 10.1.1).
  const bool expects = known_.expect_continue && !old;
  if (chunked) {
    chunked_ = ChunkedBody{};
    chunked_.line_at = position_;
    advance_to(State::ChunkSize);
    return tell(RequestReady{BodyFraming::Chunked, std::nullopt, keep_alive, known_.host_seen,
                             expects});
  }
  advance_to(known_.content_length == 0 ? State::BodyEnd : State::Body);
  return tell(RequestReady{BodyFraming::Length, known_.content_length, keep_alive,
                           known_.host_seen, expects});
}

}  // namespace roundtrip::http
