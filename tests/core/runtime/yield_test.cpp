// Giving way: tasks take turns, what is ready goes first, and nothing is told that is not so.
#include <fcntl.h>
#include <unistd.h>

#include <string>

#include "tests/core/runtime/rig.h"

using namespace roundtrip;
using namespace roundtrip::runtime;
using roundtrip::testing::Gauge;
using roundtrip::testing::Rig;
using trace::Phase;

namespace {

TaskMain take_turns(char name, std::string* turns) {
  for (int i = 0; i < 4; ++i) {
    *turns += name;
    co_await Yield();
  }
}

TaskMain give_way_until_stopped(Runtime* runtime, Gauge* running) {
  running->add();
  while (!runtime->stopping()) co_await Yield();
}

}  // namespace

TEST_CASE("yield: tasks of one worker take turns") {
  std::string turns;
  Rig rig(1);
  rig.spawn(take_turns('a', &turns));
  rig.spawn(take_turns('b', &turns));
  rig.runtime.start();
  rig.runtime.stop();
  CHECK(turns == "abababab");
  rig.recording.check_whole();
}

namespace {

struct Turn {
  int fds[2] = {-1, -1};
  bool read = false;
  bool slept = false;
  int turns = 0;
  int turns_before_read = -1;
};

TaskMain read_when_ready(Runtime* runtime, Turn* turn) {
  Result<PollSource*> source = runtime->poller().add(turn->fds[0]);
  if (!source) co_return;
  const Wake why = co_await wait_readable(*source, no_deadline);
  turn->read = why == Wake::Ready;
  turn->turns_before_read = turn->turns;
  runtime->poller().remove(*source);
}

TaskMain sleep_shortly(Turn* turn) {
  const Wake why = co_await SleepWait(Runtime::now() + Duration::microseconds(200));
  turn->slept = why == Wake::TimedOut;
}

// Never waits, so the queue of the one worker is never empty.
TaskMain keep_the_worker(Turn* turn) {
  static_cast<void>(write(turn->fds[1], "x", 1));
  while (!turn->read || !turn->slept) {
    ++turn->turns;
    co_await Yield();
  }
}

}  // namespace

TEST_CASE("yield: what is ready goes first, and timers fire, while the queue is never empty") {
  Turn turn;
  REQUIRE(pipe2(turn.fds, O_NONBLOCK | O_CLOEXEC) == 0);
  Rig rig(1, true);
  rig.spawn(read_when_ready(&rig.runtime, &turn));
  rig.spawn(sleep_shortly(&turn));
  rig.spawn(keep_the_worker(&turn));
  rig.runtime.start();
  rig.runtime.stop(Duration::seconds(60));
  CHECK(turn.turns_before_read == 1);
  CHECK(turn.slept);
  rig.recording.check_whole();
  for (const int fd : turn.fds) close(fd);
}

TEST_CASE("yield: tells that the turn ended and that the task itself queued again") {
  std::string turns;
  Rig rig(1);
  rig.spawn(take_turns('a', &turns));
  rig.runtime.start();
  rig.runtime.stop();
  rig.recording.check_whole();
  const trace::Trace& trace = rig.recording.trace();
  int given_way = 0;
  for (auto i = trace.first(); i < trace.end(); ++i) {
    const trace::Event& event = trace[i];
    if (event.phase != Phase::TaskRunnable ||
        event.arg("source") == static_cast<std::uint64_t>(trace::WakeSource::Spawn)) {
      continue;
    }
    ++given_way;
    CHECK(event.arg("source") == static_cast<std::uint64_t>(trace::WakeSource::Task));
    CHECK(event.arg("by") == event.task);
    CHECK(trace[i - 1].phase == Phase::TaskRun);
    CHECK(trace[i - 1].ends());
  }
  CHECK(given_way == 4);
}

TEST_CASE("yield: a shutdown in its midst loses no task (2 workers)") {
  for (int round = 0; round < 20; ++round) {
    Gauge running;
    Runtime runtime({2, 4});
    runtime.start();
    for (int i = 0; i < 4; ++i) runtime.spawn(give_way_until_stopped(&runtime, &running), {}, {});
    running.wait_for(4);
    runtime.stop(Duration::milliseconds(0));
    CHECK(runtime.live_tasks() == 0);
  }
}
