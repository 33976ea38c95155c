// The rules of the house that a machine can check, each a function from one file to its findings.
// tree_test.cpp runs them over the repository; rules_test.cpp shows on strings that each can fail.
// A rule reads lines, not C++: what it can't tell for certain, it leaves to the reviewer.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "tests/tidy/source_text.h"

namespace roundtrip::tidy {

inline constexpr std::size_t max_lines = 450;
inline constexpr std::size_t aimed_lines = 300;
inline constexpr std::size_t max_columns = 100;
inline constexpr std::size_t min_header_comment_lines = 2;

struct Finding {
  std::string path;
  std::size_t line = 0;  // from 1
  std::string_view rule;
  std::string advice;  // what is wrong and what to do about it

  std::string text() const;  // "path:line: advice [rule]"
};

// `run` reports what breaks the rule in one file; a file that the rule is not about has no
// findings.
struct Rule {
  std::string_view name;
  std::vector<Finding> (*run)(const SourceFile& file);
};

// The room that a path belongs to ("core/http", "viz/model", "tests"), empty when it is in none.
std::string_view room_of(std::string_view path);

// Which rooms a room may include, and which headers of libraries it may not (design: The rooms).
std::vector<Finding> check_includes(const SourceFile& file);
// At most max_lines lines; what is over aimed_lines is only mentioned, by tree_test.cpp.
std::vector<Finding> check_length(const SourceFile& file);
std::vector<Finding> check_columns(const SourceFile& file);
// Marks of unfinished work: what is not done belongs elsewhere than in the code.
std::vector<Finding> check_marks(const SourceFile& file);
// A header opens with a comment that says what it is, and has #pragma once.
std::vector<Finding> check_header(const SourceFile& file);
// A test waits for an event, never for time to pass.
std::vector<Finding> check_waits(const SourceFile& file);
// In core, a switch over states (an enumeration whose name ends in State) names every one, so that
// the compiler points at the one forgotten; other switches may have a default.
std::vector<Finding> check_switches(const SourceFile& file);

extern const std::vector<Rule> file_rules;

// `names` are those of the top-level folder. Allowed are the rooms, the few fixed files and what
// the lines of `ignored` (the text of .gitignore) leave out of the repository.
std::vector<Finding> check_top_level(const std::vector<std::string>& names,
                                     std::string_view ignored);

}  // namespace roundtrip::tidy
