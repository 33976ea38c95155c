#include "tests/tidy/rules.h"

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <array>
#include <initializer_list>
#include <sstream>
#include <utility>

namespace roundtrip::tidy {

namespace {

template <class... Parts>
Finding finding(const SourceFile& file, std::size_t line_index, std::string_view rule,
                fmt::format_string<Parts...> advice, Parts&&... parts) {
  return {file.path, line_index + 1, rule, fmt::format(advice, std::forward<Parts>(parts)...)};
}

// The first of `words` that stands in the line as a whole word, empty when none does.
std::string_view first_word_of(std::string_view line,
                               std::initializer_list<std::string_view> words) {
  for (const std::string_view word : words) {
    for (auto at = line.find(word); at != line.npos; at = line.find(word, at + 1)) {
      const auto end = at + word.size();
      if ((at == 0 || !is_word(line[at - 1])) && (end == line.size() || !is_word(line[end]))) {
        return word;
      }
    }
  }
  return {};
}

// One finding for every line of `lines` that holds one of the words.
std::vector<Finding> find_words(const SourceFile& file, const std::vector<std::string>& lines,
                                std::initializer_list<std::string_view> words,
                                std::string_view rule, std::string_view advice) {
  std::vector<Finding> findings;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (const std::string_view word = first_word_of(lines[i], words); !word.empty()) {
      findings.push_back(finding(file, i, rule, "'{}' {}", word, advice));
    }
  }
  return findings;
}

bool is_written_by_us(const SourceFile& file) {
  return file.is_cpp() || file.is_shell() || file.is_cmake();
}

}  // namespace

std::string Finding::text() const {
  return fmt::format("{}:{}: {} [{}]", path, line, advice, rule);
}

std::vector<Finding> check_length(const SourceFile& file) {
  if (!is_written_by_us(file) || file.lines.size() <= max_lines) {
    return {};
  }
  return {finding(file, max_lines, "length",
                  "{} lines are too many (at most {}): find the second thing that this file does "
                  "and give it a file of its own",
                  file.lines.size(), max_lines)};
}

std::vector<Finding> check_columns(const SourceFile& file) {
  std::vector<Finding> findings;
  for (std::size_t i = 0; is_written_by_us(file) && i < file.lines.size(); ++i) {
    const std::size_t columns = columns_in(file.lines[i]);
    if (columns > max_columns) {
      findings.push_back(finding(file, i, "columns",
                                 "{} columns are too many (at most {}): break the line", columns,
                                 max_columns));
    }
  }
  return findings;
}

std::vector<Finding> check_marks(const SourceFile& file) {
  if (!is_written_by_us(file) && !file.has_extension(".md")) {
    return {};
  }
  // Spelled in halves, so that a search for left-over marks does not stop here.
  // clang-format off
  return find_words(file, file.lines, {"TO" "DO", "FIX" "ME", "XX" "X", "HA" "CK"}, "marks",
                    "is a mark of unfinished work: finish it, or say plainly what is so and why");
  // clang-format on
}

std::vector<Finding> check_header(const SourceFile& file) {
  if (!file.has_extension(".h")) {
    return {};
  }
  std::vector<Finding> findings;
  const auto is_comment = [](const std::string& line) { return line.starts_with("//"); };
  const auto after = std::find_if_not(file.lines.begin(), file.lines.end(), is_comment);
  if (static_cast<std::size_t>(after - file.lines.begin()) < min_header_comment_lines) {
    findings.push_back(finding(file, 0, "header",
                               "a header opens with a comment of 3 to 10 lines: "
                               "what it is, who calls it, what it does not do, units and limits"));
  }
  if (std::find(file.lines.begin(), file.lines.end(), "#pragma once") == file.lines.end()) {
    findings.push_back(finding(file, 0, "header",
                               "no include guard: put #pragma once after the "
                               "opening comment"));
  }
  return findings;
}

std::vector<Finding> check_waits(const SourceFile& file) {
  if (!file.path.starts_with("tests/") || file.path.starts_with("tests/bench/")) {
    return {};
  }
  return find_words(file, file.code, {"sleep_for", "sleep_until", "usleep", "nanosleep"}, "waits",
                    "waits for time to pass: wait for the event itself, with a time-out");
}

std::vector<Finding> check_switches(const SourceFile& file) {
  struct Braces {
    bool of_switch = false;
    bool names_states = false;
  };
  std::vector<Finding> findings;
  std::vector<Braces> open = {{}};
  bool switch_begins = false;
  for (std::size_t i = 0; file.path.starts_with("core/") && i < file.code.size(); ++i) {
    for (std::string_view rest = file.code[i]; !rest.empty();) {
      const auto end_of_word = std::find_if_not(rest.begin(), rest.end(), is_word);
      const auto length = std::max<std::size_t>(1, end_of_word - rest.begin());
      const std::string_view word = rest.substr(0, length);
      rest.remove_prefix(length);
      if (word == "switch") {
        switch_begins = true;
      } else if (word == "{") {
        open.push_back({std::exchange(switch_begins, false)});
      } else if (word == "}" && open.size() > 1) {
        open.pop_back();
      } else if (word == "case" && open.back().of_switch) {
        const std::string_view label = rest.substr(0, rest.find_first_of(";{"));
        open.back().names_states |= label.find("State::") != label.npos;
      } else if (word == "default" && open.back().names_states &&
                 rest.substr(0, rest.find(':')).find_first_not_of(' ') == rest.npos &&
                 rest.find(':') != rest.npos) {
        findings.push_back(finding(file, i, "switches",
                                   "this default hides a forgotten state from the compiler: "
                                   "name every state in a case"));
      }
    }
  }
  return findings;
}

const std::vector<Rule> file_rules = {
    {"includes", check_includes}, {"length", check_length}, {"columns", check_columns},
    {"marks", check_marks},       {"header", check_header}, {"waits", check_waits},
    {"switches", check_switches},
};

std::vector<Finding> check_top_level(const std::vector<std::string>& names,
                                     std::string_view ignored) {
  static constexpr std::array<std::string_view, 14> fixed = {
      "CMakeLists.txt", "app",  "core",       "viz",           "scenarios",   "assets", "tests",
      "README.md",      ".git", ".gitignore", ".clang-format", ".clang-tidy", ".ci",    "LICENSE"};
  std::vector<std::string> patterns;
  std::istringstream lines{std::string(ignored)};
  for (std::string line; std::getline(lines, line);) {
    line.erase(0, line.starts_with('/') ? 1 : 0);
    line.erase(line.ends_with('/') ? line.size() - 1 : line.size());
    patterns.push_back(line);
  }
  std::vector<Finding> findings;
  for (const std::string& name : names) {
    const bool is_ignored = std::any_of(
        patterns.begin(), patterns.end(),
        [&](const std::string& pattern) { return fnmatch(pattern.c_str(), name.c_str(), 0) == 0; });
    if (!is_ignored && std::find(fixed.begin(), fixed.end(), name) == fixed.end()) {
      findings.push_back({name, 1, "top-level",
                          "the top level holds the rooms only: move this into the room it belongs "
                          "to, or out of the repository"});
    }
  }
  return findings;
}

}  // namespace roundtrip::tidy
