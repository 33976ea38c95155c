#include "core/trace/json_text.h"

#include "core/trace/base64.h"

namespace roundtrip::trace {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

bool is_continuation(unsigned char byte) {
  return (byte & 0xC0U) == 0x80U;
}

bool is_plain(unsigned char byte) {
  return byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\';
}

}  // namespace

std::size_t utf8_length(std::string_view text) {
  if (text.empty()) return 0;
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = at(0);
  if (lead < 0x80) return 1;
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if (!is_continuation(at(i))) return 0;
  }
  const unsigned char second = at(1);
  const bool allowed = lead == 0xE0   ? second >= 0xA0
                       : lead == 0xED ? second <= 0x9F
                       : lead == 0xF0 ? second >= 0x90
                       : lead == 0xF4 ? second <= 0x8F
                                      : true;
  return allowed ? length : 0;
}

std::string as_utf8(std::string_view text) {
  std::string clean;
  clean.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    clean += length == 0 ? replacement : text.substr(0, length);
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return clean;
}

void TextBuffer::add_string(std::string_view text) {
  static constexpr char hex[] = "0123456789abcdef";
  add('"');
  std::size_t begin = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (is_plain(byte)) {
      ++at;
      continue;
    }
    const std::size_t length = utf8_length(text.substr(at));
    if (length > 1) {
      at += length;
      continue;
    }
    add(text.substr(begin, at - begin));
    if (byte == '"' || byte == '\\') {
      add('\\');
      add(static_cast<char>(byte));
    } else if (byte == '\n') {
      add("\\n");
    } else if (byte == '\r') {
      add("\\r");
    } else if (byte == '\t') {
      add("\\t");
    } else if (byte < 0x20) {
      add("\\u00");
      add(hex[byte >> 4]);
      add(hex[byte & 15U]);
    } else {
      add(replacement);
    }
    begin = ++at;
  }
  add(text.substr(begin));
  add('"');
}

void TextBuffer::add_base64(std::string_view data) {
  const std::size_t size = base64_size(data.size());
  base64_encode(data, reserve(size));
  used_ += size;
}

}  // namespace roundtrip::trace
