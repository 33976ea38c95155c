// LoadIndex: the loads of a trace (many clients at once): for each its samples, when each answer
// had come, and what its server was. It follows a TraceIndex in bounded portions; layouts only
// read. Where a late fact enters the trace inside of a load, that load is taken anew.
// Memory: some 50 bytes a sample (of which a load tells 200 a second) and 16 an answer, up to the
// named limits; what is beyond them is counted in the totals and not drawn.
#pragma once

#include <optional>
#include <unordered_map>
#include <vector>

#include "core/base/duration_histogram.h"
#include "core/trace/index.h"

namespace roundtrip::viz {

// How things stood at a moment of a load.
struct LoadSample {
  trace::EventNumber event = trace::no_event;
  Instant at;
  std::uint32_t answered = 0;
  std::uint32_t connected = 0;
  std::uint32_t accept_queue = 0;
  std::uint32_t threads = 0;
  std::uint32_t run_queue = 0;  // the longest since the sample before
  std::uint64_t resident_bytes = 0;
  // From the load's beginning on; absent until told.
  std::optional<std::uint64_t> server_cpu_us;
  std::uint64_t clients_cpu_us = 0;
  std::uint64_t switches = 0;
  std::uint64_t preemptions = 0;
};

struct LoadAnswer {
  Instant at;        // the client has read its last byte
  Duration latency;  // from the moment at which the load's first client asked
};

struct LoadRun {
  static constexpr std::size_t most_samples = 100'000;
  static constexpr std::size_t most_answers = 200'000;

  trace::EventNumber begin = trace::no_event;
  trace::EventNumber end = trace::no_event;  // no_event: it goes on
  Instant begun;
  std::optional<Instant> ended;
  trace::Model model{};
  std::uint32_t workers = 0;
  std::optional<std::uint64_t> reserved_stack_bytes;  // of each thread
  std::uint32_t clients = 0;
  std::uint32_t requests = 0;
  trace::Symbol target;

  std::optional<Instant> first_connect;
  std::optional<Instant> first_accept;
  std::optional<Instant> last_accept;
  std::optional<Instant> first_ask;
  std::uint32_t accepted = 0;
  std::vector<LoadSample> samples;  // in order of time
  std::vector<LoadAnswer> answers;  // in order of time
  std::uint64_t answers_not_kept = 0;
  std::uint64_t stacks = 0;  // threads that told what they used of their stack, and the sum
  std::uint64_t stack_bytes = 0;
};

// What can be said of a load up to a moment.
struct LoadFigures {
  std::size_t answered = 0;
  std::optional<Duration> elapsed;  // from the first ask to the last answer so far
  std::optional<double> per_second;
  std::optional<Duration> shortest, half, nearly_all, longest;  // latencies; nearly all: 99 of 100
  const LoadSample* newest = nullptr;
  std::uint32_t accept_queue_most = 0;
  std::uint32_t run_queue_most = 0;
  std::uint32_t threads_most = 0;
  std::uint64_t resident_before = 0;
  std::uint64_t resident_most = 0;
};
LoadFigures figures_of(const LoadRun& load, Instant until);

class LoadIndex {
 public:
  explicit LoadIndex(const trace::TraceIndex& index) : index_(index) {}

  // Takes up to `most` further events that the index has taken. Returns how many it did.
  std::size_t follow(std::size_t most = SIZE_MAX);

  // In order of time.
  const std::vector<LoadRun>& loads() const { return loads_; }
  // The last that had begun at this event; null where none had.
  const LoadRun* load_at(trace::EventNumber event) const;
  std::size_t memory_bytes() const;

 private:
  static constexpr std::size_t most_loads = 256;
  struct Client {
    Instant asked;
    std::optional<Instant> read;
  };

  void take(trace::EventNumber number);
  void take_of_load(LoadRun& load, trace::EventNumber number, const trace::Event& event);
  void begin(trace::EventNumber number, const trace::Event& event);
  void go_back_to(std::uint64_t number);

  const trace::TraceIndex& index_;
  std::uint64_t followed_to_ = 0;
  std::uint64_t rewinds_seen_ = 0;
  std::vector<LoadRun> loads_;
  // Of the load that goes on.
  bool open_ = false;
  std::unordered_map<std::uint32_t, Client> clients_;
  std::uint32_t run_queue_ = 0;
  // Of the server that was made last.
  trace::Model model_{};
  std::uint32_t workers_ = 0;
  std::optional<std::uint64_t> reserved_stack_bytes_;
};

}  // namespace roundtrip::viz
