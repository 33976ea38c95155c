// Boxes, columns and hex views in plain text: what the narrator draws with. Everything is written
// in Unicode with its real width on a terminal; `finished` turns it into what this terminal can
// show. Pure functions on strings; no trace, no terminal calls but in `style_of_terminal`.
// Unit of a width: columns. A text that a peer sent goes through `safe` first, so that nobody's
// bytes can steer the terminal.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace roundtrip::app {

using Lines = std::vector<std::string>;

// How a text ends up on a terminal, a pipe or in a file.
struct TextStyle {
  bool unicode = true;
  bool color = false;
  bool operator==(const TextStyle&) const = default;
};

enum class ColorChoice : std::uint8_t { Auto, Always, Never };

// What stands in the environment and on standard output.
struct TerminalFacts {
  bool is_terminal = false;
  std::string_view term;      // TERM
  std::string_view locale;    // the first that is set of LC_ALL, LC_CTYPE, LANG
  bool no_color = false;      // NO_COLOR is set
};
TerminalFacts facts_of_stdout();
// Unicode where the terminal is one and its locale is UTF-8, or colour was asked for; --ascii wins.
TextStyle style_for(const TerminalFacts& facts, bool ascii, ColorChoice color);

// Columns that a text takes: marks of colour and combining characters take none, wide ones two.
std::size_t display_width(std::string_view text);
std::string padded(std::string_view text, std::size_t width);       // text, then spaces
std::string right_aligned(std::string_view text, std::size_t width);
std::string shortened(std::string_view text, std::size_t width);    // ends in ... if cut
Lines wrapped(std::string_view text, std::size_t width);
std::string rule(std::string_view mark, std::size_t width);

// Bytes of a peer as one line: printable ASCII as it is, \r \n \t \" and the rest as \xNN.
std::string safe(std::string_view bytes);

// Content in a frame; every line is padded to the widest, `least` columns at least (frame apart).
Lines boxed(const Lines& content, std::size_t least = 0);
// A frame with a heading above a line.
Lines titled_box(std::string_view title, const Lines& content, std::size_t least = 0);
Lines beside(const Lines& left, const Lines& right, std::size_t gap = 2);
Lines indented(const Lines& lines, std::size_t columns);
void append(Lines& to, const Lines& more);

// Rows of cells in columns as wide as their widest cell; the last column is not padded.
Lines columns(const std::vector<std::vector<std::string>>& rows, std::size_t gap = 2);

// 16 bytes a row: offset, hex, ASCII. `kept[i]` false: the byte was not kept and shows as "??".
// An empty `kept` means that all were.
Lines hex_view(std::string_view bytes, std::uint64_t first_offset,
               const std::vector<bool>& kept = {});

// Marks of colour: they vanish in `finished` where the style has no colour.
enum class Ink : std::uint8_t {
  Plain, Strong, Quiet, Warning,
  Startup, Connection, Read, Handle, Transmit, Lifecycle  // the six groups
};
std::string inked(Ink ink, std::string_view text);

// The text for this style. Without Unicode each character becomes ASCII of the same width.
std::string finished(std::string_view text, TextStyle style);
std::string finished(const Lines& lines, TextStyle style);

}  // namespace roundtrip::app
