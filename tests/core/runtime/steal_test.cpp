// Stealing: a worker that has nothing takes from one that has too much, and nothing is lost.
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
  family.children = 101;
  rig.spawn(be_a_parent(&family));
  rig.runtime.stop();
  CHECK(rig.recording.count(Phase::TaskStolen) == 0);
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
