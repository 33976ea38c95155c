// JsonScanner: reads one JSON text from front to back, pulled by its caller, without a tree and
// without copies. Strict (RFC 8259): what it passes over is checked as well as what it returns.
// Used by the reader of trace files, a line at a time: it keeps numbers as their letters, so that
// 64-bit numbers and times lose nothing. It does not check that strings are UTF-8.
// Limit: values nest at most 64 deep. After the first mistake every call returns false; error()
// says what it was.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace roundtrip::trace {

// A JSON number: its letters, and its value where it is a whole number.
struct JsonNumber {
  std::string_view letters;
  std::uint64_t magnitude = 0;
  bool negative = false;
  bool whole = false;  // no fraction, no exponent, and the magnitude fits in 64 bits

  // The value where it is a whole number that fits; empty otherwise.
  std::optional<std::uint64_t> as_unsigned() const {
    return whole && !negative ? std::optional(magnitude) : std::nullopt;
  }
  std::optional<std::int64_t> as_signed() const;
};

class JsonScanner {
 public:
  static constexpr std::size_t max_depth = 64;

  explicit JsonScanner(std::string_view text) : text_(text) {}

  bool ok() const { return error_ == nullptr; }
  const char* error() const { return error_; }
  std::size_t at() const { return at_; }
  std::string_view rest() const { return text_.substr(at_ < text_.size() ? at_ : text_.size()); }

  void skip_space() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
  }
  // The first letter of what comes next, '\0' at the end: '{', '[', '"', 't', 'f', 'n', a digit,
  // '-'.
  char peek() {
    skip_space();
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  // Takes this letter if it comes next.
  bool take(char letter) {
    if (peek() != letter) return false;
    ++at_;
    return true;
  }

  // Objects: begin_object(), then next_member() until it returns false; each time the value that
  // follows must be taken or skipped. Keys come as they stand, escapes not resolved.
  bool begin_object() { return begin('{', "an object was expected"); }
  bool next_member(std::string_view& key);
  // Enters an object that begins with just these letters: up to a colon, the value of which comes
  // next. False, and nothing is taken, where it begins otherwise.
  bool begin_object_with(std::string_view front);
  // Arrays likewise.
  bool begin_array() { return begin('[', "an array was expected"); }
  bool next_element();

  // The value of a string; `scratch` holds it where escapes had to be resolved.
  bool string(std::string_view& value, std::string& scratch);
  bool number(JsonNumber& value);
  // Passes over any value.
  bool skip();

  bool fail(const char* error) {
    if (error_ == nullptr) error_ = error;
    return false;
  }

 private:
  static bool is_space(char letter) {
    return letter == ' ' || letter == '\t' || letter == '\r' || letter == '\n';
  }
  bool begin(char letter, const char* error);
  bool raw_string(std::string_view& raw, bool& escaped);
  bool skip_scalar();
  bool literal(std::string_view word);

  std::string_view text_;
  std::size_t at_ = 0;
  const char* error_ = nullptr;
  std::uint64_t first_ = 0;  // bit d: nothing was read yet at depth d
  std::size_t depth_ = 0;
};

}  // namespace roundtrip::trace
