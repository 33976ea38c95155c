#include "core/base/huge_pages.h"

#include <sys/mman.h>

#include <cstdlib>

#include "core/base/check.h"

namespace roundtrip {
namespace {

constexpr std::size_t usual_page_bytes = 4096;

}  // namespace

void HugePagesFree::operator()(void* memory) const { std::free(memory); }

HugePages take_huge_pages(std::size_t bytes) {
  if (bytes < huge_page_bytes) {
    const std::size_t pages = (bytes + usual_page_bytes - 1) / usual_page_bytes;
    HugePages memory(std::aligned_alloc(usual_page_bytes, pages * usual_page_bytes));
    CHECK_THAT(memory != nullptr, "the memory of this machine is used up");
    return memory;
  }
  const std::size_t whole = (bytes + huge_page_bytes - 1) / huge_page_bytes * huge_page_bytes;
  HugePages memory(std::aligned_alloc(huge_page_bytes, whole));
  CHECK_THAT(memory != nullptr, "the memory of this machine is used up");
  madvise(memory.get(), whole, MADV_HUGEPAGE);
  return memory;
}

void touch_pages(void* memory, std::size_t bytes) {
  auto* const at = static_cast<volatile char*>(memory);
  for (std::size_t offset = 0; offset < bytes; offset += usual_page_bytes) at[offset] = 0;
}

}  // namespace roundtrip
