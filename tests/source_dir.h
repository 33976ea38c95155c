// Where the source tree lies that the tests were built from. One object file knows it, so that all
// others come out the same wherever the tree lies, and a compiler cache finds them again.
#pragma once

#include <string>

namespace roundtrip {

std::string source_dir();

}  // namespace roundtrip
