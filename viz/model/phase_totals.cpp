#include "viz/model/phase_totals.h"

#include <algorithm>
#include <utility>

namespace roundtrip::viz {

using trace::Event;
using trace::EventNumber;
using trace::no_event;
using trace::Phase;

namespace {

constexpr std::uint16_t no_id = 0xffff;
constexpr std::uint64_t blocks_between_sums = 16;

constexpr std::size_t arg_place(Phase phase, std::string_view name) {
  const trace::PhaseRow& row = trace::row_of(phase);
  std::size_t place = 0;
  while (place < row.arg_count() && row.args[place].name != name) ++place;
  return place;
}

bool is_known(const Event& event) { return event.provenance != trace::Provenance::Unknown; }
bool is_inferred(const Event& event) { return event.provenance == trace::Provenance::Inferred; }

std::size_t place_of(LengthKind kind, bool inferred, std::size_t bucket) {
  return (std::size_t{kind} * 2 + (inferred ? 1 : 0)) * duration_buckets::count + bucket;
}

}  // namespace

PhaseTotals::PhaseTotals(const trace::TraceIndex& index, const RequestTable& requests)
    : index_(index), requests_(requests), ids_(place_of(length_kinds, false, 0), no_id) {}

// ---- What one event tells.

template <class Visit>
void PhaseTotals::each_length(EventNumber number, const Event& event, Visit&& visit) const {
  if (!event.ends()) {
    if (event.phase != Phase::ConnectionFirstRun) return;
    const auto* conn = requests_.connection(event.conn);
    if (conn == nullptr || !conn->set_up || conn->set_up->to != number) return;
    const SetUp& set_up = *conn->set_up;
    visit(Length{length_kind(Combined::SetUp), set_up.inferred, set_up.took, set_up.from, number});
    return;
  }
  const EventNumber begin = index_.partner(number);
  if (begin != no_event && begin < number) {
    const Event& begun = index_.trace()[begin];
    if (is_known(begun) && is_known(event)) {
      visit(Length{length_kind(event.phase), is_inferred(begun) || is_inferred(event),
                   event.time - begun.time, begin, number});
    }
  }
  if (event.phase == Phase::TransmitFinish && event.request != 0) {
    each_of_request(number, event, visit);
  }
}

template <class Visit>
void PhaseTotals::each_of_request(EventNumber number, const Event& event, Visit&& visit) const {
  const auto row = requests_.row(event.request);
  if (!row || row->finished != number) return;
  const auto* conn = requests_.connection(row->conn);
  const auto* told = index_.connection(row->conn);
  const bool reuses = told != nullptr && !told->requests.empty() &&
                      told->requests.front() != row->request;
  if (conn != nullptr && conn->set_up && reuses) {
    // It rests on the connection's opening, which Block::openings knows.
    visit(Length{length_kind(Combined::Saved), conn->set_up->inferred, conn->set_up->took, number,
                 number});
  }
  if (!row->took) return;
  const auto tell = [&](Combined combined, Duration took) {
    visit(Length{length_kind(combined), false, took, row->known_from, number});
  };
  tell(Combined::Request, *row->took);
  if (!row->ran) return;
  tell(Combined::Ran, *row->ran);
  tell(Combined::Waited, *row->took - *row->ran);
}

template <class Target>
void PhaseTotals::count(Target& target, const Event& event) {
  const auto add = [&](Counter counter, std::size_t place) {
    target.counters[static_cast<std::size_t>(counter)] += event.arg(place).value_or(0);
  };
  if (!event.ends()) ++target.told[static_cast<std::size_t>(event.phase)];
  if (event.phase == Phase::ReadRead && event.ends()) {
    add(Counter::BytesIn, arg_place(Phase::ReadRead, "got"));
  } else if (event.phase == Phase::TransmitWrite && event.ends()) {
    add(Counter::BytesOut, arg_place(Phase::TransmitWrite, "written"));
  } else if (event.phase == Phase::HandleWriteHeader) {
    const auto status = event.arg(arg_place(Phase::HandleWriteHeader, "status")).value_or(0);
    if (status < 200 || status > 599) return;
    ++target.counters[static_cast<std::size_t>(Counter::Answered2xx) + status / 100 - 2];
  }
}

// ---- Following.

void PhaseTotals::Sums::add(std::uint16_t id, Duration length, int more) {
  if (times.size() <= id) {
    times.resize(id + 1U);
    lengths_ns.resize(id + 1U);
  }
  times[id] += static_cast<std::uint32_t>(more);
  lengths_ns[id] += length.ns * more;
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
  const std::uint64_t end = std::min(requests_.followed_to(), trace.end());
  std::size_t done = 0;
  for (; followed_to_ < end && done < most; ++done) {
    take(static_cast<EventNumber>(followed_to_++));
  }
  return done;
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
  each_length(number, event, [&](const Length& length) {
    const std::uint16_t id = id_of(length);
    now_.add(id, length.took);
    open_.add(id, length.took);
    note_longest(own.longest, {length.took, number, length.kind});
    if (length.from >> block_bits != block) {
      block_of(length.from).leaving.push_back({length.took, number, id, length.kind});
    }
    if (length.kind != length_kind(Combined::SetUp)) return;
    block_of(length.from).openings.push_back(
        {length.took, event.conn, number, length.inferred});
  });
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
  now_ = before_block(block);
  open_ = {};
  blocks_.resize(block - first_block_);
  for (Block& kept : blocks_) {
    while (!kept.leaving.empty() && kept.leaving.back().to >= from) kept.leaving.pop_back();
    while (!kept.openings.empty() && kept.openings.back().to >= from) kept.openings.pop_back();
  }
  while (!orphans_.empty() && orphans_.back().to >= from) orphans_.pop_back();
  followed_to_ = from;
}

// Blocks leave as the trace's own do, whole. What was told later and rests on them is no longer
// known.
void PhaseTotals::trim_before(std::uint64_t first) {
  trimmed_to_ = first;
  if (first >= followed_to_) {
    // Nothing that was followed is left: begin anew.
    now_ = gone_ = open_ = {};
    orphans_.clear();
    blocks_.clear();
    return;
  }
  std::vector<Leaving> lost;
  while (!blocks_.empty() && first_block_ < first >> block_bits) {
    const Block& front = blocks_.front();
    std::copy_if(front.leaving.begin(), front.leaving.end(), std::back_inserter(lost),
                 [first](const Leaving& length) { return length.to >= first; });
    for (const Opening& opening : front.openings) {
      each_saved_by(opening, [&](EventNumber to) {
        if (to < first || to >= followed_to_) return;
        const Length saved{length_kind(Combined::Saved), opening.inferred, opening.took, to, to};
        lost.push_back({opening.took, to, id_of(saved), saved.kind});
      });
    }
    add(gone_, front);
    blocks_.pop_front();
    ++first_block_;
  }
  forget_lost(std::move(lost));
}

// The finishes of a connection's requests but the first.
template <class Visit>
void PhaseTotals::each_saved_by(const Opening& opening, Visit&& visit) const {
  const auto* told = index_.connection(opening.conn);
  if (told == nullptr) return;
  // As long as nothing has left, the first that is here is the connection's first.
  const bool has_first = told->requests.trimmed() == 0;
  for (const std::uint32_t request : told->requests) {
    if (has_first && request == told->requests.front()) continue;
    const auto row = requests_.row(request);
    if (row && row->finished != no_event) visit(row->finished);
  }
}

// The longest of a later block may have been one of the lost.
void PhaseTotals::forget_lost(std::vector<Leaving> lost) {
  const std::uint64_t first = index_.trace().first();
  std::erase_if(orphans_, [first](const Leaving& length) { return length.to < first; });
  for (const Leaving& length : lost) {
    const std::uint64_t block = length.to >> block_bits;
    const auto& longest = blocks_[block - first_block_].longest;
    const bool was_longest =
        std::any_of(longest.begin(), longest.end(), [&length](const Longest& one) {
          return one.kind == length.kind && one.to == length.to;
        });
    if (was_longest) find_longest_again(block, length.kind);
  }
  orphans_.insert(orphans_.end(), lost.begin(), lost.end());
  std::sort(orphans_.begin(), orphans_.end(),
            [](const Leaving& a, const Leaving& b) { return a.to < b.to; });
}

void PhaseTotals::find_longest_again(std::uint64_t block, LengthKind kind) {
  std::vector<Longest>& longest = blocks_[block - first_block_].longest;
  std::erase_if(longest, [kind](const Longest& one) { return one.kind == kind; });
  const std::uint64_t from = std::max(block << block_bits, index_.trace().first());
  const std::uint64_t to = std::min((block + 1) << block_bits, followed_to_);
  for (std::uint64_t number = from; number < to; ++number) {
    const auto at = static_cast<EventNumber>(number);
    each_length(at, index_.trace()[number], [&](const Length& length) {
      if (length.kind == kind) note_longest(longest, {length.took, at, kind});
    });
  }
}

// ---- Asking.

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
  for (std::uint64_t number = summed_to; number < end; ++number) {
    const auto at = static_cast<EventNumber>(number);
    count(sums, trace[number]);
    each_length(at, trace[number], [&](const Length& length) {
      const std::uint16_t id = known_id_of(length);
      if (id == no_id) return;
      sums.add(id, length.took);
      consider({length.took, at, length.kind});
    });
  }
  for (std::size_t id = 0; id < gone_.times.size(); ++id) {
    sums.times[id] -= gone_.times[id];
    sums.lengths_ns[id] -= gone_.lengths_ns[id];
  }
  for (std::size_t i = 0; i < sums.told.size(); ++i) sums.told[i] -= gone_.told[i];
  for (std::size_t i = 0; i < counter_count; ++i) sums.counters[i] -= gone_.counters[i];
  for (const Leaving& lost : orphans_) {
    if (lost.to >= summed_to) break;
    sums.add(lost.id, lost.took, -1);
  }
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
                      orphans_.capacity() * sizeof(Leaving) + keys_.capacity() * sizeof(Key) +
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
