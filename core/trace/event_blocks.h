// EventBlocks: the memory in which a trace's events lie, in blocks of 4,096 (256 KiB). Blocks are
// cut from pieces of 2 MiB for which the kernel is asked to use huge pages: a trace that grows by
// millions of events a second would otherwise spend most of its time in page faults. Memory comes
// unset, and goes back to the system with the trace; a block given back is handed out next. A piece
// that another thread has touched may be given before it is needed: the first touch is what costs.
// Called by Trace only.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <type_traits>
#include <vector>

#include "core/base/huge_pages.h"
#include "core/trace/event.h"

namespace roundtrip::trace {

class EventBlocks {
 public:
  static constexpr unsigned block_bits = 12;
  static constexpr std::size_t block_events = std::size_t{1} << block_bits;
  static constexpr std::size_t block_bytes = block_events * sizeof(Event);

  // The first of block_events places; every one is to be written before it is read.
  Event* take();
  void give_back(Event* block) { spare_.push_back(block); }
  // Whether what is left of the pieces ends soon; one of piece_bytes, touched, goes on after them.
  bool ends_soon() const { return !pieces_.empty() && spare_.size() < blocks_per_piece / 2; }
  void add(HugePages piece);

  static constexpr std::size_t piece_bytes = huge_page_bytes;

 private:
  static constexpr std::size_t blocks_per_piece = piece_bytes / block_bytes;
  static_assert(std::is_trivially_copyable_v<Event> && std::is_trivially_destructible_v<Event>);

  std::vector<HugePages> pieces_;
  std::vector<Event*> spare_;  // the next one at the back
};

}  // namespace roundtrip::trace
