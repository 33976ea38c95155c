#include "viz/model/hold_filter.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>

namespace roundtrip::viz {
namespace {

bool is_number(std::string_view word) {
  return !word.empty() && std::all_of(word.begin(), word.end(), [](char letter) {
    return std::isdigit(static_cast<unsigned char>(letter)) != 0;
  });
}

std::string in_capitals(std::string_view word) {
  std::string capitals(word);
  for (char& letter : capitals) {
    letter = static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
  }
  return capitals;
}

}  // namespace

HoldFilter hold_filter_of(std::string_view typed) {
  HoldFilter filter;
  bool names_connection = false;
  while (true) {
    const std::size_t from = typed.find_first_not_of(' ');
    if (from == std::string_view::npos) return filter;
    const std::size_t to = std::min(typed.find(' ', from), typed.size());
    const std::string_view word = typed.substr(from, to - from);
    typed.remove_prefix(to);
    if (word.front() == '/') {
      filter.path = word;
    } else if (names_connection && is_number(word)) {
      std::from_chars(word.data(), word.data() + word.size(), filter.conn);
    } else if (in_capitals(word) == "CONNECTION") {
      names_connection = true;
    } else {
      filter.method = in_capitals(word);
    }
  }
}

std::string held_words(const HoldFilter& filter) {
  std::string words = filter.method.empty() ? "request" : filter.method + " request";
  if (!filter.path.empty()) words += " for " + filter.path;
  if (filter.conn != 0) words += fmt::format(" on connection {}", filter.conn);
  return words;
}

}  // namespace roundtrip::viz
