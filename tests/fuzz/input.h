// What a fuzzer hands in, as its target uses it: numbers are taken off the end, so that what is
// left at the front is the text as a person would write it, and a seed can be made of any file.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace roundtrip::fuzz {

// Behind a seed whose target takes numbers: so many bytes of the input may be such.
inline constexpr std::size_t number_bytes = 12;

class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size)
      : text_(reinterpret_cast<const char*>(data), size) {}

  // Less than count; two bytes of the input, or 0 where there are none left.
  std::size_t below(std::size_t count) {
    if (text_.size() < 2) return 0;
    const auto low = static_cast<unsigned char>(text_[text_.size() - 1]);
    const auto high = static_cast<unsigned char>(text_[text_.size() - 2]);
    text_.remove_suffix(2);
    return (std::size_t{high} << 8 | low) % count;
  }

  // So many places of a text of this size, in rising order.
  std::vector<std::size_t> cuts(std::size_t count, std::size_t size) {
    std::vector<std::size_t> places;
    for (; count > 0; --count) places.push_back(below(size + 1));
    std::sort(places.begin(), places.end());
    return places;
  }

  std::string_view text() const { return text_; }

 private:
  std::string_view text_;
};

}  // namespace roundtrip::fuzz
