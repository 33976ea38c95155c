#include "viz/model/commands.h"

#include <fmt/format.h>

#include <algorithm>

#include "viz/model/commands_table.h"

namespace roundtrip::viz {
namespace {

// The words of a command within a line.
std::string spoken(std::string_view words) {
  std::string text(words);
  if (!text.empty() && text[0] >= 'A' && text[0] <= 'Z') {
    text[0] = static_cast<char>(text[0] - 'A' + 'a');
  }
  return text;
}

// How many letters of keys a line of the sheet has room for.
constexpr std::size_t most_letters = 18;

std::size_t letters_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char byte) { return (byte & 0xc0) != 0x80; }));
}

void add_lines(std::span<const CommandRow> rows, std::vector<KeyLine>& lines) {
  bool first = true;
  for (std::size_t nth = 0; nth < Chords::most; ++nth) {
    std::string keys;
    std::size_t having = 0;
    const CommandRow* only = nullptr;
    for (const CommandRow& row : rows) {
      if (nth >= row.chords.size()) continue;
      keys += fmt::format("{}{}", keys.empty() ? "" : "  ", chord_text(row.chords[nth]));
      only = &row;
      ++having;
    }
    if (having == 0) return;
    if (first) {
      lines.push_back({false, false, std::move(keys), std::string(rows.front().line)});
      first = false;
      continue;
    }
    // A further key of each of them, or of one alone.
    const std::string joined = fmt::format("{}  or  {}", lines.back().keys, keys);
    const bool of_all = having == rows.size();
    if (of_all && letters_of(joined) <= most_letters) {
      lines.back().keys = joined;
    } else {
      lines.push_back(
          {false, false, std::move(keys), of_all ? "the same" : spoken(only->words)});
    }
  }
}

}  // namespace

std::string_view section_words(CommandSection section) {
  switch (section) {
    case CommandSection::Steps:
      return "Step through the story";
    case CommandSection::Finding:
      return "Find, and come back";
    case CommandSection::Server:
      return "Send, save, open";
    case CommandSection::Timeline:
      return "Look at the timeline";
    case CommandSection::Screen:
      return "The screen";
  }
  return "";
}

std::span<const CommandRow> commands() {
  return command_table;
}

const CommandRow& row_of(Command command) {
  return command_table[static_cast<std::size_t>(command)];
}

std::string keys_text(Command command) {
  std::string text;
  for (const Chord& chord : row_of(command).chords) {
    text += fmt::format("{}{}", text.empty() ? "" : " or ", chord_text(chord));
  }
  return text;
}

std::string tip_text(std::string_view words, Command command) {
  const Chords& chords = row_of(command).chords;
  if (chords.size() == 0) return std::string(words);
  return fmt::format("{} ({})", words, chord_text(chords[0]));
}

std::vector<KeyLine> key_lines() {
  std::vector<KeyLine> lines;
  const std::span<const CommandRow> all = command_table;
  for (std::size_t from = 0; from < all.size();) {
    if (from == 0 || all[from].section != all[from - 1].section) {
      lines.push_back(
          {true, false, "", std::string(section_words(all[from].section))});
    }
    std::size_t to = from + 1;
    while (to < all.size() && all[to].line.empty() && all[to].section == all[from].section) ++to;
    add_lines(all.subspan(from, to - from), lines);
    if (all[from].command == Command::MeasureToSelection) {
      lines.push_back({false, true, "Shift drag", "measure on the timeline"});
    }
    from = to;
  }
  return lines;
}

}  // namespace roundtrip::viz
