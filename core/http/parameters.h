// Parameters of a field value, ; name=value ; name="quoted" (RFC 9110 section 5.6.6), taken off one
// by one: of Content-Type and Content-Disposition. Nothing is copied. In a quoted value a backslash
// escapes a quote or a backslash; before any other byte it stands for itself, because browsers once
// sent file names of Windows so.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "core/http/characters.h"

namespace roundtrip::http {

struct Parameter {
  std::string_view name;
  std::string_view value;  // without its quotes, with its escapes
};

constexpr bool is_escape(std::string_view text, std::size_t at) {
  return text[at] == '\\' && at + 1 < text.size() && (text[at + 1] == '"' || text[at + 1] == '\\');
}

// The next one, off the front of the text, with the semicolon before it; nothing where none stands
// there, and the text begins with the byte at which that was seen.
constexpr std::optional<Parameter> take_parameter(std::string_view& text) {
  const auto take_run = [&text](const CharacterTable& table) {
    std::size_t end = 0;
    while (end < text.size() && is_in(table, text[end])) ++end;
    const std::string_view run = text.substr(0, end);
    text.remove_prefix(end);
    return run;
  };
  const auto take = [&text](char c) {
    const bool there = text.starts_with(c);
    if (there) text.remove_prefix(1);
    return there;
  };
  while (!text.empty() && is_blank(text[0])) text.remove_prefix(1);
  if (!take(';')) return std::nullopt;
  while (!text.empty() && is_blank(text[0])) text.remove_prefix(1);
  Parameter parameter;
  parameter.name = take_run(characters::token);
  if (parameter.name.empty() || !take('=')) return std::nullopt;
  if (!text.starts_with('"')) {
    parameter.value = take_run(characters::token);
    if (parameter.value.empty()) return std::nullopt;
    return parameter;
  }
  for (std::size_t at = 1; at < text.size(); ++at) {
    if (is_escape(text, at)) {
      ++at;
    } else if (text[at] == '"') {
      parameter.value = text.substr(1, at - 1);
      text.remove_prefix(at + 1);
      return parameter;
    }
  }
  text.remove_prefix(text.size());
  return std::nullopt;
}

}  // namespace roundtrip::http
