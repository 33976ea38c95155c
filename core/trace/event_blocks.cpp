#include "core/trace/event_blocks.h"

#include <sys/mman.h>

#include "core/base/check.h"

namespace roundtrip::trace {

Event* EventBlocks::take() {
  if (spare_.empty()) {
    void* const piece = std::aligned_alloc(piece_bytes, piece_bytes);
    CHECK_THAT(piece != nullptr, "the memory of this machine is used up");
    // Most traces are small and touch a few pages only; one that grows past a piece is large.
    if (!pieces_.empty()) madvise(piece, piece_bytes, MADV_HUGEPAGE);
    pieces_.emplace_back(piece);
    for (std::size_t block = blocks_per_piece; block-- > 0;) {
      spare_.push_back(static_cast<Event*>(piece) + block * block_events);
    }
  }
  Event* const block = spare_.back();
  spare_.pop_back();
  return block;
}

}  // namespace roundtrip::trace
