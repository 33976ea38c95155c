#include "tests/tidy/source_text.h"

#include <algorithm>
#include <cctype>
#include <utility>

namespace roundtrip::tidy {

namespace {

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

// Where a quoted literal that opens at `start` ends, one past its closing quote; the line's end
// closes one that is torn.
std::size_t end_of_quoted(std::string_view text, std::size_t start) {
  for (std::size_t at = start + 1; at < text.size(); ++at) {
    if (text[at] == '\\') {
      ++at;
    } else if (text[at] == text[start]) {
      return at + 1;
    } else if (text[at] == '\n') {
      return at;
    }
  }
  return text.size();
}

std::size_t end_of_raw(std::string_view text, std::size_t quote) {
  const std::size_t open = text.find('(', quote);
  if (open == std::string_view::npos) {
    return text.size();
  }
  const std::string closing = ")" + std::string(text.substr(quote + 1, open - quote - 1)) + "\"";
  const std::size_t at = text.find(closing, open);
  return at == std::string_view::npos ? text.size() : at + closing.size();
}

// One past the comment or literal that begins at `at`, or `at` when none does.
std::size_t end_of_words(std::string_view text, std::size_t at) {
  const std::string_view rest = text.substr(at);
  const char before = at == 0 ? ' ' : text[at - 1];
  if (rest.starts_with("//")) {
    return std::min(text.find('\n', at), text.size());
  }
  if (rest.starts_with("/*")) {
    const std::size_t close = text.find("*/", at + 2);
    return close == std::string_view::npos ? text.size() : close + 2;
  }
  if (rest.starts_with("R\"") && !is_word(before)) {
    return end_of_raw(text, at + 1);
  }
  // A quote after a digit or letter parts the digits of a number, as in 1'000.
  if (rest.starts_with('"') || (rest.starts_with('\'') && !is_word(before))) {
    return end_of_quoted(text, at);
  }
  return at;
}

}  // namespace

bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

std::string without_words(std::string_view text) {
  std::string code(text);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = end_of_words(text, at);
    for (std::size_t i = at; i < end; ++i) {
      code[i] = text[i] == '\n' ? '\n' : ' ';
    }
    at = std::max(end, at + 1);
  }
  return code;
}

SourceFile source_file(std::string path, std::string_view text) {
  SourceFile file{std::move(path), lines_of(text), {}};
  if (file.is_cpp()) {
    file.code = lines_of(without_words(text));
  }
  return file;
}

std::size_t columns_in(std::string_view line) {
  return static_cast<std::size_t>(std::count_if(line.begin(), line.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

}  // namespace roundtrip::tidy
