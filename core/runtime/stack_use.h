// What the threads of the model "threads" have used of their stacks, summed over this process from
// its start: each is measured once, when its task ends (OwnThread::resident_stack_bytes). A load
// takes the difference between its beginning and its end. Any thread; units: bytes.
#pragma once

#include <cstdint>

namespace roundtrip::runtime {

struct StackUse {
  std::uint64_t threads = 0;
  std::uint64_t bytes = 0;
};

void note_stack_use(std::uint32_t bytes);
StackUse stack_use();

}  // namespace roundtrip::runtime
