#include "core/scenario/response_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "core/scenario/limits.h"

namespace roundtrip::scenario {
namespace {

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return lower(x) == lower(y); });
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

// The value of the first field of that name; empty where there is none.
std::optional<std::string_view> field(std::string_view head, std::string_view name) {
  for (std::size_t at = head.find('\n'); at != std::string_view::npos; at = head.find('\n', at)) {
    ++at;
    const std::string_view line = head.substr(at, head.find('\n', at) - at);
    const std::size_t colon = line.find(':');
    if (colon != std::string_view::npos && equals_ignoring_case(line.substr(0, colon), name)) {
      return trimmed(line.substr(colon + 1));
    }
  }
  return std::nullopt;
}

template <class Number>
bool read_whole(std::string_view text, Number& number, int base) {
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number, base);
  return read.ec == std::errc{} && read.ptr == end;
}

}  // namespace

void ResponseReader::keep(std::string_view bytes) {
  response_.body_bytes += bytes.size();
  const std::size_t room = kept_bytes_ - response_.body.size();
  response_.body += bytes.substr(0, room);
}

// The head is whole: which status, and what ends the body (RFC 9112, section 6.3).
Status ResponseReader::read_head() {
  const std::string_view head = response_.head;
  const bool is_http = head.starts_with("HTTP/1.") && head.size() > 12 && head[8] == ' ';
  if (!is_http || !read_whole(head.substr(9, 3), response_.status, 10) ||
      response_.status < 100) {
    return Error{"the server's answer does not begin with a status line"};
  }
  if (response_.status < 200) {
    // An interim answer; the final one follows.
    response_.status = 0;
    response_.head.clear();
    interim_seen_ = true;
    return Nothing{};
  }
  const auto coding = field(head, "Transfer-Encoding");
  const auto length = field(head, "Content-Length");
  // HTTP/1.1 goes on unless it says "close", HTTP/1.0 ends unless it says "keep-alive" (9.3).
  const std::string_view connection = field(head, "Connection").value_or("");
  response_.last = head[7] == '0' ? !equals_ignoring_case(connection, "keep-alive")
                                  : equals_ignoring_case(connection, "close");
  response_.chunked = coding && equals_ignoring_case(*coding, "chunked");
  if (to_head_ || response_.status == 204 || response_.status == 304) {
    state_ = State::Whole;
  } else if (response_.chunked) {
    state_ = State::ChunkSize;
  } else if (length) {
    if (!read_whole(*length, left_, 10)) {
      return Error{"the Content-Length of the server's answer is not a number"};
    }
    state_ = left_ == 0 ? State::Whole : State::Counted;
  } else {
    state_ = State::UntilClose;
    response_.last = true;
  }
  return Nothing{};
}

// One byte of a line of chunk framing: a size, the end of a chunk, or a trailer field.
Status ResponseReader::read_line(char c) {
  if (line_.size() >= limits::response_head_bytes) {
    return Error{"a line between the chunks of the server's answer does not end"};
  }
  if (c != '\n') {
    line_ += c;
    return Nothing{};
  }
  const std::string_view line = trimmed(line_);
  if (state_ == State::ChunkSize) {
    if (!read_whole(trimmed(line.substr(0, line.find(';'))), left_, 16)) {
      return Error{"a chunk of the server's answer does not begin with its size"};
    }
    state_ = left_ == 0 ? State::Trailer : State::Chunk;
  } else if (state_ == State::ChunkEnd) {
    if (!line.empty()) return Error{"a chunk of the server's answer is longer than it says"};
    state_ = State::ChunkSize;
  } else if (line.empty()) {
    state_ = State::Whole;
  }
  line_.clear();
  return Nothing{};
}

Result<std::size_t> ResponseReader::feed(std::string_view bytes) {
  std::size_t at = 0;
  while (at < bytes.size() && state_ != State::Whole) {
    Status read = Nothing{};
    switch (state_) {
      case State::Head:
        response_.head += bytes[at++];
        if (response_.head.ends_with("\r\n\r\n")) read = read_head();
        if (response_.head.size() > limits::response_head_bytes) {
          read = Error{fmt::format("the head of the server's answer is longer than {} bytes",
                                   limits::response_head_bytes)};
        }
        break;
      case State::Counted:
      case State::Chunk: {
        const std::size_t piece = std::min<std::uint64_t>(left_, bytes.size() - at);
        keep(bytes.substr(at, piece));
        at += piece;
        left_ -= piece;
        if (left_ == 0) state_ = state_ == State::Chunk ? State::ChunkEnd : State::Whole;
        break;
      }
      case State::ChunkSize:
      case State::ChunkEnd:
      case State::Trailer: read = read_line(bytes[at++]); break;
      case State::UntilClose:
        keep(bytes.substr(at));
        at = bytes.size();
        break;
      case State::Whole: break;
    }
    if (!read) return Error{read.error()};
  }
  response_.range.length += at;
  return at;
}

Status ResponseReader::end() {
  if (state_ == State::UntilClose) state_ = State::Whole;
  if (state_ == State::Whole || !begun()) return Nothing{};
  return Error{fmt::format("the server closed after {} bytes of an answer that was not whole",
                           response_.range.length)};
}

}  // namespace roundtrip::scenario
