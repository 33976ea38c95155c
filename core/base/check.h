// CHECK_THAT stops the program with a sentence when the program itself is wrong, in release builds
// too. Anything that a user, a file or the network can cause is a Result instead (result.h).
#pragma once

namespace roundtrip {

[[noreturn]] void check_failed(const char* condition, const char* message, const char* file,
                               int line);

}  // namespace roundtrip

#define CHECK_THAT(condition, message) \
  ((condition) ? static_cast<void>(0)  \
               : ::roundtrip::check_failed(#condition, message, __FILE__, __LINE__))
