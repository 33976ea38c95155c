// The readers of the single states: what may stand at each place of a head, byte by byte. They take
// up where the last window ended, and find every error. Whole lines without a flaw seldom come here
// (see take_whole_request_line and take_whole_header in request_parser.cpp).
#include <algorithm>
#include <cstring>
#include <limits>
#include <string_view>

#include "core/http/characters.h"
#include "core/http/request_parser.h"
#include "core/http/request_parser_cursor.h"
#include "core/http/scan.h"

namespace roundtrip::http {

namespace {

constexpr std::string_view http_1_x = "HTTP/1.";

constexpr bool has_authority(TargetForm form) {
  return form == TargetForm::Absolute || form == TargetForm::Authority;
}

}  // namespace

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
  if (is_in_chunked_body(state_)) return fail(at, ParseError::TrailersTooLarge);
  return fail(at, state_ < State::RequestLineWhole ? ParseError::RequestLineTooLong
                                                   : ParseError::HeadTooLarge);
}

bool RequestParser::read_line_feed(Cursor& at, State next) {
  if (at.stopped()) return out_of_bytes(at);
  if (*at.at != '\n') return fail(at, ParseError::BareCr);
  ++at.at;
  advance_to(next);
  return true;
}

// ---- the request line ---------------------------------------------------------------------------

bool RequestParser::skip_empty_lines(Cursor& at) {
  while (!at.stopped()) {
    if (state_ == State::EmptyLineEnd) {
      if (*at.at != '\n') return fail(at, ParseError::BareCr);
      ++known_.empty_lines;
      advance_to(State::RequestStart);
    } else if (*at.at == '\r') {
      if (known_.empty_lines == limits_.empty_lines) {
        return fail(at, ParseError::TooManyEmptyLines);
      }
      advance_to(State::EmptyLineEnd);
    } else {
      start_ = at.position();
      at.head = at.at;
      at.limit_head_to(limits_.request_line_bytes);
      advance_to(State::MethodWord);
      return true;
    }
    ++at.at;
  }
  return false;
}

bool RequestParser::read_method(Cursor& at) {
  at.at = end_of_run(characters::token, at.at, at.stop);
  if (at.stopped()) return out_of_bytes(at);
  const std::uint32_t length = at.in_head();
  if (*at.at != ' ' || length == 0) {
    if (*at.at == '\n') return fail(at, ParseError::BareLf);
    const bool line_ends = *at.at == '\r' && length > 0;
    return fail(at, line_ends ? ParseError::IncompleteRequestLine : ParseError::BadMethod);
  }
  known_.method_end = length;
  known_.method = method_from_name({at.head, length});
  ++at.at;
  advance_to(State::TargetStart);
  return true;
}

bool RequestParser::read_target_start(Cursor& at) {
  if (at.stopped()) return out_of_bytes(at);
  const char first = *at.at;
  known_.authority_at = at.in_head();
  if (known_.method == Method::Connect) {
    // A tunnel leads to a host and a port, and no other form asks for one (RFC 9112 section 3.2.3).
    if (!is_in(characters::host, first)) return fail_in_target(at, ParseError::BadTarget);
    known_.form = TargetForm::Authority;
    advance_to(State::Target);
  } else if (first == '/') {
    known_.form = TargetForm::Origin;
    advance_to(State::Target);
  } else if (first == '*') {
    known_.form = TargetForm::Asterisk;
    ++at.at;
    advance_to(State::Asterisk);
  } else if (is_letter(first)) {
    known_.form = TargetForm::Absolute;
    advance_to(State::Scheme);
  } else {
    return fail_in_target(at, ParseError::BadTarget);
  }
  return true;
}

// A line that ends here ends too early, and says so rather than that its last byte is bad.
bool RequestParser::fail_in_target(const Cursor& at, ParseError otherwise) {
  if (*at.at == '\n') return fail(at, ParseError::BareLf);
  return fail(at, *at.at == '\r' ? ParseError::IncompleteRequestLine : otherwise);
}

bool RequestParser::read_asterisk(Cursor& at) {
  if (at.stopped()) return out_of_bytes(at);
  if (*at.at != ' ') return fail_in_target(at, ParseError::BadTarget);
  take_target_apart(at.head, at.in_head());
  ++at.at;
  advance_to(State::Version);
  return true;
}

// Scheme, colon, two slashes. What is still expected follows from the byte just before.
bool RequestParser::read_scheme(Cursor& at) {
  const bool colon_seen = at.at[-1] == ':' || at.at[-1] == '/';
  if (!colon_seen) at.at = end_of_run(characters::scheme, at.at, at.stop);
  for (; !at.stopped(); ++at.at) {
    const char before = at.at[-1];
    const char expected = before == ':' || before == '/' ? '/' : ':';
    if (*at.at != expected) return fail_in_target(at, ParseError::BadTarget);
    if (before == '/') {
      ++at.at;
      known_.authority_at = at.in_head();
      advance_to(State::Target);
      return true;
    }
  }
  return out_of_bytes(at);
}

bool RequestParser::read_target(Cursor& at) {
  at.at = end_of_target(at.head, at.at, at.stop);
  if (at.stopped()) return out_of_bytes(at);
  if (*at.at != ' ') return fail_in_target(at, ParseError::BadTargetByte);
  take_target_apart(at.head, at.in_head());
  if (has_authority(known_.form)) {
    // As in Host; a user's name before it is refused (RFC 9110 section 4.2.4), and none at all.
    const char* const authority = at.head + known_.authority_at;
    const char* const path = at.head + known_.path_at;
    const char* const end = end_of_run(characters::host, authority, path);
    if (authority == path || end != path) {
      return fail_at(start_ + static_cast<std::uint64_t>(end - at.head), ParseError::BadTarget);
    }
  }
  ++at.at;
  advance_to(State::Version);
  return true;
}

// Authority, path and query, as far as the form of the target has them.
void RequestParser::take_target_apart(const char* head, std::uint32_t target_end) {
  const char* const end = head + target_end;
  const char* path = head + known_.method_end + 1;
  known_.target_end = target_end;
  known_.authority_at = has_authority(known_.form) ? known_.authority_at : known_.method_end + 1;
  if (known_.form == TargetForm::Absolute) {
    path = std::find_if(head + known_.authority_at, end,
                        [](char c) { return c == '/' || c == '?'; });
  } else if (known_.form == TargetForm::Authority) {
    path = end;
  }
  const void* const found = std::memchr(path, '?', static_cast<std::size_t>(end - path));
  const char* const mark = found == nullptr ? end : static_cast<const char*>(found);
  known_.path_at = static_cast<std::uint32_t>(path - head);
  known_.path_end = static_cast<std::uint32_t>(mark - head);
  known_.query_at = mark == end ? target_end : known_.path_end + 1;
}

bool RequestParser::read_version(Cursor& at) {
  const std::uint32_t version_at = known_.target_end + 1;
  for (; !at.stopped(); ++at.at) {
    const char c = *at.at;
    const std::uint32_t index = at.in_head() - version_at;
    if (index == version_bytes && c == '\r') return end_request_line(at);
    // A higher minor version speaks HTTP/1.1 to us (RFC 9110 section 2.5).
    if (index == http_1_x.size() && is_digit(c)) {
      known_.version_minor = static_cast<std::uint8_t>(c - '0');
    } else if (index >= http_1_x.size() || c != http_1_x[index]) {
      const bool is_major = index == http_1_x.size() - 2;
      if (is_major && is_digit(c)) return fail(at, ParseError::UnsupportedVersion);
      return index == version_bytes && c != '\n' ? fail(at, ParseError::BadVersion)
                                                 : fail_in_target(at, ParseError::BadVersion);
    }
  }
  // Behind the last byte that a line may have, its end may stand.
  const bool ends = at.at != at.end && *at.at == '\r' && at.in_head() - version_at == version_bytes;
  return ends ? end_request_line(at) : out_of_bytes(at);
}

bool RequestParser::end_request_line(Cursor& at) {
  ++at.at;
  at.limit_head_to(limits_.request_line_bytes + line_end_bytes);
  advance_to(State::RequestLineEnd);
  return true;
}

// ---- header lines -------------------------------------------------------------------------------

bool RequestParser::read_header_start(Cursor& at) {
  if (at.stopped()) return out_of_bytes(at);
  const char first = *at.at;
  known_.line_at = at.in_head();
  if (is_in(characters::token, first)) {
    if (known_.header_count == limits_.header_count) return fail(at, ParseError::TooManyHeaders);
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
  return fail(at, known_.header_count == 0 ? ParseError::SpaceBeforeFirstHeader
                                           : ParseError::ObsoleteFold);
}

// Up to the colon behind the name of a header or a trailer.
bool RequestParser::end_name(Cursor& at) {
  at.at = end_of_name(at.head, at.at, at.stop);
  if (at.stopped()) return out_of_bytes(at);
  if (*at.at == ':') return true;
  if (*at.at == '\r') return fail(at, ParseError::MissingColon);
  if (*at.at == '\n') return fail(at, ParseError::BareLf);
  return fail(at, is_blank(*at.at) ? ParseError::SpaceBeforeColon : ParseError::BadHeaderName);
}

bool RequestParser::read_header_name(Cursor& at) {
  if (!end_name(at)) return false;
  known_.name_end = at.in_head();
  known_.field = field_named(at.head + known_.line_at, known_.name_end - known_.line_at);
  if (known_.field != Field::Other && !heed_field()) return false;
  ++at.at;
  advance_to(State::ValueStart);
  return true;
}

// A name that may come once only, or not beside another, is refused at its colon.
bool RequestParser::heed_field() {
  const std::uint64_t line = start_ + known_.line_at;
  if (known_.field == Field::Host) {
    if (known_.host_seen) return fail_at(line, ParseError::RepeatedHost);
    known_.host_seen = true;
  } else if (known_.field == Field::ContentLength) {
    if (known_.length_seen) return fail_at(line, ParseError::RepeatedContentLength);
    if (known_.encoding_seen) return fail_at(line, ParseError::LengthAndTransferEncoding);
    known_.length_seen = true;
  } else if (known_.field == Field::TransferEncoding) {
    if (known_.length_seen) return fail_at(line, ParseError::LengthAndTransferEncoding);
    if (!known_.encoding_seen) known_.encoding_at = known_.line_at;
    known_.encoding_seen = true;
  }
  return true;
}

bool RequestParser::read_value_start(Cursor& at) {
  while (!at.stopped() && is_blank(*at.at)) ++at.at;
  if (at.stopped()) return out_of_bytes(at);
  known_.value_at = at.in_head();
  if (known_.field == Field::ContentLength) {
    if (*at.at == '\n') return fail(at, ParseError::BareLf);
    if (!is_digit(*at.at)) return fail(at, ParseError::BadContentLength);
    known_.length_value_at = known_.value_at;
    advance_to(State::LengthValue);
  } else if (known_.field == Field::Host) {
    advance_to(State::HostValue);
  } else {
    advance_to(State::Value);
  }
  return true;
}

bool RequestParser::read_value(Cursor& at) {
  at.at = end_of_value(at.head, at.at, at.stop);
  if (at.stopped()) return out_of_bytes(at);
  if (*at.at != '\r') {
    return fail(at, *at.at == '\n' ? ParseError::BareLf : ParseError::BadHeaderValue);
  }
  std::uint32_t value_end = at.in_head();
  while (value_end > known_.value_at && is_blank(at.head[value_end - 1])) --value_end;
  known_.value_end = value_end;
  if (!heed_value({at.head + known_.value_at, value_end - known_.value_at})) return false;
  ++at.at;
  advance_to(State::HeaderEnd);
  return true;
}

// What a value says of the request as a whole.
bool RequestParser::heed_value(std::string_view value) {
  if (known_.field == Field::Connection) heed_connection(value);
  if (known_.field == Field::TransferEncoding) heed_encoding(value);
  return known_.field != Field::Expect || heed_expectation(value);
}

// Codings in the order in which they were applied; several fields make one list (RFC 9112 section
// 6.1).
void RequestParser::heed_encoding(std::string_view list) {
  for_each_in_list(list, [this](std::string_view coding) {
    known_.coding_after_chunked |= known_.chunked_coding;
    const bool chunked = equal_ignoring_case(coding, "chunked");
    known_.chunked_coding |= chunked;
    known_.unknown_coding |= !chunked;
  });
}

bool RequestParser::heed_expectation(std::string_view list) {
  bool known = true;
  for_each_in_list(list, [&known](std::string_view expectation) {
    known = known && equal_ignoring_case(expectation, "100-continue");
  });
  known_.expect_continue = true;
  return known || fail_at(start_ + known_.value_at, ParseError::UnknownExpectation);
}

// A list: one word in it may be close, another keep-alive (RFC 9110 section 7.6.1).
void RequestParser::heed_connection(std::string_view list) {
  known_.close_asked = known_.close_asked || list_contains(list, "close");
  known_.keep_alive_asked = known_.keep_alive_asked || list_contains(list, "keep-alive");
}

bool RequestParser::read_host(Cursor& at) {
  at.at = end_of_host(at.head, at.at, at.stop);
  return end_value(at, ParseError::BadHost);
}

bool RequestParser::read_length(Cursor& at) {
  constexpr std::uint64_t largest = std::numeric_limits<std::uint64_t>::max();
  for (; !at.stopped() && is_digit(*at.at); ++at.at) {
    const auto digit = static_cast<std::uint64_t>(*at.at - '0');
    if (known_.content_length > (largest - digit) / 10) {
      return fail(at, ParseError::ContentLengthOverflow);
    }
    known_.content_length = known_.content_length * 10 + digit;
  }
  return end_value(at, ParseError::BadContentLength);
}

// Behind a value that holds no spaces: the end of the line, or spaces up to it.
bool RequestParser::end_value(Cursor& at, ParseError otherwise) {
  if (at.stopped()) return out_of_bytes(at);
  known_.value_end = at.in_head();
  if (*at.at == '\r') {
    advance_to(State::HeaderEnd);
  } else if (is_blank(*at.at)) {
    advance_to(State::ValueTail);
  } else {
    return fail(at, *at.at == '\n' ? ParseError::BareLf : otherwise);
  }
  ++at.at;
  return true;
}

bool RequestParser::read_value_tail(Cursor& at) {
  while (!at.stopped() && is_blank(*at.at)) ++at.at;
  if (at.stopped()) return out_of_bytes(at);
  if (*at.at != '\r') {
    if (*at.at == '\n') return fail(at, ParseError::BareLf);
    const bool host = known_.field == Field::Host;
    return fail(at, host ? ParseError::BadHost : ParseError::BadContentLength);
  }
  ++at.at;
  advance_to(State::HeaderEnd);
  return true;
}

}  // namespace roundtrip::http
