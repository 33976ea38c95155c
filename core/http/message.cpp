#include "core/http/message.h"

#include "core/base/check.h"

namespace roundtrip::http {

ByteRange Request::header_name(std::size_t index) const {
  CHECK_THAT(index < header_count_, "a header that the request does not have");
  return {line.offset + headers_[index].name_at, headers_[index].name_bytes};
}

ByteRange Request::header_value(std::size_t index) const {
  CHECK_THAT(index < header_count_, "a header that the request does not have");
  return {line.offset + headers_[index].value_at, headers_[index].value_bytes};
}

std::optional<std::string_view> Request::find(StreamBytes head_bytes,
                                              std::string_view name) const {
  for (std::size_t i = 0; i < header_count_; ++i) {
    if (headers_[i].name_bytes != name.size()) continue;
    if (equal_ignoring_case(head_bytes.slice(header_name(i)), name)) {
      return head_bytes.slice(header_value(i));
    }
  }
  return std::nullopt;
}

std::string_view Request::host(StreamBytes head_bytes) const {
  if (!url.authority.empty()) return head_bytes.slice(url.authority);
  return find(head_bytes, "host").value_or(std::string_view{});
}

void Request::add_header(ByteRange name, ByteRange value) {
  CHECK_THAT(header_count_ < max_header_count, "more headers than a request has places");
  CHECK_THAT(name.offset >= line.offset && value.end() - line.offset <= max_head_bytes,
             "a header outside the head of its request");
  headers_[header_count_++] = {static_cast<std::uint16_t>(name.offset - line.offset),
                               static_cast<std::uint16_t>(name.length),
                               static_cast<std::uint16_t>(value.offset - line.offset),
                               static_cast<std::uint16_t>(value.length)};
}

struct Request::Apply {
  Request& request;

  void operator()(const RequestLineFound& token) const { request.line = token.line; }
  void operator()(const RequestLineSplit& token) const {
    request.method_text = token.method;
    request.target = token.target;
    request.version_text = token.version;
  }
  void operator()(const RequestLineValid& token) const {
    request.method = token.method;
    request.version_major = token.version_major;
    request.version_minor = token.version_minor;
  }
  void operator()(const Url& token) const { request.url = token; }
  void operator()(const Header& token) const { request.add_header(token.name, token.value); }
  void operator()(const HeadersComplete& token) const { request.head = token.head; }
  void operator()(const RequestReady& token) const {
    request.framing = token.framing;
    request.content_length = token.content_length;
    request.keep_alive = token.keep_alive;
    request.host_seen = token.host_seen;
    request.expect_continue = token.expect_continue;
    request.body_complete = token.framing == BodyFraming::NoBody;
    request.ready = true;
  }
  void operator()(const ChunkFound&) const {}
  void operator()(const Trailer&) const { ++request.trailer_count; }
  void operator()(const BodyPiece& token) const { request.body_bytes += token.bytes.length; }
  void operator()(const BodyComplete&) const { request.body_complete = true; }
};

void Request::apply(const Token& token) { std::visit(Apply{*this}, token); }

}  // namespace roundtrip::http
