// What the layouts make of the recordings that ship with the program.
#include "tests/viz/model/recorded.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "tests/viz/model/layout_checks.h"
#include "viz/model/layout_bytes.h"
#include "viz/model/layout_timeline.h"
#include "viz/model/parser_film.h"

namespace roundtrip::viz {
namespace {

using trace::Event;
using trace::Phase;

// All bytes of a connection that recv() brought.
std::uint64_t read_in_all(const Recorded& told, std::uint32_t conn) {
  std::uint64_t end = 0;
  for (const auto number : told.index.connection(conn)->events) {
    const Event& event = told.trace[number];
    if (event.phase == Phase::ReadRead && event.ends() && event.has_bytes()) {
      end = std::max(end, event.bytes().end());
    }
  }
  return end;
}

// Up to where the parser had read it when an event happened.
std::uint64_t parsed_to(const Recorded& told, std::uint32_t conn, std::uint64_t number) {
  std::uint64_t end = 0;
  for (const auto at : told.index.connection(conn)->events) {
    if (at <= number && tells_request_bytes(told.trace[at])) {
      end = std::max(end, told.trace[at].bytes().end());
    }
  }
  return end;
}

TEST_CASE("recorded: a refused request shows all its bytes and the flaw (every one of 04)") {
  const Recorded told("04-bad-request");
  int refused = 0;
  for (std::uint64_t number = told.view.first(); number < told.view.end(); ++number) {
    const Event& event = told.trace[number];
    if (event.phase != Phase::ReadRejected || !event.has_bytes()) continue;
    ++refused;
    CAPTURE(number + 1);
    const Focus focus = focus_at(told.view, number, {});
    const StreamFields at = request_fields(told.view, {number, {}}, focus);
    // What came before the flaw, and after it.
    CHECK(at.range.offset == 0);
    CHECK(at.range.end() == read_in_all(told, event.conn));
    CHECK(at.arrived == at.range.end());
    CHECK(at.parser == http::State::Failed);
    const auto flaw = std::find_if(at.fields.begin(), at.fields.end(), [](const ByteField& field) {
      return field.kind == FieldKind::Flaw;
    });
    REQUIRE(flaw != at.fields.end());
    CHECK(flaw->range == event.bytes());
    CHECK(flaw->event == number);
    CHECK(flaw->value == told.trace.symbols().text(
                             {static_cast<std::uint32_t>(*event.arg("error"))}));
    // Just before it the parser stands in the middle of the request, not in a failure.
    const StreamFields before = request_fields(told.view, {number - 1, {}}, focus);
    CHECK(before.range == at.range);
    CHECK(before.parser != http::State::Failed);
    // Byte by byte up to the flaw, and the same failure there.
    const std::uint64_t read = parsed_to(told, event.conn, number);
    const Cursor here{number, read};
    CHECK(request_fields(told.view, here, focus).parser == http::State::Failed);
    const Cursor short_of{number - 1, event.bytes().offset};
    CHECK(request_fields(told.view, short_of, focus).parser != http::State::Failed);
    // Every byte that arrived names an event, those after the flaw the recv() that brought them.
    for (std::uint64_t byte = 0; byte < at.range.end(); ++byte) {
      CAPTURE(byte);
      const auto from = event_for_byte(told.view, {event.conn, trace::Log::In, byte});
      REQUIRE(from);
      if (byte >= read) CHECK(told.trace[*from].phase == Phase::ReadRead);
    }
  }
  CHECK(refused == 20);
}

TEST_CASE("recorded: a half-sent header is shown as far as it came (03, the 408)") {
  const Recorded told("03-close");
  const auto rejected = *Stepper(told.view).position_of("read.rejected");
  const Focus focus = focus_at(told.view, rejected.event, {});
  const StreamFields at = request_fields(told.view, rejected, focus);
  CHECK(at.range == ByteRange{0, read_in_all(told, focus.conn)});
  // No byte is to blame, and the parser has read them all.
  const ParserFilm film = parser_film(Teller(told.view, rejected, {}), rejected);
  CHECK_FALSE(film.byte);
  CHECK(film.consumed == film.arrived);
  CHECK(film.consumed == read_in_all(told, focus.conn));
}

TEST_CASE("recorded: bytes are stepped through one connection after the other (04)") {
  const Recorded told("04-bad-request");
  const Stepper stepper(told.view);
  std::uint64_t bytes = 0;
  const auto connections = told.index.connections();
  for (const auto conn : connections) bytes += parsed_to(told, conn, told.view.end());
  Cursor at = *stepper.first();
  std::uint64_t steps = 0;
  while (const auto next = stepper.forward(at, StepUnit::Byte)) {
    at = *next;
    ++steps;
  }
  CHECK(steps == bytes);
  CHECK(told.trace[at.event].conn == connections.back());
  // And back again to the first.
  while (const auto before = stepper.back(at, StepUnit::Byte)) at = *before;
  CHECK(focus_at(told.view, at.event, {}).conn == 1);
  CHECK(at.consumed == 0);
}

TEST_CASE("recorded: a long span that follows a moment of others stands by itself (01)") {
  const Recorded told("01-hello");
  const Cursor end{told.view.end() - 1, {}};
  for (const float width : {800.f, 1040.f, 1500.f}) {
    const auto layout = layout_timeline(told.view, end, {}, plain_ruler(), {0, 0, width, 1500});
    for (const TimelineBar& bar : layout.bars) {
      const bool nested =
          bar.lane.kind == LaneKind::Task || bar.lane.kind == LaneKind::Process;
      if (!nested || bar.count == 1) continue;
      CAPTURE(trace::phase_id(told.trace[bar.event].phase));
      CHECK(bar.rect.w <= dense_bar_px + 1);
    }
  }
}

TEST_CASE("recorded: only what has a bar in the window has a row, and rows are whole (cursors)") {
  for (const char* scenario : {"01-hello", "02-keep-alive"}) {
    const Recorded told(scenario);
    ViewState state;
    state.by_chapter = true;
    for (const float height : {150.f, 223.f, 400.f}) {
      for (std::uint64_t event = 0; event < told.view.end(); event += 3) {
        CAPTURE(event + 1);
        const auto layout = layout_timeline(told.view, {event, {}}, state, plain_ruler(),
                                            {0, 0, 1256, height});
        std::set<std::pair<int, std::uint32_t>> with_bars;
        for (const TimelineBar& bar : layout.bars) {
          with_bars.insert({static_cast<int>(bar.lane.kind), bar.lane.number});
          CHECK(lies_in(bar.rect, layout.plot));
        }
        for (const TimelineLane& lane : layout.lanes) {
          CAPTURE(lane.name.text);
          CHECK(with_bars.contains({static_cast<int>(lane.key.kind), lane.key.number}));
        }
        const trace::Event& fact = told.trace[event];
        const bool at_cursor = std::any_of(layout.bars.begin(), layout.bars.end(),
                                           [](const TimelineBar& bar) { return bar.at_cursor; });
        if (fact.phase != Phase::TaskRun) CHECK(at_cursor);
      }
    }
  }
}

}  // namespace
}  // namespace roundtrip::viz
