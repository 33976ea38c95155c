// A file of the tree as the rules of tests/tidy see it: its lines, and the same lines with comments
// and literals blanked, so that a rule about code is not misled by words. Made by tree.h from the
// disk and by the tests from strings. Reads C++ well enough for these rules; it is no compiler.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace roundtrip::tidy {

struct SourceFile {
  std::string path;  // from the root of the repository, such as core/http/token.h
  std::vector<std::string> lines;
  std::vector<std::string> code;  // as lines, comments and literals replaced by spaces; C++ only

  bool has_extension(std::string_view extension) const { return path.ends_with(extension); }
  bool is_cpp() const { return has_extension(".cpp") || has_extension(".h"); }
  bool is_shell() const { return has_extension(".sh") || path.starts_with(".ci/"); }
  bool is_cmake() const { return path.ends_with("CMakeLists.txt") || has_extension(".cmake"); }
};

SourceFile source_file(std::string path, std::string_view text);

// The text with every comment, string and character literal replaced by spaces; lines stay lines.
std::string without_words(std::string_view text);

// Whether the character can be part of a name.
bool is_word(char c);

// Columns of a line of UTF-8: code points, since what we write has no combining characters.
std::size_t columns_in(std::string_view line);

}  // namespace roundtrip::tidy
