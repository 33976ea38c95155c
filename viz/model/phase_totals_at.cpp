// The totals up to an event: the sums before its block, and what is left of that.
#include <algorithm>

#include "viz/model/phase_totals.h"

namespace roundtrip::viz {

using trace::EventNumber;
using trace::no_event;

Totals PhaseTotals::at(std::uint64_t event) const {
  const trace::Trace& trace = index_.trace();
  const std::uint64_t first = trace.first();
  const std::uint64_t end = std::min(event + 1, followed_to_);
  if (end <= first) return {};
  const bool all = end == followed_to_;
  const std::uint64_t block = all ? first_block_ + blocks_.size() : end >> block_bits;
  const std::uint64_t summed_to = all ? end : std::max(block << block_bits, first);
  Sums sums = all ? now_ : before_block(block);
  LongestOfEach longest{};
  const auto consider = [&longest](const Longest& one) {
    Longest& best = longest[one.kind];
    if (best.to == no_event || one.took > best.took) best = one;
  };
  for (std::uint64_t i = first_block_; i < block; ++i) {
    for (const Longest& one : blocks_[i - first_block_].longest) consider(one);
  }
  FewLengths lengths;
  for (std::uint64_t number = summed_to; number < end; ++number) {
    count(sums, trace[number]);
    lengths_of(static_cast<EventNumber>(number), lengths);
    for (const Length& length : lengths) {
      const std::uint16_t id = known_id_of(length);
      if (id == no_id) continue;
      sums.add(id, length.took);
      consider({length.took, length.to, length.kind});
    }
  }
  for (std::size_t id = 0; id < gone_.times.size(); ++id) {
    sums.times[id] -= gone_.times[id];
    sums.lengths_ns[id] -= gone_.lengths_ns[id];
  }
  for (std::size_t i = 0; i < sums.told.size(); ++i) sums.told[i] -= gone_.told[i];
  for (std::size_t i = 0; i < counter_count; ++i) sums.counters[i] -= gone_.counters[i];
  Totals totals = spread(sums, longest);
  totals.events = end - first;
  return totals;
}

Totals PhaseTotals::spread(const Sums& sums, const LongestOfEach& longest) const {
  Totals totals;
  std::copy(sums.told.begin(), sums.told.end(), totals.told.begin());
  totals.counters = sums.counters;
  for (const std::uint16_t id : in_order_) {
    if (id >= sums.times.size() || sums.times[id] == 0) continue;
    const Key& key = keys_[id];
    const std::uint64_t times = sums.times[id];
    const Duration length = Duration::nanoseconds(sums.lengths_ns[id]);
    Lengths& lengths = totals.lengths[key.kind];
    lengths.count += times;
    lengths.inferred += key.inferred ? times : 0;
    lengths.total += length;
    if (lengths.buckets.empty() || lengths.buckets.back().bucket != key.bucket) {
      lengths.buckets.push_back({key.bucket, 0, {}});
    }
    lengths.buckets.back().count += times;
    lengths.buckets.back().total += length;
  }
  for (std::size_t i = 0; i < length_kinds; ++i) {
    totals.lengths[i].longest = longest[i].took;
    totals.lengths[i].longest_told = longest[i].to;
  }
  return totals;
}

std::size_t PhaseTotals::memory_bytes() const {
  const auto of_sums = [](const Sums& sums) {
    return sizeof sums + sums.times.capacity() * sizeof(std::uint32_t) +
           sums.lengths_ns.capacity() * sizeof(std::int64_t);
  };
  std::size_t bytes = of_sums(now_) + of_sums(gone_) + of_sums(open_) +
                      forgetting_.size() * sizeof(Forgetting) + keys_.capacity() * sizeof(Key) +
                      (ids_.capacity() + in_order_.capacity()) * sizeof(std::uint16_t);
  for (const Block& block : blocks_) {
    bytes += sizeof block + block.times.capacity() * sizeof(Times) +
             block.lengths_ns.capacity() * sizeof(std::int64_t) +
             block.longest.capacity() * sizeof(Longest) +
             block.leaving.capacity() * sizeof(Leaving) +
             block.openings.capacity() * sizeof(Opening) +
             (block.before == nullptr ? 0 : of_sums(*block.before));
  }
  return bytes;
}

}  // namespace roundtrip::viz
