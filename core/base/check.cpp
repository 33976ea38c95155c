#include "core/base/check.h"

#include <cstdio>
#include <cstdlib>

namespace roundtrip {

void check_failed(const char* condition, const char* message, const char* file, int line) {
  std::fprintf(stderr, "roundtrip: internal error: %s (%s, %s:%d)\n", message, condition, file,
               line);
  std::abort();
}

}  // namespace roundtrip
