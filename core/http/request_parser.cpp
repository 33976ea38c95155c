#include "core/http/request_parser.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "core/base/check.h"
#include "core/http/characters.h"
#include "core/http/scan.h"

namespace roundtrip::http {

namespace {

constexpr std::string_view http_1_x = "HTTP/1.";
constexpr std::uint32_t version_bytes = 8;

}  // namespace

// The reading place, as pointers into the window. Everything in the head is counted from its first
// byte; stop is where the window ends or a limit bites, whichever comes first.
struct RequestParser::Cursor {
  const char* at;
  const char* stop;
  const char* head;
  const char* end;
  StreamBytes window;

  std::uint32_t in_head(const char* place) const {
    return static_cast<std::uint32_t>(place - head);
  }
  std::uint32_t in_head() const { return in_head(at); }
  std::uint64_t position() const {
    return window.offset + static_cast<std::uint64_t>(at - window.bytes.data());
  }
  void limit_head_to(std::uint32_t bytes) { stop = end - head > bytes ? head + bytes : end; }
};

RequestParser::RequestParser(ParserLimits limits, std::uint64_t stream_offset)
    : limits_(limits), position_(stream_offset) {
  CHECK_THAT(limits.head_bytes <= max_head_bytes, "a head larger than 16-bit ranges reach");
  CHECK_THAT(limits.request_line_bytes <= limits.head_bytes, "a request line beyond its head");
  CHECK_THAT(limits.header_count <= max_header_count, "more headers than a request has places");
}

void RequestParser::start_next() {
  CHECK_THAT(state_ == State::Done, "the next request begun before this one was done");
  const std::uint64_t here = position_;
  *this = RequestParser(limits_, here);
}

inline void RequestParser::advance_to(State next) {
  CHECK_THAT(may_follow(state_, next), "a move between two states that no request makes");
  state_ = next;
}

// ---- how a pull ends -----------------------------------------------------------------------------

bool RequestParser::fail_at(std::uint64_t offset, ParseError error) {
  advance_to(State::Failed);
  failure_ = {error, offset};
  return false;
}

bool RequestParser::fail(const Cursor& at, ParseError error) {
  return fail_at(at.position(), error);
}

// Nothing left to read: the window has ended, or a limit has been reached with a byte beyond it.
bool RequestParser::out_of_bytes(const Cursor& at) {
  if (at.at == at.end) return false;
  return fail(at, state_ < State::RequestLineWhole ? ParseError::RequestLineTooLong
                                                   : ParseError::HeadTooLarge);
}

inline Step RequestParser::pause(const Cursor& at) {
  position_ = at.position();
  if (state_ == State::Failed) return {StepKind::Failed, {}, failure_};
  return {StepKind::NeedsMore, {}, {}};
}

inline Step RequestParser::told(const Cursor& at, const Token& token) {
  position_ = at.position();
  return {StepKind::Told, token, {}};
}

// ---- the request line ----------------------------------------------------------------------------

inline bool RequestParser::skip_empty_lines(Cursor& at) {
  while (true) {
    if (at.at == at.end) return false;
    if (state_ == State::EmptyLineEnd) {
      if (*at.at != '\n') return fail(at, ParseError::BareCr);
      ++at.at;
      ++empty_lines_;
      advance_to(State::RequestStart);
      continue;
    }
    if (*at.at == '\r') {
      if (empty_lines_ == limits_.empty_lines) return fail(at, ParseError::TooManyEmptyLines);
      ++at.at;
      advance_to(State::EmptyLineEnd);
      continue;
    }
    start_ = at.position();
    at.head = at.at;
    at.limit_head_to(limits_.request_line_bytes);
    advance_to(State::MethodWord);
    return true;
  }
}

inline bool RequestParser::read_method(Cursor& at) {
  at.at = end_of_run(characters::token, at.at, at.stop);
  if (at.at == at.stop) return out_of_bytes(at);
  if (*at.at == '\n') return fail(at, ParseError::BareLf);
  method_end_ = at.in_head();
  if (*at.at == '\r' && method_end_ > 0) return fail(at, ParseError::IncompleteRequestLine);
  if (*at.at != ' ' || method_end_ == 0) return fail(at, ParseError::BadMethod);
  method_ = method_from_name({at.head, method_end_});
  ++at.at;
  advance_to(State::TargetStart);
  return true;
}

inline bool RequestParser::read_target_start(Cursor& at) {
  if (at.at == at.stop) return out_of_bytes(at);
  const char first = *at.at;
  authority_at_ = at.in_head();
  if (first == '/') {
    form_ = TargetForm::Origin;
    advance_to(State::Target);
  } else if (first == '*') {
    form_ = TargetForm::Asterisk;
    ++at.at;
    advance_to(State::Asterisk);
  } else if (method_ == Method::Connect && is_in(characters::host, first)) {
    form_ = TargetForm::Authority;
    advance_to(State::Target);
  } else if (is_letter(first)) {
    form_ = TargetForm::Absolute;
    advance_to(State::Scheme);
  } else if (first == '\n') {
    return fail(at, ParseError::BareLf);
  } else if (first == '\r') {
    return fail(at, ParseError::IncompleteRequestLine);
  } else {
    return fail(at, ParseError::BadTarget);
  }
  return true;
}

bool RequestParser::read_asterisk(Cursor& at) {
  if (at.at == at.stop) return out_of_bytes(at);
  if (*at.at == '\n') return fail(at, ParseError::BareLf);
  if (*at.at == '\r') return fail(at, ParseError::IncompleteRequestLine);
  if (*at.at != ' ') return fail(at, ParseError::BadTarget);
  target_end_ = at.in_head();
  ++at.at;
  advance_to(State::Version);
  return true;
}

// Scheme, colon, two slashes. What is still expected follows from the bytes just before.
bool RequestParser::read_scheme(Cursor& at) {
  at.at = end_of_run(characters::scheme, at.at, at.stop);
  for (; at.at != at.stop; ++at.at) {
    const char before = at.at[-1];
    const bool slashes_begun = before == '/' || before == ':';
    if (*at.at != (slashes_begun ? '/' : ':')) {
      if (*at.at == '\n') return fail(at, ParseError::BareLf);
      if (*at.at == '\r') return fail(at, ParseError::IncompleteRequestLine);
      return fail(at, ParseError::BadTarget);
    }
    if (before == '/') {
      ++at.at;
      authority_at_ = at.in_head();
      advance_to(State::Target);
      return true;
    }
  }
  return out_of_bytes(at);
}

inline bool RequestParser::read_target(Cursor& at) {
  at.at = end_of_target(at.at, at.stop);
  if (at.at == at.stop) return out_of_bytes(at);
  if (*at.at == '\n') return fail(at, ParseError::BareLf);
  if (*at.at == '\r') return fail(at, ParseError::IncompleteRequestLine);
  if (*at.at != ' ') return fail(at, ParseError::BadTargetByte);
  target_end_ = at.in_head();
  ++at.at;
  advance_to(State::Version);
  return true;
}

inline bool RequestParser::read_version(Cursor& at) {
  const std::uint32_t version_at = target_end_ + 1;
  if (at.in_head() == version_at && at.stop - at.at > version_bytes &&
      std::memcmp(at.at, "HTTP/1.1\r", version_bytes + 1) == 0) {
    version_minor_ = 1;
    at.at += version_bytes + 1;
    advance_to(State::RequestLineEnd);
    return true;
  }
  for (; at.at != at.stop; ++at.at) {
    const char c = *at.at;
    const std::uint32_t index = at.in_head() - version_at;
    if (c == '\n') return fail(at, ParseError::BareLf);
    if (index == version_bytes) {
      if (c != '\r') return fail(at, ParseError::BadVersion);
      ++at.at;
      advance_to(State::RequestLineEnd);
      return true;
    }
    const bool is_major = index == http_1_x.find('1');
    const bool is_minor = index == http_1_x.size();
    if (is_minor && (c == '0' || c == '1')) {
      version_minor_ = static_cast<std::uint8_t>(c - '0');
    } else if (is_minor || c != http_1_x[index]) {
      if (c == '\r') return fail(at, ParseError::IncompleteRequestLine);
      const bool another = (is_major || is_minor) && is_digit(c);
      return fail(at, another ? ParseError::UnsupportedVersion : ParseError::BadVersion);
    }
  }
  return out_of_bytes(at);
}

inline bool RequestParser::read_line_feed(Cursor& at, State next) {
  if (at.at == at.stop) return out_of_bytes(at);
  if (*at.at != '\n') return fail(at, ParseError::BareCr);
  ++at.at;
  advance_to(next);
  return true;
}

Url RequestParser::split_target(const Cursor& at) const {
  const std::uint32_t target_at = method_end_ + 1;
  const char* const end = at.head + target_end_;
  const char* path = at.head + target_at;
  if (form_ == TargetForm::Absolute) {
    path = std::find_if(at.head + authority_at_, end, [](char c) { return c == '/' || c == '?'; });
  } else if (form_ == TargetForm::Authority) {
    path = end;
  }
  const char* const mark = std::find(path, end, '?');
  const char* const query = mark == end ? end : mark + 1;
  const bool has_authority = form_ == TargetForm::Absolute || form_ == TargetForm::Authority;
  const std::uint32_t path_at = at.in_head(path);
  return {form_, range(has_authority ? authority_at_ : path_at, path_at),
          range(path_at, at.in_head(mark)), range(at.in_head(query), target_end_)};
}

// ---- header lines --------------------------------------------------------------------------------

inline bool RequestParser::read_header_start(Cursor& at) {
  if (at.at == at.stop) return out_of_bytes(at);
  const char first = *at.at;
  line_at_ = at.in_head();
  if (is_in(characters::token, first)) {
    if (header_count_ == limits_.header_count) return fail(at, ParseError::TooManyHeaders);
    advance_to(State::HeaderName);
    return true;
  }
  if (first == '\r') {
    ++at.at;
    advance_to(State::HeadEnd);
    return true;
  }
  if (first == '\n') return fail(at, ParseError::BareLf);
  if (first == ':') return fail(at, ParseError::EmptyHeaderName);
  if (!is_blank(first)) return fail(at, ParseError::BadHeaderName);
  return fail(at, header_count_ == 0 ? ParseError::SpaceBeforeFirstHeader
                                     : ParseError::ObsoleteFold);
}

inline bool RequestParser::read_header_name(Cursor& at) {
  at.at = end_of_run(characters::token, at.at, at.stop);
  if (at.at == at.stop) return out_of_bytes(at);
  switch (*at.at) {
    case ':': break;
    case '\r': return fail(at, ParseError::MissingColon);
    case '\n': return fail(at, ParseError::BareLf);
    case ' ':
    case '\t': return fail(at, ParseError::SpaceBeforeColon);
    default: return fail(at, ParseError::BadHeaderName);
  }
  name_end_ = at.in_head();
  field_ = Field::Other;
  const std::string_view name(at.head + line_at_, name_end_ - line_at_);
  // Four names decide about the request as a whole; no two of them are equally long.
  switch (name.size()) {
    case 4: if (equal_ignoring_case(name, "host")) field_ = Field::Host; break;
    case 10: if (equal_ignoring_case(name, "connection")) field_ = Field::Connection; break;
    case 14:
      if (equal_ignoring_case(name, "content-length")) field_ = Field::ContentLength;
      break;
    case 17:
      if (equal_ignoring_case(name, "transfer-encoding")) field_ = Field::TransferEncoding;
      break;
    default: break;
  }
  if (field_ != Field::Other && !heed_field()) return false;
  ++at.at;
  advance_to(State::ValueStart);
  return true;
}

// A name that may come once only, or not beside another, is refused at its colon.
bool RequestParser::heed_field() {
  const std::uint64_t line = start_ + line_at_;
  if (field_ == Field::Host) {
    if (host_seen_) return fail_at(line, ParseError::RepeatedHost);
    host_seen_ = true;
  } else if (field_ == Field::ContentLength) {
    if (length_seen_) return fail_at(line, ParseError::RepeatedContentLength);
    if (encoding_seen_) return fail_at(line, ParseError::LengthAndTransferEncoding);
    length_seen_ = true;
  } else if (field_ == Field::TransferEncoding) {
    if (length_seen_) return fail_at(line, ParseError::LengthAndTransferEncoding);
    if (!encoding_seen_) encoding_at_ = line_at_;
    encoding_seen_ = true;
  }
  return true;
}

inline bool RequestParser::read_value_start(Cursor& at) {
  while (at.at != at.stop && is_blank(*at.at)) ++at.at;
  if (at.at == at.stop) return out_of_bytes(at);
  value_at_ = at.in_head();
  if (field_ == Field::ContentLength) {
    if (*at.at == '\n') return fail(at, ParseError::BareLf);
    if (!is_digit(*at.at)) return fail(at, ParseError::BadContentLength);
    length_value_at_ = value_at_;
    advance_to(State::LengthValue);
  } else {
    advance_to(field_ == Field::Host ? State::HostValue : State::Value);
  }
  return true;
}

inline bool RequestParser::read_value(Cursor& at) {
  at.at = end_of_value(at.at, at.stop);
  if (at.at == at.stop) return out_of_bytes(at);
  if (*at.at == '\n') return fail(at, ParseError::BareLf);
  if (*at.at != '\r') return fail(at, ParseError::BadHeaderValue);
  value_end_ = at.in_head();
  while (value_end_ > value_at_ && is_blank(at.head[value_end_ - 1])) --value_end_;
  ++at.at;
  advance_to(State::HeaderEnd);
  return true;
}

inline bool RequestParser::read_host(Cursor& at) {
  at.at = end_of_run(characters::host, at.at, at.stop);
  return end_value(at, ParseError::BadHost);
}

bool RequestParser::read_length(Cursor& at) {
  constexpr std::uint64_t largest = std::numeric_limits<std::uint64_t>::max();
  for (; at.at != at.stop && is_digit(*at.at); ++at.at) {
    const auto digit = static_cast<std::uint64_t>(*at.at - '0');
    if (content_length_ > (largest - digit) / 10) {
      return fail(at, ParseError::ContentLengthOverflow);
    }
    content_length_ = content_length_ * 10 + digit;
  }
  return end_value(at, ParseError::BadContentLength);
}

// Behind a value that holds no spaces: the end of the line, or spaces up to it.
inline bool RequestParser::end_value(Cursor& at, ParseError otherwise) {
  if (at.at == at.stop) return out_of_bytes(at);
  value_end_ = at.in_head();
  switch (*at.at) {
    case '\r': ++at.at; advance_to(State::HeaderEnd); return true;
    case ' ':
    case '\t': ++at.at; advance_to(State::ValueTail); return true;
    case '\n': return fail(at, ParseError::BareLf);
    default: return fail(at, otherwise);
  }
}

bool RequestParser::read_value_tail(Cursor& at) {
  while (at.at != at.stop && is_blank(*at.at)) ++at.at;
  if (at.at == at.stop) return out_of_bytes(at);
  if (*at.at == '\n') return fail(at, ParseError::BareLf);
  if (*at.at != '\r') {
    return fail(at, field_ == Field::Host ? ParseError::BadHost : ParseError::BadContentLength);
  }
  ++at.at;
  advance_to(State::HeaderEnd);
  return true;
}

void RequestParser::heed_connection(std::string_view list) {
  close_asked_ = close_asked_ || list_contains(list, "close");
  keep_alive_asked_ = keep_alive_asked_ || list_contains(list, "keep-alive");
}

// ---- the whole -----------------------------------------------------------------------------------

inline RequestParser::Cursor RequestParser::cursor_over(StreamBytes window) const {
  const bool in_head = state_ > State::EmptyLineEnd && state_ < State::Body;
  const std::uint64_t from = in_head ? start_ : position_;
  CHECK_THAT(window.offset <= from && position_ <= window.end(),
             "a window without the bytes that the parser has yet to read");
  const char* const data = window.bytes.data();
  const char* const end = data + window.bytes.size();
  Cursor at{data + (position_ - window.offset), end, data + (from - window.offset), end, window};
  if (in_head) {
    at.limit_head_to(state_ < State::RequestLineWhole ? limits_.request_line_bytes
                                                      : limits_.head_bytes);
  }
  return at;
}

Step RequestParser::next(StreamBytes window) {
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
      case State::RequestLineEnd:
        if (!read_line_feed(at, State::RequestLineWhole)) return pause(at);
        return told(at, RequestLineFound{range(0, at.in_head())});
      case State::RequestLineWhole:
        advance_to(State::RequestLineParts);
        return told(at, RequestLineSplit{range(0, method_end_),
                                         range(method_end_ + 1, target_end_),
                                         range(target_end_ + 1, target_end_ + 1 + version_bytes)});
      case State::RequestLineParts:
        advance_to(State::RequestLineChecked);
        return told(at, RequestLineValid{method_, 1, version_minor_});
      case State::RequestLineChecked:
        advance_to(State::HeaderStart);
        return told(at, split_target(at));
      case State::HeaderStart: goes_on = read_header_start(at); break;
      case State::HeaderName: goes_on = read_header_name(at); break;
      case State::ValueStart: goes_on = read_value_start(at); break;
      case State::Value: goes_on = read_value(at); break;
      case State::HostValue: goes_on = read_host(at); break;
      case State::LengthValue: goes_on = read_length(at); break;
      case State::ValueTail: goes_on = read_value_tail(at); break;
      case State::HeaderEnd:
        if (!read_line_feed(at, State::HeaderStart)) return pause(at);
        return tell_header(at);
      case State::HeadEnd:
        if (!read_line_feed(at, State::Framing)) return pause(at);
        return tell_headers_complete(at);
      case State::Framing:
        if (!check_framing()) return pause(at);
        return tell_request_ready(at);
      case State::Body:
        if (at.at == at.end) return pause(at);
        return tell_body_piece(at);
      case State::BodyEnd:
        advance_to(State::Done);
        return told(at, BodyComplete{{body_at_, content_length_}});
      case State::Done: return {StepKind::Done, {}, {}};
      case State::Failed: return {StepKind::Failed, {}, failure_};
    }
  }
  return pause(at);
}

inline Step RequestParser::tell_header(const Cursor& at) {
  ++header_count_;
  if (field_ == Field::Connection) {
    heed_connection({at.head + value_at_, value_end_ - value_at_});
  }
  return told(at, Header{range(line_at_, at.in_head()), range(line_at_, name_end_),
                         range(value_at_, value_end_)});
}

Step RequestParser::tell_headers_complete(const Cursor& at) {
  return told(at, HeadersComplete{range(line_at_, at.in_head()), range(0, at.in_head()),
                                  header_count_});
}

// What only the head as a whole can tell. RFC 9112 section 6.3.
inline bool RequestParser::check_framing() {
  if (version_minor_ >= 1 && !host_seen_) {
    return fail_at(start_ + line_at_, ParseError::MissingHost);
  }
  if (encoding_seen_) {
    return fail_at(start_ + encoding_at_, version_minor_ == 0
                                              ? ParseError::TransferEncodingInOldVersion
                                              : ParseError::TransferEncodingNotImplemented);
  }
  if (content_length_ > limits_.body_bytes) {
    return fail_at(start_ + length_value_at_, ParseError::BodyTooLarge);
  }
  return true;
}

// HTTP/1.1 stays unless close is asked, HTTP/1.0 closes unless keep-alive is (RFC 9112 section 9.3).
Step RequestParser::tell_request_ready(const Cursor& at) {
  body_at_ = at.position();
  RequestReady ready;
  if (length_seen_) ready.content_length = content_length_;
  ready.keep_alive = !close_asked_ && (version_minor_ >= 1 || keep_alive_asked_);
  ready.host_seen = host_seen_;
  advance_to(!length_seen_ ? State::Done : content_length_ > 0 ? State::Body : State::BodyEnd);
  return told(at, ready);
}

Step RequestParser::tell_body_piece(Cursor& at) {
  const std::uint64_t from = at.position();
  const std::uint64_t missing = body_at_ + content_length_ - from;
  const std::uint64_t held = static_cast<std::uint64_t>(at.end - at.at);
  const std::uint64_t length = std::min(missing, held);
  at.at += length;
  if (length == missing) advance_to(State::BodyEnd);
  return told(at, BodyPiece{{from, length}});
}

}  // namespace roundtrip::http
