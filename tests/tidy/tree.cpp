#include "tests/tidy/tree.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <sstream>

namespace roundtrip::tidy {

namespace fs = std::filesystem;

std::string read_text(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

std::vector<SourceFile> read_tree(const fs::path& root) {
  static constexpr std::array<std::string_view, 7> folders = {"app",    "core",  "viz", "scenarios",
                                                              "assets", "tests", ".ci"};
  std::vector<SourceFile> files;
  const auto add = [&](const fs::path& path) {
    SourceFile named{path.lexically_relative(root).generic_string(), {}, {}};
    if (named.is_cpp() || named.is_shell() || named.is_cmake() || named.has_extension(".md")) {
      files.push_back(source_file(named.path, read_text(path)));
    }
  };
  for (const std::string_view folder : folders) {
    if (!fs::is_directory(root / folder)) {
      continue;
    }
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(root / folder)) {
      if (entry.is_regular_file()) {
        add(entry.path());
      }
    }
  }
  add(root / "CMakeLists.txt");
  add(root / "README.md");
  std::sort(files.begin(), files.end(),
            [](const SourceFile& a, const SourceFile& b) { return a.path < b.path; });
  return files;
}

std::vector<std::string> top_level_names(const fs::path& root) {
  std::vector<std::string> names;
  for (const fs::directory_entry& entry : fs::directory_iterator(root)) {
    names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<Exception> parse_exceptions(std::string_view text) {
  std::vector<Exception> exceptions;
  std::istringstream lines{std::string(text)};
  std::size_t line_number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++line_number;
    std::istringstream words(line);
    Exception exception;
    if (line.starts_with('#') || !(words >> exception.path)) {
      continue;
    }
    words >> exception.rule >> std::ws;
    std::getline(words, exception.reason);
    exception.line = line_number;
    exceptions.push_back(exception);
  }
  return exceptions;
}

std::vector<Finding> without_exceptions(const std::vector<Finding>& findings,
                                        const std::vector<Exception>& exceptions) {
  const auto covers = [](const Exception& exception, const Finding& finding) {
    return exception.path == finding.path && exception.rule == finding.rule;
  };
  std::vector<Finding> left;
  for (const Finding& finding : findings) {
    if (std::none_of(exceptions.begin(), exceptions.end(),
                     [&](const Exception& exception) { return covers(exception, finding); })) {
      left.push_back(finding);
    }
  }
  const auto complain = [&](const Exception& exception, std::string advice) {
    left.push_back({"tests/tidy/exceptions.txt", exception.line, "exceptions", std::move(advice)});
  };
  for (const Exception& exception : exceptions) {
    if (exception.reason.empty()) {
      complain(exception, "no reason is given: say after the rule why the file may break it");
    }
    if (std::none_of(findings.begin(), findings.end(),
                     [&](const Finding& finding) { return covers(exception, finding); })) {
      complain(exception, "the file keeps the rule now: delete this line");
    }
  }
  return left;
}

}  // namespace roundtrip::tidy
