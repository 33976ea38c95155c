#include "viz/model/byte_life.h"

#include <fmt/format.h>

#include <chrono>
#include <map>

#include "core/http/parser_words.h"
#include "core/http/request_parser.h"
#include "tests/viz/model/layout_checks.h"
#include "tests/viz/model/recorded.h"
#include "tests/viz/model/scene.h"
#include "viz/model/format.h"
#include "viz/model/layout_byte_life.h"

namespace roundtrip::viz {
namespace {

using trace::Event;
using trace::EventNumber;
using trace::Log;
using trace::Phase;
using trace::Provenance;

const LifeStep& step_of(const ByteLife& life, std::string_view what) {
  for (const LifeStep& step : life.steps) {
    if (step.what == what) return step;
  }
  FAIL("no step " << what);
  return life.steps.front();
}

bool says(const LifeStep& step, std::string_view words) {
  return step.words.find(words) != std::string::npos;
}

// Walks all events of the trace: the last of a phase that has the byte in its range.
EventNumber walk_for(const TraceView& view, const BytePlace& place, Phase phase) {
  EventNumber found = trace::no_event;
  for (std::uint64_t n = view.first(); n < view.end(); ++n) {
    const Event& event = view.trace[n];
    if (event.phase != phase || event.conn != place.conn || event.log != place.log) continue;
    if (event.has_bytes() && event.bytes().contains(place.offset)) {
      found = static_cast<EventNumber>(n);
    }
  }
  return found;
}

// The ranges of a log that one phase told, joined.
std::uint64_t end_of_log(const TraceView& view, std::uint32_t conn, Phase phase, Log log) {
  std::uint64_t end = 0;
  for (const EventNumber n : view.index.connection(conn)->events) {
    const Event& event = view.trace[n];
    if (event.phase == phase && event.log == log && event.has_bytes()) {
      end = std::max(end, event.bytes().end());
    }
  }
  return end;
}

const std::string scenarios[] = {"01-hello", "02-keep-alive", "03-close", "04-bad-request"};

TEST_CASE("byte life: each byte of a request has the recv() and the fill that brought it") {
  for (const std::string& scenario : scenarios) {
    const Recorded told(scenario);
    const Cursor end{told.trace.end() - 1, {}};
    for (const std::uint32_t conn : told.index.connections()) {
      const std::uint64_t bytes = end_of_log(told.view, conn, Phase::ReadRead, Log::In);
      const std::uint64_t stride = bytes > 500 ? 97 : 1;
      for (std::uint64_t at = 0; at < bytes; at += stride) {
        const BytePlace place{conn, Log::In, at};
        CAPTURE(scenario);
        CAPTURE(conn);
        CAPTURE(at);
        const ByteLife life = byte_life(told.view, end, {}, place);
        const EventNumber read = walk_for(told.view, place, Phase::ReadRead);
        CHECK(step_of(life, "recv()").event == read);
        CHECK(says(step_of(life, "recv()"),
                   fmt::format("brings {}, ",
                               counted(static_cast<std::int64_t>(told.trace[read].bytes().length),
                                       "byte"))));
        const EventNumber fill = walk_for(told.view, place, Phase::ReadBufferFill);
        REQUIRE(fill != trace::no_event);
        const std::uint64_t lies_at =
            *told.trace[fill].arg("filled") - (told.trace[fill].bytes().end() - at);
        CHECK(step_of(life, "buffer").event == fill);
        CHECK(says(step_of(life, "buffer"), fmt::format("[place {}] of", lies_at)));
        CHECK(step_of(life, "client").event == walk_for(told.view, place, Phase::ReadClientSend));
        for (const LifeStep& step : life.steps) {
          CHECK((step.event == trace::no_event) == (step.source == Provenance::Unknown));
          CHECK_FALSE(step.words.empty());
        }
      }
    }
  }
}

TEST_CASE("byte life: the first byte of a value is the value's, not the space's before it (01)") {
  const Recorded told("01-hello");
  const Cursor end{told.trace.end() - 1, {}};
  const std::uint32_t conn = told.index.connections().front();
  const auto parser_on = [&](std::uint64_t at) {
    return step_of(byte_life(told.view, end, {}, {conn, Log::In, at}), "parser").words;
  };
  REQUIRE(told.trace.bytes(conn, Log::In, {21, 8}).data == "Host: lo");
  CHECK(parser_on(26).find("Skips the spaces") != std::string::npos);
  CHECK(parser_on(27).find("Reads the host") != std::string::npos);
  CHECK(parser_on(21).find("Reads a header name") != std::string::npos);
}

TEST_CASE(
    "byte life: the parser's state is the one that a parser fed byte by byte is in (01, 02)") {
  for (const std::string scenario : {"01-hello", "02-keep-alive"}) {
    const Recorded told(scenario);
    const Cursor end{told.trace.end() - 1, {}};
    std::size_t checked = 0;
    for (const std::uint32_t conn : told.index.connections()) {
      const std::uint64_t bytes = end_of_log(told.view, conn, Phase::ReadRead, Log::In);
      const auto kept = told.trace.bytes(conn, Log::In, {0, bytes});
      REQUIRE(kept.whole);
      http::RequestParser parser;
      std::uint64_t begin = 0;
      for (std::uint64_t at = 0; at < bytes; ++at) {
        const ByteLife life = byte_life(told.view, end, {}, {conn, Log::In, at});
        CAPTURE(at);
        const http::State met = parser.state();
        // One more byte in the window.
        const http::StreamBytes window{std::string_view(kept.data).substr(begin, at + 1 - begin),
                                       begin};
        http::Step step = parser.next(window);
        while (step.kind == http::StepKind::Told) step = parser.next(window);
        // A state that only finds that it is over leaves the byte to the next.
        const http::ParserMove* move = http::move_between(met, parser.state());
        const http::State took = move != nullptr && move->next_reads ? move->to : met;
        CHECK(says(step_of(life, "parser"),
                   fmt::format("in [{}]: ", http::words_of(took).words)));
        CHECK(step_of(life, "parser").source == Provenance::Derived);
        ++checked;
        if (step.kind == http::StepKind::Done) {
          parser.start_next();
          begin = at + 1;
        }
      }
    }
    CHECK(checked >= 83);
  }
}

TEST_CASE(
    "byte life: places in the buffer after a second read, and in one that has grown (03, 04)") {
  const Recorded closing("03-close");
  const Cursor end{closing.trace.end() - 1, {}};
  // Its second read begins anew at the head of the buffer.
  CHECK(says(step_of(byte_life(closing.view, end, {}, {3, Log::In, 4095}), "buffer"),
             "[place 4095] of 4,096 bytes"));
  CHECK(says(step_of(byte_life(closing.view, end, {}, {3, Log::In, 5000}), "buffer"),
             "[place 904] of 4,096 bytes"));
  const Recorded refused("04-bad-request");
  const Cursor last{refused.trace.end() - 1, {}};
  CHECK(says(step_of(byte_life(refused.view, last, {}, {5, Log::In, 5000}), "buffer"),
             "[place 5000] of 8,192 bytes"));
}

TEST_CASE("byte life: a refused byte says why, those behind it that nobody parsed them (04)") {
  const Recorded told("04-bad-request");
  const Cursor end{told.trace.end() - 1, {}};
  int refused = 0;
  int behind_one = 0;
  for (std::uint64_t n = 0; n < told.trace.end(); ++n) {
    const Event& event = told.trace[n];
    if (event.phase != Phase::ReadRejected || !event.has_bytes()) continue;
    ++refused;
    const std::uint64_t at = event.bytes().offset;
    const ByteLife life = byte_life(told.view, end, {}, {event.conn, Log::In, at});
    CHECK(step_of(life, "parser").event == n);
    CHECK(says(step_of(life, "parser"), "refuses it: "));
    const Focus focus{event.conn, event.request};
    const std::uint64_t bytes = end_of_log(told.view, event.conn, Phase::ReadRead, Log::In);
    // A flaw may lie before bytes that were told already, where a whole head lacks something.
    bool told_already = false;
    for (const Phase phase : {Phase::ReadLineFound, Phase::ReadHeader, Phase::ReadHeadersComplete,
                              Phase::ReadRejected}) {
      const BytePlace last{event.conn, Log::In, bytes - 1};
      told_already = told_already || walk_for(told.view, last, phase) != trace::no_event;
    }
    if (told_already) continue;
    ++behind_one;
    const ByteLife behind = byte_life(told.view, end, focus, {event.conn, Log::In, bytes - 1});
    CHECK(step_of(behind, "parser").words == "the parser never took it");
    CHECK(step_of(behind, "parser").source == Provenance::Unknown);
  }
  CHECK(refused > 5);
  CHECK(behind_one > 2);
}

TEST_CASE("byte life: each byte of an answer has its maker, its flush, its send() and its reader") {
  for (const std::string& scenario : scenarios) {
    const Recorded told(scenario);
    const Cursor end{told.trace.end() - 1, {}};
    for (const std::uint32_t conn : told.index.connections()) {
      const std::uint64_t bytes = end_of_log(told.view, conn, Phase::TransmitWrite, Log::Out);
      const std::uint64_t stride = bytes > 500 ? 89 : 1;
      std::map<std::uint64_t, std::uint64_t> flushed;  // buffered bytes by the flush's first byte
      for (std::uint64_t at = 0; at < bytes; at += stride) {
        const BytePlace place{conn, Log::Out, at};
        CAPTURE(scenario);
        CAPTURE(conn);
        CAPTURE(at);
        const ByteLife life = byte_life(told.view, end, {}, place);
        const EventNumber write = walk_for(told.view, place, Phase::TransmitWrite);
        CHECK(step_of(life, "send()").event == told.index.partner(write));
        const EventNumber head = walk_for(told.view, place, Phase::TransmitHead);
        const LifeStep& written = step_of(life, "written");
        if (head != trace::no_event) {
          CHECK(written.event == head);
          CHECK(says(written, "with the head"));
        } else {
          // Every recorded body was one or more writes of one handler, unchunked.
          CHECK(says(written, "by the handler's write ["));
          REQUIRE(written.event != trace::no_event);
          CHECK(told.trace[written.event].phase == Phase::HandleWriteBody);
          CHECK(written.event < write);
        }
        const EventNumber read = walk_for(told.view, place, Phase::TransmitClientRead);
        CHECK(step_of(life, "client").event == read);
        const LifeStep& flush = step_of(life, "flush");
        REQUIRE(flush.event != trace::no_event);
        CHECK(told.trace[flush.event].phase == Phase::TransmitFlush);
        const ByteRange sent = told.trace[write].bytes();
        CHECK(says(flush, fmt::format("[place {}]", at - sent.offset)));
      }
    }
  }
}

TEST_CASE("byte life: the handler's writes are counted from the head on (03, 5,000 bytes)") {
  const Recorded told("03-close");
  std::uint64_t answer_bytes = 5000;
  for (const EventNumber number : told.index.connection(3)->events) {
    const Event& event = told.trace[number];
    if (event.phase == Phase::TransmitHead) answer_bytes += event.bytes().length;
  }
  const Cursor end{told.trace.end() - 1, {}};
  std::map<EventNumber, std::uint64_t> counted_by;
  for (std::uint64_t at = 0; at < answer_bytes; ++at) {
    const LifeStep made = step_of(byte_life(told.view, end, {}, {3, Log::Out, at}), "written");
    REQUIRE(made.event != trace::no_event);
    ++counted_by[made.event];
  }
  for (const auto& [event, bytes] : counted_by) {
    const Event& fact = told.trace[event];
    const std::uint64_t length =
        fact.phase == Phase::TransmitHead ? fact.bytes().length : fact.arg("length").value_or(0);
    CHECK(bytes == length);
  }
}

// A request that came in two segments and two reads, answered in chunks by two writes.
struct Told {
  std::uint32_t conn = 0;
  std::uint64_t head = 0;
};
void tell_split(trace::Story& story, Told& told) {
  story.startup();
  auto conn = story.open();
  told.conn = conn.conn;
  const trace::Subject who = conn.subject(1);
  const std::string request = story.curl_request("/hello");
  story.keep(conn.conn, Log::In, 0, request);
  story.tell<Phase::ReadClientSend>(trace::Kind::Instant, {0, conn.conn})
      .set_bytes(Log::In, {0, 10});
  story.tell<Phase::ReadSegment>(trace::Kind::Instant, {0, conn.conn}, 5U)
      .set_bytes(Log::In, {9, 1});
  story.begin<Phase::ReadRead>(conn.subject(), conn.fd, 4096U);
  story.end<Phase::ReadRead>(conn.subject(), trace::absent, trace::absent, 10U)
      .set_bytes(Log::In, {0, 10});
  story.instant<Phase::ReadBufferFill>(conn.subject(), 10U, 0U, 4096U).set_bytes(Log::In, {0, 10});
  story.begin<Phase::ReadRead>(conn.subject(), conn.fd, 4086U);
  story.end<Phase::ReadRead>(conn.subject(), trace::absent, trace::absent, 73U)
      .set_bytes(Log::In, {10, 73});
  story.instant<Phase::ReadBufferFill>(conn.subject(), 83U, 0U, 4096U).set_bytes(Log::In, {10, 73});
  story.instant<Phase::ReadLineFound>(who).set_bytes(Log::In, {0, 21});
  story.instant<Phase::ReadHeadersComplete>(who, 3U, 83U).set_bytes(Log::In, {81, 2});
  story.instant<Phase::ReadRequestReady>(who, 0U, trace::KeepAlive::Kept, 3U);
  const std::string head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  told.head = head.size();
  const std::string first = "6\r\nHello,\r\n";
  const std::string second = "7\r\n World!\r\n";
  const std::string answer = head + first + second + "0\r\n\r\n";
  story.keep(conn.conn, Log::Out, 0, answer);
  for (const std::uint32_t length : {4U, 9U}) {
    story.begin<Phase::HandleWriteBody>(who, length);
    story.end<Phase::HandleWriteBody>(who, length, 0U, 2048U);
  }
  story.instant<Phase::TransmitFraming>(who, trace::Framing::Chunked);
  story
      .instant<Phase::TransmitHead>(who, 17U, 0U, 0U, 0U, 30U,
                                    static_cast<std::uint32_t>(told.head))
      .set_bytes(Log::Out, {0, told.head});
  story.instant<Phase::TransmitChunk>(who, 6U).set_bytes(Log::Out, {told.head, first.size()});
  story.begin<Phase::TransmitFinish>(who);
  story.instant<Phase::TransmitChunk>(who, 7U).set_bytes(Log::Out,
                                                         {told.head + first.size(), second.size()});
  const auto all = static_cast<std::uint32_t>(answer.size());
  story.begin<Phase::TransmitFlush>(who, all);
  story.begin<Phase::TransmitWrite>(who, conn.fd, all);
  story.end<Phase::TransmitWrite>(who, trace::absent, trace::absent, 20U)
      .set_bytes(Log::Out, {0, 20});
  story.begin<Phase::TransmitWrite>(who, conn.fd, all - 20);
  story.end<Phase::TransmitWrite>(who, trace::absent, trace::absent, all - 20)
      .set_bytes(Log::Out, {20, all - 20U});
  story.end<Phase::TransmitFlush>(who);
  story.end<Phase::TransmitFinish>(who, 200U, 13U);
}

TEST_CASE("byte life: of two segments and two reads each byte has its own (told)") {
  Told told;
  const Scene scene([&](trace::Story& story) { tell_split(story, told); });
  const Cursor end{scene.trace.end() - 1, {}};
  const auto in = [&](std::uint64_t at) {
    return byte_life(scene.view, end, {}, {told.conn, Log::In, at});
  };
  CHECK(says(step_of(in(9), "recv()"), "10 bytes, 0 to 9, of up to 4,096"));
  CHECK(says(step_of(in(10), "recv()"), "73 bytes, 10 to 82, of up to 4,086"));
  CHECK(says(step_of(in(9), "buffer"), "[place 9]"));
  CHECK(says(step_of(in(40), "buffer"), "[place 40]"));
  // The stamp is of the segment's last byte; what came before it had come by then.
  CHECK(step_of(in(9), "segment").source == Provenance::Observed);
  CHECK(step_of(in(4), "segment").source == Provenance::Inferred);
  CHECK(when_text(scene.view, step_of(in(4), "segment")).front() == '~');
  CHECK(says(step_of(in(4), "segment"), "the stamp belongs to byte 9"));
  // Of the second nothing is known: neither who sent it nor when it came.
  for (const std::string_view what : {"segment", "client"}) {
    CHECK(step_of(in(10), what).words == "not observed");
    CHECK(when_text(scene.view, step_of(in(10), what)) == not_known().text());
  }
}

TEST_CASE("byte life: of a chunked answer, what is framing and which write made the rest (told)") {
  Told told;
  const Scene scene([&](trace::Story& story) { tell_split(story, told); });
  const Cursor end{scene.trace.end() - 1, {}};
  const auto written = [&](std::uint64_t at) {
    const ByteLife life = byte_life(scene.view, end, {}, {told.conn, Log::Out, told.head + at});
    return step_of(life, "written").words;
  };
  // "6 CR LF", "Hello,", "CR LF", "7 CR LF", " World!", "CR LF", the last chunk; writes of 4 and 9.
  std::string shape;
  for (std::uint64_t at = 0; at < 11 + 12 + 5; ++at) {
    const std::string words = written(at);
    const auto has = [&](std::string_view part) { return words.find(part) != words.npos; };
    shape += has("chunk's size")     ? 's'
             : has("closes a chunk") ? 'e'
             : has("last chunk")     ? 'l'
             : has("[1 of 2]")       ? '1'
             : has("[2 of 2]")       ? '2'
                                     : '?';
  }
  CHECK(shape == "sss111122eesss2222222eelllll");
  CHECK(written(3).find("4 bytes: [its byte 0]") != std::string::npos);
  CHECK(written(8).find("9 bytes: [its byte 1]") != std::string::npos);
  CHECK(written(14).find("9 bytes: [its byte 2]") != std::string::npos);
  // A short write: the second send() took what the first left, from the same buffer.
  const ByteLife late = byte_life(scene.view, end, {}, {told.conn, Log::Out, 25});
  CHECK(says(step_of(late, "flush"), "[place 25]"));
  CHECK(says(step_of(late, "send()"), "20 to"));
  const ByteLife early = byte_life(scene.view, end, {}, {told.conn, Log::Out, 5});
  CHECK(says(step_of(early, "send()"), "20 bytes, 0 to 19, of 75"));
  for (const std::string_view what : {"segment", "ACK", "client"}) {
    CHECK(step_of(late, what).words == "not observed");
  }
}

TEST_CASE("byte life: what the cursor has not reached yet is ahead (01)") {
  const Recorded told("01-hello");
  std::uint64_t fill = 0;
  while (told.trace[fill].phase != Phase::ReadBufferFill) ++fill;
  const ByteLife life = byte_life(told.view, {fill, {}}, {}, {1, Log::In, 25});
  CHECK_FALSE(step_of(life, "recv()").ahead);
  CHECK_FALSE(step_of(life, "buffer").ahead);
  CHECK(step_of(life, "parser").ahead);
  CHECK(life.title == "byte 25 from the client: “:”, hex 3a");
  CHECK(step_of(life, "field").words == "Host: localhost:8080");
  CHECK(byte_life(told.view, {fill, {}}, {}, {99, Log::In, 0}).empty());
}

TEST_CASE("byte life: the card keeps its words whole, in the window, off the pointer (sizes)") {
  const Recorded told("01-hello");
  const Cursor end{told.trace.end() - 1, {}};
  for (const auto& [w, h] : {std::pair{1280.f, 720.f}, std::pair{1920.f, 1080.f}}) {
    for (const bool projector : {false, true}) {
      const Ruler ruler = plain_ruler(projector);
      const Rect window{0, 0, w, h};
      const Places parts = places(w, h);
      const Rect room =
          Rect::from_corners(parts.picture.x, parts.picture.y, w, parts.picture.bottom());
      for (std::uint64_t at = 0; at < 213; at += 3) {
        const BytePlace place{1, at < 83 ? Log::In : Log::Out, at < 83 ? at : at - 83};
        const Point pointer{room.x + 60, room.y + room.h * static_cast<float>(at) / 213};
        const ByteLife life = byte_life(told.view, end, {}, place);
        const LifeCard card = layout_byte_life(told.view, life, ruler, room, window, pointer);
        CHECK(lies_in(card.rect, window));
        CHECK_FALSE(card.rect.inset(-ruler.row_px).contains(pointer));
        check_text(ruler, card.title, card.rect);
        CHECK(card.rows.size() == life.steps.size());
        std::vector<Rect> texts{card.title.rect};
        for (const LifeRow& row : card.rows) {
          for (const TextBox* box : {&row.what, &row.when}) {
            check_text(ruler, *box, row.rect);
            CHECK_FALSE(box->cut);
            texts.push_back(box->rect);
          }
          for (const TextBox& line : row.words) {
            check_text(ruler, line, row.rect);
            CHECK_FALSE(line.cut);
            texts.push_back(line.rect);
          }
        }
        check_apart(texts);
      }
    }
  }
}

TEST_CASE("byte life: costs the same in a long connection (work is bounded; time is printed)") {
  const Scene scene([](trace::Story& story) {
    story.startup();
    auto conn = story.open();
    for (int i = 0; i < 6000; ++i) {
      story.ask(conn, story.curl_request("/hello"), "Hello, World!");
    }
  });
  const Cursor end{scene.trace.end() - 1, {}};
  const BytePlace middle{1, Log::In, 3000 * 83 + 25};
  const auto from = std::chrono::steady_clock::now();
  constexpr int rounds = 50;
  ByteLife life;
  for (int i = 0; i < rounds; ++i) life = byte_life(scene.view, end, {}, middle);
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - from;
  MESSAGE(scene.trace.end() << " events: " << took.count() / rounds << " ms a byte");
  CHECK(says(step_of(life, "field"), "Host"));
  CHECK(says(step_of(life, "buffer"), "[place 25]"));
  // Nothing told of a segment, and not all of the connection was searched: so it says.
  REQUIRE(scene.view.index.connection(1)->events.size() > 2 * most_events_around);
  CHECK(step_of(life, "segment").words == "not among the 65,536 events before and after");
}

}  // namespace
}  // namespace roundtrip::viz
