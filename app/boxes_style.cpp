#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>

#include "app/boxes.h"
#include "app/boxes_letters.h"

namespace roundtrip::app {
namespace {

struct Stand {
  char32_t code;
  char ascii;
};
// Only characters that take one column, so that a picture keeps its shape.
constexpr std::array<Stand, 45> stands = {{
    {U'─', '-'}, {U'━', '='}, {U'═', '='}, {U'│', '|'}, {U'┃', '|'}, {U'┌', '+'}, {U'┐', '+'},
    {U'└', '+'}, {U'┘', '+'}, {U'├', '+'}, {U'┤', '+'}, {U'┬', '+'}, {U'┴', '+'}, {U'┼', '+'},
    {U'→', '>'}, {U'←', '<'}, {U'↓', 'v'}, {U'↑', '^'}, {U'▶', '>'}, {U'◀', '<'}, {U'▼', 'v'},
    {U'◄', '<'}, {U'►', '>'}, {U'✓', '*'}, {U'✗', 'x'}, {U'·', '.'}, {U'•', '*'}, {U'…', '~'},
    {U'×', 'x'}, {U'µ', 'u'}, {U'μ', 'u'}, {U'–', '-'}, {U'—', '-'}, {U'\u2212', '-'},
    {U'\u2009', ' '}, {U'\u202f', ' '}, {U'\u00a0', ' '}, {U'±', '~'}, {U'≈', '~'}, {U'≤', '<'},
    {U'≥', '>'}, {U'“', '"'}, {U'”', '"'}, {U'’', '\''}, {U'°', 'o'}}};

char ascii_of(char32_t code) {
  const auto* found = std::find_if(stands.begin(), stands.end(),
                                   [code](const Stand& stand) { return stand.code == code; });
  return found == stands.end() ? '?' : found->ascii;
}

// Okabe–Ito's colours as near as 256 colours come; the same order as Ink.
constexpr std::array<std::string_view, 10> ink_codes = {
    "\x1b[0m",        "\x1b[1m",        "\x1b[2m",        "\x1b[1;31m",     "\x1b[1;38;5;247m",
    "\x1b[1;38;5;74m", "\x1b[1;38;5;36m", "\x1b[1;38;5;178m", "\x1b[1;38;5;175m",
    "\x1b[1;38;5;227m"};

bool says_utf8(std::string_view locale) {
  std::string lower(locale);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower.find("utf-8") != std::string::npos || lower.find("utf8") != std::string::npos;
}

}  // namespace

TerminalFacts facts_of_stdout() {
  const auto variable = [](const char* name) -> std::string_view {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string_view{} : value;
  };
  TerminalFacts facts;
  facts.is_terminal = isatty(STDOUT_FILENO) == 1;
  facts.term = variable("TERM");
  facts.no_color = !variable("NO_COLOR").empty();
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    facts.locale = variable(name);
    if (!facts.locale.empty()) break;
  }
  return facts;
}

TextStyle style_for(const TerminalFacts& facts, bool ascii, ColorChoice color) {
  const bool able = facts.is_terminal && facts.term != "dumb";
  TextStyle style;
  style.unicode = !ascii && says_utf8(facts.locale) && (able || color == ColorChoice::Always);
  style.color = color == ColorChoice::Always ||
                (color == ColorChoice::Auto && able && !facts.no_color);
  return style;
}

std::string inked(Ink ink, std::string_view text) {
  std::string out{ink_mark, static_cast<char>('0' + static_cast<int>(ink))};
  out += text;
  out += ink_mark;
  out += '0';
  return out;
}

std::string finished(std::string_view text, TextStyle style) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == ink_mark) {
      if (style.color && at + 1 < text.size()) {
        out += ink_codes[static_cast<std::size_t>(text[at + 1] - '0') % ink_codes.size()];
      }
      at += 2;
      continue;
    }
    const Letter letter = letter_at(text, at);
    const bool steers = letter.code != '\n' && (letter.code < 0x20 || letter.code == 0x7f ||
                                                (letter.code >= 0x80 && letter.code < 0xa0));
    if (steers) {
      out += '?';
    } else if (letter.code < 0x80) {
      out += text[at];
    } else if (style.unicode && letter.length > 1) {
      out.append(text.substr(at, letter.length));
    } else {
      out += style.unicode ? '?' : ascii_of(letter.code);
    }
    at += letter.length;
  }
  return out;
}

std::string finished(const Lines& lines, TextStyle style) {
  std::string out;
  for (const std::string& line : lines) {
    // A line that ends in spaces would only make a difference in a diff.
    std::string text = finished(line, style);
    text.erase(text.find_last_not_of(' ') + 1);
    out += text;
    out += '\n';
  }
  return out;
}

}  // namespace roundtrip::app
