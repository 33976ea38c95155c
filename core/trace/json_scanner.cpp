#include "core/trace/json_scanner.h"

#include <array>
#include <cstdint>

namespace roundtrip::trace {
namespace {

constexpr std::uint64_t ten_to_19 = 10'000'000'000'000'000'000U;
constexpr const char* ends_early = "the text ends in the middle of a value";

bool is_digit(char letter) {
  return letter >= '0' && letter <= '9';
}

int hex_value(char letter) {
  if (is_digit(letter)) return letter - '0';
  if (letter >= 'a' && letter <= 'f') return letter - 'a' + 10;
  if (letter >= 'A' && letter <= 'F') return letter - 'A' + 10;
  return -1;
}

// The four hexadecimal digits at `at`; -1 where they are not there.
int four_digits(std::string_view text, std::size_t at) {
  if (text.size() < at + 4) return -1;
  int value = 0;
  for (std::size_t i = at; i < at + 4; ++i) {
    const int digit = hex_value(text[i]);
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
}

void append_utf8(std::string& out, unsigned code) {
  const auto tail = [&](unsigned shift) {
    out.push_back(static_cast<char>(0x80U | (code >> shift & 0x3FU)));
  };
  if (code < 0x80) {
    out.push_back(static_cast<char>(code));
  } else if (code < 0x800) {
    out.push_back(static_cast<char>(0xC0U | code >> 6));
    tail(0);
  } else if (code < 0x10000) {
    out.push_back(static_cast<char>(0xE0U | code >> 12));
    tail(6);
    tail(0);
  } else {
    out.push_back(static_cast<char>(0xF0U | code >> 18));
    tail(12);
    tail(6);
    tail(0);
  }
}

// Resolves \uXXXX at `at` (just after the u), a pair of surrogates too. Returns how many letters
// were used, 0 where it is not valid. A surrogate alone stands for no character: U+FFFD.
std::size_t append_unicode(std::string& out, std::string_view raw, std::size_t at) {
  const int code = four_digits(raw, at);
  if (code < 0) return 0;
  if (code < 0xD800 || code > 0xDFFF) {
    append_utf8(out, static_cast<unsigned>(code));
    return 4;
  }
  if (code <= 0xDBFF && raw.substr(at + 4, 2) == "\\u") {
    const int low = four_digits(raw, at + 6);
    if (low >= 0xDC00 && low <= 0xDFFF) {
      append_utf8(out, 0x10000U + (static_cast<unsigned>(code - 0xD800) << 10) +
                           static_cast<unsigned>(low - 0xDC00));
      return 10;
    }
  }
  append_utf8(out, 0xFFFD);
  return 4;
}

// The text that a string with escapes stands for; false where an escape is not one.
bool unescape(std::string_view raw, std::string& out) {
  out.clear();
  for (std::size_t at = 0; at < raw.size(); ++at) {
    if (raw[at] != '\\') {
      out.push_back(raw[at]);
      continue;
    }
    if (++at == raw.size()) return false;
    switch (raw[at]) {
      case '"':
        out.push_back('"');
        break;
      case '\\':
        out.push_back('\\');
        break;
      case '/':
        out.push_back('/');
        break;
      case 'b':
        out.push_back('\b');
        break;
      case 'f':
        out.push_back('\f');
        break;
      case 'n':
        out.push_back('\n');
        break;
      case 'r':
        out.push_back('\r');
        break;
      case 't':
        out.push_back('\t');
        break;
      case 'u': {
        const std::size_t used = append_unicode(out, raw, at + 1);
        if (used == 0) return false;
        at += used;
        break;
      }
      default:
        return false;
    }
  }
  return true;
}

// Where a string ends or needs a second look: quote, backslash, control characters.
constexpr std::array<bool, 256> stops_string = [] {
  std::array<bool, 256> table{};
  for (std::size_t i = 0; i < 0x20; ++i) table[i] = true;
  table['"'] = true;
  table['\\'] = true;
  return table;
}();

}  // namespace

std::optional<std::int64_t> JsonNumber::as_signed() const {
  constexpr std::uint64_t most = std::uint64_t{1} << 63;
  if (!whole || magnitude > (negative ? most : most - 1)) return std::nullopt;
  return static_cast<std::int64_t>(negative ? 0 - magnitude : magnitude);
}

bool JsonScanner::begin_object_with(std::string_view front) {
  if (!ok() || depth_ == max_depth || text_.substr(at_, front.size()) != front) return false;
  at_ += front.size();
  ++depth_;
  return true;
}

bool JsonScanner::begin(char letter, const char* error) {
  if (!ok()) return false;
  if (!take(letter)) return fail(error);
  if (depth_ == max_depth) return fail("values nest more than 64 deep");
  first_ |= std::uint64_t{1} << depth_++;
  return true;
}

bool JsonScanner::next_element() {
  if (!ok()) return false;
  const std::uint64_t bit = std::uint64_t{1} << (depth_ - 1);
  const bool first = (first_ & bit) != 0;
  if (take(']')) {
    --depth_;
    first_ &= ~bit;
    return false;
  }
  if (!first && !take(',')) return fail(at_ < text_.size() ? "a comma is missing" : ends_early);
  first_ &= ~bit;
  return true;
}

bool JsonScanner::next_member(std::string_view& key) {
  if (!ok()) return false;
  const std::uint64_t bit = std::uint64_t{1} << (depth_ - 1);
  const bool first = (first_ & bit) != 0;
  const char next = peek();
  first_ &= ~bit;
  if (next == '}') {
    ++at_;
    --depth_;
    return false;
  }
  if (!first) {
    if (next != ',') return fail(at_ < text_.size() ? "a comma is missing" : ends_early);
    ++at_;
    skip_space();
  }
  bool escaped = false;
  if (!raw_string(key, escaped)) return false;
  if (!take(':')) return fail("a colon is missing after a name");
  return true;
}

bool JsonScanner::raw_string(std::string_view& raw, bool& escaped) {
  if (at_ >= text_.size()) return fail(ends_early);
  if (text_[at_] != '"') return fail("a string was expected");
  const char* const data = text_.data();
  const std::size_t size = text_.size();
  const std::size_t begin = at_ + 1;
  std::size_t end = begin;
  escaped = false;
  while (true) {
    while (end < size && !stops_string[static_cast<unsigned char>(data[end])]) ++end;
    if (end >= size || data[end] != '\\') break;
    escaped = true;
    end += 2;
  }
  at_ = end < size ? end : size;
  if (at_ == size) return fail(ends_early);
  if (data[end] != '"') return fail("a control character stands inside a string");
  raw = text_.substr(begin, end - begin);
  ++at_;
  return true;
}

bool JsonScanner::string(std::string_view& value, std::string& scratch) {
  if (!ok()) return false;
  skip_space();
  bool escaped = false;
  if (!raw_string(value, escaped)) return false;
  if (!escaped) return true;
  if (!unescape(value, scratch)) return fail("a string holds an escape that JSON does not have");
  value = scratch;
  return true;
}

bool JsonScanner::number(JsonNumber& value) {
  if (!ok()) return false;
  skip_space();
  const char* const begin = text_.data() + at_;
  const char* const end = text_.data() + text_.size();
  const char* at = begin;
  const auto letter = [&] { return at < end ? *at : '\0'; };
  const auto digits = [&] {
    const char* const from = at;
    while (at < end && is_digit(*at)) ++at;
    return at > from;
  };
  const auto stop = [&](const char* error) {
    at_ = static_cast<std::size_t>(at - text_.data());
    return fail(at < end ? error : ends_early);
  };
  value.negative = letter() == '-';
  if (value.negative) ++at;
  const char* const whole_from = at;
  std::uint64_t magnitude = 0;
  while (at < end && is_digit(*at)) magnitude = magnitude * 10 + static_cast<unsigned>(*at++ - '0');
  const std::ptrdiff_t count = at - whole_from;
  value.magnitude = magnitude;
  // 19 digits always fit; 20 do where they begin with 1 and did not wrap.
  value.whole = count < 20 || (count == 20 && *whole_from == '1' && magnitude >= ten_to_19);
  if (count == 0) return stop("a number was expected");
  if (*whole_from == '0' && count > 1) return stop("a number begins with 0");
  if (letter() == '.') {
    ++at;
    value.whole = false;
    if (!digits()) return stop("a number has no digits after its point");
  }
  if (letter() == 'e' || letter() == 'E') {
    ++at;
    value.whole = false;
    if (letter() == '+' || letter() == '-') ++at;
    if (!digits()) return stop("a number has no digits in its exponent");
  }
  value.letters = {begin, static_cast<std::size_t>(at - begin)};
  at_ = static_cast<std::size_t>(at - text_.data());
  return true;
}

bool JsonScanner::literal(std::string_view word) {
  if (text_.substr(at_, word.size()) != word) return fail("a value was expected");
  at_ += word.size();
  return true;
}

bool JsonScanner::skip_scalar() {
  switch (peek()) {
    case '"': {
      std::string_view raw;
      bool escaped = false;
      if (!raw_string(raw, escaped)) return false;
      std::string scratch;
      if (escaped && !unescape(raw, scratch)) {
        return fail("a string holds an escape that JSON does not have");
      }
      return true;
    }
    case 't':
      return literal("true");
    case 'f':
      return literal("false");
    case 'n':
      return literal("null");
    case '\0':
      return at_ < text_.size() ? fail("a value was expected") : fail(ends_early);
    default: {
      JsonNumber number_value;
      return number(number_value);
    }
  }
}

// Without recursion: a stack of closing letters, at most max_depth high.
bool JsonScanner::skip() {
  if (!ok()) return false;
  if (peek() != '{' && peek() != '[') return skip_scalar();
  std::array<char, max_depth> closing{};
  std::size_t open = 0;
  do {
    const char next = peek();
    if (next == '{' || next == '[') {
      if (!begin(next, ends_early)) return false;
      closing[open++] = next == '{' ? '}' : ']';
    } else if (!skip_scalar()) {
      return false;
    }
    // Up again out of everything that ends here, and on to the next value.
    while (open > 0) {
      std::string_view key;
      const bool more = closing[open - 1] == '}' ? next_member(key) : next_element();
      if (!ok()) return false;
      if (more) break;
      --open;
    }
  } while (open > 0);
  return true;
}

}  // namespace roundtrip::trace
