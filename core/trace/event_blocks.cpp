#include "core/trace/event_blocks.h"

#include <array>
#include <utility>

#include "core/base/check.h"

namespace roundtrip::trace {

Event* EventBlocks::take() {
  if (spare_.empty()) {
    // Most traces are small and touch a few pages only; one that grows past a piece is large.
    add(pieces_.empty() ? HugePages(std::malloc(piece_bytes)) : take_huge_pages(piece_bytes));
  }
  Event* const block = spare_.back();
  spare_.pop_back();
  return block;
}

void EventBlocks::add(HugePages piece) {
  CHECK_THAT(piece != nullptr, "the memory of this machine is used up");
  auto* const events = static_cast<Event*>(piece.get());
  pieces_.push_back(std::move(piece));
  std::array<Event*, blocks_per_piece> blocks;
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    blocks[i] = events + (blocks.size() - 1 - i) * block_events;
  }
  spare_.insert(spare_.begin(), blocks.begin(), blocks.end());
}

}  // namespace roundtrip::trace
