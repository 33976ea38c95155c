// The program's name and version, as --version, trace files and the window say it.
#pragma once

#include <string>

namespace roundtrip::app {

std::string build_name();  // "roundtrip 0.1.0"

}  // namespace roundtrip::app
