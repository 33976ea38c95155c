#include "app/boxes.h"

#include <fmt/format.h>

#include <algorithm>

#include "app/boxes_letters.h"

namespace roundtrip::app {
namespace {

std::size_t width_of(char32_t code) {
  if (code >= 0x300 && code < 0x370) return 0;   // combining
  if (code == 0x200b || code == 0xfeff) return 0;
  const bool wide = (code >= 0x1100 && code < 0x1160) || (code >= 0x2e80 && code < 0xa4d0) ||
                    (code >= 0xac00 && code < 0xd7a4) || (code >= 0xf900 && code < 0xfb00) ||
                    (code >= 0xff00 && code < 0xff61) || (code >= 0x1f300 && code < 0x1fb00);
  return wide ? 2 : 1;
}

}  // namespace

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == ink_mark) {
      at += 2;
      continue;
    }
    const Letter letter = letter_at(text, at);
    width += width_of(letter.code);
    at += letter.length;
  }
  return width;
}

std::string padded(std::string_view text, std::size_t width) {
  std::string out(text);
  const std::size_t now = display_width(text);
  if (now < width) out.append(width - now, ' ');
  return out;
}

std::string right_aligned(std::string_view text, std::size_t width) {
  const std::size_t now = display_width(text);
  return std::string(now < width ? width - now : 0, ' ') + std::string(text);
}

std::string shortened(std::string_view text, std::size_t width) {
  if (display_width(text) <= width) return std::string(text);
  const std::size_t dots = std::min<std::size_t>(width, 3);
  std::string out;
  std::size_t used = 0;
  for (std::size_t at = 0; at < text.size() && width > 0;) {
    if (text[at] == ink_mark) {
      out.append(text.substr(at, 2));
      at += 2;
      continue;
    }
    const Letter letter = letter_at(text, at);
    if (used + width_of(letter.code) > width - dots) break;
    used += width_of(letter.code);
    out.append(text.substr(at, letter.length));
    at += letter.length;
  }
  return out + std::string(dots, '.');
}

namespace {

// How many bytes of a word, in whole letters, are at most so wide; at least one letter.
std::size_t bytes_within(std::string_view word, std::size_t width) {
  std::size_t bytes = 0;
  for (std::size_t end = 1; end <= word.size(); ++end) {
    const bool letter_ends =
        end == word.size() || (static_cast<unsigned char>(word[end]) & 0xC0U) != 0x80U;
    if (!letter_ends) continue;
    if (bytes > 0 && display_width(word.substr(0, end)) > width) break;
    bytes = end;
  }
  return bytes;
}

}  // namespace

Lines wrapped(std::string_view text, std::size_t width) {
  Lines lines;
  std::string line;
  while (!text.empty()) {
    const std::size_t space = text.find(' ');
    std::string_view one = text.substr(0, space);
    if (!line.empty() && display_width(line) + 1 + display_width(one) > width) {
      lines.push_back(std::move(line));
      line.clear();
    }
    // A word that is longer than a line, such as a browser's Accept, is parted.
    while (display_width(one) > width && width > 0) {
      const std::size_t bytes = bytes_within(one, width);
      lines.emplace_back(one.substr(0, bytes));
      one.remove_prefix(bytes);
    }
    if (!one.empty()) line += line.empty() ? std::string(one) : fmt::format(" {}", one);
    text.remove_prefix(space == std::string_view::npos ? text.size() : space + 1);
  }
  if (!line.empty()) lines.push_back(std::move(line));
  return lines;
}

std::string rule(std::string_view mark, std::size_t width) {
  std::string out;
  for (std::size_t i = 0; i < width; ++i) out += mark;
  return out;
}

std::string safe(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\r') {
      out += "\\r";
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (byte < 0x20 || byte > 0x7e) {
      out += fmt::format("\\x{:02x}", byte);
    } else {
      out += c;
    }
  }
  return out;
}

Lines boxed(const Lines& content, std::size_t least) {
  std::size_t width = least;
  for (const std::string& line : content) width = std::max(width, display_width(line));
  Lines box;
  box.push_back("┌" + rule("─", width + 2) + "┐");
  for (const std::string& line : content) box.push_back("│ " + padded(line, width) + " │");
  box.push_back("└" + rule("─", width + 2) + "┘");
  return box;
}

Lines titled_box(std::string_view title, const Lines& content, std::size_t least) {
  std::size_t width = std::max(least, display_width(title));
  for (const std::string& line : content) width = std::max(width, display_width(line));
  Lines box = boxed(content, width);
  box.insert(box.begin() + 1, "│ " + padded(inked(Ink::Strong, title), width) + " │");
  box.insert(box.begin() + 2, "├" + rule("─", width + 2) + "┤");
  return box;
}

Lines beside(const Lines& left, const Lines& right, std::size_t gap) {
  std::size_t width = 0;
  for (const std::string& line : left) width = std::max(width, display_width(line));
  Lines out;
  for (std::size_t i = 0; i < std::max(left.size(), right.size()); ++i) {
    const std::string_view first = i < left.size() ? std::string_view(left[i]) : "";
    if (i < right.size()) {
      out.push_back(padded(first, width + gap) + right[i]);
    } else {
      out.emplace_back(first);
    }
  }
  return out;
}

Lines indented(const Lines& lines, std::size_t columns) {
  Lines out;
  for (const std::string& line : lines) {
    out.push_back(line.empty() ? line : std::string(columns, ' ') + line);
  }
  return out;
}

void append(Lines& to, const Lines& more) { to.insert(to.end(), more.begin(), more.end()); }

Lines columns(const std::vector<std::vector<std::string>>& rows, std::size_t gap) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], display_width(row[i]));
    }
  }
  Lines lines;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += i + 1 < row.size() ? padded(row[i], widths[i] + gap) : row[i];
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

Lines hex_view(std::string_view bytes, std::uint64_t first_offset, const std::vector<bool>& kept) {
  constexpr std::size_t per_row = 16;
  Lines lines;
  for (std::size_t row = 0; row < bytes.size(); row += per_row) {
    std::string hex;
    std::string ascii;
    for (std::size_t i = row; i < std::min(row + per_row, bytes.size()); ++i) {
      const auto byte = static_cast<unsigned char>(bytes[i]);
      const bool is_kept = kept.empty() || kept[i];
      if (i == row + per_row / 2) hex += ' ';
      hex += is_kept ? fmt::format("{:02x} ", byte) : std::string("?? ");
      if (!is_kept) {
        ascii += '?';
      } else if (byte >= 0x20 && byte < 0x7f) {
        ascii += static_cast<char>(byte);
      } else {
        ascii += "·";
      }
    }
    lines.push_back(fmt::format("{:04x}  {} {}", first_offset + row,
                                padded(hex, per_row * 3 + 1), ascii));
  }
  return lines;
}

}  // namespace roundtrip::app
