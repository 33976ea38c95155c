#include "core/trace/event_blocks.h"

#include "core/base/check.h"

namespace roundtrip::trace {

Event* EventBlocks::take() {
  if (spare_.empty()) {
    // Most traces are small and touch a few pages only; one that grows past a piece is large.
    pieces_.push_back(pieces_.empty() ? HugePages(std::malloc(piece_bytes))
                                      : take_huge_pages(piece_bytes));
    CHECK_THAT(pieces_.back() != nullptr, "the memory of this machine is used up");
    auto* const piece = static_cast<Event*>(pieces_.back().get());
    for (std::size_t block = blocks_per_piece; block-- > 0;) {
      spare_.push_back(piece + block * block_events);
    }
  }
  Event* const block = spare_.back();
  spare_.pop_back();
  return block;
}

}  // namespace roundtrip::trace
