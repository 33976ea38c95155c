#include "viz/model/describe.h"

#include <doctest/doctest.h>

#include "tests/viz/model/picture_texts.h"
#include "tests/viz/model/recorded.h"
#include "tests/viz/model/scene.h"
#include "viz/model/teller.h"

namespace roundtrip::viz {
namespace {

using trace::Phase;

std::string sentence(const Scene& scene, Phase phase, bool end = false, int skip = 0) {
  for (std::uint64_t n = 0; n < scene.trace.end(); ++n) {
    if (scene.trace[n].phase != phase || scene.trace[n].ends() != end) continue;
    if (phase == Phase::ReadRead && scene.trace[n].conn == 0) continue;
    if (skip-- == 0) return describe(scene.view, n);
  }
  return "does not occur";
}

TEST_CASE("describe: real arguments and bytes in a sentence") {
  const Scene scene(tell_hello);
  CHECK(sentence(scene, Phase::ReadRead, true) == "Read 83 bytes from fd 6");
  CHECK(sentence(scene, Phase::ReadLineFound) ==
        "The request line is whole: GET /hello HTTP/1.1\\r\\n");
  CHECK(sentence(scene, Phase::ReadLineSplit) ==
        "Split at its spaces: GET, /hello and HTTP/1.1");
  CHECK(sentence(scene, Phase::ReadHeader) == "Header 1: Host is localhost:8080");
  CHECK(sentence(scene, Phase::ReadHeader, false, 1) == "Header 2: User-Agent is curl/7.80.0");
  CHECK(sentence(scene, Phase::ReadUrl) == "The target is the path /hello, without a query");
  CHECK(sentence(scene, Phase::StartupBind, true) == "The socket is bound to 127.0.0.1:8080");
  CHECK(sentence(scene, Phase::StartupReady)
            .starts_with("Ready: routes 1, tasks 1, memory resident "));
  CHECK(sentence(scene, Phase::ConnectionTaskSpawned) ==
        "Task 2 is made for the connection, a frame of 640 bytes");
  CHECK(sentence(scene, Phase::LifecycleClose) == "Ends the connection, fd 6: the client closed");
  CHECK(sentence(scene, Phase::TaskPark) == "Parks and waits for a client");
  CHECK(sentence(scene, Phase::ConnectionAccept, true).find("errno") == std::string::npos);
}

TEST_CASE("describe: how long a packet was held or under way is told at its end, never before") {
  const Recorded told("21-held-ack");
  bool held = false;
  for (std::uint64_t n = told.view.first(); n < told.view.end(); ++n) {
    const trace::Event& event = told.trace[n];
    const std::string text = describe(told.view, n);
    const std::string took = took_text(told.view, n);
    CAPTURE(text);
    const bool hold = event.phase == Phase::TracePacketHeld;
    if (!hold && event.phase != Phase::TracePacket) continue;
    REQUIRE_FALSE(took.empty());
    CHECK((text.find(took) != text.npos) == event.ends());
    if (!hold || held) continue;
    held = true;
    CHECK(text ==
          "The packet is held at the wire, by the filter: ACK from client, data from client");
    CHECK(describe(told.view, told.index.partner(n)) == "The packet was held for " + took);
  }
  CHECK(held);
}

TEST_CASE("describe: every event of a trace has a sentence without gaps") {
  const Scene scene(tell_busy);
  for (std::uint64_t n = 0; n < scene.trace.end(); ++n) {
    const std::string text = describe(scene.view, n);
    CAPTURE(text);
    CHECK_FALSE(text.empty());
    CHECK(text.find('{') == std::string::npos);
    CHECK(text.find('\n') == std::string::npos);
    CHECK(text.find("  ") == std::string::npos);
  }
}

TEST_CASE("describe: a phase without its arguments says its name and nothing made up") {
  const Scene scene([](trace::Story& story) {
    story.end<Phase::ReadRead>({1, 1});
    story.instant<Phase::ConnectionMemory>({1, 1}, 640U);
  });
  CHECK(describe(scene.view, 0) == "recv returned 0: the peer will send no more");
  CHECK(describe(scene.view, 1) == "memory per connection: task's memory 640 bytes");
}

TEST_CASE("describe: one thing is told in the singular, thousands with a comma") {
  const Scene scene([](trace::Story& story) {
    story.instant<Phase::LifecycleTaskExit>({1, 1}, 640U, 1U);
    story.instant<Phase::LifecycleTaskExit>({1, 1}, 640U, 1234U);
  });
  CHECK(describe(scene.view, 0) == "The connection's task ends after 1 request");
  CHECK(describe(scene.view, 1) == "The connection's task ends after 1,234 requests");
}

TEST_CASE("describe: bytes that were not kept are counted, not shown") {
  const Scene scene([](trace::Story& story) {
    auto& event = story.instant<Phase::ReadHeader>({1, 1}, 1U, 4U, 6U, 9U);
    event.set_bytes(trace::Log::In, {21, 17});
  });
  CHECK(describe(scene.view, 0) == "Header 1: a name of 4 bytes, a value of 9 bytes");
}

TEST_CASE("describe: what a person held is in no length, and is told beside it") {
  const Scene scene([](trace::Story& story) {
    story.startup();
    auto conn = story.open();
    auto other = story.open();
    const auto held_read = [&story](const trace::Story::Conn& one, bool held) {
      story.begin<Phase::ReadRead>(one.subject(1), 6U, 4096U);
      story.wait(Duration::milliseconds(2));
      if (held) story.begin<Phase::TraceHold>(one.subject(1), Phase::ReadRead);
      story.wait(Duration::seconds(9));
      if (held) story.end<Phase::TraceHold>(one.subject(1), Phase::ReadRead);
      story.end<Phase::ReadRead>(one.subject(1), trace::absent, trace::absent, 10U);
    };
    held_read(conn, true);
    held_read(other, false);
  });
  std::vector<std::uint64_t> ends;
  for (std::uint64_t event = 0; event < scene.trace.end(); ++event) {
    const trace::Event& fact = scene.trace[event];
    if (fact.request == 1 && fact.phase == Phase::ReadRead && fact.ends()) ends.push_back(event);
    // A hold itself is as long as it was.
    if (fact.phase == Phase::TraceHold) CHECK(took_text(scene.view, event).find("9.00") == 1);
  }
  REQUIRE(ends.size() == 2);
  CHECK(took_text(scene.view, ends[0]) == "[2.00\u202Fms]");
  CHECK(held_text(scene.view, ends[0]) == "[9.00\u202Fs]");
  CHECK(took_text(scene.view, ends[1]) == "[9.00\u202Fs]");
  CHECK(held_text(scene.view, ends[1]).empty());
}

TEST_CASE("took: the program's load has no digits that its coarse start does not give (01)") {
  const Recorded told("01-hello");
  const std::uint64_t load = event_of(told.view, Phase::StartupProgramLoad);
  const std::string took = plain(took_text(told.view, load));
  CHECK(took.starts_with("~"));
  CHECK(took.ends_with(" ms \u00b110"));
  CHECK(took.find('.') == std::string::npos);
  const Teller tell(told.view, {told.view.end() - 1, {}}, {});
  const Told length = tell.length(static_cast<trace::EventNumber>(load));
  CHECK(plain(marked(*length.text, length.source)) == took);
  CHECK(took_text(told.view, event_of(told.view, Phase::StartupStaticInit)).starts_with("["));
}

TEST_CASE("quoted: what acts on a line is written out, long bytes are cut") {
  CHECK(quoted("a\r\n\x01z") == "a\\r\\n\u00b7z");
  CHECK(quoted("abcdef", 3) == "abc\u2026");
}

}  // namespace
}  // namespace roundtrip::viz
