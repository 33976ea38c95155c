// Where the source tree lies that the tests were built from. One object file knows it, so that all
// others come out the same wherever the tree lies, and a compiler cache finds them again.
#pragma once

#include <filesystem>
#include <string>

namespace roundtrip {

std::string source_dir();

// The recording that ships with a scenario: large ones are compressed.
inline std::string recording_file(const std::string& scenario) {
  const std::string file = source_dir() + "/scenarios/" + scenario + ".trace.json";
  return std::filesystem::exists(file) ? file : file + ".gz";
}

}  // namespace roundtrip
