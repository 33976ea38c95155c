// Stealing: a worker that has nothing takes from one that has too much, and nothing is lost.
#include <unistd.h>

#include <array>
#include <fstream>
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

struct Family {
  Runtime* runtime = nullptr;
  trace::Symbol name;
  int children = 0;
  std::atomic<int> ended{0};
  Gauge all_ended;
};

TaskMain be_a_child(Family* family) {
  co_await Yield();
  if (++family->ended == family->children) family->all_ended.add();
}

// Keeps its worker until a child has ended: only another worker can have run it.
TaskMain be_a_parent(Family* family) {
  for (int i = 0; i < family->children; ++i) {
    family->runtime->spawn(be_a_child(family), family->name, {});
  }
  while (family->ended.load() == 0) std::this_thread::yield();
  co_return;
}

}  // namespace

TEST_CASE("steal: what one worker spawns others run, and nothing is lost (2 and 4 workers)") {
  for (const unsigned workers : {2U, 4U}) {
    CAPTURE(workers);
    Family family;
    family.children = 2000;
    Rig rig(workers, true);
    family.runtime = &rig.runtime;
    family.name = rig.recording.bus().symbols().intern("child");
    rig.runtime.start();
    rig.spawn(be_a_parent(&family));
    family.all_ended.wait_for(1);
    rig.runtime.stop();
    CHECK(family.ended == family.children);
    rig.recording.check_whole();
    CHECK(rig.recording.count(Phase::TaskDone) == 2001);
    REQUIRE(rig.recording.count(Phase::TaskStolen) > 0);
    const trace::Event& stolen = rig.recording.first(Phase::TaskStolen);
    CHECK(stolen.arg("from") != stolen.arg("to"));
  }
}

TEST_CASE("steal: one worker never steals") {
  Family family;
  family.children = 100;
  Rig rig(1);
  family.runtime = &rig.runtime;
  family.name = rig.recording.bus().symbols().intern("child");
  rig.runtime.start();
  family.ended = 1;  // the parent need not wait
  rig.spawn(be_a_parent(&family));
  rig.runtime.stop();
  rig.recording.check_whole();
  CHECK(rig.recording.count(Phase::TaskStolen) == 0);
  // All run on it, each in its turn: the parent, the children, and after their Yield once more.
  std::vector<std::uint32_t> in_turn;
  const trace::Trace& trace = rig.recording.trace();
  for (auto i = trace.first(); i < trace.end(); ++i) {
    if (trace[i].phase != Phase::TaskRun || !trace[i].begins()) continue;
    CHECK(trace[i].arg("worker") == 1U);
    in_turn.push_back(trace[i].task);
  }
  std::vector<std::uint32_t> expected = {1};
  for (int turn = 0; turn < 2; ++turn) {
    for (std::uint32_t child = 2; child <= 101; ++child) expected.push_back(child);
  }
  CHECK(in_turn == expected);
}

namespace {

// What the kernel says of one of our threads: 'R' running or ready to, 'S' asleep.
char state_of_thread(pid_t thread) {
  std::ifstream file(fmt::format("/proc/self/task/{}/stat", thread));
  std::string line;
  std::getline(file, line);
  const std::size_t bracket = line.rfind(')');
  return bracket == std::string::npos || bracket + 2 >= line.size() ? '?' : line[bracket + 2];
}

struct Promised {
  static constexpr std::uint32_t little = 10'000;
  static constexpr std::uint32_t most = 60'000;  // with `little`, more than a ring has
  Runtime* runtime = nullptr;
  trace::Symbol name;
  std::atomic<pid_t> other{0};
  trace::Ring* other_ring = nullptr;
  bool other_slept = false;
};

TaskMain take_a_little(Promised* promised) {
  promised->other_ring = trace::this_thread_ring;
  CHECK(promised->other_ring->reserve(Promised::little));
  promised->other.store(gettid());
  co_return;
}

TaskMain run_with_promise() { co_return; }

// Keeps its worker, which alone may run the task it has queued, and looks at what the other does.
TaskMain keep_a_promise(Promised* promised) {
  Runtime& runtime = *promised->runtime;
  runtime.spawn(take_a_little(promised), promised->name, {});
  while (promised->other.load() == 0) std::this_thread::yield();
  Task& task = runtime.create(run_with_promise(), promised->name, {});
  if (!trace::this_thread_ring->reserve(Promised::most)) co_return;
  task.reserved_records = Promised::most;
  task.reserved_in = trace::this_thread_ring;
  runtime.begin(task);
  for (int look = 0, asleep = 0; look < 100'000 && !promised->other_slept; ++look) {
    asleep = state_of_thread(promised->other.load()) == 'S' ? asleep + 1 : 0;
    promised->other_slept = asleep == 500;
  }
}

}  // namespace

TEST_CASE("steal: a worker sleeps while all that waits may not move to it") {
  Promised promised;
  Rig rig(2, true);
  promised.runtime = &rig.runtime;
  promised.name = rig.recording.bus().symbols().intern("promised");
  rig.runtime.start();
  rig.spawn(keep_a_promise(&promised));
  rig.runtime.stop(Duration::seconds(60));
  CHECK(promised.other_slept);
  REQUIRE(promised.other_ring != nullptr);
  promised.other_ring->release(Promised::little);
  rig.recording.check_whole();
}

namespace {

// Two workers whose rings have no room for the promises that this test's own thread makes.
struct Sleepers {
  std::atomic<int> met{0};
  std::array<pid_t, 2> threads{};
  std::array<trace::Ring*, 2> rings{};
  std::atomic<int> ran{0};
};

// Each keeps its worker until the other has one as well.
TaskMain fill_its_ring(Sleepers* sleepers, std::size_t place) {
  sleepers->threads[place] = gettid();
  sleepers->rings[place] = trace::this_thread_ring;
  CHECK(trace::this_thread_ring->reserve(Promised::little));
  ++sleepers->met;
  while (sleepers->met.load() < 2) std::this_thread::yield();
  co_return;
}

TaskMain count_run(Sleepers* sleepers) {
  ++sleepers->ran;
  co_return;
}

// Until all are asleep and stay so: what was written to wake one makes it runnable at once.
bool asleep_with(const Sleepers& sleepers, int ran) {
  for (int looks = 0; looks < 500 && sleepers.ran.load() < ran; ++looks) {
    for (const pid_t thread : sleepers.threads) {
      if (state_of_thread(thread) != 'S') looks = 0;
    }
  }
  return sleepers.ran.load() < ran;
}

}  // namespace

TEST_CASE("steal: who is woken in another's stead runs what may not move, for that one sleeps") {
  Sleepers sleepers;
  Rig rig(2);
  Runtime& runtime = rig.runtime;
  runtime.start();
  rig.spawn(fill_its_ring(&sleepers, 0));
  rig.spawn(fill_its_ring(&sleepers, 1));
  while (sleepers.met.load() < 2) std::this_thread::yield();
  trace::Ring& here = *trace::this_thread_ring;
  const trace::Symbol name = rig.recording.bus().symbols().intern("promised");
  // The queues take turns, and epoll wakes the one that fell asleep last: so in one round at least
  // of two the task is another's than the woken worker's.
  bool lost = false;
  for (int round = 1; round <= 4 && !lost; ++round) {
    CAPTURE(round);
    static_cast<void>(asleep_with(sleepers, round));
    Task& task = runtime.create(count_run(&sleepers), name, {});
    REQUIRE(here.reserve(Promised::most));
    task.reserved_records = Promised::most;
    task.reserved_in = &here;
    runtime.begin(task);
    lost = asleep_with(sleepers, round);
    CHECK_FALSE_MESSAGE(lost, "a task is queued, and both workers sleep");
  }
  for (trace::Ring* ring : sleepers.rings) ring->release(Promised::little);
  if (lost) runtime.poller().kick();
  runtime.stop();
  rig.recording.check_whole();
}

namespace {

TaskMain run_a_while(Gauge* ended) {
  for (int i = 0; i < 20; ++i) co_await Yield();
  ended->add();
}

}  // namespace

TEST_CASE("spawn: from many threads at once (2 workers)") {
  constexpr int threads = 4;
  constexpr int each = 200;
  Gauge ended;
  Rig rig(2, true);
  rig.runtime.start();
  {
    std::vector<std::jthread> spawners;
    for (int i = 0; i < threads; ++i) {
      spawners.emplace_back([&] {
        const trace::ThreadRecording recording(rig.recording.bus());
        for (int k = 0; k < each; ++k) rig.spawn(run_a_while(&ended));
      });
    }
  }
  ended.wait_for(threads * each);
  rig.runtime.stop();
  rig.recording.check_whole();
  CHECK(rig.recording.count(Phase::TaskCreated) == threads * each);
}
