// Bus: the rings of all recording threads, the symbols they use, and the counts of what was not
// traced. Collector: takes records and bytes out of the rings, gives every record its Instant,
// brings them into one order and delivers what has settled. One thread at a time may collect.
// What is delivered enters a Trace by its one door, live and from a file alike.
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/huge_pages.h"
#include "core/trace/ring.h"
#include "core/trace/symbols.h"
#include "core/trace/tick_times.h"

namespace roundtrip::trace {

// What was served and left out of the trace, and what was lost; shown on screen and in the file.
struct LossCounts {
  std::uint64_t traced_requests = 0;
  std::uint64_t untraced_requests = 0;
  std::uint64_t untraced_connections = 0;
  std::uint64_t lost_records = 0;
  std::uint64_t bytes_not_kept = 0;
  bool operator==(const LossCounts&) const = default;
};

// One settled, ordered portion. The spans live only during the call that hands them over.
struct Delivery {
  std::span<const ByteSighting> bytes;  // these come before the events that refer to them
  std::span<const Event> events;        // ordered by (time, thread, sequence)
  std::span<const Event> late;          // older than what was delivered before
  Instant settled_to;                   // no event before this is still to come, but late ones
  LossCounts losses;
};

// Full for who tells of many requests. Small for who tells little: `run`'s threads and a server's
// occasional ones, whose memory need not be touched at every start. Tiny for a thread that serves
// one connection, of which there may be a thousand.
enum class RingSize : std::uint8_t { Tiny, Small, Full };

class Bus {
 public:
  // `lossless`: writers wait for room instead of leaving requests out (the `run` command).
  // Every page of a ring is touched when it is made (about 1 ms a MiB), so who is short of time and
  // lossless takes small ones.
  explicit Bus(bool lossless = false, std::size_t ring_records = limits::ring_records,
               std::size_t byte_ring_bytes = limits::byte_ring_bytes)
      : lossless_(lossless), ring_records_(ring_records), byte_ring_bytes_(byte_ring_bytes) {}

  // The calling thread's ring from now on; detach when the thread stops recording. A detached
  // ring is drained and then used again for the next thread that asks for such a size.
  // Null when as many threads record as may (limits::recording_threads).
  Ring* attach(RingSize size = RingSize::Full);
  void detach(Ring& ring);

  Symbols& symbols() { return symbols_; }
  bool lossless() const { return lossless_; }
  std::size_t ring_records() const { return ring_records_; }

  void count_traced_request() { traced_requests_.fetch_add(1, std::memory_order_relaxed); }
  void count_untraced_request() { untraced_requests_.fetch_add(1, std::memory_order_relaxed); }
  void count_untraced_connection() {
    untraced_connections_.fetch_add(1, std::memory_order_relaxed);
  }
  LossCounts losses() const;

  // The ticks at a moment of the realtime clock (a kernel time-stamp), and how far they may be off:
  // by reading the clocks, by the rate over the time that has passed, and by as much as the
  // realtime clock was set or slewed since the collector looked at it last.
  struct KernelStamp {
    std::uint64_t ticks = 0;
    std::uint32_t uncertainty_ns = 0;
  };
  KernelStamp stamp_from_realtime(std::int64_t realtime_ns) const;
  double ns_per_tick() const { return ns_per_tick_.load(std::memory_order_relaxed); }

  // The numbers of tasks, connections and requests, each counted from 1.
  // After four thousand million they begin anew, never with 0, which is none.
  std::uint32_t next_task() { return next(tasks_); }
  std::uint32_t next_conn() { return next(conns_); }
  std::uint32_t next_request() { return next(requests_); }

 private:
  friend class Collector;
  std::vector<Ring*> rings() const;
  static std::uint32_t next(std::atomic<std::uint32_t>& numbers) {
    const std::uint32_t number = ++numbers;
    return number != 0 ? number : ++numbers;
  }

  bool lossless_;
  std::size_t ring_records_;
  std::size_t byte_ring_bytes_;
  Symbols symbols_;
  mutable std::mutex mutex_;  // for attaching and the list of rings, not for recording
  std::deque<Ring> rings_;
  std::vector<Ring*> free_rings_;
  std::atomic<std::uint64_t> traced_requests_{0};
  std::atomic<std::uint64_t> untraced_requests_{0};
  std::atomic<std::uint64_t> untraced_connections_{0};
  std::atomic<double> ns_per_tick_{1.0};  // as the collector last measured it
  std::atomic<std::int64_t> realtime_offset_ns_{0};  // realtime - monotonic then; 0: not yet
  std::atomic<std::uint32_t> tasks_{0};
  std::atomic<std::uint32_t> conns_{0};
  std::atomic<std::uint32_t> requests_{0};
};

// Attaches the calling thread to the bus for as long as this object lives. A thread that finds no
// ring records nothing.
class ThreadRecording {
 public:
  explicit ThreadRecording(Bus& bus, RingSize size = RingSize::Full);
  ~ThreadRecording();
  ThreadRecording(const ThreadRecording&) = delete;
  ThreadRecording& operator=(const ThreadRecording&) = delete;

 private:
  Bus& bus_;
  Ring* before_;
};

class Collector {
 public:
  // Times count from `epoch_monotonic_ns` (process_start of base/clock.h, as a rule).
  Collector(Bus& bus, std::int64_t epoch_monotonic_ns,
            Duration horizon = Duration{limits::settling_horizon_ns});

  using Sink = std::function<void(const Delivery&)>;

  // Touches a piece (2 MiB) of the memory that a full ring's records need on their way, so that the
  // first burst does not wait for it. Optional, and slow (some ms): for the thread that will
  // collect, while nothing else is to do. False when all has been touched.
  bool prepare_piece();

  // Takes what the rings hold and hands the settled part to the sink. Returns how many records
  // were taken. With `flush`, everything counts as settled: for the end of a recording.
  std::size_t collect(const Sink& sink, bool flush = false);

  // When a record with these ticks happened, as far as the clocks have been sampled.
  Instant time_of(std::uint64_t ticks) const { return clock_.at(ticks); }
  // The realtime clock at Instant 0, for the file's header and the time of day on screen.
  std::int64_t epoch_realtime_ns() const;

 private:
  void make_room(std::size_t more);
  void take_ring(const Ring::Readable& readable);
  void tell_losses(std::uint64_t looked_ticks, std::uint64_t lost, std::uint64_t now_ticks);
  void tell_late(std::uint64_t now_ticks);

  Bus& bus_;
  std::int64_t epoch_ns_;
  Duration horizon_;
  TickTimes clock_;
  std::uint64_t settled_ticks_ = 0;
  // Ticks of the last look at what was lost, and how much it was then.
  std::uint64_t lost_looked_ticks_ = 0;
  std::uint64_t lost_seen_ = 0;
  Instant settled_to_;
  Instant delivered_to_;
  // Until they are delivered, events carry ticks as their time: ticks of all threads compare
  // exactly, and are converted once the clocks around them have been sampled.
  std::vector<Event, HugePageAllocator<Event>> pending_;  // in order from pending_begin_ on
  std::size_t pending_begin_ = 0;
  std::size_t prepared_events_ = 0;  // of its memory
  std::vector<Event> late_;
  std::vector<ByteSighting> sightings_;
  std::vector<std::uint64_t> bytes_read_to_;  // a ring each
};

}  // namespace roundtrip::trace
