#include "core/trace/bus.h"

#include <doctest/doctest.h>

#include <barrier>
#include <thread>

#include "core/trace/recorder.h"
#include "core/trace/trace.h"

namespace roundtrip::trace {
namespace {

Collector::Sink into(Trace& trace) {
  return [&trace](const Delivery& delivery) { trace.append(delivery); };
}

// By time; within one nanosecond ticks decide, which are gone by now.
bool is_in_order(const Trace& trace) {
  for (std::uint64_t n = trace.first() + 1; n < trace.end(); ++n) {
    if (trace[n - 1].time > trace[n].time) return false;
  }
  return true;
}

// The id that each thread's next event has to have, counted from 1.
bool each_thread_is_whole(const Trace& trace, std::uint32_t threads, std::uint32_t count) {
  std::vector<std::uint32_t> next(threads + 1, 1);
  for (std::uint64_t n = trace.first(); n < trace.end(); ++n) {
    const Event& event = trace[n];
    if (event.phase == Phase::TraceLate) continue;
    if (event.task == 0 || event.task > threads || event.arg(0) != next[event.task]++) return false;
  }
  for (std::uint32_t thread = 1; thread <= threads; ++thread) {
    if (next[thread] != count + 1) return false;
  }
  return true;
}

// Ticks that lie at least a nanosecond after all that were read: some processors advance their
// counter in steps of ten nanoseconds and tell reads within one step apart by single ticks.
std::uint64_t ticks_of_a_later_nanosecond() {
  const ClockSample now = sample_clocks();
  while (monotonic_ns() < now.monotonic_ns + 1'000) {}
  return read_ticks();
}

}  // namespace

TEST_CASE("bus: what two threads record is collected in one order, nothing lost (lossless)") {
  constexpr std::uint32_t count = 200'000;
  Bus bus(true);
  Collector collector(bus, monotonic_ns());
  Trace trace;
  std::atomic<int> running{2};
  std::vector<std::thread> threads;
  std::barrier together(2);
  for (std::uint32_t task = 1; task <= 2; ++task) {
    threads.emplace_back([&bus, &running, &together, task] {
      const ThreadRecording recording(bus);
      together.arrive_and_wait();
      for (std::uint32_t i = 1; i <= count; ++i) instant<Phase::LifecycleNextRequest>({task}, i);
      --running;
    });
  }
  while (running > 0) {
    collector.collect(into(trace));
    std::this_thread::yield();
  }
  for (std::thread& thread : threads) thread.join();
  collector.collect(into(trace), true);
  // A writer that waits for room has read the clock before: its fact may come late, which is told.
  CHECK(trace.count() == 2 * count + trace.late_events());
  CHECK(is_in_order(trace));
  CHECK(each_thread_is_whole(trace, 2, count));
  CHECK(trace.losses().lost_records == 0);
}

TEST_CASE("bus: what happened on one thread after another comes after it in the trace") {
  constexpr std::uint32_t rounds = 2'000;
  Bus bus(true);
  Collector collector(bus, monotonic_ns());
  Trace trace;
  std::barrier turn(2);
  const auto run = [&](std::uint32_t task) {
    const ThreadRecording recording(bus);
    for (std::uint32_t i = 0; i < rounds; ++i) {
      if (i % 2 + 1 == task) instant<Phase::LifecycleNextRequest>({task}, i);
      turn.arrive_and_wait();
    }
  };
  std::thread first(run, 1U);
  std::thread second(run, 2U);
  first.join();
  second.join();
  collector.collect(into(trace), true);
  REQUIRE(trace.count() == rounds);
  for (std::uint32_t i = 0; i < rounds; ++i) REQUIRE(trace[i].arg(0) == i);
}

TEST_CASE("bus: an event waits behind the horizon, a flush settles it") {
  Bus bus;
  Collector collector(bus, monotonic_ns(), Duration::seconds(1000));
  Trace trace;
  const ThreadRecording recording(bus);
  instant<Phase::ReadReadable>({1, 1});
  CHECK(collector.collect(into(trace)) == 1);
  CHECK(trace.empty());
  CHECK(collector.collect(into(trace)) == 0);
  CHECK(trace.empty());
  collector.collect(into(trace), true);
  CHECK(trace.count() == 1);
}

TEST_CASE("bus: a fact older than what was delivered is handed over as late, in its place") {
  Bus bus;
  Collector collector(bus, monotonic_ns());
  Trace trace;
  const ThreadRecording recording(bus);
  instant<Phase::ReadReadable>({1, 1});
  const std::uint64_t between = ticks_of_a_later_nanosecond();
  static_cast<void>(ticks_of_a_later_nanosecond());
  instant<Phase::ReadReadable>({2, 1});
  collector.collect(into(trace), true);
  fact<Phase::TransmitAckIn>(Kind::Instant, {between}, {0, 1}, {}, 20U);
  instant<Phase::ReadReadable>({3, 1});
  collector.collect(into(trace), true);
  REQUIRE(trace.count() == 5);
  CHECK(trace[0].task == 1);
  CHECK(trace[1].phase == Phase::TransmitAckIn);
  CHECK(trace[2].task == 2);
  CHECK(trace[3].task == 3);
  CHECK(trace.late_events() == 1);
  CHECK(trace.insertions().lowest_since(0) == 1);
  CHECK(trace[1].is_late());
  // When it became known is a fact of its own.
  CHECK(trace[4].phase == Phase::TraceLate);
  CHECK(trace[4].conn == 1);
  CHECK(trace[4].arg("phase") == static_cast<std::uint64_t>(Phase::TransmitAckIn));
  CHECK(trace[4].arg("by").value_or(0) > 0);
}

TEST_CASE("bus: where records were lost is told, from one look to the next") {
  Bus bus(false, 8, 1024);
  Collector collector(bus, monotonic_ns() - 1'000'000);
  Trace trace;
  const ThreadRecording recording(bus);
  const auto tell = [](std::uint32_t count) {
    for (std::uint32_t i = 0; i < count; ++i) instant<Phase::ReadReadable>({1, 1});
  };
  tell(3);
  collector.collect(into(trace), true);
  CHECK(trace.count() == 3);
  tell(12);
  collector.collect(into(trace), true);
  REQUIRE(trace.count() == 3 + 8 + 2);
  CHECK(trace[3].phase == Phase::TraceRecordsLost);
  CHECK(trace[3].begins());
  CHECK(trace[3].arg("records") == 4U);
  CHECK(trace[12].phase == Phase::TraceRecordsLost);
  CHECK(trace[12].ends());
  tell(2);
  collector.collect(into(trace), true);
  CHECK(trace.count() == 15);
}

TEST_CASE("bus: nothing lies before Instant 0, whatever the clocks say") {
  Bus bus;
  Collector collector(bus, monotonic_ns() + 1'000'000'000);
  Trace trace;
  const ThreadRecording recording(bus);
  instant<Phase::ReadReadable>({1, 1});
  fact<Phase::ReadReadable>(Kind::Instant, {1}, {2, 1}, {});
  collector.collect(into(trace), true);
  fact<Phase::ReadReadable>(Kind::Instant, {2}, {3, 1}, {});
  collector.collect(into(trace), true);
  for (std::uint64_t n = 0; n < trace.end(); ++n) CHECK(trace[n].time == Instant{});
}

TEST_CASE("bus: a kernel stamp is the less certain the older it is") {
  Bus bus;
  const Collector collector(bus, monotonic_ns());
  const std::int64_t now = realtime_ns();
  CHECK(bus.stamp_from_realtime(now - 1'000'000'000).uncertainty_ns >= 1'000'000);
  CHECK(bus.stamp_from_realtime(now - 10'000'000'000'000).uncertainty_ns == 4'000'000'000);
  CHECK(bus.stamp_from_realtime(now).ticks <= read_ticks() + 1'000'000);
}

TEST_CASE("bus: times follow the monotonic clock from the epoch on") {
  Bus bus;
  const std::int64_t epoch = monotonic_ns() - 5'000'000'000;
  Collector collector(bus, epoch);
  Trace trace;
  const ThreadRecording recording(bus);
  const std::int64_t before = monotonic_ns();
  instant<Phase::ReadReadable>({1, 1});
  const std::int64_t after = monotonic_ns();
  collector.collect(into(trace), true);
  constexpr std::int64_t slack_ns = 50'000;  // the first samples are young
  CHECK(trace[0].time.ns >= before - epoch - slack_ns);
  CHECK(trace[0].time.ns <= after - epoch + slack_ns);
}

TEST_CASE("bus: a ring that was given back serves the next thread") {
  Bus bus;
  Ring* first = nullptr;
  {
    const ThreadRecording recording(bus);
    first = this_thread_ring;
    instant<Phase::ReadReadable>({1, 1});
  }
  const ThreadRecording recording(bus);
  CHECK(this_thread_ring == first);
  instant<Phase::ReadReadable>({2, 1});
  Collector collector(bus, monotonic_ns());
  Trace trace;
  collector.collect(into(trace), true);
  CHECK(trace.count() == 2);
}

TEST_CASE("bus: bytes reach the trace before the events that refer to them") {
  Bus bus;
  Collector collector(bus, monotonic_ns());
  const ThreadRecording recording(bus);
  keep_bytes({1, 1}, Log::In, 0, "GET /");
  instant<Phase::ReadLineFound>({1, 1, 1}, Bytes{Log::In, {0, 5}});
  Trace trace;
  bool missing = false;
  collector.collect(
      [&](const Delivery& delivery) {
        trace.append(delivery);
        for (const Event& event : delivery.events) {
          missing = missing || trace.text(event) != "GET /";
        }
      },
      true);
  CHECK(trace.count() == 1);
  CHECK_FALSE(missing);
}

TEST_CASE("bus: counts of what was not traced reach the trace") {
  Bus bus;
  bus.count_traced_request();
  bus.count_untraced_request();
  bus.count_untraced_request();
  bus.count_untraced_connection();
  Collector collector(bus, monotonic_ns());
  Trace trace;
  collector.collect(into(trace), true);
  CHECK(trace.losses() == LossCounts{1, 2, 1, 0, 0});
}

TEST_CASE("bus: ticks before, between and after the samples turn into times in order") {
  // A clock of 2 ticks a nanosecond that the kernel slews a little from sample to sample.
  const auto sample = [](std::uint64_t ticks, std::int64_t ns) {
    return ClockSample{ticks, ns, 0, 10};
  };
  TickTimes times(1000, sample(2'000'000, 1'000'000), sample(4'000'000, 2'000'000), Duration{1000});
  CHECK(times.at(3'000'000) == Instant{1'499'000});
  times.add(sample(4'000'100, 2'000'060), false);  // too soon to say anything
  CHECK(times.newest().ticks == 4'000'000);
  times.add(sample(6'000'000, 3'000'400), false);
  times.add(sample(8'000'000, 4'000'000), false);
  CHECK(times.at(5'000'000) == Instant{2'499'200});
  CHECK(times.at(2'000'000 - 2'000) == Instant{999'000 - 1'000});
  std::vector<Event> events;
  for (std::uint64_t ticks = 1'000'000; ticks < 9'000'000; ticks += 777) {
    events.emplace_back().time.ns = static_cast<std::int64_t>(ticks);
  }
  const std::vector<Event> raw = events;
  times.convert(events.begin(), events.end(), Instant{INT64_MIN});
  for (std::size_t i = 0; i < events.size(); ++i) {
    REQUIRE(events[i].time == times.at(static_cast<std::uint64_t>(raw[i].time.ns)));
    if (i > 0) REQUIRE(events[i - 1].time <= events[i].time);
  }
}

}  // namespace roundtrip::trace
