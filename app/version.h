// The program's name and version, as --version, trace files and the window say it: one text, made
// from the version that CMakeLists.txt gives the project. It says nothing of the machine or of the
// day on which the program was built.
#pragma once

#include <string>

namespace roundtrip::app {

std::string build_name();  // "roundtrip 0.1.0"

}  // namespace roundtrip::app
