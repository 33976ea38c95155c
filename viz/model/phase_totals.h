// PhaseTotals: the totals of a trace up to any of its events. It follows a TraceIndex and a
// RequestTable in bounded portions and adds up blocks of 4,096 events, so that a question costs
// much the same wherever the cursor stands and however long the trace is.
// Counted is what the trace still tells: a span whose begin was evicted has no length, and a late
// fact makes it go back. What is loaded counts the same as what was live, once follow() returns 0.
// Memory: some 1.5 bytes an event.
#pragma once

#include <deque>
#include <memory>

#include "core/trace/event_blocks.h"
#include "viz/model/lengths.h"
#include "viz/model/request_table.h"

namespace roundtrip::viz {

class PhaseTotals {
 public:
  PhaseTotals(const trace::TraceIndex& index, const RequestTable& requests);

  // Takes up to `most` further events that the table of requests has taken. Returns how many.
  std::size_t follow(std::size_t most = SIZE_MAX);
  std::uint64_t followed_to() const { return followed_to_; }

  // Of all events up to and with this one, as far as they were followed.
  Totals at(std::uint64_t event) const;
  std::size_t memory_bytes() const;

 private:
  static constexpr unsigned block_bits = trace::EventBlocks::block_bits;
  static constexpr std::uint16_t no_id = 0xffff;

  // A length that the event `to` told, and that rests on facts from `from` on.
  struct Length {
    LengthKind kind = 0;
    bool inferred = false;
    Duration took;
    trace::EventNumber from = trace::no_event;
    trace::EventNumber to = trace::no_event;
  };
  struct Longest {
    Duration took;
    trace::EventNumber to = trace::no_event;
    LengthKind kind = 0;
  };
  // By ids, which stand for buckets and grow as buckets occur.
  struct Sums {
    std::vector<std::uint32_t> times;
    std::vector<std::int64_t> lengths_ns;
    std::array<std::uint32_t, trace::phase_count> told{};
    std::array<std::uint64_t, counter_count> counters{};

    void add(std::uint16_t id, Duration length, int more = 1);
    void take_away(const Sums& lengths);
  };
  // A length that rests on a fact in one block and was told in a later one.
  struct Leaving {
    Duration took;
    trace::EventNumber to = trace::no_event;
    std::uint16_t id = 0;
    LengthKind kind = 0;
  };
  // A connection's set-up, on which rests what its requests but the first saved (which is as long
  // for each of them, so that no longest is kept of it).
  struct Opening {
    Duration took;
    std::uint32_t conn = 0;
    trace::EventNumber to = trace::no_event;
    bool inferred = false;
  };
  struct Times {
    std::uint16_t id = 0;
    std::uint16_t times = 0;
  };
  // Of the trace's events as many as it evicts at once.
  struct Block {
    // Of its own events, once it is whole.
    std::vector<Times> times;
    std::vector<std::int64_t> lengths_ns;  // beside them
    std::array<std::uint16_t, trace::phase_count> told{};
    std::array<std::uint64_t, counter_count> counters{};
    std::vector<Longest> longest;  // of each kind that occurs in it
    std::unique_ptr<Sums> before;  // of everything before it, now and then
    std::vector<Leaving> leaving;
    std::vector<Opening> openings;
  };
  // A set-up that was evicted. What its requests saved is taken away in portions: on one connection
  // there may have been hundreds of thousands.
  struct Forgetting {
    Opening opening;
    std::uint64_t until = 0;      // events from here on never counted it
    std::uint64_t looked_at = 0;  // so many of the connection's requests
  };

  // What one event tells (phase_totals_event.cpp).
  struct FewLengths {
    std::array<Length, 6> all;
    std::size_t count = 0;

    void add(const Length& length) { all[count++] = length; }
    const Length* begin() const { return all.data(); }
    const Length* end() const { return all.data() + count; }
  };
  void lengths_of(trace::EventNumber number, FewLengths& lengths) const;
  void lengths_of_request(trace::EventNumber number, FewLengths& lengths) const;
  template <class Target>
  static void count(Target& target, const trace::Event& event);

  void take(trace::EventNumber number);
  void seal(Block& block);
  void cut_from(std::uint64_t number);
  void trim_before(std::uint64_t first);
  void forget_lost(const std::vector<Leaving>& lost);
  std::size_t forget_saved(std::size_t most);
  std::size_t requests_saved_by(Forgetting& one, std::size_t most, std::vector<Leaving>& lost);
  std::uint16_t id_of(const Length& length);
  std::uint16_t known_id_of(const Length& length) const;
  static void note_longest(std::vector<Longest>& longest, const Longest& length);
  void find_longest_again(std::uint64_t block, LengthKind kind);
  Block& block_of(std::uint64_t number) { return blocks_[(number >> block_bits) - first_block_]; }
  static void add(Sums& sums, const Block& block);
  Sums before_block(std::uint64_t block) const;
  using LongestOfEach = std::array<Longest, length_kinds>;
  Totals spread(const Sums& sums, const LongestOfEach& longest) const;

  const trace::TraceIndex& index_;
  const RequestTable& requests_;
  std::uint64_t followed_to_ = 0;
  std::uint64_t rewinds_seen_ = 0;
  std::uint64_t trimmed_to_ = 0;
  std::uint64_t first_block_ = 0;
  std::deque<Block> blocks_;
  Sums open_;  // of the last block
  Sums now_;   // of everything that was followed
  Sums gone_;  // of what was evicted
  std::deque<Forgetting> forgetting_;
  // Which bucket an id stands for, and the ids in their order.
  struct Key {
    LengthKind kind = 0;
    bool inferred = false;
    std::uint16_t bucket = 0;
  };
  std::vector<Key> keys_;
  std::vector<std::uint16_t> in_order_;
  std::vector<std::uint16_t> ids_;  // by kind, inferred or not, and bucket
};

}  // namespace roundtrip::viz
