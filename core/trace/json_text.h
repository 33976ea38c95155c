// TextBuffer: where lines of JSON are put together. It grows as needed and is used again for the
// next lines, so that writing an event costs copies only. Strings are escaped as RFC 8259,
// section 7 asks; what is not UTF-8 in them becomes U+FFFD, because JSON has no other bytes.
// Used by the writers of trace files; it knows nothing of events.
#pragma once

#include <charconv>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace roundtrip::trace {

class TextBuffer {
 public:
  void add(std::string_view text) {
    char* place = reserve(text.size());
    std::memcpy(place, text.data(), text.size());
    used_ += text.size();
  }
  void add(char letter) {
    *reserve(1) = letter;
    ++used_;
  }
  template <class Integer>
  void add_number(Integer number) {
    char* place = reserve(max_digits);
    used_ += static_cast<std::size_t>(std::to_chars(place, place + max_digits, number).ptr - place);
  }
  // A moment or length in nanoseconds as microseconds with three decimals: "12.345".
  void add_microseconds(std::uint64_t ns) {
    add_number(ns / 1000);
    const auto rest = static_cast<unsigned>(ns % 1000);
    const char decimals[4] = {'.', static_cast<char>('0' + rest / 100),
                              static_cast<char>('0' + rest / 10 % 10),
                              static_cast<char>('0' + rest % 10)};
    add(std::string_view(decimals, sizeof decimals));
  }
  void add_string(std::string_view text);  // with its quotes, escaped
  void add_base64(std::string_view data);

  std::string_view view() const { return {storage_.data(), used_}; }
  std::size_t size() const { return used_; }
  void clear() { used_ = 0; }
  void drop_last() { --used_; }

 private:
  static constexpr std::size_t max_digits = 24;

  char* reserve(std::size_t more) {
    if (storage_.size() - used_ < more) [[unlikely]]
      storage_.resize((used_ + more) * 2 + 1024);
    return storage_.data() + used_;
  }

  std::vector<char> storage_;
  std::size_t used_ = 0;
};

// The text with every byte that is not part of valid UTF-8 replaced by U+FFFD.
std::string as_utf8(std::string_view text);

// How many bytes the UTF-8 character at the front of `text` has; 0 where it is not valid
// (RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF).
std::size_t utf8_length(std::string_view text);

}  // namespace roundtrip::trace
