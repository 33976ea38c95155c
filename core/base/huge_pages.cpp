#include "core/base/huge_pages.h"

#include <sys/mman.h>

#include <cstdlib>

#include "core/base/check.h"

namespace roundtrip {

void HugePagesFree::operator()(void* memory) const { std::free(memory); }

HugePages take_huge_pages(std::size_t bytes) {
  const std::size_t whole = (bytes + huge_page_bytes - 1) / huge_page_bytes * huge_page_bytes;
  HugePages memory(std::aligned_alloc(huge_page_bytes, whole));
  CHECK_THAT(memory != nullptr, "the memory of this machine is used up");
  madvise(memory.get(), whole, MADV_HUGEPAGE);
  return memory;
}

void touch_pages(void* memory, std::size_t bytes) {
  constexpr std::size_t page_bytes = 4096;
  auto* const at = static_cast<volatile char*>(memory);
  for (std::size_t offset = 0; offset < bytes; offset += page_bytes) at[offset] = 0;
}

}  // namespace roundtrip
