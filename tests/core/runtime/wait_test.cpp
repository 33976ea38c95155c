// Waits: exactly one wake for one parking however many try, timers, signals, the pool for blocking
// calls. Giving way and shutting down: yield_test.cpp, stop_test.cpp.
#include <algorithm>
#include <latch>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "tests/core/runtime/rig.h"

using namespace roundtrip;
using namespace roundtrip::runtime;
using roundtrip::testing::Gauge;
using roundtrip::testing::Rig;
using trace::Phase;

namespace {

// Parks and shows its ticket to everybody.
class ShownWait final : public WaitBase {
 public:
  explicit ShownWait(std::atomic<std::uint64_t>* shown)
      : WaitBase(trace::ParkReason::Child, -1, no_deadline, false), shown_(shown) {}
  Wake await_resume() { return result(*this_task); }

 private:
  bool leave(Ticket ticket, Task&) override {
    shown_->store(ticket.packed());
    return true;
  }
  std::atomic<std::uint64_t>* shown_;
};

constexpr std::uint64_t no_more = ~std::uint64_t{0};

TaskMain park_often(std::atomic<std::uint64_t>* shown, int rounds, std::atomic<int>* resumed) {
  for (int i = 0; i < rounds; ++i) {
    const Wake why = co_await ShownWait(shown);
    if (why == Wake::Ready) ++*resumed;
  }
  shown->store(no_more);
}

}  // namespace

TEST_CASE("ticket: presented by many threads at once, it wakes exactly once (1 and 2 workers)") {
  for (const unsigned workers : {1U, 2U}) {
    CAPTURE(workers);
    constexpr int rounds = 2000;
    std::atomic<std::uint64_t> shown{0};
    std::atomic<int> resumed{0};
    std::atomic<int> woken{0};
    Rig rig(workers);
    rig.runtime.start();
    rig.spawn(park_often(&shown, rounds, &resumed));
    std::vector<std::jthread> wakers;
    for (int i = 0; i < 4; ++i) {
      wakers.emplace_back([&] {
        const trace::ThreadRecording recording(rig.recording.bus());
        for (std::uint64_t word = 0; word != no_more; word = shown.load()) {
          if (word == 0) {
            std::this_thread::yield();
          } else if (rig.runtime.wake(Ticket::unpack(word), Wake::Ready,
                                      trace::WakeSource::Task)) {
            ++woken;
          }
        }
      });
    }
    wakers.clear();
    rig.runtime.stop();
    CHECK(resumed == rounds);
    CHECK(woken == rounds);
    rig.recording.check_whole();
  }
}

namespace {

// Woken before it has gone to sleep.
class WokenAtOnce final : public WaitBase {
 public:
  explicit WokenAtOnce(trace::WakeSource source)
      : WaitBase(trace::ParkReason::Child, -1, no_deadline, false), source_(source) {}
  Wake await_resume() { return result(*this_task); }

 private:
  bool leave(Ticket ticket, Task& task) override {
    return task.runtime->wake(ticket, Wake::Ready, source_);
  }
  trace::WakeSource source_;
};

TaskMain be_woken_at_once() {
  for (const auto source : {trace::WakeSource::Release, trace::WakeSource::Pool}) {
    const Wake why = co_await WokenAtOnce(source);
    CHECK(why == Wake::Ready);
  }
}

}  // namespace

TEST_CASE("ticket: who woke a task that had not yet slept is told as it was") {
  Rig rig(1);
  rig.spawn(be_woken_at_once());
  rig.runtime.start();
  rig.runtime.stop();
  rig.recording.check_whole();
  CHECK(rig.recording.all<trace::WakeSource>(Phase::TaskRunnable, "source") ==
        std::vector{trace::WakeSource::Spawn, trace::WakeSource::Release,
                    trace::WakeSource::Pool});
}

namespace {

struct Nap {
  Instant until;
  Instant woken;
  Wake why = Wake::Ready;
};

TaskMain take_nap(Nap* nap, std::vector<Nap*>* order) {
  nap->why = co_await SleepWait(nap->until);
  nap->woken = Runtime::now();
  order->push_back(nap);
}

}  // namespace

TEST_CASE("timer: fires at the deadline or after, the nearest first") {
  Rig rig(1);
  std::vector<Nap> naps(40);
  std::vector<Nap*> order;
  const Instant start = Runtime::now();
  for (std::size_t i = 0; i < naps.size(); ++i) {
    const auto place = static_cast<std::int64_t>(i * 23 % naps.size());
    naps[i].until = start + Duration::microseconds(500) * (place + 1);
    rig.spawn(take_nap(&naps[i], &order));
  }
  rig.runtime.start();
  rig.runtime.stop(Duration::seconds(60));
  REQUIRE(order.size() == naps.size());
  for (const Nap& nap : naps) {
    CHECK(nap.why == Wake::TimedOut);
    CHECK(nap.woken >= nap.until);
  }
  CHECK(std::is_sorted(order.begin(), order.end(),
                       [](const Nap* a, const Nap* b) { return a->until < b->until; }));
  rig.recording.check_whole();
}

namespace {

struct MovedDeadline {
  Signal signal;
  bool first_over = false;
  Wake first = Wake::TimedOut;
  Wake second = Wake::Ready;
  Instant second_deadline;
  Instant second_end;
};

TaskMain move_deadline(MovedDeadline* moved, Duration first, Duration second, Gauge* waiting) {
  const Instant begun = Runtime::now();
  waiting->add();
  moved->first = co_await moved->signal.wait([moved] { return !moved->first_over; },
                                             trace::ParkReason::Child, begun + first);
  moved->second_deadline = Runtime::now() + second;
  moved->second = co_await moved->signal.wait([] { return true; }, trace::ParkReason::Child,
                                              moved->second_deadline);
  moved->second_end = Runtime::now();
}

}  // namespace

TEST_CASE("timer: a deadline may move away or come nearer") {
  for (const auto& [first, second] :
       {std::pair{Duration::seconds(100), Duration::milliseconds(2)},
        std::pair{Duration::seconds(3), Duration::milliseconds(5)},
        // Announced long before it is over as a rule; if not, only the first wait ends otherwise.
        std::pair{Duration::milliseconds(20), Duration::milliseconds(60)}}) {
    MovedDeadline moved;
    Gauge waiting;
    Rig rig(1);
    rig.runtime.start();
    rig.spawn(move_deadline(&moved, first, second, &waiting));
    waiting.wait_for(1);
    moved.signal.announce(rig.runtime, trace::WakeSource::Task, [&] { moved.first_over = true; });
    rig.runtime.stop(Duration::seconds(60));
    if (first > Duration::seconds(1)) CHECK(moved.first == Wake::Ready);
    CHECK(moved.second == Wake::TimedOut);
    CHECK(moved.second_end >= moved.second_deadline);
    rig.recording.check_whole();
  }
}

namespace {

TaskMain nap_often(int rounds, Gauge* ended) {
  for (int i = 0; i < rounds; ++i) {
    co_await SleepWait(Runtime::now() + Duration::microseconds(50));
  }
  ended->add();
}

}  // namespace

TEST_CASE("timer: many short sleeps of many tasks all end (2 workers)") {
  Rig rig(2, true);
  Gauge ended;
  rig.runtime.start();
  for (int i = 0; i < 30; ++i) rig.spawn(nap_often(40, &ended));
  ended.wait_for(30);
  rig.runtime.stop();
  rig.recording.check_whole();
}

namespace {

struct Counter {
  Signal signal;
  int value = 0;
  int others = 0;  // how many announce
};

TaskMain consume(Counter* counter, int total, Gauge* ended, Runtime* runtime) {
  for (int seen = 0; seen < total; ++seen) {
    const auto still = [counter, seen] { return counter->value <= seen; };
    const Wake why = co_await counter->signal.wait(still, trace::ParkReason::Child);
    if (why != Wake::Ready) co_return;
  }
  static_cast<void>(runtime);
  ended->add();
}

TaskMain produce(Counter* counter, int total, Runtime* runtime) {
  for (int i = 0; i < total; ++i) {
    counter->signal.announce(*runtime, trace::WakeSource::Task, [counter] { ++counter->value; });
    co_await Yield();
  }
}

}  // namespace

TEST_CASE("signal: no announcement is missed (tasks and threads announce, 1 and 2 workers)") {
  for (const unsigned workers : {1U, 2U}) {
    CAPTURE(workers);
    constexpr int each = 1000;
    Counter counter;
    Gauge ended;
    Rig rig(workers, true);
    rig.runtime.start();
    for (int i = 0; i < 3; ++i) rig.spawn(consume(&counter, 3 * each, &ended, &rig.runtime));
    rig.spawn(produce(&counter, each, &rig.runtime));
    {
      std::vector<std::jthread> threads;
      for (int i = 0; i < 2; ++i) {
        threads.emplace_back([&] {
          const trace::ThreadRecording recording(rig.recording.bus());
          for (int k = 0; k < each; ++k) {
            counter.signal.announce(rig.runtime, trace::WakeSource::Task,
                                    [&] { ++counter.value; });
          }
        });
      }
    }
    ended.wait_for(3);
    rig.runtime.stop();
    rig.recording.check_whole();
  }
}

namespace {

TaskMain call_that_waits(std::latch* opened, int* result, Gauge* ended) {
  int found = 0;
  co_await run_blocking({}, [&found, opened] {
    opened->wait();
    found = 42;
  });
  *result = found;
  ended->add();
}

TaskMain open(std::latch* latch) {
  latch->count_down();
  co_return;
}

}  // namespace

TEST_CASE("pool: the worker runs other tasks while a call blocks") {
  std::latch opened(1);
  int result = 0;
  Gauge ended;
  Rig rig(1);
  rig.runtime.start();
  rig.spawn(call_that_waits(&opened, &result, &ended));
  // Runs on the one worker, which the first task must have left.
  rig.spawn(open(&opened));
  ended.wait_for(1);
  rig.runtime.stop();
  CHECK(result == 42);
  rig.recording.check_whole();
  CHECK(rig.recording.count(Phase::TaskBlocking) == 2);
}

namespace {

TaskMain call_that_throws(std::string* caught) {
  try {
    co_await run_blocking({}, [] { throw std::runtime_error("the disk is full"); });
  } catch (const std::runtime_error& error) {
    *caught = error.what();
  }
}

}  // namespace

TEST_CASE("pool: what a call throws reaches the function that awaits it (both executions)") {
  for (const trace::Model model : {trace::Model::Tasks, trace::Model::Threads}) {
    std::string caught;
    Rig rig(1, model);
    rig.runtime.start();
    rig.spawn(call_that_throws(&caught));
    rig.runtime.stop();
    CHECK(caught == "the disk is full");
    rig.recording.check_whole();
  }
}

TEST_CASE("pool: more calls than threads all return") {
  constexpr int calls = 64;
  Gauge ended;
  std::latch opened(1);
  std::vector<int> results(calls);
  Rig rig(2);
  rig.runtime.start();
  for (int& result : results) rig.spawn(call_that_waits(&opened, &result, &ended));
  opened.count_down();
  ended.wait_for(calls);
  rig.runtime.stop();
  CHECK(std::count(results.begin(), results.end(), 42) == calls);
  rig.recording.check_whole();
}
