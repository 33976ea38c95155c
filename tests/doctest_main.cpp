#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include "tests/source_dir.h"

namespace roundtrip {

std::string source_dir() { return ROUNDTRIP_SOURCE_DIR; }

}  // namespace roundtrip
