// Which bytes may stand where in a message head, as constexpr tables, and the comparison of names
// without regard to case. Read by the parser, the router and the response headers.
// RFC 9110 section 5.6.2 (token), section 5.5 (field value), RFC 3986 section 3.2.2 (host).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <type_traits>

namespace roundtrip::http {

using CharacterTable = std::array<bool, 256>;

namespace characters {

constexpr CharacterTable letters_and_digits_and(std::string_view others) {
  CharacterTable table{};
  for (int c = '0'; c <= '9'; ++c) table[static_cast<std::size_t>(c)] = true;
  for (int c = 'A'; c <= 'Z'; ++c) table[static_cast<std::size_t>(c)] = true;
  for (int c = 'a'; c <= 'z'; ++c) table[static_cast<std::size_t>(c)] = true;
  for (char c : others) table[static_cast<unsigned char>(c)] = true;
  return table;
}

// Visible bytes, space, tab and the upper half (obs-text); no other control byte, no DEL.
constexpr CharacterTable value_table() {
  CharacterTable table{};
  for (int c = 0x20; c <= 0xff; ++c) table[static_cast<std::size_t>(c)] = c != 0x7f;
  table['\t'] = true;
  return table;
}

constexpr CharacterTable target_table() {
  CharacterTable table{};
  for (int c = 0x21; c <= 0x7e; ++c) table[static_cast<std::size_t>(c)] = true;
  return table;
}

inline constexpr CharacterTable token = letters_and_digits_and("!#$%&'*+-.^_`|~");
inline constexpr CharacterTable scheme = letters_and_digits_and("+-.");
inline constexpr CharacterTable host = letters_and_digits_and("-._~%!$&'()*+,;=:[]");
inline constexpr CharacterTable value = value_table();
inline constexpr CharacterTable target = target_table();

}  // namespace characters

constexpr bool is_in(const CharacterTable& table, char c) {
  return table[static_cast<unsigned char>(c)];
}
constexpr bool is_blank(char c) { return c == ' ' || c == '\t'; }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
// The value of a hexadecimal digit; -1 for any other byte.
constexpr int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}
constexpr bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
constexpr char to_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

constexpr bool equal_ignoring_case(std::string_view left, std::string_view right) {
  if (left.size() != right.size()) return false;
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (to_lower(left[i]) != to_lower(right[i])) return false;
  }
  return true;
}

// Whether the token characters at name spell a name given in small letters and hyphens. Setting
// one bit makes capitals small, leaves those as they are, and turns no other token character into
// one of them. The length is known beforehand, which leaves one or two comparisons of words.
template <std::size_t size>
inline bool spells(const char* name, const char (&small_letters)[size]) {
  constexpr std::size_t length = size - 1;
  using Word = std::conditional_t<(length < 8), std::uint32_t, std::uint64_t>;
  static_assert(length >= sizeof(Word));
  constexpr Word case_bits = static_cast<Word>(0x2020202020202020u);
  const auto word_at = [](const char* at) {
    Word word;
    std::memcpy(&word, at, sizeof word);
    return word;
  };
  for (std::size_t i = 0; i + sizeof(Word) <= length; i += sizeof(Word)) {
    if ((word_at(name + i) | case_bits) != word_at(small_letters + i)) return false;
  }
  // The last word overlaps the one before it where the length is no multiple of a word.
  constexpr std::size_t last = length - sizeof(Word);
  return (word_at(name + last) | case_bits) == word_at(small_letters + last);
}

// A non-empty run of token characters: a method, or the name of a header field.
constexpr bool is_token(std::string_view text) {
  for (char c : text) {
    if (!is_in(characters::token, c)) return false;
  }
  return !text.empty();
}

// The text without the spaces and tabs around it (OWS, RFC 9110 section 5.6.3).
constexpr std::string_view without_blanks_around(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

// Calls visit(element) for each element of a comma-separated list, the empty ones among them.
template <class Visitor>
constexpr void for_each_in_list(std::string_view list, Visitor&& visit) {
  while (true) {
    const std::size_t comma = list.find(',');
    visit(without_blanks_around(list.substr(0, comma)));
    if (comma == std::string_view::npos) return;
    list.remove_prefix(comma + 1);
  }
}

// Whether a comma-separated list, such as the value of Connection, names the word.
constexpr bool list_contains(std::string_view list, std::string_view word) {
  while (true) {
    const std::size_t comma = list.find(',');
    if (equal_ignoring_case(without_blanks_around(list.substr(0, comma)), word)) return true;
    if (comma == std::string_view::npos) return false;
    list.remove_prefix(comma + 1);
  }
}

}  // namespace roundtrip::http
