#include "core/scenario/step_bytes.h"

#include <fmt/format.h>

#include <charconv>
#include <utility>

#include "core/scenario/limits.h"

namespace roundtrip::scenario {
namespace {

std::optional<unsigned> hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
  return std::nullopt;
}

Status append(std::string& bytes, std::string_view more, std::size_t times = 1) {
  if (more.size() * times > limits::step_bytes - bytes.size()) {
    return Error{fmt::format("one step sends at most {} bytes", limits::step_bytes)};
  }
  for (std::size_t i = 0; i < times; ++i) bytes += more;
  return Nothing{};
}

// Adds to what is shown; its first so many letters stand for one byte.
void show(StepBytes& to, std::string_view text, std::size_t first_letters) {
  if (text.empty()) return;
  if (to.marks_next) to.shown_blamed = {to.shown.size(), first_letters};
  to.marks_next = false;
  to.shown += text;
}

// One of the escapes that stand for one byte; `at` is behind the backslash and moves on.
Result<char> read_byte(std::string_view line, std::size_t& at) {
  const char letter = line[at++];
  switch (letter) {
    case 'r': return '\r';
    case 'n': return '\n';
    case 't': return '\t';
    case '\\': return '\\';
    case '}': return '}';
    case '*': return '*';
    case 'x': {
      const auto high = at < line.size() ? hex_digit(line[at]) : std::nullopt;
      const auto low = at + 1 < line.size() ? hex_digit(line[at + 1]) : std::nullopt;
      if (!high || !low) return Error{"\\x takes two hexadecimal digits, such as \\x0a"};
      at += 2;
      return static_cast<char>(*high << 4 | *low);
    }
    default: break;
  }
  return Error{fmt::format("'\\{}' is no escape; there are \\r \\n \\t \\\\ \\xHH \\{{text*9}} "
                           "\\^ and a backslash at the end of a line",
                           letter >= ' ' && letter <= '~' ? letter : '?')};
}

// \{text*times}; `at` is behind the brace and moves behind the closing one.
Status read_repetition(StepBytes& to, std::string_view line, std::size_t& at) {
  const std::size_t from = at;
  std::string text;
  while (at < line.size() && line[at] != '*') {
    if (line[at] != '\\') {
      text += line[at++];
      continue;
    }
    if (++at >= line.size()) break;
    const Result<char> byte = read_byte(line, at);
    if (!byte) return Error{byte.error()};
    text += *byte;
  }
  std::size_t times = 0;
  const char* const end = line.data() + line.size();
  if (at >= line.size()) return Error{"\\{ is written \\{text*9}"};
  const auto number = std::from_chars(line.data() + at + 1, end, times);
  if (number.ec != std::errc{} || number.ptr == end || *number.ptr != '}' || text.empty()) {
    return Error{"\\{ is written \\{text*9}"};
  }
  const std::string_view as_written = line.substr(from, at - from);
  at = static_cast<std::size_t>(number.ptr - line.data()) + 1;
  if (times > limits::step_bytes) {
    return Error{fmt::format("one step sends at most {} bytes", limits::step_bytes)};
  }
  const std::string shown = fmt::format("[{} \u00d7 {}]", times, as_written);
  show(to, shown, shown.size());
  return append(to.bytes, text, times);
}

}  // namespace

Status add_line(StepBytes& to, std::string_view line) {
  if (std::exchange(to.any_line, true)) to.shown += '\n';
  std::size_t at = 0;
  while (at < line.size()) {
    const std::size_t escape = line.find('\\', at);
    const std::size_t plain_end = std::min(escape, line.size());
    const Status plain = append(to.bytes, line.substr(at, plain_end - at));
    if (!plain) return plain;
    show(to, line.substr(at, plain_end - at), 1);
    if (escape == std::string_view::npos) break;
    at = escape + 1;
    if (at == line.size()) return Nothing{};  // the line's end is left out
    if (line[at] == '^') {
      if (to.blamed_at) return Error{"\\^ marks one byte of a step, and stands here twice"};
      to.blamed_at = to.bytes.size();
      to.marks_next = true;
      ++at;
    } else if (line[at] == '{') {
      ++at;
      const Status repeated = read_repetition(to, line, at);
      if (!repeated) return repeated;
    } else {
      const Result<char> byte = read_byte(line, at);
      if (!byte) return Error{byte.error()};
      const std::string_view as_written = line.substr(escape, at - escape);
      show(to, as_written, as_written.size());
      const char one = *byte;
      const Status added = append(to.bytes, {&one, 1});
      if (!added) return added;
    }
  }
  // The end of a line is seen by the line's end, unless it is what is wrong.
  constexpr std::string_view line_end = "\\r\\n";
  if (to.marks_next) show(to, line_end, line_end.size() / 2);
  return append(to.bytes, "\r\n");
}

}  // namespace roundtrip::scenario
