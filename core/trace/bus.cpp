#include "core/trace/bus.h"

#include <algorithm>
#include <cstdlib>

#include "core/base/check.h"
#include "core/trace/recorder.h"

namespace roundtrip::trace {

constinit thread_local Ring* this_thread_ring = nullptr;

namespace {

constexpr double rate_error = 1e-3;  // of ticks, at most, from the first two readings on

}  // namespace

Ring* Bus::attach(RingSize size) {
  std::size_t records = ring_records_;
  std::size_t bytes = byte_ring_bytes_;
  if (size == RingSize::Small) {
    records = std::min(records, limits::small_ring_records);
    bytes = std::min(bytes, limits::small_byte_ring_bytes);
  } else if (size == RingSize::Tiny) {
    records = std::min(records, limits::tiny_ring_records);
    bytes = std::min(bytes, limits::tiny_byte_ring_bytes);
  }
  const std::lock_guard lock(mutex_);
  const auto fits = [&](const Ring* ring) { return ring->capacity() == records; };
  auto free = std::find_if(free_rings_.begin(), free_rings_.end(), [&](const Ring* ring) {
    return fits(ring) && ring->readable().count() == 0;
  });
  // A tiny one that still holds what its thread before told is too small for another's story.
  const bool more = size == RingSize::Tiny && rings_.size() < limits::recording_threads;
  if (free == free_rings_.end() && !more) {
    free = std::find_if(free_rings_.begin(), free_rings_.end(), fits);
  }
  if (free != free_rings_.end()) {
    Ring* const ring = *free;
    free_rings_.erase(free);
    return ring;
  }
  if (rings_.size() >= limits::recording_threads) return nullptr;
  return &rings_.emplace_back(static_cast<std::uint16_t>(rings_.size() + 1), lossless_, records,
                              bytes);
}

void Bus::detach(Ring& ring) {
  const std::lock_guard lock(mutex_);
  free_rings_.push_back(&ring);
}

std::vector<Ring*> Bus::rings() const {
  const std::lock_guard lock(mutex_);
  std::vector<Ring*> all;
  all.reserve(rings_.size());
  for (const Ring& ring : rings_) all.push_back(const_cast<Ring*>(&ring));
  return all;
}

Bus::KernelStamp Bus::stamp_from_realtime(std::int64_t realtime_ns) const {
  const ClockSample now = sample_clocks();
  const auto ago = static_cast<double>(now.realtime_ns - realtime_ns);
  const double ticks_ago = ago / ns_per_tick_.load(std::memory_order_relaxed);
  const std::int64_t offset = now.realtime_ns - now.monotonic_ns;
  const std::int64_t known = realtime_offset_ns_.load(std::memory_order_relaxed);
  const std::int64_t moved = known == 0 ? 0 : std::abs(offset - known);
  const double off = static_cast<double>(now.uncertainty_ns) + std::abs(ago) * rate_error +
                     static_cast<double>(moved > 2 * now.uncertainty_ns ? moved : 0);
  return {now.ticks - static_cast<std::uint64_t>(static_cast<std::int64_t>(ticks_ago)),
          static_cast<std::uint32_t>(std::min(off, 4e9))};
}

LossCounts Bus::losses() const {
  LossCounts counts;
  counts.traced_requests = traced_requests_.load(std::memory_order_relaxed);
  counts.untraced_requests = untraced_requests_.load(std::memory_order_relaxed);
  counts.untraced_connections = untraced_connections_.load(std::memory_order_relaxed);
  for (const Ring* ring : rings()) {
    counts.lost_records += ring->lost();
    counts.bytes_not_kept += ring->bytes_not_kept();
  }
  return counts;
}

ThreadRecording::ThreadRecording(Bus& bus, RingSize size)
    : bus_(bus), before_(this_thread_ring) {
  this_thread_ring = bus.attach(size);
}

ThreadRecording::~ThreadRecording() {
  if (this_thread_ring != nullptr) bus_.detach(*this_thread_ring);
  this_thread_ring = before_;
}

namespace {

bool in_order(const Event& a, const Event& b) {
  return a.time != b.time ? a.time < b.time : a.thread < b.thread;
}

bool before_ticks(const Event& event, std::uint64_t ticks) {
  return static_cast<std::uint64_t>(event.time.ns) < ticks;
}

// Two readings of the clocks, far enough apart for a first rate of about 1 part in 1,000.
TickTimes first_times(std::int64_t epoch_monotonic_ns, Duration horizon) {
  const ClockSample first = sample_clocks();
  ClockSample second = sample_clocks();
  while (second.monotonic_ns - first.monotonic_ns < 50'000) second = sample_clocks();
  const Duration spacing{std::min<std::int64_t>(5'000'000, horizon.ns / 4)};
  return {epoch_monotonic_ns, first, second, spacing};
}

}  // namespace

Collector::Collector(Bus& bus, std::int64_t epoch_monotonic_ns, Duration horizon)
    : bus_(bus), epoch_ns_(epoch_monotonic_ns), horizon_(horizon),
      clock_(first_times(epoch_monotonic_ns, horizon)) {
  bus_.ns_per_tick_.store(clock_.ns_per_tick(), std::memory_order_relaxed);
  // Of a busy worker what waits behind the horizon, and what its full ring brings, come to less
  // than two rings; the third is for what is delivered and not moved away yet. Two workers are
  // usual.
  if (!bus_.lossless()) pending_.reserve(2 * 3 * bus_.ring_records());
}

bool Collector::prepare_piece() {
  prepared_events_ = std::max(prepared_events_, pending_.size());
  const std::size_t piece = std::min(huge_page_bytes / sizeof(Event),
                                     pending_.capacity() - prepared_events_);
  touch_pages(pending_.data() + prepared_events_, piece * sizeof(Event));
  prepared_events_ += piece;
  return prepared_events_ < pending_.capacity();
}

// Before so many more are taken. What is delivered makes room only when there is none else: to move
// the rest costs, and to go on into fresh memory costs most. Where that would not be room enough,
// more memory is needed in any case.
void Collector::make_room(std::size_t more) {
  const bool fits = pending_.size() + more <= pending_.capacity();
  const std::size_t waiting = pending_.size() - pending_begin_;
  if (fits || waiting + more > pending_.capacity()) return;
  const auto begin = pending_.begin();
  pending_.erase(begin, begin + static_cast<std::ptrdiff_t>(pending_begin_));
  pending_begin_ = 0;
}

std::int64_t Collector::epoch_realtime_ns() const {
  const ClockSample& sample = clock_.newest();
  return sample.realtime_ns - (sample.monotonic_ns - epoch_ns_);
}

// Appends one ring's new records to what is pending and brings the whole into order. One busy
// thread writes in order, so as a rule nothing moves.
void Collector::take_ring(const Ring::Readable& readable) {
  const auto old_end = static_cast<std::ptrdiff_t>(pending_.size());
  bool any_late = false;
  for (const auto& part : {readable.first, readable.second}) {
    for (const Record& record : part) {
      Event& event = pending_.emplace_back();
      static_cast<Facts&>(event) = record;
      event.time.ns = static_cast<std::int64_t>(record.ticks);
      if (record.ticks < settled_ticks_) any_late = true;
    }
  }
  const auto begin = pending_.begin() + static_cast<std::ptrdiff_t>(pending_begin_);
  const auto middle = pending_.begin() + old_end;
  if (!std::is_sorted(middle, pending_.end(), in_order)) {
    std::stable_sort(middle, pending_.end(), in_order);
  }
  if (any_late) {
    const auto on_time =
        std::lower_bound(middle, pending_.end(), settled_ticks_, before_ticks);
    const auto old_late = static_cast<std::ptrdiff_t>(late_.size());
    late_.insert(late_.end(), middle, on_time);
    clock_.convert(late_.begin() + old_late, late_.end(), Instant{});
    // What is converted later, at another rate, does not come before it.
    delivered_to_ = std::max(delivered_to_, late_.back().time);
    pending_.erase(middle, on_time);
  }
  const auto join = pending_.begin() + old_end;
  if (join != begin && join != pending_.end() && in_order(*join, *(join - 1))) {
    // Only the stretch that overlaps has to be merged.
    const auto from = std::upper_bound(begin, join, *join, in_order);
    std::inplace_merge(from, join, pending_.end(), in_order);
  }
}

// Whose records were lost nobody knows: everyone's who told something between the two looks.
void Collector::tell_losses(std::uint64_t looked_ticks, std::uint64_t lost,
                            std::uint64_t now_ticks) {
  if (lost > lost_seen_) {
    Event begin;
    begin.phase = Phase::TraceRecordsLost;
    begin.kind = Kind::Begin;
    begin.time.ns = static_cast<std::int64_t>(std::max(lost_looked_ticks_, settled_ticks_));
    begin.set_arg(0, lost - lost_seen_);
    Event end = begin;
    end.kind = Kind::End;
    end.present = 0;
    end.time.ns = static_cast<std::int64_t>(now_ticks);
    const auto from = pending_.begin() + static_cast<std::ptrdiff_t>(pending_begin_);
    pending_.insert(std::lower_bound(from, pending_.end(), begin, in_order), begin);
    pending_.push_back(end);
  }
  lost_seen_ = lost;
  lost_looked_ticks_ = looked_ticks;
}

// When each late fact became known, and how long after all others of its time.
void Collector::tell_late(std::uint64_t now_ticks) {
  const Instant settled = clock_.at(settled_ticks_);
  for (const Event& late : late_) {
    Event& told = pending_.emplace_back();
    told.phase = Phase::TraceLate;
    told.conn = late.conn;
    told.thread = late.thread;
    told.time.ns = static_cast<std::int64_t>(now_ticks);
    const std::int64_t by_ns = std::max<std::int64_t>(0, (settled - late.time).ns);
    told.set_arg(0, static_cast<std::uint64_t>(by_ns));
    told.set_arg(1, static_cast<std::uint64_t>(late.phase));
  }
}

std::size_t Collector::collect(const Sink& sink, bool flush) {
  // The heads are read before the clock is: every record taken is then older than the sample.
  const std::vector<Ring*> rings = bus_.rings();
  std::vector<Ring::Readable> readable;
  readable.reserve(rings.size());
  for (const Ring* ring : rings) readable.push_back(ring->readable());
  const std::uint64_t looked_ticks = read_ticks();
  const LossCounts losses = bus_.losses();
  const ClockSample now = sample_clocks();
  clock_.add(now, flush);
  bus_.ns_per_tick_.store(clock_.ns_per_tick(), std::memory_order_relaxed);
  bus_.realtime_offset_ns_.store(now.realtime_ns - now.monotonic_ns, std::memory_order_relaxed);

  std::size_t taken = 0;
  for (std::size_t i = 0; i < rings.size(); ++i) {
    if (readable[i].count() == 0) continue;
    make_room(readable[i].count());
    take_ring(readable[i]);
    taken += readable[i].count();
    rings[i]->consume(readable[i].count());
  }

  tell_losses(looked_ticks, losses.lost_records, now.ticks);
  tell_late(now.ticks);

  const auto horizon_ticks = static_cast<std::uint64_t>(
      static_cast<double>(horizon_.ns) / clock_.ns_per_tick());
  const std::uint64_t settle_to = flush ? now.ticks : now.ticks - horizon_ticks;
  settled_ticks_ = std::max(settled_ticks_, settle_to);
  const auto begin = pending_.begin() + static_cast<std::ptrdiff_t>(pending_begin_);
  const auto settled = flush ? pending_.end()
                             : std::lower_bound(begin, pending_.end(), settled_ticks_,
                                                before_ticks);
  clock_.convert(begin, settled, delivered_to_);
  if (settled != begin) delivered_to_ = (settled - 1)->time;
  settled_to_ = std::max(settled_to_, clock_.at(settled_ticks_));

  Delivery delivery;
  delivery.events = {begin, settled};
  delivery.late = late_;
  delivery.settled_to = settled_to_;
  delivery.losses = losses;
  // Bytes are handed over straight from the byte rings, with or ahead of the events that refer to
  // them: a record was taken after its bytes were written, and events wait behind the horizon.
  sightings_.clear();
  bytes_read_to_.clear();
  for (const Ring* ring : rings) {
    bytes_read_to_.push_back(
        ring->read_bytes([this](const ByteSighting& piece) { sightings_.push_back(piece); }));
  }
  delivery.bytes = sightings_;
  sink(delivery);
  for (std::size_t i = 0; i < rings.size(); ++i) rings[i]->consume_bytes(bytes_read_to_[i]);
  late_.clear();
  pending_begin_ = static_cast<std::size_t>(settled - pending_.begin());
  if (pending_begin_ == pending_.size()) {
    pending_.clear();
    pending_begin_ = 0;
  }
  return taken;
}

}  // namespace roundtrip::trace
