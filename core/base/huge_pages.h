// Memory in pages of 2 MiB, where the kernel grants them: the first touch of a page costs a trap
// into the kernel, and of the usual 4 KiB there are 512 times as many. For large pieces that are
// written from end to end: rings, blocks of events. Where the kernel does not grant them, nothing
// but speed is lost. See madvise(2), MADV_HUGEPAGE.
#pragma once

#include <cstddef>
#include <memory>
#include <new>

namespace roundtrip {

inline constexpr std::size_t huge_page_bytes = std::size_t{2} << 20;

struct HugePagesFree {
  void operator()(void* memory) const;
};
using HugePages = std::unique_ptr<void, HugePagesFree>;

// At least so many bytes, unset, at the start of a page: of 2 MiB where they fill one, of the usual
// size otherwise. Stops the program where the machine has no more.
HugePages take_huge_pages(std::size_t bytes);
// Touches every page, so that nobody has to do it later on.
void touch_pages(void* memory, std::size_t bytes);

// For std::vector: from 2 MiB on in huge pages, below that as usual.
template <class T>
struct HugePageAllocator {
  using value_type = T;
  HugePageAllocator() = default;
  template <class U>
  explicit HugePageAllocator(const HugePageAllocator<U>&) {}

  T* allocate(std::size_t count) {
    const std::size_t bytes = count * sizeof(T);
    if (bytes < huge_page_bytes) return static_cast<T*>(::operator new(bytes));
    return static_cast<T*>(take_huge_pages(bytes).release());
  }
  void deallocate(T* memory, std::size_t count) {
    if (count * sizeof(T) < huge_page_bytes) return ::operator delete(memory);
    HugePagesFree{}(memory);
  }
  bool operator==(const HugePageAllocator&) const { return true; }
};

}  // namespace roundtrip
