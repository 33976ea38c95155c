// One character of a UTF-8 text at a time, and the marks of colour between them. Used by the text
// boxes (boxes.cpp) and by what fits them to a terminal (boxes_style.cpp), by nobody else. A byte
// that is no UTF-8 stands for itself.
#pragma once

#include <cstddef>
#include <string_view>

namespace roundtrip::app {

struct Letter {
  char32_t code = 0;
  std::size_t length = 1;  // bytes until the next
};

// Marks of colour are two bytes: this one, and '0' + ink. They never reach a terminal.
inline constexpr char ink_mark = '\x01';

inline Letter letter_at(std::string_view text, std::size_t at) {
  const auto first = static_cast<unsigned char>(text[at]);
  const std::size_t length = first < 0x80 ? 1 : first >> 5 == 6 ? 2 : first >> 4 == 14 ? 3
                             : first >> 3 == 30 ? 4 : 1;
  if (length == 1 || at + length > text.size()) return {first, 1};
  char32_t code = first & (0xffU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    const auto next = static_cast<unsigned char>(text[at + i]);
    if (next >> 6 != 2) return {first, 1};
    code = code << 6 | (next & 0x3fU);
  }
  return {code, length};
}

}  // namespace roundtrip::app
