#include "core/trace/base64.h"

#include <array>
#include <cstdint>

namespace roundtrip::trace {
namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t foreign = 64;

constexpr std::array<std::uint8_t, 256> values = [] {
  std::array<std::uint8_t, 256> table{};
  table.fill(foreign);
  for (std::uint8_t i = 0; i < 64; ++i) table[static_cast<unsigned char>(alphabet[i])] = i;
  return table;
}();

std::uint32_t byte_at(std::string_view data, std::size_t at) {
  return static_cast<unsigned char>(data[at]);
}

}  // namespace

void base64_encode(std::string_view data, char* out) {
  std::size_t at = 0;
  for (; at + 3 <= data.size(); at += 3) {
    const std::uint32_t bits =
        byte_at(data, at) << 16 | byte_at(data, at + 1) << 8 | byte_at(data, at + 2);
    *out++ = alphabet[bits >> 18];
    *out++ = alphabet[bits >> 12 & 63U];
    *out++ = alphabet[bits >> 6 & 63U];
    *out++ = alphabet[bits & 63U];
  }
  const std::size_t rest = data.size() - at;
  if (rest == 0) return;
  const std::uint32_t bits =
      byte_at(data, at) << 16 | (rest == 2 ? byte_at(data, at + 1) << 8 : 0U);
  *out++ = alphabet[bits >> 18];
  *out++ = alphabet[bits >> 12 & 63U];
  *out++ = rest == 2 ? alphabet[bits >> 6 & 63U] : '=';
  *out = '=';
}

bool base64_decode(std::string_view letters, std::string& out) {
  if (letters.size() % 4 != 0) return false;
  std::size_t padding = 0;
  while (padding < 2 && !letters.empty() && letters.back() == '=') {
    letters.remove_suffix(1);
    ++padding;
  }
  const std::size_t before = out.size();
  out.reserve(before + letters.size() / 4 * 3 + 3);
  std::uint32_t bits = 0;
  unsigned bit_count = 0;
  for (const char letter : letters) {
    const std::uint8_t value = values[static_cast<unsigned char>(letter)];
    if (value == foreign) {
      out.resize(before);
      return false;
    }
    bits = (bits << 6 | value) & 0xFFFFFFU;
    bit_count += 6;
    if (bit_count >= 8) {
      bit_count -= 8;
      out.push_back(static_cast<char>(bits >> bit_count & 0xFFU));
    }
  }
  if ((bits & ((1U << bit_count) - 1)) != 0) {
    out.resize(before);
    return false;
  }
  return true;
}

}  // namespace roundtrip::trace
