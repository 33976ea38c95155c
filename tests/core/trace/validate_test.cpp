#include "core/trace/validate.h"

#include <doctest/doctest.h>

#include "core/trace/index.h"
#include "tests/core/trace/story.h"

namespace roundtrip::trace {
namespace {

std::vector<std::string> breaches_of(Story& story) {
  TraceIndex index(story.trace());
  index.follow();
  std::vector<std::string> sentences;
  for (const Violation& breach : index.violations()) sentences.push_back(breach.sentence);
  return sentences;
}

}  // namespace

TEST_CASE("validate: the legal story breaks no rule") {
  Story story;
  story.startup();
  auto first = story.open();
  auto second = story.open();
  story.ask(first, Story::curl_request("/hello"), "Hello, World!");
  story.ask(second, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody", "body");
  story.ask(first, Story::curl_request("/hello"), "Hello, World!");
  story.close(first, CloseReason::PeerClosed);
  story.close(second, CloseReason::IdleTimeout);
  CHECK(breaches_of(story) == std::vector<std::string>{});
}

TEST_CASE("validate: every rule of order in the table is found broken (each phase that has one)") {
  for (const PhaseRow& row : phase_table) {
    if (row.after.empty() || row.scope == Scope::Packet) continue;
    Story story;
    Event& event = story.tell<Phase::TraceNote>(Kind::Instant, {1, 1, 1});
    event.phase = row.phase;
    event.kind = row.shape == Shape::Span ? Kind::Begin : Kind::Instant;
    event.present = 0;
    TraceIndex index(story.trace());
    index.follow();
    INFO("phase: " << row.id);
    REQUIRE(index.violations().size() >= 1);
    CHECK(index.violations()[0].event == 0);
    CHECK(index.violations()[0].sentence.find(row.id) != std::string::npos);
    CHECK(index.violations()[0].sentence.find(" before ") != std::string::npos);
  }
}

TEST_CASE("validate: the predecessor has to be of the same connection") {
  Story story;
  auto conn = story.open();
  story.instant<Phase::ReadReadable>(conn.subject());
  story.instant<Phase::ReadReadable>({conn.task, 9, 0});
  CHECK(breaches_of(story) ==
        std::vector<std::string>{
            "readable (read.readable) came in connection 9 before accept (connection.accept)"});
}

TEST_CASE("validate: an end without its begin") {
  Story story;
  auto conn = story.open();
  story.end<Phase::HandleHandler>(conn.subject());
  story.tell<Phase::ConnectionConnect>(Kind::AsyncEnd, {0, 1}).id = 44;
  CHECK(breaches_of(story) ==
        std::vector<std::string>{
            fmt::format("handler (handle.handler) ended on task {}, and had not begun", conn.task),
            "connect (connection.connect) ended with id 44, and had not begun"});
}

TEST_CASE("validate: a request begins nothing after it finished, but its child task may") {
  Story story;
  auto conn = story.open();
  const std::uint32_t request = story.ask(conn, Story::curl_request("/hello"), "Hello, World!");
  const Subject child{story.spawn("child", conn.task), conn.conn, request};
  story.begin<Phase::TaskRun>({child.task}, 1U);
  story.begin<Phase::HandleSleep>(child, 100U);
  CHECK(breaches_of(story) == std::vector<std::string>{});
  story.begin<Phase::HandleSleep>(conn.subject(request), 100U);
  CHECK(breaches_of(story) ==
        std::vector<std::string>{"sleep (handle.sleep) began after request 1 had finished"});
}

TEST_CASE("validate: a task moves as tasks may") {
  Story story;
  const Subject task{story.spawn("t")};
  story.begin<Phase::TaskRun>(task, 1U);
  story.park(task);
  story.begin<Phase::TaskRun>(task, 1U);  // nobody made it runnable
  story.instant<Phase::TaskDone>(task);
  story.end<Phase::TaskRun>(task);
  story.instant<Phase::TaskRunnable>(task);
  CHECK(breaches_of(story) ==
        std::vector<std::string>{
            "running (task.run) took task 1 from parked to running, which no task may do",
            "runnable (task.runnable) took task 1 from done to runnable, which no task may do"});
}

TEST_CASE("validate: a blocking call begins on the pool before or after its task has parked") {
  for (const bool parks_first : {true, false}) {
    Story story;
    const Subject task{story.spawn("t")};
    story.begin<Phase::TaskRun>(task, 1U);
    if (parks_first) story.park(task, ParkReason::Blocking);
    story.begin<Phase::TaskBlocking>(task, 1U);
    story.end<Phase::TaskBlocking>(task);
    story.wake(task, WakeSource::Pool);
    CHECK(breaches_of(story) == std::vector<std::string>{});
  }
}

TEST_CASE("validate: a connection moves as connections may") {
  Story story;
  auto conn = story.open();
  story.ask(conn, Story::curl_request("/hello"), "Hello, World!");
  story.close(conn, CloseReason::PeerClosed);
  story.begin<Phase::LifecycleIdle>(conn.subject());
  CHECK(breaches_of(story) ==
        std::vector<std::string>{"idle (lifecycle.idle) took connection 1 from CLOSED to IDLE, "
                                 "which no connection may do"});
}

TEST_CASE("validate: packets and inferred facts are not judged") {
  Story story;
  story.instant<Phase::TransmitAckIn>({0, 5}, 20U);
  story.instant<Phase::LifecycleFinAckIn>({0, 5}, 20U);
  story.instant<Phase::ReadReadable>({0, 5}).provenance = Provenance::Inferred;
  CHECK(breaches_of(story) == std::vector<std::string>{});

}

TEST_CASE("validate: a request that was not traced ends what is known of its connection alone") {
  Story story;
  auto gap = story.open();
  auto other = story.open();
  story.instant<Phase::TraceRequestUntraced>(gap.subject(), 1U, 0U);
  for (const auto& conn : {gap, other}) {
    story.end<Phase::HandleHandler>(conn.subject());
    story.begin<Phase::TaskRun>(conn.subject(), 1U);  // it runs already
    story.begin<Phase::LifecycleClose>(conn.subject(), CloseReason::PeerClosed, conn.fd);
    story.begin<Phase::LifecycleIdle>(conn.subject(), 1U);
  }
  const std::vector<std::string> breaches = breaches_of(story);
  REQUIRE(breaches.size() == 3);
  CHECK(breaches[0].find(fmt::format("task {},", other.task)) != std::string::npos);
  CHECK(breaches[1].find(fmt::format("task {} ", other.task)) != std::string::npos);
  CHECK(breaches[2].find("connection 2") != std::string::npos);
}

TEST_CASE("validate: lost records end what is known of all who were there, and of nobody later") {
  Story story;
  auto before = story.open();
  story.begin<Phase::TraceRecordsLost>({}, 3U);
  story.instant<Phase::ReadReadable>({0, 77});  // its accept may be what was lost
  story.end<Phase::TraceRecordsLost>({});
  story.instant<Phase::LifecycleNextRequest>(before.subject(), 2U);
  story.end<Phase::HandleHandler>(before.subject());
  CHECK(breaches_of(story) == std::vector<std::string>{});
  story.instant<Phase::ReadReadable>({0, 78});
  CHECK(breaches_of(story) ==
        std::vector<std::string>{
            "readable (read.readable) came in connection 78 before accept (connection.accept)"});
}

TEST_CASE("validate: what losses a trace counts changes no judgement, live or loaded") {
  Story story;
  story.instant<Phase::ReadReadable>({0, 6});
  Trace lossy;
  Delivery delivery;
  delivery.events = story.events();
  delivery.losses = {1, 2, 3, 4, 5};
  lossy.append(delivery);
  TraceIndex index(lossy);
  index.follow();
  CHECK(index.violation_count() == 1);
  CHECK(index.violating(0));
  CHECK_FALSE(index.violating(1));
}

TEST_CASE("validate: a file whose oldest part was evicted before saving is not wrong") {
  Story whole;
  whole.startup();
  auto conn = whole.open();
  whole.ask(conn, Story::curl_request("/hello"), "Hello, World!");
  whole.ask(conn, Story::curl_request("/hello"), "Hello, World!");
  whole.close(conn, CloseReason::PeerClosed);
  for (std::size_t cut = 0; cut < whole.events().size(); ++cut) {
    Story note;
    note.step = {};
    note.wait(whole.events()[cut].time - note.now());
    note.instant<Phase::TraceBlockEvicted>({}, cut);
    Trace rest;
    note.deliver_to(rest, 0, 1);
    whole.deliver_to(rest, cut, whole.events().size());
    TraceIndex index(rest);
    index.follow();
    INFO("cut before event " << cut << ", " << phase_id(whole.events()[cut].phase));
    INFO((index.violations().empty() ? std::string() : index.violations()[0].sentence));
    REQUIRE(index.violation_count() == 0);
  }
}

TEST_CASE("validate: sentences are kept up to a limit, and counted beyond") {
  Story story;
  for (std::size_t i = 0; i < kept_violations + 50; ++i) {
    story.instant<Phase::ReadReadable>({0, static_cast<std::uint32_t>(i + 1)});
  }
  TraceIndex index(story.trace());
  index.follow();
  CHECK(index.violations().size() == kept_violations);
  CHECK(index.violation_count() == kept_violations + 50);
}

}  // namespace roundtrip::trace
