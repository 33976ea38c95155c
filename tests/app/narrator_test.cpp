#include "app/narrator.h"

#include <doctest/doctest.h>

#include "app/narrator_events.h"
#include "app/narrator_log.h"
#include "app/narrator_rows.h"
#include "app/narrator_summary.h"
#include "tests/core/trace/story.h"

namespace roundtrip::app {
namespace {

using trace::CloseReason;
using trace::Phase;
using trace::Story;

// A story with everything that is derived from it, ready to be told.
struct Told {
  explicit Told(Story& story)
      : trace(story.trace()), index(trace), states(index), lanes(index), statistics(index) {
    index.follow();
    lanes.follow();
    statistics.follow();
  }
  viz::TraceView view() const { return {trace, index, states, lanes, statistics}; }
  std::string text(bool detail = false, bool unicode = true) const {
    NarratorOptions options;
    options.detail = detail;
    options.style = {unicode, false};
    return narrate(view(), options);
  }

  const trace::Trace& trace;
  trace::TraceIndex index;
  trace::StateReader states;
  viz::LaneIndex lanes;
  viz::Statistics statistics;
};

bool has(const std::string& text, std::string_view part) {
  const bool found = text.find(part) != std::string::npos;
  if (!found) MESSAGE("the story lacks '" << part << "'");
  return found;
}

std::size_t occurrences(const std::string& text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
    ++count;
  }
  return count;
}

TEST_CASE("narrator: an empty trace is said to be empty") {
  Story story;
  CHECK(Told(story).text() == "The trace is empty: nothing was recorded.\n");
}

TEST_CASE("narrator: the journey has six phases, four columns and statistics (hello)") {
  Story story;
  story.hello();
  const std::string text = Told(story).text();
  for (int phase = 1; phase <= 6; ++phase) CHECK(has(text, fmt::format("PHASE {}: ", phase)));
  CHECK(occurrences(text, "Time      Component              Action            ") == 6);
  CHECK(has(text, "SUMMARY STATISTICS"));
  CHECK(has(text, "├─ split               GET | /hello | HTTP/1.1"));
  CHECK(has(text, "└─ "));
  CHECK(has(text, "├─ User-Agent          curl/7.80.0"));
  CHECK(has(text, "[LISTENING]"));
  CHECK(has(text, "[EXITING]"));
}

TEST_CASE("narrator: no line is wider than the page (plain and detail)") {
  Story story;
  story.hello();
  auto conn = story.open();
  for (int i = 0; i < 3; ++i) story.ask(conn, Story::curl_request("/hello"), "Hello, World!");
  story.close(conn, CloseReason::Shutdown);
  const Told told(story);
  for (const bool detail : {false, true}) {
    std::string text = told.text(detail);
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = text.find('\n', at);
      const std::string line = text.substr(at, end - at);
      INFO(line);
      CHECK(display_width(line) <= journey_width);
      at = end + 1;
    }
  }
}

TEST_CASE("narrator: ASCII has no byte above 0x7f (detail)") {
  Story story;
  story.hello();
  const Told told(story);
  for (const char c : told.text(true, false)) REQUIRE(static_cast<unsigned char>(c) < 0x80);
  NarratorOptions ascii;
  ascii.style = {false, false};
  for (std::uint64_t number = told.trace.first(); number < told.trace.end(); ++number) {
    const std::string text = narrate_moment(told.view(), number, ascii);
    CHECK(text.find('$') == std::string::npos);
    CHECK(text.find('?') == std::string::npos);
    if (told.trace[number].phase == Phase::ReadHeader) CHECK(has(text, "RFC 9112 section 5"));
  }
}

TEST_CASE("narrator: inferred and derived facts say so") {
  Story story;
  story.hello();
  const std::string text = Told(story).text();
  CHECK(has(text, "inferred: nobody saw it"));
  CHECK(has(text, "~"));
  CHECK(has(text, "derived"));
}

TEST_CASE("narrator: the parts of the processing add up to the whole") {
  Story story;
  story.hello();
  const Told told(story);
  const ConnectionFacts facts = facts_of(told.view(), 1);
  REQUIRE(facts.requests.size() == 1);
  const RequestTimes times = times_of(told.view(), facts.requests.front());
  REQUIRE(times.whole.has_value());
  CHECK(*times.read + *times.parse + *times.handle + *times.send + *times.rest == *times.whole);
  for (const auto& part : {times.read, times.parse, times.handle, times.send, times.rest}) {
    CHECK(*part >= Duration{});
  }
  CHECK(startup_time(told.view()).has_value());
  CHECK(connection_time(told.view(), facts).has_value());
}

TEST_CASE("narrator: facts without a request go to the one that they led to (three requests)") {
  Story story;
  story.startup();
  auto conn = story.open();
  for (int i = 0; i < 3; ++i) {
    story.ask(conn, Story::curl_request("/hello"), "Hello, World!");
    story.wait(Duration::milliseconds(5));
  }
  story.close(conn, CloseReason::IdleTimeout);
  const Told told(story);
  const ConnectionFacts facts = facts_of(told.view(), 1);
  REQUIRE(facts.requests.size() == 3);
  for (const RequestFacts& request : facts.requests) {
    CHECK(first_of(told.view(), request.read, Phase::ReadRead) != trace::no_event);
    CHECK(first_of(told.view(), request.transmit, Phase::TransmitWrite) != trace::no_event);
    CHECK(first_of(told.view(), request.lifecycle, Phase::LifecycleKeepAlive) != trace::no_event);
  }
  CHECK(first_of(told.view(), facts.requests[1].read, Phase::LifecycleNextRequest) !=
        trace::no_event);
  CHECK(first_of(told.view(), facts.requests[2].lifecycle, Phase::LifecycleClose) !=
        trace::no_event);

  const std::string text = told.text();
  CHECK(occurrences(text, "PHASE 3: ") == 1);
  CHECK(has(text, "REQUEST 2 on connection 1: GET /hello, answered 200"));
  CHECK(has(text, "REQUEST 3 on connection 1"));
  CHECK(has(text, "Keep-alive, connection 1"));
  CHECK(has(text, "2 requests more, without connecting"));
}

TEST_CASE("narrator: a segment's stamp before the read does not begin the next request") {
  Story story;
  story.startup();
  auto conn = story.open();
  story.instant<Phase::ReadSegment>({0, conn.conn, 1}, 5U).set_bytes(trace::Log::In, {82, 1});
  story.ask(conn, Story::curl_request("/hello"), "Hello, World!");
  story.ask(conn, Story::curl_request("/hello"), "Hello, World!");
  const Told told(story);
  const ConnectionFacts facts = facts_of(told.view(), 1);
  REQUIRE(facts.requests.size() == 2);
  for (const RequestFacts& request : facts.requests) {
    CHECK(first_of(told.view(), request.read, Phase::ReadRead) != trace::no_event);
    CHECK(times_of(told.view(), request).read.has_value());
  }
}

TEST_CASE("narrator: detail counts the seed's bytes (21+22+25+13+2 = 83)") {
  Story story;
  story.hello();
  const std::string text = Told(story).text(true);
  for (const char* share : {"21 bytes", "22 bytes", "25 bytes", "13 bytes", "2 bytes"}) {
    CHECK(has(text, share));
  }
  CHECK(has(text, "83 bytes"));
  CHECK(has(text, "47 45 54 20 2f 68 65 6c  6c 6f 20 48 54 54 50 2f  GET /hello HTTP/"));
}

TEST_CASE("narrator: detail counts the response's parts and its packets, computed") {
  Story story;
  story.hello();
  const std::string text = Told(story).text(true);
  CHECK(has(text, "17 + 37 + 20 + 41 + 2 + 13 = 130 bytes"));
  CHECK(has(text, "send() took 130 bytes"));
  CHECK(has(text, "[130 + 20 + 20 = 170 bytes]"));
  CHECK(has(text, "[130 + 32 + 20 = 182 bytes]"));
}

TEST_CASE("narrator: detail draws the seed's boxes with the trace's values") {
  Story story;
  story.hello();
  const std::string text = Told(story).text(true);
  for (const char* title :
       {"SERVER READY", "The TCP handshake", "CONNECTION 1 AFTER EVENT", "MEMORY OF THE CONNECTION",
        "The request on the wire", "The buffered reader", "The request line in four steps",
        "The headers, one by one", "REQUEST 1, COMPLETE", "THE ROUTE TABLE",
        "THE RESPONSE WRITER, NEW", "THE RESPONSE IN THE BUFFER", "The response, byte by byte",
        "PACKETS", "THE CLOSE", "Go calls this: "}) {
    CHECK(has(text, title));
  }
  CHECK(has(text, "127.0.0.1:40000"));
  CHECK(has(text, "15.0 s"));
}

TEST_CASE("narrator: what is not in the trace is not told as a number (half a request)") {
  Story story;
  story.startup();
  auto conn = story.open();
  story.begin<Phase::ReadRead>(conn.subject(), conn.fd, 4096U);
  const Told told(story);
  const std::string text = told.text(true);
  CHECK(has(text, "CPU of the first request         not measured"));
  CHECK_FALSE(text.find("Total time") != std::string::npos);
}

TEST_CASE("narrator: a client that has gone before its request was read is told with the request") {
  Story story;
  story.startup();
  auto conn = story.open();
  story.instant<Phase::LifecycleClientClose>({0, conn.conn}, false);
  story.instant<Phase::LifecycleFinIn>({0, conn.conn});
  story.ask(conn, Story::curl_request("/hello"), "Hello, World!");
  const Told told(story);
  const ConnectionFacts facts = facts_of(told.view(), 1);
  CHECK(facts.ending.empty());
  REQUIRE(facts.requests.size() == 1);
  const EventNumbers& told_with = facts.requests.front().lifecycle;
  CHECK(first_of(told.view(), told_with, Phase::LifecycleClientClose) != trace::no_event);
  CHECK(first_of(told.view(), told_with, Phase::LifecycleFinIn) != trace::no_event);
}

TEST_CASE("narrator: an open phase is said to be unfinished") {
  Story story;
  story.startup();
  auto conn = story.open();
  const auto request = story.ask(conn, Story::curl_request("/hello"), "Hello, World!");
  story.begin<Phase::LifecycleDrain>(conn.subject(request));
  CHECK(has(Told(story).text(), "unfinished"));
}

TEST_CASE("narrator: held time is left out of the processing, and told") {
  Story story;
  story.startup();
  auto conn = story.open();
  const trace::Subject who = conn.subject(1);
  const auto length = static_cast<std::uint32_t>(Story::curl_request("/hello").size());
  story.keep(conn.conn, trace::Log::In, 0, Story::curl_request("/hello"));
  story.begin<Phase::ReadRead>(conn.subject(), conn.fd, 4096U);
  story.end<Phase::ReadRead>(conn.subject(), trace::absent, trace::absent, length);
  // Its bytes are there; its number it has with the first that are parsed.
  story.begin<Phase::TraceHold>(conn.subject(), static_cast<std::uint32_t>(Phase::ReadRead));
  story.wait(Duration::seconds(1));
  story.end<Phase::TraceHold>(conn.subject());
  story.instant<Phase::ReadLineFound>(who).set_bytes(trace::Log::In, {0, 21});
  story.begin<Phase::TraceHold>(who, static_cast<std::uint32_t>(Phase::ReadLineFound));
  story.wait(Duration::seconds(2));
  story.end<Phase::TraceHold>(who);
  story.instant<Phase::ReadRequestReady>(who, trace::absent, trace::KeepAlive::Kept, 0U);
  story.begin<Phase::TransmitFinish>(who);
  story.end<Phase::TransmitFinish>(who, 200U, 0U);
  const Told told(story);
  const RequestTimes times = times_of(told.view(), facts_of(told.view(), 1).requests.front());
  REQUIRE(times.whole.has_value());
  CHECK(*times.whole < Duration::milliseconds(1));
  CHECK(has(told.text(), "Held by a person"));
  CHECK(has(told.text(), "A person held it for [3.00 s] in all"));
}

TEST_CASE("narrator: a peer's bytes are escaped in every text (detail)") {
  Story story;
  story.startup();
  auto conn = story.open();
  story.ask(conn, "GET /\x1b[2J HTTP/1.1\r\nHost: \x07x\r\n\r\n", "x");
  const std::string text = Told(story).text(true);
  CHECK(text.find('\x1b') == std::string::npos);
  CHECK(text.find('\x07') == std::string::npos);
  CHECK(has(text, "\\x1b[2J"));
}

TEST_CASE("narrator: one event is told with its arguments, bytes and connection (read.header)") {
  Story story;
  story.hello();
  const Told told(story);
  for (std::uint64_t number = told.trace.first(); number < told.trace.end(); ++number) {
    const std::string text = narrate_moment(told.view(), number, {});
    REQUIRE_FALSE(text.empty());
    if (told.trace[number].phase != Phase::ReadHeader) continue;
    CHECK(has(text, "read.header"));
    CHECK(has(text, "observed"));
    CHECK(has(text, "RFC 9112"));
  }
}

TEST_CASE("narrator: long traces are told in short, and say how much was left out") {
  Story story;
  story.startup();
  auto conn = story.open();
  const std::size_t requests = most_told_requests + 7;
  for (std::size_t i = 0; i < requests; ++i) story.ask(conn, Story::curl_request("/hello"), "x");
  CHECK(has(Told(story).text(), "7 connections or requests more"));
}

TEST_CASE("request log: one line for each log line in the trace, as it grows") {
  Story story;
  story.startup();
  auto conn = story.open();
  story.ask(conn, Story::curl_request("/hello"), "Hello, World!");
  RequestLog log;
  const Lines first = log.follow(story.trace());
  REQUIRE(first.size() == 1);
  CHECK(has(first.front(), "GET /hello 200, body 13 bytes, 40 µs (request 1, connection 1)"));
  CHECK(log.follow(story.trace()).empty());
  story.ask(conn, Story::curl_request("/echo"), "x");
  CHECK(log.follow(story.trace()).size() == 1);
}

TEST_CASE("request log: a fact that comes late makes no line twice, and a late line is told") {
  Story story;
  story.startup();
  auto conn = story.open();
  story.ask(conn, Story::curl_request("/hello"), "Hello, World!");
  story.ask(conn, Story::curl_request("/hello"), "Hello, World!");
  RequestLog log;
  CHECK(log.follow(story.trace()).size() == 2);
  trace::Event late = story.events()[40];
  late.phase = Phase::ReadSegment;
  late.kind = trace::Kind::Instant;
  late.present = 0;
  Story::deliver_late(story.trace(), late);
  CHECK(log.follow(story.trace()).empty());
  late.phase = Phase::TransmitLogLine;
  late.request = 9;
  Story::deliver_late(story.trace(), late);
  const Lines lines = log.follow(story.trace());
  REQUIRE(lines.size() == 1);
  CHECK(has(lines.front(), "request 9"));
}

TEST_CASE("narrator: lengths are derived and stand in brackets, the spawned task has its twig") {
  Story story;
  story.hello();
  const std::string text = Told(story).text(true);
  CHECK(has(text, "task 2"));
  CHECK(has(text, "frame of 640 bytes"));
  for (std::size_t at = text.find("took  "); at != std::string::npos;
       at = text.find("took  ", at + 1)) {
    const std::size_t value = text.find_first_not_of(' ', at + 4);
    CAPTURE(text.substr(at, 40));
    CHECK((text[value] == '[' || text[value] == '~'));
  }
}

TEST_CASE("narrator: FIN is told with its provenance where it is in the trace (inferred)") {
  Story story;
  story.hello();
  const std::string text = Told(story).text(true);
  CHECK(has(text, "FIN out"));
  CHECK(has(text, "the decision, inferred"));
  const std::size_t box = text.find("THE CLOSE");
  REQUIRE(box != std::string::npos);
  CHECK(has(text.substr(box, text.find("SUMMARY", box) - box), "~"));
}

TEST_CASE("narrator: what the browser sends by itself is said to be its own") {
  Story story;
  story.startup();
  auto conn = story.open();
  const std::string agent = "Host: x\r\nUser-Agent: Mozilla/5.0\r\n\r\n";
  story.ask(conn, "GET /hello HTTP/1.1\r\n" + agent, "x");
  story.ask(conn, "GET /favicon.ico HTTP/1.1\r\n" + agent, "x");
  auto ahead = story.open();
  story.close(ahead, CloseReason::PeerClosed);
  const std::string text = Told(story).text();
  CHECK(occurrences(text, "[sent by the browser itself]") == 2);
}

}  // namespace
}  // namespace roundtrip::app
