#include "core/http/target.h"

#include <algorithm>

#include "core/base/check.h"
#include "core/http/characters.h"

namespace roundtrip::http {

namespace {

constexpr std::string_view hex_digits = "0123456789ABCDEF";
// What may stand in a path unescaped (RFC 3986 section 3.3), and the slash.
constexpr CharacterTable path_bytes =
    characters::letters_and_digits_and("-._~!$&'()*+,;=:@/");

constexpr bool is_control(int byte) { return byte < 0x20 || byte == 0x7f; }

// The byte that "%xx" at the start of a text stands for; -1 where it is no escape.
constexpr int escaped_byte(std::string_view text) {
  if (text.size() < 3 || text[0] != '%') return -1;
  const int high = hex_value(text[1]);
  const int low = hex_value(text[2]);
  return high < 0 || low < 0 ? -1 : high << 4 | low;
}

// Appends to memory that is known to be large enough.
struct Appender {
  std::span<char> out;
  std::size_t size = 0;

  void put(char c) { out[size++] = c; }
  void put_escaped(int byte) {
    put('%');
    put(hex_digits[static_cast<std::size_t>(byte >> 4)]);
    put(hex_digits[static_cast<std::size_t>(byte & 15)]);
  }
  std::string_view text() const { return {out.data(), size}; }
};

// One segment in its normal form; the place of the byte to blame, or npos, and why.
std::size_t decode_segment(std::string_view raw, Appender& to, ParseError& error) {
  for (std::size_t at = 0; at < raw.size(); ++at) {
    int byte = static_cast<unsigned char>(raw[at]);
    const bool escape = byte == '%';
    if (escape) byte = escaped_byte(raw.substr(at));
    if (byte < 0 || is_control(byte)) {
      error = byte < 0 ? ParseError::BadEscape
              : escape ? ParseError::EscapedControl
                       : ParseError::BadTargetByte;
      return at;
    }
    if (escape && (byte == '/' || byte == '%')) {
      to.put_escaped(byte);
    } else {
      to.put(static_cast<char>(byte));
    }
    if (escape) at += 2;
  }
  return std::string_view::npos;
}

// One byte of a pair, decoded: a plus is a space. Moves on; -1 at an escape that is none.
int take_form_byte(std::string_view& text) {
  int byte = static_cast<unsigned char>(text[0]);
  if (byte == '%') byte = escaped_byte(text);
  if (text[0] == '+') byte = ' ';
  text.remove_prefix(text[0] == '%' && byte >= 0 ? 3 : 1);
  return byte;
}

bool form_equals(std::string_view text, std::string_view name) {
  while (!text.empty() && !name.empty()) {
    if (take_form_byte(text) != static_cast<unsigned char>(name[0])) return false;
    name.remove_prefix(1);
  }
  return text.empty() && name.empty();
}

}  // namespace

std::optional<ParseFailure> flaw_in_escapes(std::string_view raw) {
  for (std::size_t at = raw.find('%'); at != raw.npos; at = raw.find('%', at + 3)) {
    const int byte = escaped_byte(raw.substr(at));
    if (byte < 0) return ParseFailure{ParseError::BadEscape, at};
    if (is_control(byte)) return ParseFailure{ParseError::EscapedControl, at};
  }
  return std::nullopt;
}

DecodedPath decode_path(std::string_view raw, std::span<char> out) {
  if (raw.empty()) raw = "/";
  CHECK_THAT(raw[0] == '/', "a path that does not begin with a slash");
  if (out.size() < raw.size()) {
    return {{}, false, ParseFailure{ParseError::RequestLineTooLong, out.size()}};
  }
  DecodedPath decoded;
  Appender to{out};
  for (std::size_t at = 0; at < raw.size();) {
    const std::size_t end = std::min(raw.find('/', at + 1), raw.size());
    const bool last = end == raw.size();
    const std::size_t slash = to.size;
    to.put('/');
    ParseError error = ParseError::BadEscape;
    const std::size_t flaw = decode_segment(raw.substr(at + 1, end - at - 1), to, error);
    if (flaw != std::string_view::npos) {
      return {{}, false, ParseFailure{error, at + 1 + flaw}};
    }
    const std::string_view segment = to.text().substr(slash + 1);
    const bool up = segment == "..";
    if (up || segment == "." || (segment.empty() && !last)) {
      decoded.cleaned = true;
      to.size = slash;
      if (up) to.size = std::min(to.text().rfind('/'), slash);
      if (last) to.put('/');
    }
    at = end;
  }
  decoded.path = to.text();
  return decoded;
}

std::optional<std::string_view> decode_part(std::string_view part, std::span<char> out) {
  if (out.size() < part.size()) return std::nullopt;
  Appender to{out};
  for (std::size_t at = 0; at < part.size(); ++at) {
    const int byte = escaped_byte(part.substr(at));
    to.put(byte < 0 ? part[at] : static_cast<char>(byte));
    if (byte >= 0) at += 2;
  }
  return to.text();
}

std::optional<std::string_view> encode_path(std::string_view path, std::span<char> out) {
  Appender to{out};
  for (const char c : path) {
    // A percent sign in normal form begins one of the two escapes that stayed.
    const bool as_is = is_in(path_bytes, c) || c == '%';
    if (out.size() - to.size < (as_is ? 1 : 3)) return std::nullopt;
    if (as_is) to.put(c);
    if (!as_is) to.put_escaped(static_cast<unsigned char>(c));
  }
  return to.text();
}

QueryValue query_value(std::string_view query, std::string_view name, std::span<char> out) {
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    std::string_view pair = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    const std::size_t equals = std::min(pair.find('='), pair.size());
    if (pair.empty() || !form_equals(pair.substr(0, equals), name)) continue;
    std::string_view raw = pair.substr(std::min(equals + 1, pair.size()));
    Appender to{out};
    while (!raw.empty()) {
      const int byte = take_form_byte(raw);
      if (byte < 0) return {QueryFind::Malformed, {}};
      if (to.size == out.size()) return {QueryFind::TooLong, {}};
      to.put(static_cast<char>(byte));
    }
    return {QueryFind::Found, to.text()};
  }
  return {};
}

}  // namespace roundtrip::http
