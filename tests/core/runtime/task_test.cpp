// Tasks and the coroutines they call: that they run to their end, give back values and exceptions,
// take their frames where they should, and run the same on one blocking thread.
#include <stdexcept>
#include <string>

#include "tests/core/runtime/rig.h"

using namespace roundtrip;
using namespace roundtrip::runtime;
using roundtrip::testing::Gauge;
using roundtrip::testing::Rig;
using trace::Phase;

namespace {

TaskMain count_one(Gauge* ended) {
  ended->add();
  co_return;
}

Async<int> sum_to(int number) {
  if (number == 0) co_return 0;
  const int below = co_await sum_to(number - 1);
  co_return below + number;
}

Async<std::string> refuse(std::string what) {
  if (!what.empty()) throw std::runtime_error(what);
  co_return "nothing to refuse";
}

Async<> pass_on(std::string what) {
  const std::string answer = co_await refuse(what);
  throw std::logic_error(answer);
}

TaskMain call_nested(int* sum, std::string* thrown) {
  *sum = co_await sum_to(20);
  try {
    co_await pass_on("no");
  } catch (const std::runtime_error& error) {
    *thrown = error.what();
  }
  // A call after one that threw finds its frames in order.
  *sum += co_await sum_to(1);
}

}  // namespace

TEST_CASE("task: runs to its end, and its frame is measured (1 and 2 workers)") {
  for (const unsigned workers : {1U, 2U}) {
    CAPTURE(workers);
    constexpr int tasks = 300;
    Gauge ended;
    Rig rig(workers);
    for (int i = 0; i < tasks / 2; ++i) rig.spawn(count_one(&ended));
    rig.runtime.start();
    for (int i = 0; i < tasks / 2; ++i) rig.spawn(count_one(&ended));
    rig.runtime.stop();
    CHECK(ended.value() == tasks);
    CHECK(rig.runtime.live_tasks() == 0);
    rig.recording.check_whole();
    CHECK(rig.recording.count(Phase::TaskDone) == tasks);
    const auto frames = rig.recording.all<std::uint32_t>(Phase::TaskCreated, "frame");
    REQUIRE(frames.size() == tasks);
    for (const std::uint32_t bytes : frames) CHECK(bytes > 0);
    CHECK(rig.recording.first(Phase::TaskCreated).task != 0);
  }
}

TEST_CASE("async: values and exceptions pass through nested calls") {
  int sum = 0;
  std::string thrown;
  Rig rig(1);
  rig.spawn(call_nested(&sum, &thrown));
  rig.runtime.start();
  rig.runtime.stop();
  CHECK(sum == 211);
  CHECK(thrown == "no");
  rig.recording.check_whole();
}

namespace {

struct Frames {
  alignas(16) unsigned char memory[4096];
  FrameArena arena{memory, sizeof memory};
  bool inside = false;
  bool large_inside = false;
  bool inner_inside = false;
};

bool lies_in(const Frames& frames, const void* place) {
  const auto* at = static_cast<const unsigned char*>(place);
  return at >= frames.memory && at < frames.memory + sizeof frames.memory;
}

Async<> leave_address(Frames* frames, bool* inside, bool deeper) {
  volatile int here = 1;
  *inside = lies_in(*frames, const_cast<const int*>(&here));
  if (deeper) co_await leave_address(frames, &frames->inner_inside, false);
  // Used after the wait, so it lives in the frame.
  here = here + 1;
}

Async<> leave_large_address(Frames* frames) {
  volatile char here[8192];
  here[0] = 1;
  frames->large_inside = lies_in(*frames, const_cast<const char*>(&here[0]));
  co_await Yield();
  here[1] = here[0];
}

TaskMain use_arena(Frames* frames) {
  this_task->arena = &frames->arena;
  co_await leave_address(frames, &frames->inside, true);
  co_await leave_large_address(frames);
  this_task->arena = nullptr;
}

}  // namespace

TEST_CASE("async: frames come from the task's arena, large ones from the heap") {
  Frames frames;
  Rig rig(1);
  rig.spawn(use_arena(&frames));
  rig.runtime.start();
  rig.runtime.stop();
  CHECK(frames.inside);
  CHECK(frames.inner_inside);
  CHECK_FALSE(frames.large_inside);
  // Everything was given back: the whole piece can be had again.
  CHECK(frames.arena.take(sizeof frames.memory) != nullptr);
}

namespace {

struct Passage {
  std::thread::id before;
  std::thread::id called;
  std::thread::id after;
  Wake slept = Wake::Ready;
  int sum = 0;
  int signalled = 0;
};

TaskMain wait_in_all_ways(Passage* passage, Signal* signal) {
  passage->before = std::this_thread::get_id();
  passage->sum = co_await sum_to(5);
  const SleepWait nap(Runtime::now() + Duration::microseconds(200));
  passage->slept = co_await SleepWait(nap);
  co_await run_blocking({}, [passage] { passage->called = std::this_thread::get_id(); });
  co_await Yield();
  const Wake late = co_await signal->wait([] { return true; }, trace::ParkReason::Child,
                                          Runtime::now() + Duration::microseconds(200));
  passage->signalled = late == Wake::TimedOut ? 1 : 0;
  passage->after = std::this_thread::get_id();
}

}  // namespace

TEST_CASE("task: the same coroutine runs under every model") {
  for (const trace::Model model :
       {trace::Model::Tasks, trace::Model::Threads, trace::Model::Single}) {
    CAPTURE(static_cast<int>(model));
    Rig rig(1, model);
    Signal signal;
    Passage passage;
    rig.runtime.start();
    rig.spawn(wait_in_all_ways(&passage, &signal));
    rig.runtime.stop(Duration::seconds(60));
    CHECK(passage.before != std::this_thread::get_id());
    CHECK(passage.after == passage.before);
    // The pool makes a call for a task on a worker; a thread of its own makes it itself.
    CHECK((passage.called != passage.before) == (model == trace::Model::Tasks));
    CHECK(passage.slept == Wake::TimedOut);
    CHECK(passage.sum == 15);
    CHECK(passage.signalled == 1);
    rig.recording.check_whole();
  }
}
