// What a shutdown does to each kind of wait.
#include <thread>

#include "tests/core/runtime/rig.h"

using namespace roundtrip;
using namespace roundtrip::runtime;
using roundtrip::testing::Gauge;
using roundtrip::testing::Rig;

namespace {

// The call ends only after the shutdown has waited its grace and woken whatever may be woken.
TaskMain call_during_shutdown(Runtime* runtime, Gauge* begun, std::atomic<bool>* frame_alive,
                              bool* seen_alive) {
  frame_alive->store(true);
  co_await run_blocking({}, [=] {
    begun->add();
    while (!runtime->ends_wait(Interrupt::AfterGrace)) std::this_thread::yield();
    *seen_alive = frame_alive->load();
  });
  frame_alive->store(false);
}

}  // namespace

TEST_CASE("stop: a blocking call keeps its task until it returns") {
  Gauge begun;
  std::atomic<bool> frame_alive{false};
  bool seen_alive = false;
  Rig rig(1);
  rig.runtime.start();
  rig.spawn(call_during_shutdown(&rig.runtime, &begun, &frame_alive, &seen_alive));
  begun.wait_for(1);
  rig.runtime.stop(Duration::milliseconds(1));
  CHECK(seen_alive);
  CHECK_FALSE(frame_alive.load());
  rig.recording.check_whole();
}

namespace {

struct Ending {
  Signal ended_first;
  bool ended = false;
  Wake interruptible = Wake::Ready;
  Wake patient = Wake::TimedOut;
  Wake stubborn = Wake::Ready;
  Wake after = Wake::Ready;
};

TaskMain wait_interruptibly(Ending* ending, Runtime* runtime, Gauge* waiting) {
  waiting->add();
  ending->interruptible = co_await SleepWait(no_deadline, true);
  // A wait of this kind that begins during a shutdown ends before it has begun.
  ending->after = co_await SleepWait(no_deadline, true);
  ending->ended_first.announce(*runtime, trace::WakeSource::Task, [&] { ending->ended = true; });
}

TaskMain wait_patiently(Ending* ending, Gauge* waiting) {
  waiting->add();
  ending->patient = co_await ending->ended_first.wait([ending] { return !ending->ended; },
                                                      trace::ParkReason::Child);
}

TaskMain wait_stubbornly(Ending* ending, Gauge* waiting) {
  waiting->add();
  ending->stubborn = co_await SleepWait(Runtime::now() + Duration::seconds(3600));
}

}  // namespace

TEST_CASE("stop: interruptible waits end at once, what is under way ends by itself (two models)") {
  trace::Model model = trace::Model::Tasks;
  SUBCASE("tasks") {}
  SUBCASE("threads") { model = trace::Model::Threads; }
  Ending ending;
  Gauge waiting;
  Rig rig(2, model);
  rig.runtime.start();
  rig.spawn(wait_interruptibly(&ending, &rig.runtime, &waiting));
  rig.spawn(wait_patiently(&ending, &waiting));
  waiting.wait_for(2);
  const Instant begun = Runtime::now();
  rig.runtime.stop(Duration::seconds(600));
  CHECK(Runtime::now() - begun < Duration::seconds(300));
  CHECK(ending.interruptible == Wake::Shutdown);
  CHECK(ending.after == Wake::Shutdown);
  CHECK(ending.patient == Wake::Ready);
  rig.recording.check_whole();
}

TEST_CASE("stop: other waits end after the grace (every model)") {
  trace::Model model = trace::Model::Tasks;
  SUBCASE("tasks") {}
  SUBCASE("threads") { model = trace::Model::Threads; }
  SUBCASE("single") { model = trace::Model::Single; }
  Ending ending;
  Gauge waiting;
  Rig rig(1, model);
  rig.runtime.start();
  rig.spawn(wait_stubbornly(&ending, &waiting));
  waiting.wait_for(1);
  rig.runtime.stop(Duration::milliseconds(5));
  CHECK(ending.stubborn == Wake::Shutdown);
  rig.recording.check_whole();
}
