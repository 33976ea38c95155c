#include "core/trace/json_scanner.h"

#include <array>
#include <charconv>

namespace roundtrip::trace {
namespace {

constexpr const char* ends_early = "the text ends in the middle of a value";

template <class Integer>
std::optional<Integer> whole_number(const JsonNumber& number) {
  if (!number.whole) return std::nullopt;
  Integer value = 0;
  const char* end = number.letters.data() + number.letters.size();
  const auto [stopped, error] = std::from_chars(number.letters.data(), end, value);
  if (error != std::errc() || stopped != end) return std::nullopt;
  return value;
}

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

std::optional<std::uint64_t> JsonNumber::as_unsigned() const {
  return whole_number<std::uint64_t>(*this);
}
std::optional<std::int64_t> JsonNumber::as_signed() const {
  return whole_number<std::int64_t>(*this);
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
  if (first || peek() == '}') {
    first_ &= ~bit;
    if (take('}')) {
      --depth_;
      return false;
    }
  } else if (!take(',')) {
    return fail(at_ < text_.size() ? "a comma is missing" : ends_early);
  }
  bool escaped = false;
  skip_space();
  if (!raw_string(key, escaped)) return false;
  if (!take(':')) return fail("a colon is missing after a name");
  return true;
}

bool JsonScanner::raw_string(std::string_view& raw, bool& escaped) {
  if (at_ >= text_.size()) return fail(ends_early);
  if (text_[at_] != '"') return fail("a string was expected");
  const std::size_t begin = ++at_;
  escaped = false;
  while (true) {
    while (at_ < text_.size() && !stops_string[static_cast<unsigned char>(text_[at_])]) ++at_;
    if (at_ >= text_.size()) return fail(ends_early);
    if (text_[at_] == '"') break;
    if (text_[at_] != '\\') return fail("a control character stands inside a string");
    escaped = true;
    at_ += 2;
  }
  raw = text_.substr(begin, at_ - begin);
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
  const std::size_t begin = at_;
  const auto digits = [this] {
    const std::size_t from = at_;
    while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
    return at_ > from;
  };
  const auto letter = [this] { return at_ < text_.size() ? text_[at_] : '\0'; };
  if (letter() == '-') ++at_;
  const bool zero = letter() == '0';
  const std::size_t whole_from = at_;
  if (!digits()) return fail(at_ < text_.size() ? "a number was expected" : ends_early);
  if (zero && at_ - whole_from > 1) return fail("a number begins with 0");
  value.whole = true;
  if (letter() == '.') {
    ++at_;
    value.whole = false;
    if (!digits()) return fail("a number has no digits after its point");
  }
  if (letter() == 'e' || letter() == 'E') {
    ++at_;
    value.whole = false;
    if (letter() == '+' || letter() == '-') ++at_;
    if (!digits()) return fail("a number has no digits in its exponent");
  }
  value.letters = text_.substr(begin, at_ - begin);
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
