#include <doctest/doctest.h>

#include <filesystem>

#include "tests/source_dir.h"
#include "tests/tidy/rules.h"
#include "tests/tidy/tree.h"

using namespace roundtrip::tidy;

TEST_CASE("tree: keeps the rules of the house") {
  const std::filesystem::path root = roundtrip::source_dir();
  const std::vector<SourceFile> files = read_tree(root);
  REQUIRE_MESSAGE(!files.empty(), "no source files under ", root.string());

  std::vector<Finding> findings =
      check_top_level(top_level_names(root), read_text(root / ".gitignore"));
  for (const SourceFile& file : files) {
    for (const Rule& rule : file_rules) {
      const std::vector<Finding> found = rule.run(file);
      findings.insert(findings.end(), found.begin(), found.end());
    }
  }
  const auto exceptions = parse_exceptions(read_text(root / "tests/tidy/exceptions.txt"));
  std::string report;
  for (const Finding& finding : without_exceptions(findings, exceptions)) {
    report += finding.text() + "\n";
  }
  CHECK_MESSAGE(report.empty(), "mend these lines:\n", report);
}

TEST_CASE("tree: files stay near 300 lines (mentioned, not failed)") {
  for (const SourceFile& file : read_tree(roundtrip::source_dir())) {
    if (file.is_cpp() && file.lines.size() > aimed_lines) {
      MESSAGE(file.path, " has ", file.lines.size(), " lines: does it do a second thing?");
    }
  }
}
