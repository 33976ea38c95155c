#include "core/trace/trace.h"

#include <algorithm>
#include <utility>

#include "core/trace/state_base.h"

namespace roundtrip::trace {
namespace {

constexpr std::size_t arena_capacity = 256 << 10;

std::uint64_t log_key(std::uint32_t conn, Log log) {
  return static_cast<std::uint64_t>(conn) << 2 | static_cast<std::uint64_t>(log);
}

}  // namespace

Trace::Trace(std::size_t limit_bytes, Evicted evicted)
    : limit_bytes_(limit_bytes), evicted_(evicted), base_(std::make_unique<StateBase>()) {}
Trace::~Trace() = default;

void Trace::begin_at(std::uint64_t number) {
  CHECK_THAT(end_ == 0 && blocks_.empty(), "a trace begins somewhere else only while it is empty");
  first_ = end_ = number;
  first_block_ = number >> block_bits;
  first_sample_ = (number + (1U << sample_bits) - 1) >> sample_bits;
}

void Trace::append(const Delivery& delivery) {
  for (const ByteSighting& piece : delivery.bytes) keep(piece, delivery.settled_to);
  insert_late(delivery.late);
  if (delivery.settled_to > settled_to_) settled_to_ = delivery.settled_to;
  losses_ = delivery.losses;
  if (limit_bytes_ == 0) return add(delivery.events);
  // A block at a time: a large delivery takes the place of old blocks, no memory beside them.
  const std::uint64_t first_before = first_;
  std::span<const Event> events = delivery.events;
  do {
    const std::size_t count = std::min<std::size_t>(events.size(), EventBlocks::block_events);
    add(events.first(count));
    events = events.subspan(count);
    evict();
  } while (!events.empty());
  if (first_ != first_before) tell_eviction();
}

void Trace::add(std::span<const Event> events) {
  while (!events.empty()) {
    const std::uint64_t place = end_ & block_mask;
    if (place == 0 || blocks_.empty()) blocks_.push_back(block_memory_.take());
    const std::size_t count = std::min(events.size(), EventBlocks::block_events - place);
    std::copy_n(events.begin(), count, blocks_.back() + place);
    for (const Event& event : events.first(count)) late_events_ += event.is_late() ? 1 : 0;
    end_ += count;
    events = events.subspan(count);
  }
  sample_times((first_sample_ + samples_.size()) << sample_bits);
}

// Anew from this event on, or from the sampled one after it.
void Trace::sample_times(std::uint64_t from) {
  const std::uint64_t first = (from + (1U << sample_bits) - 1) >> sample_bits;
  while (!samples_.empty() && first_sample_ + samples_.size() > first) samples_.pop_back();
  for (std::uint64_t number = (first_sample_ + samples_.size()) << sample_bits; number < end_;
       number += 1U << sample_bits) {
    samples_.push_back(at(number).time);
  }
}

// Merges from the back, so that every event moves at most once however many come late together.
void Trace::insert_late(std::span<const Event> late) {
  if (late.empty()) return;
  const auto before = [](const Event& a, const Event& b) {
    return a.time != b.time ? a.time < b.time : a.thread < b.thread;
  };
  std::vector<Event> sorted(late.begin(), late.end());
  for (Event& event : sorted) event.mark_late();
  std::stable_sort(sorted.begin(), sorted.end(), before);
  if (pinned_ && *pinned_ >= first_ && *pinned_ < end_) {
    const Event pinned = (*this)[*pinned_];
    for (const Event& event : sorted) *pinned_ += before(event, pinned) ? 1 : 0;
  }
  const std::uint64_t old_end = end_;
  add(sorted);
  std::uint64_t from = old_end;
  std::uint64_t to = end_;
  for (std::size_t left = sorted.size(); left > 0;) {
    if (from > first_ && before(sorted[left - 1], at(from - 1))) {
      at(--to) = at(--from);
    } else {
      at(--to) = sorted[--left];
    }
  }
  sample_times(std::min(to, old_end));
  if (to < old_end) insertions_.note(to);
}

std::uint64_t Trace::watch_evictions(EvictionWatcher watcher) const {
  watchers_.emplace_back(++watches_, std::move(watcher));
  return watches_;
}

void Trace::stop_watching(std::uint64_t watch) const {
  std::erase_if(watchers_, [watch](const auto& watcher) { return watcher.first == watch; });
}

std::uint64_t Trace::lower_bound(Instant time) const {
  const auto sample = std::lower_bound(samples_.begin(), samples_.end(), time);
  const std::uint64_t after = first_sample_ + static_cast<std::uint64_t>(sample - samples_.begin());
  std::uint64_t low = sample == samples_.begin() ? first_ : (after - 1) << sample_bits;
  std::uint64_t high = sample == samples_.end() ? end_ : after << sample_bits;
  while (low < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    if ((*this)[middle].time < time) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

std::optional<std::uint64_t> Trace::last_at(Instant time) const {
  const std::uint64_t after = lower_bound(Instant{time.ns + 1});
  if (after == first_) return std::nullopt;
  return after - 1;
}

const char* Trace::arena_at(const KeptPiece& piece) const {
  if (piece.arena < first_arena_) return nullptr;
  return arenas_[piece.arena - first_arena_].data.data() + piece.at;
}

// An evicted arena of the usual size serves again: fresh memory costs more than what is put in it.
void Trace::add_arena(std::size_t least) {
  Arena& fresh = arenas_.emplace_back();
  if (least <= arena_capacity && spare_arena_.capacity() > 0) {
    fresh.data = std::exchange(spare_arena_, {});
  }
  fresh.data.reserve(std::max(arena_capacity, least));
  arena_bytes_ += fresh.data.capacity();
}

void Trace::drop_arena() {
  std::vector<char>& oldest = arenas_.front().data;
  arena_bytes_ -= oldest.capacity();
  if (oldest.capacity() == arena_capacity) {
    spare_arena_ = std::move(oldest);
    spare_arena_.clear();
  }
  arenas_.pop_front();
  ++first_arena_;
}

// Whoever sees a byte first keeps it; what is seen again is compared, and kept only where new.
void Trace::keep(const ByteSighting& piece, Instant now) {
  ByteLog& log = logs_[log_key(piece.conn, piece.log)];
  log.conn = piece.conn;
  log.log = piece.log;
  auto& pieces = log.pieces;
  std::uint64_t offset = piece.offset;
  std::string_view rest = piece.data;
  while (!rest.empty()) {
    // As a rule a byte comes after all that were seen.
    auto after = pieces.end();
    if (!pieces.empty() && offset < pieces.back().range.end()) {
      after = std::upper_bound(
          pieces.begin(), pieces.end(), offset,
          [](std::uint64_t at, const KeptPiece& kept) { return at < kept.range.offset; });
    }
    if (after != pieces.begin() && (after - 1)->range.contains(offset)) {
      const KeptPiece& known = *(after - 1);
      const std::uint64_t skip = std::min<std::uint64_t>(rest.size(), known.range.end() - offset);
      if (const char* old = arena_at(known)) {
        const std::string_view first(old + (offset - known.range.offset), skip);
        const std::string_view again = rest.substr(0, skip);
        if (first != again) note_difference(log, offset, first, again);
      }
      rest.remove_prefix(skip);
      offset += skip;
      continue;
    }
    std::uint64_t length = rest.size();
    if (after != pieces.end()) length = std::min(length, after->range.offset - offset);
    if (arenas_.empty() || arenas_.back().data.size() + length > arena_capacity) {
      add_arena(length);
    }
    Arena& arena = arenas_.back();
    // The events of these bytes may be a horizon younger than what has settled by now.
    arena.newest = std::max(arena.newest, now + Duration{2 * limits::settling_horizon_ns});
    const KeptPiece kept{{offset, length},
                         first_arena_ + arenas_.size() - 1,
                         static_cast<std::uint32_t>(arena.data.size())};
    arena.data.insert(arena.data.end(), rest.begin(),
                      rest.begin() + static_cast<std::ptrdiff_t>(length));
    pieces.insert(after, kept);
    ++piece_count_;
    rest.remove_prefix(length);
    offset += length;
  }
}

void Trace::note_difference(ByteLog& log, std::uint64_t offset, std::string_view known,
                            std::string_view seen) {
  ++log.differing_sightings;
  const auto from = static_cast<std::size_t>(
      std::mismatch(known.begin(), known.end(), seen.begin()).first - known.begin());
  const auto same_at_end = static_cast<std::size_t>(
      std::mismatch(known.rbegin(), known.rend(), seen.rbegin()).first - known.rbegin());
  const std::string_view other = seen.substr(from, seen.size() - same_at_end - from);
  if (differing_bytes_ + other.size() > limits::kept_differing_bytes) return;
  differing_bytes_ += other.size();
  log.differing.push_back({offset + from, std::string(other)});
}

const ByteLog* Trace::log(std::uint32_t conn, Log log) const {
  const auto found = logs_.find(log_key(conn, log));
  return found == logs_.end() ? nullptr : &found->second;
}

std::vector<const ByteLog*> Trace::logs() const {
  std::vector<const ByteLog*> all;
  all.reserve(logs_.size());
  for (const auto& [key, log] : logs_) all.push_back(&log);
  std::sort(all.begin(), all.end(), [](const ByteLog* a, const ByteLog* b) {
    return log_key(a->conn, a->log) < log_key(b->conn, b->log);
  });
  return all;
}

std::string_view Trace::piece_data(const KeptPiece& piece) const {
  const char* data = arena_at(piece);
  return data == nullptr ? std::string_view{} : std::string_view(data, piece.range.length);
}

Trace::Excerpt Trace::bytes(std::uint32_t conn, Log which, ByteRange range) const {
  Excerpt excerpt;
  excerpt.data.assign(range.length, '\0');
  excerpt.kept.assign(range.length, false);
  const ByteLog* found = log(conn, which);
  if (found == nullptr) {
    excerpt.whole = range.empty();
    return excerpt;
  }
  std::uint64_t have = 0;
  auto piece = std::upper_bound(
      found->pieces.begin(), found->pieces.end(), range.offset,
      [](std::uint64_t at, const KeptPiece& kept) { return at < kept.range.offset; });
  if (piece != found->pieces.begin()) --piece;
  for (; piece != found->pieces.end() && piece->range.offset < range.end(); ++piece) {
    const char* data = arena_at(*piece);
    if (data == nullptr || !piece->range.overlaps(range)) continue;
    const std::uint64_t from = std::max(piece->range.offset, range.offset);
    const std::uint64_t to = std::min(piece->range.end(), range.end());
    excerpt.data.replace(from - range.offset, to - from, data + (from - piece->range.offset),
                         to - from);
    std::fill(excerpt.kept.begin() + static_cast<std::ptrdiff_t>(from - range.offset),
              excerpt.kept.begin() + static_cast<std::ptrdiff_t>(to - range.offset), true);
    have += to - from;
  }
  excerpt.whole = have == range.length;
  return excerpt;
}

std::string Trace::text(const Event& event) const {
  if (!event.has_bytes()) return {};
  Excerpt excerpt = bytes(event.conn, event.log, event.bytes());
  return excerpt.whole ? std::move(excerpt.data) : std::string{};
}

std::size_t Trace::memory_bytes() const {
  return blocks_.size() * EventBlocks::block_bytes + arena_bytes_ +
         piece_count_ * sizeof(KeptPiece);
}

void Trace::evict() {
  while (memory_bytes() > limit_bytes_ && blocks_.size() > 1) {
    const std::uint64_t next_first = (first_block_ + 1) << block_bits;
    // What is pinned stays, but not at any price: twice the limit is where it ends.
    if (pinned_ && *pinned_ < next_first && memory_bytes() < 2 * limit_bytes_) break;
    for (const auto& watcher : watchers_) watcher.second(first_, next_first);
    if (evicted_ == Evicted::Remembered) remember(next_first);
    block_memory_.give_back(blocks_.front());
    blocks_.pop_front();
    ++first_block_;
    first_ = next_first;
    const std::uint64_t sample = first_ >> sample_bits;
    samples_.trim(std::min<std::size_t>(samples_.size(), sample - first_sample_));
    first_sample_ = sample;
    const Instant oldest = (*this)[first_].time;
    while (arenas_.size() > 1 && arenas_.front().newest < oldest) drop_arena();
    if (++evictions_since_sweep_ >= 256) drop_evicted_pieces();
  }
}

// The events before this number are about to leave.
void Trace::remember(std::uint64_t next_first) {
  for (std::uint64_t number = first_; number < next_first; ++number) {
    base_->take_along((*this)[number], number);
  }
  base_->sweep();
}

// An event like others, so that a saved trace tells it too. Its moment is that of the newest event:
// nothing on this thread knows a better one.
void Trace::tell_eviction() {
  Event told;
  told.phase = Phase::TraceBlockEvicted;
  told.set_arg(0, first_);
  told.time = (*this)[end_ - 1].time;
  told.thread = (*this)[end_ - 1].thread;
  add({&told, 1});
}

void Trace::drop_evicted_pieces() {
  evictions_since_sweep_ = 0;
  for (auto log = logs_.begin(); log != logs_.end();) {
    piece_count_ -= std::erase_if(log->second.pieces, [this](const KeptPiece& piece) {
      return piece.arena < first_arena_;
    });
    log = log->second.pieces.empty() ? logs_.erase(log) : std::next(log);
  }
}

}  // namespace roundtrip::trace
