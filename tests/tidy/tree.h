// The repository as tests/tidy reads it from the disk: the text files of the rooms, the names at
// the top level, and the list of exceptions. Called by tree_test.cpp; changes nothing.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "tests/tidy/rules.h"

namespace roundtrip::tidy {

// One line of exceptions.txt: this file may break this rule, for a reason that the line gives.
struct Exception {
  std::string path;
  std::string rule;
  std::string reason;
  std::size_t line = 0;  // in exceptions.txt, from 1
};

std::string read_text(const std::filesystem::path& path);

// Every source, script, CMake file and page under the rooms and .ci, sorted by path.
std::vector<SourceFile> read_tree(const std::filesystem::path& root);
std::vector<std::string> top_level_names(const std::filesystem::path& root);

// Lines "PATH RULE REASON…"; empty lines and lines that begin with # say nothing.
std::vector<Exception> parse_exceptions(std::string_view text);

// The findings that no exception covers, and one finding for every exception that gives no reason
// or covers nothing any more.
std::vector<Finding> without_exceptions(const std::vector<Finding>& findings,
                                        const std::vector<Exception>& exceptions);

}  // namespace roundtrip::tidy
