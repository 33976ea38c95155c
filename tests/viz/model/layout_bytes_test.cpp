#include "viz/model/layout_bytes.h"

#include <doctest/doctest.h>

#include "tests/viz/model/layout_checks.h"
#include "tests/viz/model/picture_texts.h"
#include "tests/viz/model/recorded.h"
#include "tests/viz/model/scene.h"

namespace roundtrip::viz {
namespace {

using trace::Log;

void check_sound(const BytesLayout& layout, const Ruler& ruler) {
  check_text(ruler, layout.empty, layout.area);
  std::vector<Rect> rows;
  for (const ByteSection& section : layout.sections) {
    check_text(ruler, section.heading, layout.area);
    check_text(ruler, section.state, layout.area);
    for (const ByteRow& row : section.rows) {
      CHECK(lies_in(row.rect, layout.area));
      check_text(ruler, row.offset, row.rect);
      std::vector<Rect> cells = {row.offset.rect};
      for (const ByteCell& cell : row.cells) {
        CHECK(lies_in(cell.hex, row.rect));
        CHECK(lies_in(cell.character, row.rect));
        CHECK(ruler.width("00", Voice::Mono) <= cell.hex.w);
        CHECK(ruler.width("0", Voice::Mono) <= cell.character.w);
        cells.push_back(cell.hex);
        cells.push_back(cell.character);
      }
      check_apart(cells);
      rows.push_back(row.rect);
    }
    for (const FieldRow& row : section.fields) {
      CHECK(lies_in(row.rect, layout.area));
      check_text(ruler, row.name, row.rect);
      check_text(ruler, row.value, row.rect);
      check_apart({row.name.rect, row.value.rect});
      rows.push_back(row.rect);
    }
    if (!section.heading.empty()) rows.push_back(section.heading.rect);
    if (!section.state.empty()) rows.push_back(section.state.rect);
  }
  check_apart(rows);
}

TEST_CASE("bytes: sound at every cursor (two sizes, projector)") {
  const Scene scene(tell_busy);
  for (const auto& [w, h] : {std::pair{1280.f, 720.f}, std::pair{1920.f, 1080.f}}) {
    for (const bool projector : {false, true}) {
      const Ruler ruler = plain_ruler(projector);
      ViewState state;
      state.projector = projector;
      for (std::uint64_t event = 0; event < scene.trace.end(); event += 5) {
        const auto layout =
            layout_bytes(scene.view, {event, {}}, state, ruler, places(w, h).picture);
        check_sound(layout, ruler);
        if (projector && !layout.sections.empty()) CHECK(layout.bytes_per_row == 8);
        if (projector) CHECK(layout.sections.size() <= 1);
      }
    }
  }
}

TEST_CASE("bytes: each of the 83 bytes in turn, and the parser's state with it") {
  const Scene scene(tell_hello);
  const Stepper stepper(scene.view);
  Cursor at = *stepper.first();
  std::size_t fields_before = 0;
  for (std::uint64_t byte = 1; byte <= 83; ++byte) {
    at = *stepper.forward(at, StepUnit::Byte);
    const Focus focus = focus_at(scene.view, at.event, {});
    const StreamFields stream = request_fields(scene.view, at, focus);
    CAPTURE(byte);
    CHECK(stream.consumed == byte);
    CHECK(stream.range == ByteRange{0, 83});
    CHECK(stream.fields.size() >= fields_before);
    fields_before = stream.fields.size();
    REQUIRE(stream.parser);
    if (byte == 2) CHECK(*stream.parser == http::State::MethodWord);
    if (byte == 24) CHECK(*stream.parser == http::State::HeaderName);
    const auto layout = layout_bytes(scene.view, at, {}, plain_ruler(), {0, 0, 1200, 2000});
    std::uint64_t marked = 0;
    for (const ByteRow& row : layout.sections[0].rows) {
      for (const ByteCell& cell : row.cells) {
        if (!cell.at_cursor) continue;
        ++marked;
        CHECK(cell.place.offset == byte - 1);
      }
    }
    CHECK(marked == 1);
  }
  // 21+22+25+13+2: line, three headers, blank line.
  const StreamFields whole = request_fields(scene.view, at, focus_at(scene.view, at.event, {}));
  CHECK(whole.parser == http::State::Done);
  std::vector<std::uint64_t> lengths;
  for (const ByteField& field : whole.fields) {
    if (field.depth == 0 && !field.range.empty()) lengths.push_back(field.range.length);
  }
  CHECK(lengths == std::vector<std::uint64_t>{21, 22, 25, 13, 2});
}

TEST_CASE("bytes: a field stands below the field that it is part of") {
  const Scene scene(tell_busy);
  const Cursor end{scene.trace.end() - 1, {}};
  for (const Focus focus : {Focus{1, 1}, Focus{1, 2}, Focus{2, 3}}) {
    const StreamFields stream = request_fields(scene.view, end, focus);
    std::vector<int> open;
    for (std::size_t i = 0; i < stream.fields.size(); ++i) {
      const ByteField& field = stream.fields[i];
      CAPTURE(field.name);
      open.resize(static_cast<std::size_t>(field.depth));
      CHECK(field.parent == (open.empty() ? -1 : open.back()));
      if (field.kind == FieldKind::Path || field.kind == FieldKind::Query) {
        REQUIRE(field.parent >= 0);
        CHECK(stream.fields[static_cast<std::size_t>(field.parent)].kind == FieldKind::Target);
      }
      open.push_back(static_cast<int>(i));
    }
  }
}

TEST_CASE("bytes: the answer's head is taken apart, with its body") {
  const Scene scene(tell_hello);
  const Cursor end{scene.trace.end() - 1, {}};
  const StreamFields stream = response_fields(scene.view, end, {1, 1});
  std::string names;
  std::uint64_t covered = 0;
  for (const ByteField& field : stream.fields) {
    if (field.depth > 0) continue;
    names += field.name + ",";
    covered += field.range.length;
    CHECK(field.event != trace::no_event);
  }
  CHECK(names == "status line,Date,Content-Length,Content-Type,blank line,body,");
  CHECK(covered == stream.range.length);
}

TEST_CASE("bytes: what is about the answer and has no bytes shows the answer (a low panel)") {
  const Scene scene(tell_hello);
  const Ruler ruler = plain_ruler();
  Rect low = places(1280, 720).picture;
  low.h = 120;
  std::uint64_t flush = scene.trace.first();
  while (scene.trace[flush].phase != trace::Phase::TransmitFlush) ++flush;
  const auto layout = layout_bytes(scene.view, {flush, {}}, {}, ruler, low);
  REQUIRE(!layout.sections.empty());
  CHECK(layout.sections.back().heading.text.starts_with("response"));
}

TEST_CASE("bytes: what is pale is said beside the name (before the read, before the send)") {
  const Scene scene(tell_hello);
  const auto text_at = [&](trace::Phase phase, bool ends, trace::Log log) {
    std::uint64_t event = 0;
    while (scene.trace[event].phase != phase || scene.trace[event].ends() != ends) ++event;
    const auto layout =
        layout_bytes(scene.view, {event, {}}, {}, plain_ruler(), {0, 0, 1000, 900});
    for (const ByteSection& section : layout.sections) {
      if (section.log == log) return section.heading.text + "; " + section.state.text;
    }
    return std::string();
  };
  CHECK(text_at(trace::Phase::ReadReadable, false, Log::In).starts_with(
      "request, 83 bytes, not read yet; "));
  CHECK(text_at(trace::Phase::ReadBufferFill, false, Log::In).starts_with("request, 83 bytes; "));
  CHECK(text_at(trace::Phase::TransmitHead, false, Log::Out)
            .ends_with("; Nothing of it has been handed to the kernel yet."));
  CHECK(text_at(trace::Phase::TransmitWrite, true, Log::Out)
            .ends_with("; All of it has been handed to the kernel."));
}

TEST_CASE("bytes: byte and event name each other (every byte of every request)") {
  const Scene scene(tell_busy);
  for (const std::uint32_t request : scene.index.requests()) {
    const Focus focus{scene.index.request(request)->conn, request};
    const Cursor end{scene.trace.end() - 1, {}};
    for (const StreamFields& stream :
         {request_fields(scene.view, end, focus), response_fields(scene.view, end, focus)}) {
      REQUIRE_FALSE(stream.range.empty());
      for (std::uint64_t at = stream.range.offset; at < stream.range.end(); ++at) {
        const BytePlace place{focus.conn, stream.log, at};
        CAPTURE(at);
        const auto event = event_for_byte(scene.view, place);
        REQUIRE(event);
        const auto bytes = bytes_of_event(scene.view, *event);
        REQUIRE(bytes);
        CHECK(bytes->contains(place));
        const int field = stream.field_at(at);
        if (field < 0) continue;  // a separator: a space, a colon
        CHECK(stream.fields[static_cast<std::size_t>(field)].range.contains(at));
      }
    }
  }
}

TEST_CASE("bytes: a later request says from where its offsets count (02)") {
  const Recorded told("02-keep-alive");
  const auto heading = [&](int nth) {
    const std::uint64_t at = event_of(told.view, trace::Phase::ReadRequestReady, nth);
    return layout_bytes(told.view, {at, {}}, {}, plain_ruler(), {0, 0, 1000, 500})
        .sections.front()
        .heading.text;
  };
  CHECK_FALSE(says(heading(1), "offsets count"));
  CHECK(says(heading(2), "offsets count from the connection's first byte"));
}

TEST_CASE("bytes: hovering a byte outlines its field, hovering an event its bytes") {
  const Scene scene(tell_hello);
  const Cursor end{scene.trace.end() - 1, {}};
  ViewState state;
  state.hovered_byte = BytePlace{1, Log::In, 30};  // in the value of Host
  const auto by_byte = layout_bytes(scene.view, end, state, plain_ruler(), {0, 0, 1200, 2000});
  const auto count = [](const BytesLayout& layout) {
    std::size_t cells = 0;
    for (const ByteSection& section : layout.sections) {
      for (const ByteRow& row : section.rows) {
        for (const ByteCell& cell : row.cells) cells += cell.hovered ? 1 : 0;
      }
    }
    return cells;
  };
  CHECK(count(by_byte) == std::string("localhost:8080").size());
  state.hovered_byte.reset();
  state.hovered_event = event_for_byte(scene.view, {1, Log::In, 30});
  const auto by_event = layout_bytes(scene.view, end, state, plain_ruler(), {0, 0, 1200, 2000});
  CHECK(count(by_event) == 22);
  bool field_hovered = false;
  for (const FieldRow& row : by_event.sections[0].fields) {
    if (row.hovered) field_hovered = row.name.text == "Host";
  }
  CHECK(field_hovered);
}

TEST_CASE("bytes: what has not arrived at the cursor is dim") {
  const Scene scene(tell_hello);
  const Stepper stepper(scene.view);
  const auto before = *stepper.position_of("read.readable");
  const auto after = *stepper.position_of("read.buffer_fill");
  for (const auto& [cursor, arrived] : {std::pair{before, false}, std::pair{after, true}}) {
    const auto layout = layout_bytes(scene.view, cursor, {}, plain_ruler(), {0, 0, 1200, 2000});
    REQUIRE_FALSE(layout.sections.empty());
    for (const ByteRow& row : layout.sections[0].rows) {
      for (const ByteCell& cell : row.cells) {
        CHECK(cell.arrived == arrived);
        CHECK_FALSE(cell.consumed);
      }
    }
  }
}

}  // namespace
}  // namespace roundtrip::viz
