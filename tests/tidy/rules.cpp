#include "tests/tidy/rules.h"

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <array>
#include <optional>
#include <regex>
#include <sstream>
#include <utility>

namespace roundtrip::tidy {

namespace {

template <class... Parts>
Finding finding(const SourceFile& file, std::size_t line_index, std::string_view rule,
                fmt::format_string<Parts...> advice, Parts&&... parts) {
  return {file.path, line_index + 1, rule, fmt::format(advice, std::forward<Parts>(parts)...)};
}

// One finding for every line of `lines` in which `pattern` occurs.
std::vector<Finding> find_lines(const SourceFile& file, const std::vector<std::string>& lines,
                                const std::regex& pattern, std::string_view rule,
                                std::string_view advice) {
  std::vector<Finding> findings;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    std::smatch match;
    if (std::regex_search(lines[i], match, pattern)) {
      findings.push_back(finding(file, i, rule, "'{}' {}", match.str(), advice));
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
  // Spelled so that a search for left-over marks does not stop here.
  static const std::regex mark("\\b([T]ODO|[F]IXME|[X]XX|[H]ACK)\\b");
  if (!is_written_by_us(file) && !file.has_extension(".md")) {
    return {};
  }
  return find_lines(file, file.lines, mark, "marks",
                    "is a mark of unfinished work: finish it, or say plainly what is so and why");
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
  static const std::regex wait("\\b(sleep_for|sleep_until|usleep|nanosleep)\\b");
  if (!file.path.starts_with("tests/") || file.path.starts_with("tests/bench/")) {
    return {};
  }
  return find_lines(file, file.code, wait, "waits",
                    "waits for time to pass: wait for the event itself, with a time-out");
}

std::vector<Finding> check_switches(const SourceFile& file) {
  static const std::regex token(
      "\\bswitch\\b|\\bcase\\s+[\\w:]*State::\\w+\\s*:|\\bdefault\\s*:|[{}]");
  struct Braces {
    bool of_switch = false;
    bool names_states = false;
    std::optional<std::size_t> default_line_index;
  };
  std::vector<Finding> findings;
  std::vector<Braces> open;
  bool switch_begins = false;
  for (std::size_t i = 0; file.path.starts_with("core/") && i < file.code.size(); ++i) {
    const std::string& line = file.code[i];
    for (std::sregex_iterator at(line.begin(), line.end(), token), end; at != end; ++at) {
      const std::string word = at->str();
      if (word == "switch") {
        switch_begins = true;
      } else if (word == "{") {
        open.push_back({switch_begins, false, std::nullopt});
        switch_begins = false;
      } else if (open.empty() || (word != "}" && !open.back().of_switch)) {
        continue;
      } else if (word.starts_with("case")) {
        open.back().names_states = true;
      } else if (word.starts_with("default")) {
        open.back().default_line_index = i;
      } else {
        const Braces closed = open.back();
        open.pop_back();
        if (closed.names_states && closed.default_line_index) {
          findings.push_back(finding(file, *closed.default_line_index, "switches",
                                     "this default hides a forgotten state from the compiler: "
                                     "name every state in a case"));
        }
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
