#include "app/boxes.h"

#include <doctest/doctest.h>

namespace roundtrip::app {
namespace {

constexpr TextStyle unicode{true, false};
constexpr TextStyle ascii{false, false};

TEST_CASE("boxes: width counts columns, not bytes, and no marks of colour") {
  CHECK(display_width("") == 0);
  CHECK(display_width("GET /hello") == 10);
  CHECK(display_width("12.3 µs") == 7);
  CHECK(display_width("├─ └─ │") == 7);
  CHECK(display_width("日本") == 4);
  CHECK(display_width("e\u0301") == 1);
  CHECK(display_width(inked(Ink::Strong, "µs")) == 2);
  CHECK(display_width("\xff\xfe") == 2);
}

TEST_CASE("boxes: padding and shortening keep columns (UTF-8)") {
  CHECK(padded("µs", 4) == "µs  ");
  CHECK(right_aligned("µs", 4) == "  µs");
  CHECK(shortened("abcdef", 6) == "abcdef");
  CHECK(shortened("abcdef", 5) == "ab...");
  CHECK(shortened("µµµµµ", 4) == "µ...");
  CHECK(shortened("日本語", 5) == "日...");
  CHECK(shortened("abc", 0).empty());
}

TEST_CASE("boxes: words wrap at spaces, and a word that is longer than a line is parted") {
  CHECK(wrapped("one two three", 7) == Lines{"one two", "three"});
  CHECK(wrapped("a verylongword b", 4) == Lines{"a", "very", "long", "word", "b"});
  CHECK(wrapped("", 10).empty());
}

TEST_CASE("boxes: a peer's bytes can't steer the terminal") {
  CHECK(safe("a\r\nb\t\x1b[31m\xff") == "a\\r\\nb\\t\\x1b[31m\\xff");
  CHECK(finished("\x1b[31mred\x07", unicode) == "?[31mred?");
  CHECK(finished("two\nlines", unicode) == "two\nlines");
  CHECK(finished("\u009b31m", unicode) == "?31m");
}

TEST_CASE("boxes: a frame is as wide as its widest line") {
  CHECK(finished(boxed({"one", "µs and more"}), unicode) ==
        "┌─────────────┐\n"
        "│ one         │\n"
        "│ µs and more │\n"
        "└─────────────┘\n");
  CHECK(finished(titled_box("Title", {"x"}), unicode) ==
        "┌───────┐\n"
        "│ Title │\n"
        "├───────┤\n"
        "│ x     │\n"
        "└───────┘\n");
}

TEST_CASE("boxes: ASCII keeps the shape of Unicode, character for character") {
  const Lines box = titled_box("A µs → B", {"✓ yes", "├─ twig …"});
  const std::string drawn = finished(box, ascii);
  for (const char c : drawn) CHECK(static_cast<unsigned char>(c) < 0x80);
  for (const std::string& line : box) {
    CHECK(finished(line, ascii).size() == display_width(line));
  }
}

TEST_CASE("boxes: colour only where the style has it") {
  const std::string text = inked(Ink::Warning, "stop");
  CHECK(finished(text, unicode) == "stop");
  const std::string colored = finished(text, {true, true});
  CHECK(colored.find("\x1b[1;31mstop\x1b[0m") != std::string::npos);
}

TEST_CASE("boxes: hex view has 16 bytes a row, ASCII beside, and says what was not kept") {
  const Lines lines = hex_view("GET /hello HTTP/1.1\r\n", 0);
  REQUIRE(lines.size() == 2);
  CHECK(lines[0] == "0000  47 45 54 20 2f 68 65 6c  6c 6f 20 48 54 54 50 2f  GET /hello HTTP/");
  CHECK(lines[1] == "0010  31 2e 31 0d 0a                                    1.1··");
  CHECK(hex_view("ab", 0x40, {true, false}).front().find("61 ??") != std::string::npos);
}

TEST_CASE("boxes: columns align, the last is not padded") {
  CHECK(columns({{"a", "bb", "c"}, {"aaa", "b", "cc"}}) == Lines{"a    bb  c", "aaa  b   cc"});
  CHECK(beside({"x", "yy"}, {"1"}) == Lines{"x   1", "yy"});
}

TEST_CASE("boxes: Unicode and colour where the terminal has them, else plain ASCII") {
  const TerminalFacts terminal{true, "xterm-256color", "de_DE.UTF-8", false};
  CHECK(style_for(terminal, false, ColorChoice::Auto) == TextStyle{true, true});
  CHECK(style_for(terminal, true, ColorChoice::Auto) == TextStyle{false, true});
  CHECK(style_for(terminal, false, ColorChoice::Never) == TextStyle{true, false});
  TerminalFacts other = terminal;
  other.locale = "C";
  CHECK(style_for(other, false, ColorChoice::Auto) == TextStyle{false, true});
  other = terminal;
  other.is_terminal = false;
  CHECK(style_for(other, false, ColorChoice::Auto) == TextStyle{false, false});
  CHECK(style_for(other, false, ColorChoice::Always) == TextStyle{true, true});
  other = terminal;
  other.term = "dumb";
  CHECK(style_for(other, false, ColorChoice::Auto) == TextStyle{false, false});
  other = terminal;
  other.no_color = true;
  CHECK(style_for(other, false, ColorChoice::Auto) == TextStyle{true, false});
}

}  // namespace
}  // namespace roundtrip::app
