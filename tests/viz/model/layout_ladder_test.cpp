// The ladder over the recordings that ship and over told stories: which chapter it shows, what its
// arrows and labels say, and that they are where their times put them.
#include "viz/model/layout_ladder.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "tests/viz/model/layout_checks.h"
#include "tests/viz/model/recorded.h"
#include "tests/viz/model/scene.h"
#include "viz/model/cursor.h"
#include "viz/model/format.h"
#include "viz/model/ladder_axis.h"
#include "viz/model/ladder_facts.h"

namespace roundtrip::viz {
namespace {

using trace::EventNumber;
using trace::Phase;
using trace::Provenance;

const Rect place{0, 0, 640, 372};

Picture ladder_at(const TraceView& view, std::uint64_t event, const Rect& area = place,
                  bool projector = false) {
  return layout_ladder(view, {event, {}}, {}, plain_ruler(projector), area);
}
Picture ladder_at(const Recorded& told, std::string_view phase) {
  return ladder_at(told.view, Stepper(told.view).position_of(phase)->event);
}

// The label that stands for an event; empty where there is none.
std::string label_of(const Picture& picture, std::uint64_t event) {
  for (const PictureNote& note : picture.notes) {
    if (note.link.event == event) return note.text.text;
  }
  return {};
}

// The halves of an arrow, from its beginning to its head.
std::vector<PictureLine> halves_of(const Picture& picture, std::uint64_t event) {
  std::vector<PictureLine> halves;
  for (const PictureLine& line : picture.lines) {
    if (line.link.event == event) halves.push_back(line);
  }
  return halves;
}

std::uint64_t first_of(const TraceView& view, Phase phase, bool end = false) {
  for (std::uint64_t event = view.first(); event < view.end(); ++event) {
    if (view.trace[event].phase == phase && view.trace[event].ends() == end) return event;
  }
  FAIL("no such event");
  return 0;
}

TEST_CASE("ladder: the chapter at the cursor, and what comes before a client (01)") {
  const Recorded told("01-hello");
  const auto heading = [&](std::string_view phase) { return ladder_at(told, phase).heading.text; };
  CHECK(heading("startup.bind") == "No client yet");
  CHECK(heading("connection.syn") == "Connection 1: the handshake");
  CHECK(heading("connection.first_run") == "Connection 1: the handshake");
  CHECK(heading("read.client_send") == "Connection 1: request 1 and its answer");
  CHECK(heading("transmit.client_read") == "Connection 1: request 1 and its answer");
  CHECK(heading("lifecycle.keep_alive") == "Connection 1: request 1 and its answer");
  CHECK(heading("lifecycle.fin_in") == "Connection 1: the end");
}

TEST_CASE("ladder: a request's chapter holds its own facts only (02)") {
  const Recorded told("02-keep-alive");
  const auto& requests = told.index.connection(1)->requests;
  REQUIRE(requests.size() == 3);
  for (std::size_t i = 0; i < requests.size(); ++i) {
    const EventNumber ready = told.index.request(requests[i])->ready;
    const LadderFacts found = ladder_facts(told.view, {ready, {}}, {});
    CHECK(found.chapter == LadderChapter::Request);
    CHECK(found.request_place == i);
    int writes = 0;
    for (const LadderFact& fact : found.facts) {
      const trace::Event& event = told.trace[fact.event];
      CHECK((event.request == 0 || event.request == requests[i]));
      writes += event.phase == Phase::TransmitWrite && event.begins() ? 1 : 0;
    }
    CHECK(writes == 1);
  }
}

TEST_CASE("ladder: write returned, segment out, ACK in and the client's read are four marks (01)") {
  const Recorded told("01-hello");
  const Picture picture = ladder_at(told, "transmit.client_read");
  const auto& view = told.view;
  const auto size = [&](std::uint64_t event) {
    return byte_count(told.trace[event].bytes().length).text();
  };
  const auto send = first_of(view, Phase::ReadClientSend);
  CHECK(label_of(picture, send) == "sends " + size(send));
  const auto written = first_of(view, Phase::TransmitWrite, true);
  CHECK(label_of(picture, written) ==
        fmt::format("took {} B", *told.trace[written].arg("written")));
  const auto out = first_of(view, Phase::TransmitSegmentOut);
  CHECK(label_of(picture, out).find(size(out)) != std::string::npos);
  CHECK(label_of(picture, first_of(view, Phase::TransmitAckIn)) == "ACK in");
  const auto read = first_of(view, Phase::TransmitClientRead);
  CHECK(label_of(picture, read).find(size(read)) != std::string::npos);
}

TEST_CASE("ladder: places on the axis are in proportion to the times (01)") {
  const Recorded told("01-hello");
  const Picture picture = ladder_at(told, "transmit.client_read");
  const auto y_of = [&](std::uint64_t event) {
    const auto halves = halves_of(picture, event);
    REQUIRE(!halves.empty());
    return halves.front().from.y;
  };
  const auto time = [&](std::uint64_t event) {
    return static_cast<double>(told.trace[event].time.ns);
  };
  // Each of these leaves at the time that its fact tells. Two of them are as far apart as their
  // times, or closer where a wait between them is folded.
  auto read = first_of(told.view, Phase::ReadLineFound);
  while (told.trace[read].phase != Phase::ReadRead) --read;
  const std::vector<std::uint64_t> marks = {
      first_of(told.view, Phase::ReadClientSend), read,
      first_of(told.view, Phase::TransmitWrite), first_of(told.view, Phase::TransmitWrite, true)};
  std::vector<double> px_per_ns;
  for (std::size_t i = 1; i < marks.size(); ++i) {
    px_per_ns.push_back((y_of(marks[i]) - y_of(marks[i - 1])) /
                        (time(marks[i]) - time(marks[i - 1])));
  }
  const double most = *std::max_element(px_per_ns.begin(), px_per_ns.end());
  const auto in_proportion = std::count_if(px_per_ns.begin(), px_per_ns.end(), [&](double one) {
    CHECK(one > 0);
    return one > 0.99 * most;
  });
  CHECK(in_proportion >= 2);
  // The segment left when the client sent, and arrived later: it slants.
  const auto segment = halves_of(picture, first_of(told.view, Phase::ReadSegment));
  CHECK(segment.front().from.y ==
        doctest::Approx(y_of(first_of(told.view, Phase::ReadClientSend))));
  CHECK(segment.back().to.y > segment.front().from.y);
}

TEST_CASE("ladder: observed parts are solid, inferred parts dashed (01)") {
  const Recorded told("01-hello");
  const Picture handshake = ladder_at(told, "connection.syn");
  // The client's call was seen, the arrival of its SYN was not.
  const auto syn = halves_of(handshake, first_of(told.view, Phase::ConnectionSyn));
  REQUIRE(syn.size() == 2);
  CHECK(syn[0].source == Provenance::Observed);
  CHECK(syn[1].source == Provenance::Inferred);
  CHECK(syn[1].head);
  CHECK(!syn[0].head);
  const auto answer = halves_of(handshake, first_of(told.view, Phase::ConnectionSynAck));
  REQUIRE(answer.size() == 1);
  CHECK(answer[0].source == Provenance::Inferred);
  const Picture request = ladder_at(told, "read.segment");
  const auto segment = halves_of(request, first_of(told.view, Phase::ReadSegment));
  REQUIRE(segment.size() == 1);
  CHECK(segment[0].source == Provenance::Observed);
}

TEST_CASE("ladder: what has not happened is pale, what has is not (scenarios, cursors)") {
  for (const char* scenario : {"01-hello", "03-close"}) {
    const Recorded told(scenario);
    for (std::uint64_t event = 0; event < told.view.end(); event += 5) {
      CAPTURE(event + 1);
      for (const PictureLine& line : ladder_at(told.view, event).lines) {
        if (line.link.event == trace::no_event) continue;
        CHECK(line.done == (line.link.event <= event));
      }
    }
  }
}

TEST_CASE("ladder: every fact that belongs to it glows when the cursor is there (scenarios)") {
  for (const char* scenario : {"01-hello", "02-keep-alive", "03-close", "04-bad-request"}) {
    const Recorded told(scenario);
    for (std::uint64_t event = 0; event < told.view.end(); ++event) {
      const trace::Event& fact = told.trace[event];
      if (fact.row().view != trace::View::Ladder || fact.conn == 0) continue;
      CAPTURE(scenario);
      CAPTURE(event + 1);
      const Picture picture = ladder_at(told.view, event);
      CHECK(std::any_of(picture.notes.begin(), picture.notes.end(), [&](const PictureNote& note) {
        return note.link.at_cursor && note.link.event == event;
      }));
      CHECK(!halves_of(picture, event).empty());
    }
  }
}

TEST_CASE("ladder: labels and places to click stand apart, links keep to the connection") {
  for (const char* scenario : {"01-hello", "03-close", "04-bad-request"}) {
    const Recorded told(scenario);
    for (const bool projector : {false, true}) {
      for (const Rect& area : {place, Rect{10, 20, 1040, 600}}) {
        for (std::uint64_t event = 0; event < told.view.end(); event += 11) {
          CAPTURE(event + 1);
          const std::uint32_t conn = focus_at(told.view, event, {}).conn;
          const Picture picture = ladder_at(told.view, event, area, projector);
          std::vector<Rect> rects;
          for (const PictureNote& note : picture.notes) {
            rects.push_back(note.text.rect);
            if (note.link.event != trace::no_event) {
              CHECK(told.trace[note.link.event].conn == conn);
            }
          }
          check_apart(rects);
          std::vector<Rect> touches;
          for (const PictureLine& line : picture.lines) touches.push_back(line.touch);
          check_apart(touches);
        }
      }
    }
  }
}

TEST_CASE("ladder: each ACK of a FIN says whose it acknowledges (03)") {
  const Recorded told("03-close");
  const Picture picture = ladder_at(told, "lifecycle.fin_ack_out");
  CHECK(label_of(picture, first_of(told.view, Phase::LifecycleFinAckIn)).find("our") !=
        std::string::npos);
  CHECK(label_of(picture, first_of(told.view, Phase::LifecycleFinAckOut)).find("their") !=
        std::string::npos);
}

TEST_CASE("ladder: a wait that would knot what surrounds it is folded, never an arrow (02, 03)") {
  for (const char* name : {"02-keep-alive", "03-close"}) {
    const Recorded told(name);
    const Rect wide{0, 0, 1240, 700};
    std::size_t short_folds = 0;
    for (std::uint64_t event = told.view.first(); event < told.view.end(); ++event) {
      const Cursor cursor{event, {}};
      const LadderFacts found = ladder_facts(told.view, cursor, {});
      if (found.facts.empty()) continue;
      const ViewState state;
      const LadderAxis axis(found, told.trace[event].time, state.fold_longer_than, 0, wide.h, 24);
      const double unfolded_px = wide.h - 24.0 * static_cast<double>(axis.folds().size());
      CHECK(unfolded_px > wide.h / 2);
      for (const Fold& fold : axis.folds()) {
        if (fold.length() > state.fold_longer_than) continue;
        ++short_folds;
        for (const LadderFact& fact : found.facts) {
          const auto [from, to] = std::minmax(fact.from.time, fact.to.time);
          CHECK((to <= fold.from || from >= fold.to));
        }
      }
    }
    CHECK(short_folds > 0);
  }
}

TEST_CASE("ladder: a long wait is folded and told, and times count on from it (03)") {
  const Recorded told("03-close");
  // A head that comes by half: the server waits for the rest until its time-out.
  std::uint64_t late = 0;
  while (told.trace[late].phase != Phase::LifecycleTimeout ||
         told.trace[late].arg("kind") != static_cast<std::uint64_t>(trace::TimeoutKind::Header)) {
    ++late;
  }
  const Picture picture = ladder_at(told.view, late);
  int folds = 0;
  int counted_on = 0;
  for (const PictureNote& note : picture.notes) {
    const bool told_waiting = note.text.text.starts_with("[25") && note.text.side == Side::Center;
    folds += told_waiting ? 1 : 0;
    counted_on += note.text.text.starts_with("[+") ? 1 : 0;
  }
  CHECK(folds == 1);
  CHECK(counted_on >= 4);
  // What came before the fold is not squeezed to nothing by it.
  const auto focus = focus_at(told.view, late, {});
  float top = place.bottom();
  float bottom = 0;
  for (const PictureLine& line : picture.lines) {
    if (line.link.event == trace::no_event || line.link.event >= late) continue;
    CHECK(told.trace[line.link.event].conn == focus.conn);
    top = std::min(top, line.from.y);
    bottom = std::max(bottom, line.to.y);
  }
  CHECK(bottom - top > 24);
}

// An answer in so many pieces that no picture has room for a label of each.
Scene streaming(int pieces) {
  return Scene([pieces](trace::Story& story) {
    story.startup();
    auto conn = story.open();
    story.ask(conn, trace::Story::curl_request("/hello"), "Hello, World!");
    const trace::Subject who = conn.subject(2);
    story.begin<Phase::ReadRead>(conn.subject(), conn.fd, 4096U);
    story.end<Phase::ReadRead>(conn.subject(), trace::absent, trace::absent, 83U)
        .set_bytes(trace::Log::In, {83, 83});
    story.instant<Phase::ReadLineFound>(who).set_bytes(trace::Log::In, {83, 21});
    for (int i = 0; i < pieces; ++i) {
      const ByteRange range{1'000 + 500 * static_cast<std::uint64_t>(i), 500};
      story.begin<Phase::TransmitWrite>(who, conn.fd, 500U);
      story.end<Phase::TransmitWrite>(who, trace::absent, trace::absent, 500U)
          .set_bytes(trace::Log::Out, range);
      story.tell<Phase::TransmitSegmentOut>(trace::Kind::Instant, {0, conn.conn, 2}, 5U)
          .set_bytes(trace::Log::Out, range);
      story.tell<Phase::TransmitAckIn>(trace::Kind::Instant, {0, conn.conn, 2}, 5U)
          .set_bytes(trace::Log::Out, range);
    }
  });
}

TEST_CASE("ladder: what has no room is counted, and the cursor's fact stays (500 pieces)") {
  const Scene scene = streaming(500);
  const std::uint64_t event = scene.trace.end() - 1 - 4 * 250;
  const LadderFacts found = ladder_facts(scene.view, {event, {}}, {});
  CHECK(found.facts.size() == 2 * most_ladder_facts);
  CHECK(!found.more_earlier);
  // The read, and four facts of each piece.
  CHECK(found.facts.size() + found.earlier + found.later == 1 + 4 * 500);
  const Picture picture = ladder_at(scene.view, event);
  std::size_t left_out = 0;
  std::size_t labels = 0;
  for (const PictureNote& note : picture.notes) {
    if (note.text.text.ends_with(" earlier") || note.text.text.ends_with(" later")) {
      left_out += std::stoul(note.text.text);
    }
    labels += note.link.event != trace::no_event ? 1 : 0;
  }
  CHECK(left_out + labels == 1 + 4 * 500);
  CHECK(!label_of(picture, event).empty());
}

TEST_CASE("ladder: each segment's arrow ends halfway to the ACK of its own bytes") {
  const Scene scene = streaming(10);
  const LadderFacts found = ladder_facts(scene.view, {scene.trace.end() - 1, {}}, {});
  std::map<std::uint64_t, Instant> acknowledged;
  for (const LadderFact& fact : found.facts) {
    const trace::Event& event = scene.trace[fact.event];
    if (event.phase == Phase::TransmitAckIn) acknowledged[event.bytes().offset] = event.time;
  }
  int checked = 0;
  for (const LadderFact& fact : found.facts) {
    const trace::Event& event = scene.trace[fact.event];
    if (event.phase != Phase::TransmitSegmentOut) continue;
    const Instant answer = acknowledged.at(event.bytes().offset);
    CHECK(fact.from.time == event.time);
    CHECK(fact.to.time == event.time + (answer - event.time) / 2);
    CHECK(fact.to.source == Provenance::Inferred);
    ++checked;
  }
  CHECK(checked == 10);
}

TEST_CASE("ladder: without a fact of the client its end is not known, and dashed") {
  const Scene scene(tell_hello);
  std::uint64_t syn = 0;
  while (scene.trace[syn].phase != Phase::LifecycleFinOut) ++syn;
  const auto halves = halves_of(ladder_at(scene.view, syn), syn);
  REQUIRE(!halves.empty());
  CHECK(halves.back().source == Provenance::Inferred);
  CHECK(halves.front().from.y == doctest::Approx(halves.back().to.y));
}

TEST_CASE("ladder: a request bears the number that every other view gives it (03)") {
  const Recorded told("03-close");
  for (const std::uint32_t number : told.index.requests()) {
    const auto* request = told.index.request(number);
    const Picture picture = ladder_at(told.view, request->first);
    CHECK(picture.heading.text ==
          fmt::format("Connection {}: request {} and its answer", request->conn, number));
  }
}

}  // namespace
}  // namespace roundtrip::viz
