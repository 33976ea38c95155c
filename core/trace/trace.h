// Trace: what happened, in order of time and, within a nanosecond, of the ticks. The one store that
// live recording and files both fill, by the same door (`append`), and that everything on screen is
// computed from. Belongs to one thread.
// Events have numbers that never change as blocks are evicted; on screen they count from 1.
// Bounded: beyond its limit the oldest blocks leave first. Bytes live once, in one sparse log per
// connection and direction, addressed by 64-bit offset in the connection's stream.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/trace/bus.h"
#include "core/trace/containers.h"
#include "core/trace/event.h"
#include "core/trace/event_blocks.h"
#include "core/trace/symbols.h"

namespace roundtrip::trace {

// The clock of packets that somebody captured: theirs, whatever it was.
inline constexpr std::string_view of_a_capture = "capture";

// What a trace says about itself in its first line.
struct TraceInfo {
  std::string scenario;             // "01-hello"; empty for live traffic
  std::string build;                // program name and version
  std::string machine;              // kernel, processor, cores
  std::string clock;                // "TSC", "CLOCK_MONOTONIC" or of_a_capture
  std::int64_t epoch_realtime_ns = 0;  // the realtime clock at Instant 0
  std::uint64_t pid = 0;               // of the recorded process; 0 where it is not known
  std::uint64_t event_cost_ps = 0;     // of recording one event (event_cost.h); 0: not measured
  bool operator==(const TraceInfo&) const = default;
};

// One piece of a byte log that was kept.
struct KeptPiece {
  ByteRange range;
  std::uint64_t arena = 0;
  std::uint32_t at = 0;
};

// Bytes that were kept before, and that somebody saw otherwise: from the first that differs to the
// last.
struct DifferingSighting {
  std::uint64_t offset = 0;
  std::string data;
  ByteRange range() const { return {offset, data.size()}; }
  bool operator==(const DifferingSighting&) const = default;
};

// The kept bytes of one direction of one connection, sorted by offset. Ranges that were never kept,
// or have been evicted, are simply not there.
struct ByteLog {
  std::uint32_t conn = 0;
  Log log = Log::None;
  std::vector<KeptPiece> pieces;
  std::uint64_t differing_sightings = 0;     // how often bytes were seen otherwise than before
  std::vector<DifferingSighting> differing;  // those of them that are kept (limits.h), in order
};

// A line of a trace file that this program does not understand (a later phase, another program's
// event): kept as it stands, so that saving writes it back in its place.
struct ForeignLine {
  std::uint64_t before = 0;  // the number of the event that it stood before
  std::string text;
};

struct StateBase;

class Trace {
 public:
  // What evicted events led to: kept as the base of what is left, or forgotten with them, where
  // nobody will ask for a state or save the trace.
  enum class Evicted : std::uint8_t { Remembered, Forgotten };
  // `limit_bytes`: of memory for events and bytes; 0 means no limit (a file).
  explicit Trace(std::size_t limit_bytes = 0, Evicted evicted = Evicted::Remembered);
  ~Trace();
  Trace(const Trace&) = delete;
  Trace& operator=(const Trace&) = delete;

  // The one door.
  void append(const Delivery& delivery);
  // Of a trace that nothing was appended to yet: its first event gets this number, because those
  // before were evicted; `base()` is to be filled in.
  void begin_at(std::uint64_t number);
  // What the evicted events led to (state_base.h).
  StateBase& base() { return *base_; }
  const StateBase& base() const { return *base_; }

  // Events by number: those in [first(), end()) are here; earlier ones were evicted.
  std::uint64_t first() const { return first_; }
  std::uint64_t end() const { return end_; }
  std::uint64_t count() const { return end_ - first_; }
  bool empty() const { return first_ == end_; }
  const Event& operator[](std::uint64_t number) const {
    return blocks_[(number >> block_bits) - first_block_][number & block_mask];
  }
  // The first event at or after a moment; end() when there is none.
  std::uint64_t lower_bound(Instant time) const;
  // The last event at or before a moment; empty when there is none.
  std::optional<std::uint64_t> last_at(Instant time) const;
  // Where late events were inserted before end(): what was derived from there on has to be derived
  // again, and numbers from there on have moved.
  const Changes& insertions() const { return insertions_; }

  // Calls back before events [from, to) are evicted, while they can still be read. Watching is no
  // part of what a trace is, so it is open to readers.
  using EvictionWatcher = std::function<void(std::uint64_t from, std::uint64_t to)>;
  std::uint64_t watch_evictions(EvictionWatcher watcher) const;
  void stop_watching(std::uint64_t watch) const;

  // Bytes. `bytes` returns what is kept of a range; missing bytes come as '\0' with `kept` telling
  // which are real.
  const ByteLog* log(std::uint32_t conn, Log log) const;
  struct Excerpt {
    std::string data;
    std::vector<bool> kept;
    bool whole = false;
  };
  Excerpt bytes(std::uint32_t conn, Log log, ByteRange range) const;
  // All logs, by connection and direction, and what is kept of one piece (empty once evicted).
  std::vector<const ByteLog*> logs() const;
  std::string_view piece_data(const KeptPiece& piece) const;
  // The text of an event's range where all of it is kept; empty otherwise.
  std::string text(const Event& event) const;

  Symbols& symbols() { return *symbols_; }
  const Symbols& symbols() const { return *symbols_; }
  // Live: the trace shares the bus's symbols.
  void share_symbols(Symbols& symbols) { symbols_ = &symbols; }

  std::vector<ForeignLine>& foreign_lines() { return foreign_lines_; }
  const std::vector<ForeignLine>& foreign_lines() const { return foreign_lines_; }

  TraceInfo& info() { return info_; }
  const TraceInfo& info() const { return info_; }
  const LossCounts& losses() const { return losses_; }
  Instant settled_to() const { return settled_to_; }
  std::uint64_t evicted_events() const { return first_; }
  std::uint64_t late_events() const { return late_events_; }
  std::size_t memory_bytes() const;

  // Memory for the next events, of EventBlocks::piece_bytes and touched already: fresh memory costs
  // more than what is put in it, and another thread may pay that. Wanted when what is left of it
  // ends soon; a trace that has reached its limit goes round in what it has.
  bool wants_memory() const {
    return block_memory_.ends_soon() &&
           (limit_bytes_ == 0 || memory_bytes() + EventBlocks::piece_bytes < limit_bytes_);
  }
  void give_memory(HugePages piece) { block_memory_.add(std::move(piece)); }

  // Blocks from this event on stay when others are evicted (what is held or selected).
  void pin(std::optional<std::uint64_t> number) { pinned_ = number; }

 private:
  static constexpr unsigned block_bits = EventBlocks::block_bits;
  static constexpr std::uint64_t block_mask = EventBlocks::block_events - 1;
  static constexpr unsigned sample_bits = 6;
  struct Arena {
    std::vector<char> data;
    Instant newest;
  };

  void add(std::span<const Event> events);
  void sample_times(std::uint64_t from);
  void tell_eviction();
  void insert_late(std::span<const Event> late);
  void keep(const ByteSighting& piece, Instant now);
  void note_difference(ByteLog& log, std::uint64_t offset, std::string_view known,
                       std::string_view seen);
  void add_arena(std::size_t least);
  void drop_arena();
  void evict();
  void remember(std::uint64_t next_first);
  Event& at(std::uint64_t number) {
    return blocks_[(number >> block_bits) - first_block_][number & block_mask];
  }
  const char* arena_at(const KeptPiece& piece) const;
  void drop_evicted_pieces();

  std::size_t limit_bytes_;
  Evicted evicted_;
  EventBlocks block_memory_;
  std::deque<Event*> blocks_;
  std::uint64_t first_block_ = 0;
  std::uint64_t first_ = 0;
  std::uint64_t end_ = 0;
  // When every 64th event was, so that a search by time touches little of what lies far apart.
  TrimmedList<Instant> samples_;
  std::uint64_t first_sample_ = 0;
  Changes insertions_;
  std::uint64_t late_events_ = 0;
  std::optional<std::uint64_t> pinned_;
  std::unique_ptr<StateBase> base_;

  std::deque<Arena> arenas_;
  std::uint64_t first_arena_ = 0;
  std::size_t arena_bytes_ = 0;
  std::size_t differing_bytes_ = 0;  // kept beside those seen first
  std::vector<char> spare_arena_;
  std::unordered_map<std::uint64_t, ByteLog> logs_;
  std::size_t piece_count_ = 0;
  std::uint64_t evictions_since_sweep_ = 0;
  mutable std::vector<std::pair<std::uint64_t, EvictionWatcher>> watchers_;
  mutable std::uint64_t watches_ = 0;

  Symbols own_symbols_;
  Symbols* symbols_ = &own_symbols_;
  TraceInfo info_;
  std::vector<ForeignLine> foreign_lines_;
  LossCounts losses_;
  Instant settled_to_;
};

}  // namespace roundtrip::trace
