#include "core/trace/index.h"

#include <doctest/doctest.h>

#include "tests/core/trace/story.h"

namespace roundtrip::trace {
namespace {

// All that an index says, as one text: two indexes are equal when their texts are.
std::string told_by(const TraceIndex& index) {
  std::string text;
  const Trace& trace = index.trace();
  for (std::uint64_t n = trace.first(); n < index.indexed_to(); ++n) {
    text += fmt::format("{} {} {} partner {} parent {}\n", n, phase_id(trace[n].phase),
                        kind_letter(trace[n].kind), index.partner(n), index.parent(n));
  }
  for (const std::uint32_t conn : index.connections()) {
    const ConnectionSummary& summary = *index.connection(conn);
    text += fmt::format("conn {} {}..{} closed {} events {} requests {}\n", conn, summary.first,
                        summary.last, summary.closed, fmt::join(summary.events, ","),
                        fmt::join(summary.requests, ","));
  }
  for (const std::uint32_t request : index.requests()) {
    const RequestSummary& summary = *index.request(request);
    text += fmt::format("request {} conn {} {}..{} ready {} status {} finished {}\n", request,
                        summary.conn, summary.first, summary.last, summary.ready, summary.status,
                        summary.finished);
  }
  for (const std::uint32_t task : index.tasks()) {
    const TaskSummary& summary = *index.task(task);
    text += fmt::format("task {} '{}' {}..{} events {}\n", task,
                        trace.symbols().text(summary.name), summary.first, summary.last,
                        fmt::join(summary.events, ","));
  }
  text += fmt::format("process {}\n", fmt::join(index.process_events(), ","));
  text += fmt::format("scheduler {}\n", fmt::join(index.scheduler_events(), ","));
  text += fmt::format("accepts {} closes {} finishes {}\n", fmt::join(index.accepts(), ","),
                      fmt::join(index.closes(), ","), fmt::join(index.finishes(), ","));
  for (std::uint32_t worker = 1; worker <= index.worker_count(); ++worker) {
    text += fmt::format("worker {} {}\n", worker, fmt::join(index.worker_runs(worker), ","));
  }
  for (const Violation& breach : index.violations()) {
    text += fmt::format("violation {} {}\n", breach.event, breach.sentence);
  }
  return text;
}

// Three requests on two connections that overlap, and a handler that parks in the middle.
Story long_story() {
  Story story;
  story.startup();
  auto first = story.open();
  story.ask(first, Story::curl_request("/hello"), "Hello, World!");
  auto second = story.open();
  story.ask(first, Story::curl_request("/hello?name=x"), "Hello, x!");
  story.ask(second, Story::curl_request("/hello"), "Hello, World!");
  story.close(first, CloseReason::PeerClosed);
  story.close(second, CloseReason::IdleTimeout);
  return story;
}

std::vector<std::uint64_t> numbers_of(const Trace& trace, Phase phase, Kind kind) {
  std::vector<std::uint64_t> found;
  for (std::uint64_t n = trace.first(); n < trace.end(); ++n) {
    if (trace[n].phase == phase && trace[n].kind == kind) found.push_back(n);
  }
  return found;
}

}  // namespace

TEST_CASE("index: begin and end of a task's phases pair, the innermost first") {
  Story story;
  const Subject who{7, 1, 1};
  story.begin<Phase::HandleMiddleware>(who, story.symbol("outer"), 1U);  // 0
  story.begin<Phase::HandleMiddleware>(who, story.symbol("inner"), 2U);  // 1
  story.begin<Phase::HandleHandler>({8, 2, 2});                          // 2, another task
  story.instant<Phase::HandleWriteHeader>(who, 200U);                    // 3
  story.end<Phase::HandleMiddleware>(who);                               // 4
  story.end<Phase::HandleHandler>({8, 2, 2});                            // 5
  story.end<Phase::HandleMiddleware>(who);                               // 6
  TraceIndex index(story.trace());
  CHECK(index.follow() == 7);
  CHECK(index.partner(1) == 4);
  CHECK(index.partner(4) == 1);
  CHECK(index.partner(0) == 6);
  CHECK(index.partner(2) == 5);
  CHECK(index.partner(3) == no_event);
  CHECK(index.parent(0) == no_event);
  CHECK(index.parent(1) == 0);
  CHECK(index.parent(3) == 1);
  CHECK(index.parent(2) == no_event);
  CHECK(index.duration(1)->ns == 3000);
  CHECK_FALSE(index.lags());
}

TEST_CASE("index: facts that overlap pair by phase and id") {
  Story story;
  story.tell<Phase::ConnectionConnect>(Kind::AsyncBegin, {0, 1}).id = 1;
  story.tell<Phase::ConnectionConnect>(Kind::AsyncBegin, {0, 2}).id = 2;
  story.tell<Phase::ConnectionConnect>(Kind::AsyncEnd, {0, 1}).id = 1;
  story.tell<Phase::ConnectionConnect>(Kind::AsyncEnd, {0, 2}).id = 2;
  TraceIndex index(story.trace());
  index.follow();
  CHECK(index.partner(0) == 2);
  CHECK(index.partner(1) == 3);
  CHECK(index.violations().empty());
}

TEST_CASE("index: a phase goes on while its task is parked, and task.run is no parent") {
  Story story;
  const Subject who{story.spawn("t")};                        // 0, 1
  story.begin<Phase::TaskRun>(who, 1U);                       // 2
  story.begin<Phase::HandleSleep>({who.task, 1, 1}, 10U);     // 3
  story.park(who, ParkReason::Sleep);                         // 4, 5
  story.wake(who, WakeSource::Timer, 2);                      // 6, 7
  story.end<Phase::HandleSleep>({who.task, 1, 1});            // 8
  TraceIndex index(story.trace());
  index.follow();
  CHECK(index.partner(3) == 8);
  CHECK(index.partner(2) == 5);
  CHECK(index.parent(3) == no_event);
  CHECK(index.parent(4) == 3);
  CHECK(index.partner(7) == no_event);  // unfinished, and no lie about it
  REQUIRE(index.worker_count() == 2);
  CHECK(index.worker_runs(1).front() == 2);
  CHECK(index.worker_runs(2).front() == 7);
}

TEST_CASE("index: the end of a run on one worker finds its own begin beside the next worker's") {
  Story story;
  const Subject who{story.spawn("t")};
  story.thread = 1;
  story.begin<Phase::TaskRun>(who, 1U);  // 2
  story.thread = 2;
  story.begin<Phase::TaskRun>(who, 2U);  // 3
  story.thread = 1;
  story.end<Phase::TaskRun>(who);        // 4
  story.thread = 2;
  story.end<Phase::TaskRun>(who);        // 5
  TraceIndex index(story.trace());
  index.follow();
  CHECK(index.partner(2) == 4);
  CHECK(index.partner(3) == 5);
}

TEST_CASE("index: connections, requests and tasks list their own events in order") {
  Story story = long_story();
  TraceIndex index(story.trace());
  index.follow();
  const Trace& trace = index.trace();
  REQUIRE(index.connections().size() == 2);
  REQUIRE(index.requests().size() == 3);
  REQUIRE(index.tasks().size() == 3);
  CHECK(trace.symbols().text(index.task(1)->name) == "accept loop");
  CHECK(index.connection(1)->requests.size() == 2);
  CHECK(index.connection(1)->closed);
  CHECK(index.connection(2)->closed);
  CHECK(index.connection(99) == nullptr);
  for (const std::uint32_t conn : index.connections()) {
    std::uint64_t last = 0;
    for (const EventNumber number : index.connection(conn)->events) {
      CHECK(number >= last);
      last = number;
      const Event& event = trace[number];
      const bool accepts = event.phase == Phase::ConnectionAccept && event.begins();
      CHECK((event.conn == conn || accepts));
    }
  }
  const RequestSummary& request = *index.request(2);
  CHECK(request.conn == 1);
  CHECK(trace[request.first].phase == Phase::ReadLineFound);
  CHECK(trace[request.ready].phase == Phase::ReadRequestReady);
  CHECK(trace[request.status].phase == Phase::HandleWriteHeader);
  CHECK(trace[request.finished].phase == Phase::TransmitFinish);
  CHECK(index.accepts().size() == 2);
  CHECK(index.closes().size() == 2);
  CHECK(index.finishes().size() == 3);
}

TEST_CASE("index: the begin of accept4 belongs to the connection that its end names") {
  Story story = long_story();
  TraceIndex index(story.trace());
  index.follow();
  for (const EventNumber end : index.accepts()) {
    const EventList& events = index.connection(index.trace()[end].conn)->events;
    CHECK(std::binary_search(events.begin(), events.end(), index.partner(end)));
  }
}

TEST_CASE("index: following one event at a time equals following at once") {
  Story story = long_story();
  TraceIndex at_once(story.trace());
  at_once.follow();
  Trace other;
  other.share_symbols(story.trace().symbols());
  TraceIndex slowly(other);
  for (std::size_t n = 0; n < story.events().size(); ++n) {
    story.deliver_to(other, n, n + 1);
    CHECK(slowly.follow(1) == 1);
  }
  CHECK(told_by(slowly) == told_by(at_once));
  CHECK(at_once.follow() == 0);
}

TEST_CASE("index: a late fact anywhere gives the index of the whole (each event late in turn)") {
  Story story = long_story();
  TraceIndex whole(story.trace());
  whole.follow();
  const std::string expected = told_by(whole);
  for (std::size_t late = 0; late < story.events().size(); ++late) {
    Trace other;
    other.share_symbols(story.trace().symbols());
    TraceIndex index(other);
    story.deliver_to(other, 0, late);
    story.deliver_to(other, late + 1, story.events().size());
    index.follow();
    Story::deliver_late(other, story.events()[late]);
    index.follow();
    INFO("late: event " << late << ", " << phase_id(story.events()[late].phase));
    REQUIRE(told_by(index) == expected);
    if (late + 1 < story.events().size()) CHECK(index.rewinds().count() == 1);
  }
}

TEST_CASE("index: every second event late, while it lags (1, 2, 3 events a turn)") {
  Story story = long_story();
  TraceIndex whole(story.trace());
  whole.follow();
  for (const std::size_t turn : {1, 2, 3}) {
    Trace other;
    other.share_symbols(story.trace().symbols());
    TraceIndex index(other);
    for (std::size_t n = 0; n < story.events().size(); n += 2) {
      if (n + 1 < story.events().size()) story.deliver_to(other, n + 1, n + 2);
      index.follow(turn);
      Story::deliver_late(other, story.events()[n]);
    }
    while (index.follow(turn) > 0) {
    }
    CHECK(told_by(index) == told_by(whole));
  }
}

TEST_CASE("index: evicted events leave, numbers stay, memory is bounded") {
  Story story(8 << 20);
  story.startup();
  Trace& trace = story.trace();
  TraceIndex index(trace);
  std::size_t most = 0;
  auto idle = story.open();
  story.ask(idle, Story::curl_request("/hello"), "Hello, World!");
  for (int i = 0; i < 4000; ++i) {
    auto conn = story.open();
    story.ask(conn, Story::curl_request("/hello"), "Hello, World!");
    story.close(conn, CloseReason::PeerClosed);
    story.trace();
    index.follow();
    most = std::max(most, index.memory_bytes());
  }
  CHECK(trace.first() > 0);
  CHECK(most < 8 << 20);
  CHECK(index.indexed_to() == trace.end());
  INFO("first violation: " << (index.violations().empty() ? "" : index.violations()[0].sentence));
  CHECK(index.violation_count() == 0);
  CHECK(index.connections().size() < 4000);
  CHECK(index.connection(1) == nullptr);  // wholly evicted
  for (const std::uint32_t conn : index.connections()) {
    CHECK(index.connection(conn)->events.front() >= trace.first());
    CHECK(index.connection(conn)->first >= trace.first());
  }
  for (std::uint64_t n = trace.first(); n < trace.end(); ++n) {
    if (index.partner(n) != no_event) REQUIRE(index.partner(n) >= trace.first());
    if (index.parent(n) != no_event) REQUIRE(index.parent(n) >= trace.first());
  }
  // The old connection speaks again: what it had told is unknown by now, which is not wrong.
  story.close(idle, CloseReason::IdleTimeout);
  story.trace();
  index.follow();
  CHECK(index.violation_count() == 0);
  REQUIRE(index.connection(1) != nullptr);
  CHECK(index.connection(1)->cut);
}

TEST_CASE("index: an index that starts after eviction calls nothing wrong") {
  Story story(2 << 20);
  story.startup();
  for (int i = 0; i < 1000; ++i) {
    auto conn = story.open();
    story.ask(conn, Story::curl_request("/hello"), "Hello, World!");
    story.ask(conn, Story::curl_request("/hello"), "Hello, World!");
    story.close(conn, CloseReason::PeerClosed);
    story.trace();
  }
  REQUIRE(story.trace().first() > 0);
  TraceIndex index(story.trace());
  index.follow();
  INFO("first violation: " << (index.violations().empty() ? "" : index.violations()[0].sentence));
  CHECK(index.violation_count() == 0);
  CHECK(index.indexed_to() == story.trace().end());
}

TEST_CASE("index: memory is at most 32 bytes an event (3,840 requests, 64 connections)") {
  Story story;
  story.startup();
  std::vector<Story::Conn> conns;
  for (int i = 0; i < 64; ++i) conns.push_back(story.open());
  for (int round = 0; round < 60; ++round) {
    for (auto& conn : conns) story.ask(conn, Story::curl_request("/hello"), "Hello, World!");
  }
  TraceIndex index(story.trace());
  index.follow();
  CHECK(static_cast<double>(index.memory_bytes()) / static_cast<double>(index.indexed_to()) < 32);
}

TEST_CASE("index: numbers without bound or sense do no harm") {
  Story story;
  for (std::uint32_t i = 0; i < 3000; ++i) {
    const Subject who{0xffff'ffff - i % 5, 0x8000'0000 + i, 4'000'000'000U - i};
    story.begin<Phase::HandleHandler>(who);
    story.begin<Phase::TaskRun>(who, 4'000'000'000U);
    story.end<Phase::TransmitFinish>(who);
  }
  TraceIndex index(story.trace());
  index.follow();
  CHECK(index.connections().size() == 3000);
  CHECK(index.worker_count() == 0);
  CHECK(index.violation_count() > 0);
  CHECK(numbers_of(index.trace(), Phase::HandleHandler, Kind::Begin).size() == 3000);
}

}  // namespace roundtrip::trace
