#include "viz/model/phase_totals.h"

#include <algorithm>
#include <utility>

namespace roundtrip::viz {

using trace::Event;
using trace::EventNumber;
using trace::no_event;
using trace::Phase;

namespace {

constexpr std::uint64_t blocks_between_sums = 16;
constexpr std::size_t forgotten_at_once = 8192;  // requests, some 0.1 us each

std::size_t place_of(LengthKind kind, bool inferred, std::size_t bucket) {
  return (std::size_t{kind} * 2 + (inferred ? 1 : 0)) * duration_buckets::count + bucket;
}

}  // namespace

PhaseTotals::PhaseTotals(const trace::TraceIndex& index, const RequestTable& requests)
    : index_(index), requests_(requests), ids_(place_of(length_kinds, false, 0), no_id) {}

void PhaseTotals::Sums::add(std::uint16_t id, Duration length, int more) {
  if (times.size() <= id) {
    times.resize(id + 1U);
    lengths_ns.resize(id + 1U);
  }
  times[id] += static_cast<std::uint32_t>(more);
  lengths_ns[id] += length.ns * more;
}

void PhaseTotals::Sums::take_away(const Sums& lengths) {
  for (std::size_t id = 0; id < std::min(times.size(), lengths.times.size()); ++id) {
    times[id] -= lengths.times[id];
    lengths_ns[id] -= lengths.lengths_ns[id];
  }
}

void PhaseTotals::add(Sums& sums, const Block& block) {
  for (std::size_t i = 0; i < block.times.size(); ++i) {
    const Times& one = block.times[i];
    if (sums.times.size() <= one.id) sums.add(one.id, {}, 0);
    sums.times[one.id] += one.times;
    sums.lengths_ns[one.id] += block.lengths_ns[i];
  }
  for (std::size_t i = 0; i < block.told.size(); ++i) sums.told[i] += block.told[i];
  for (std::size_t i = 0; i < block.counters.size(); ++i) sums.counters[i] += block.counters[i];
}

PhaseTotals::Sums PhaseTotals::before_block(std::uint64_t block) const {
  std::uint64_t from = std::min(block, first_block_ + blocks_.size());
  while (from > first_block_ && (from == first_block_ + blocks_.size() ||
                                 blocks_[from - first_block_].before == nullptr)) {
    --from;
  }
  const bool has_sums = from > first_block_;
  Sums sums = has_sums ? *blocks_[from - first_block_].before : gone_;
  for (; from < block; ++from) add(sums, blocks_[from - first_block_]);
  return sums;
}

std::uint16_t PhaseTotals::known_id_of(const Length& length) const {
  return ids_[place_of(length.kind, length.inferred, bucket_of(length.took))];
}

std::uint16_t PhaseTotals::id_of(const Length& length) {
  const std::size_t bucket = bucket_of(length.took);
  std::uint16_t& id = ids_[place_of(length.kind, length.inferred, bucket)];
  if (id != no_id) return id;
  id = static_cast<std::uint16_t>(keys_.size());
  keys_.push_back({length.kind, length.inferred, static_cast<std::uint16_t>(bucket)});
  const auto order = [this](std::uint16_t one) {
    return place_of(keys_[one].kind, false, keys_[one].bucket);
  };
  in_order_.insert(std::upper_bound(in_order_.begin(), in_order_.end(), id,
                                    [&order](std::uint16_t a, std::uint16_t b) {
                                      return order(a) < order(b);
                                    }),
                   id);
  return id;
}

std::size_t PhaseTotals::follow(std::size_t most) {
  const trace::Trace& trace = index_.trace();
  if (const auto back = index_.rewinds().lowest_since(rewinds_seen_)) {
    if (*back < followed_to_) cut_from(*back);
  }
  rewinds_seen_ = index_.rewinds().count();
  if (trace.first() > trimmed_to_) trim_before(trace.first());
  followed_to_ = std::max(followed_to_, trace.first());
  const std::size_t forgotten = forget_saved(most == SIZE_MAX ? SIZE_MAX : forgotten_at_once);
  const std::uint64_t end = std::min(requests_.followed_to(), trace.end());
  std::size_t done = 0;
  for (; followed_to_ < end && done < most; ++done) {
    take(static_cast<EventNumber>(followed_to_++));
  }
  return done + forgotten;
}

void PhaseTotals::take(EventNumber number) {
  const std::uint64_t block = number >> block_bits;
  if (blocks_.empty()) first_block_ = block;
  if (blocks_.size() <= block - first_block_) {
    blocks_.emplace_back();
    if (block % blocks_between_sums == 0) blocks_.back().before = std::make_unique<Sums>(now_);
  }
  Block& own = blocks_.back();
  const Event& event = index_.trace()[number];
  count(now_, event);
  count(own, event);
  FewLengths lengths;
  lengths_of(number, lengths);
  for (const Length& length : lengths) {
    const std::uint16_t id = id_of(length);
    now_.add(id, length.took);
    open_.add(id, length.took);
    if (length.kind != length_kind(Combined::Saved)) {
      note_longest(own.longest, {length.took, number, length.kind});
    }
    Block& first = block_of(length.from);
    if (&first != &own) first.leaving.push_back({length.took, number, id, length.kind});
    if (length.kind != length_kind(Combined::SetUp)) continue;
    first.openings.push_back({length.took, event.conn, number, length.inferred});
  }
  if ((number + 1) >> block_bits != block) seal(own);
}

void PhaseTotals::seal(Block& block) {
  for (std::size_t id = 0; id < open_.times.size(); ++id) {
    if (open_.times[id] == 0) continue;
    block.times.push_back({static_cast<std::uint16_t>(id),
                           static_cast<std::uint16_t>(open_.times[id])});
    block.lengths_ns.push_back(open_.lengths_ns[id]);
  }
  block.times.shrink_to_fit();
  block.lengths_ns.shrink_to_fit();
  block.longest.shrink_to_fit();
  open_ = {};
}

void PhaseTotals::note_longest(std::vector<Longest>& longest, const Longest& length) {
  for (Longest& one : longest) {
    if (one.kind != length.kind) continue;
    if (length.took > one.took) one = length;
    return;
  }
  longest.push_back(length);
}

// Back to the begin of the block in which something changed.
void PhaseTotals::cut_from(std::uint64_t number) {
  const std::uint64_t block = std::max(number >> block_bits, first_block_);
  const std::uint64_t from = block << block_bits;
  if (blocks_.empty() || block >= first_block_ + blocks_.size()) return;
  forget_saved(SIZE_MAX);
  now_ = before_block(block);
  open_ = {};
  blocks_.resize(block - first_block_);
  for (Block& kept : blocks_) {
    while (!kept.leaving.empty() && kept.leaving.back().to >= from) kept.leaving.pop_back();
    while (!kept.openings.empty() && kept.openings.back().to >= from) kept.openings.pop_back();
  }
  followed_to_ = from;
}

// Blocks leave as the trace's own do, whole. What was told later and rests on them is no longer
// known.
void PhaseTotals::trim_before(std::uint64_t first) {
  trimmed_to_ = first;
  if (first >= followed_to_) {
    // Nothing that was followed is left: begin anew.
    now_ = gone_ = open_ = {};
    forgetting_.clear();
    blocks_.clear();
    return;
  }
  std::vector<Leaving> lost;
  while (!blocks_.empty() && first_block_ < first >> block_bits) {
    const Block& front = blocks_.front();
    std::copy_if(front.leaving.begin(), front.leaving.end(), std::back_inserter(lost),
                 [first](const Leaving& length) { return length.to >= first; });
    for (const Opening& opening : front.openings) forgetting_.push_back({opening, followed_to_});
    add(gone_, front);
    blocks_.pop_front();
    ++first_block_;
  }
  forget_lost(lost);
}

// Takes lengths away from the block that told each and from all sums after it. The longest of a
// block may have been one of them.
void PhaseTotals::forget_lost(const std::vector<Leaving>& lost) {
  if (lost.empty()) return;
  // What was told between two of the sums that stand before blocks.
  std::vector<Sums> between(blocks_.size() / blocks_between_sums + 2);
  const std::uint64_t first_between = first_block_ / blocks_between_sums;
  for (const Leaving& length : lost) {
    const std::uint64_t number = length.to >> block_bits;
    Block& block = block_of(length.to);
    now_.add(length.id, length.took, -1);
    between[number / blocks_between_sums - first_between].add(length.id, length.took);
    const auto times = std::lower_bound(
        block.times.begin(), block.times.end(), length.id,
        [](const Times& one, std::uint16_t id) { return one.id < id; });
    if (times == block.times.end() || times->id != length.id) {
      open_.add(length.id, length.took, -1);
      continue;
    }
    --times->times;
    block.lengths_ns[static_cast<std::size_t>(times - block.times.begin())] -= length.took.ns;
  }
  Sums so_far;
  for (std::uint64_t i = 0; i < blocks_.size(); ++i) {
    const std::uint64_t number = first_block_ + i;
    if (number % blocks_between_sums != 0) continue;
    if (number / blocks_between_sums > first_between) {
      const Sums& more = between[number / blocks_between_sums - first_between - 1];
      for (std::size_t id = 0; id < more.times.size(); ++id) {
        if (more.times[id] == 0) continue;
        so_far.add(static_cast<std::uint16_t>(id), {}, 0);
        so_far.times[id] += more.times[id];
        so_far.lengths_ns[id] += more.lengths_ns[id];
      }
    }
    if (blocks_[i].before != nullptr) blocks_[i].before->take_away(so_far);
  }
  for (const Leaving& length : lost) {
    const std::uint64_t block = length.to >> block_bits;
    const auto& longest = blocks_[block - first_block_].longest;
    const bool was_longest =
        std::any_of(longest.begin(), longest.end(), [&length](const Longest& one) {
          return one.kind == length.kind && one.to == length.to;
        });
    if (was_longest) find_longest_again(block, length.kind);
  }
}

// Goes on taking away what was saved by set-ups that were evicted. Returns how many requests it
// looked at.
std::size_t PhaseTotals::forget_saved(std::size_t most) {
  std::size_t done = 0;
  std::vector<Leaving> lost;
  while (!forgetting_.empty() && done < most) {
    const std::size_t looked = requests_saved_by(forgetting_.front(), most - done, lost);
    done += looked;
    if (looked == 0) forgetting_.pop_front();
  }
  forget_lost(lost);
  return done;
}

// All requests of a connection but its first.
std::size_t PhaseTotals::requests_saved_by(Forgetting& one, std::size_t most,
                                           std::vector<Leaving>& lost) {
  const auto* told = index_.connection(one.opening.conn);
  if (told == nullptr) return 0;
  // As long as none has left, the first that is here is the connection's first.
  const bool has_first = told->requests.trimmed() == 0;
  const std::uint64_t first = index_.trace().first();
  one.looked_at = std::max(one.looked_at, told->requests.trimmed());
  std::size_t done = 0;
  for (; one.looked_at - told->requests.trimmed() < told->requests.size() && done < most; ++done) {
    const std::uint64_t place = one.looked_at++;
    if (has_first && place == 0) continue;
    const std::uint32_t request = told->requests[place - told->requests.trimmed()];
    const auto row = requests_.row(request);
    if (!row || row->finished == no_event) continue;
    if (row->finished < first || row->finished >= one.until) continue;
    const Length saved{length_kind(Combined::Saved), one.opening.inferred, one.opening.took,
                       row->finished, row->finished};
    lost.push_back({saved.took, saved.to, id_of(saved), saved.kind});
  }
  return done;
}

void PhaseTotals::find_longest_again(std::uint64_t block, LengthKind kind) {
  std::vector<Longest>& longest = blocks_[block - first_block_].longest;
  std::erase_if(longest, [kind](const Longest& one) { return one.kind == kind; });
  const std::uint64_t from = std::max(block << block_bits, index_.trace().first());
  const std::uint64_t to = std::min((block + 1) << block_bits, followed_to_);
  FewLengths lengths;
  for (std::uint64_t number = from; number < to; ++number) {
    lengths_of(static_cast<EventNumber>(number), lengths);
    for (const Length& length : lengths) {
      if (length.kind == kind) note_longest(longest, {length.took, length.to, kind});
    }
  }
}

}  // namespace roundtrip::viz
