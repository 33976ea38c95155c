#include "viz/model/layout_buffers.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "tests/viz/model/answers.h"
#include "tests/viz/model/picture_texts.h"
#include "tests/viz/model/recorded.h"
#include "tests/viz/model/scene.h"
#include "viz/model/format.h"

namespace roundtrip::viz {
namespace {

using trace::Phase;

Picture at(const TraceView& view, std::uint64_t event) {
  return picture_at(view, "buffers", event);
}

// Bytes that the stretches of a filling stand for, of the lens only: those with bytes come twice.
std::uint64_t bytes_of(const Picture& picture, std::string_view box, Filling filling) {
  std::uint64_t bytes = 0;
  for (const PictureBar& bar : bars_in(picture, box)) {
    if (bar.filling == filling && bar.link.bytes) bytes += bar.link.bytes->range.length;
  }
  return bytes / 2;
}

TEST_CASE("buffers: the parser uses up what recv() filled, token by token (01, 02)") {
  for (const char* scenario : {"01-hello", "02-keep-alive"}) {
    const Recorded told(scenario);
    const std::uint64_t end = told.view.end();
    std::uint64_t filled_to = 0;
    std::uint64_t from = 0;
    for (std::uint64_t event = 0; event < end && told.trace[event].conn <= 1; ++event) {
      const trace::Event& fact = told.trace[event];
      if (fact.phase == Phase::ReadBufferFill) {
        from = fact.bytes().offset;
        filled_to = fact.bytes().end();
        const Picture picture = at(told.view, event);
        CHECK(value_of(picture, "Read buffer", "") ==
              fmt::format("{} of 4096", *fact.arg("filled")));
        CHECK(bytes_of(picture, "Read buffer", Filling::Consumed) == 0);
      }
      if (fact.phase != Phase::ReadHeader) continue;
      const Picture picture = at(told.view, event);
      const std::uint64_t marked = bytes_of(picture, "Read buffer", Filling::MarkedConsumed);
      CHECK(marked == fact.bytes().length);
      CHECK(bytes_of(picture, "Read buffer", Filling::Consumed) + marked ==
            fact.bytes().end() - from);
      CHECK(bytes_of(picture, "Read buffer", Filling::Filled) == filled_to - fact.bytes().end());
    }
    CHECK(filled_to > 0);
  }
}

TEST_CASE("buffers: the strip is to scale, the lens as wide as the box (01)") {
  const Recorded told("01-hello");
  const Picture picture = at(told.view, event_of(told.view, Phase::ReadBufferFill));
  const auto bars = bars_in(picture, "Read buffer");
  REQUIRE(bars.size() == 3);  // filled and free; and the lens
  const float whole = bars[0].rect.w + bars[1].rect.w;
  CHECK(bars[0].rect.w == doctest::Approx(std::max(3.f, whole * 83 / 4096)).epsilon(0.2));
  CHECK(bars[2].rect.w == doctest::Approx(whole));
  CHECK(says(bars[2].label.text, "GET /hello"));
  CHECK(says(notes_of(picture), "\n83\n"));
}

TEST_CASE("buffers: bytes as steps move the place in the read buffer (01)") {
  const Recorded told("01-hello");
  const std::uint64_t event = event_of(told.view, Phase::ReadBufferFill);
  for (const std::uint64_t consumed : {0U, 1U, 40U, 83U}) {
    const Picture picture =
        layout_buffers(told.view, {event, consumed}, {}, plain_ruler(), story_place);
    CHECK(bytes_of(picture, "Read buffer", Filling::Consumed) == consumed);
  }
}

TEST_CASE("buffers: each end of a recv() is said: nothing yet, short, the client's last (01)") {
  const Recorded told("01-hello");
  const auto said = [&](int nth) {
    return notes_of(at(told.view, event_of(told.view, Phase::ReadRead, nth, true)));
  };
  CHECK(says(said(1), "recv() asked for 4096 bytes. Nothing there yet (EAGAIN): the task parks."));
  CHECK(says(said(2), "recv() asked for 4096 bytes, got 83: a short read, no more was there."));
  CHECK(says(said(3), "recv() got 0 bytes: the client will send no more."));
  CHECK(says(notes_of(at(told.view, event_of(told.view, Phase::ReadRead))),
             "recv() asks the kernel for up to 4096 bytes."));
  CHECK(says(notes_of(at(told.view, event_of(told.view, Phase::ReadReadable))),
             "The poller says that something waits"));
}

TEST_CASE("buffers: the kernel's queues are derived between questions, and observed at them (01)") {
  const Recorded told("01-hello");
  const auto received = [&](std::uint64_t event) {
    return value_of(at(told.view, event), "Kernel: received", "");
  };
  CHECK(received(event_of(told.view, Phase::ReadRead, 1, true)) == "[0 B]");
  CHECK(received(event_of(told.view, Phase::ReadSegment)) == "[83 B]");
  CHECK(received(event_of(told.view, Phase::ReadRead, 2, true)) == "[0 B]");
  CHECK(received(event_of(told.view, Phase::TraceQueues)) == "0 B");
  const auto to_send = [&](std::uint64_t event) {
    return value_of(at(told.view, event), "Kernel: to send", "");
  };
  CHECK(to_send(event_of(told.view, Phase::TransmitFlush)) == "[0 B]");
  CHECK(to_send(event_of(told.view, Phase::TransmitSegmentQueued)) == "[130 B]");
  CHECK(to_send(event_of(told.view, Phase::TransmitAckIn)) == "[0 B]");
  CHECK(to_send(event_of(told.view, Phase::TransmitSendQueue)) == "0 B");
}

TEST_CASE("buffers: the next request waits in the kernel while this one is answered (02)") {
  const Recorded told("02-keep-alive");
  std::uint64_t asked = event_of(told.view, Phase::TraceQueues);
  while (asked < told.view.end() && told.trace[asked].arg("receive") != 83) ++asked;
  REQUIRE(asked < told.view.end());
  CHECK(value_of(at(told.view, asked), "Kernel: received", "") == "83 B");
}

TEST_CASE("buffers: what nobody measured is said to be so, never 0") {
  const Scene scene(tell_long_answer);
  const std::uint64_t begun = event_of(scene.view, Phase::TransmitWrite);
  const Picture before = at(scene.view, begun);
  const std::uint64_t taken = event_of(scene.view, Phase::TransmitWrite, 1, true);
  const Picture after = at(scene.view, taken);
  CHECK(value_of(before, "Kernel: to send", "") == "not measured");
  CHECK(value_of(after, "Kernel: to send", "") == "not measured");
  CHECK(value_of(after, "Kernel: received", "") == "not measured");
}

TEST_CASE("buffers: the answer goes from body buffer to write buffer to kernel (01)") {
  const Recorded told("01-hello");
  const auto held = [&](std::uint64_t event) {
    const Picture picture = at(told.view, event);
    return value_of(picture, "Body buffer", "") + ", " + value_of(picture, "Write buffer", "");
  };
  CHECK(held(event_of(told.view, Phase::HandleResponseWriter)) == "0 of 2048, 0 of 4096");
  CHECK(held(event_of(told.view, Phase::HandleWriteBody, 1, true)) == "13 of 2048, 0 of 4096");
  CHECK(held(event_of(told.view, Phase::TransmitHead)) == "13 of 2048, 117 of 4096");
  CHECK(held(event_of(told.view, Phase::TransmitFlush)) == "0 of 2048, 130 of 4096");
  const std::uint64_t written = event_of(told.view, Phase::TransmitWrite, 1, true);
  CHECK(held(written) == "0 of 2048, 130 of 4096");
  CHECK(bytes_of(at(told.view, written), "Write buffer", Filling::Consumed) == 130);
  CHECK(held(event_of(told.view, Phase::TransmitFlush, 1, true)) == "0 of 2048, 0 of 4096");
}

TEST_CASE("buffers: a short write leaves its rest, a full kernel parks the task, then all goes") {
  const Scene scene(tell_long_answer);
  using Long = LongAnswer;
  const auto said = [&](int nth) {
    return notes_of(at(scene.view, event_of(scene.view, Phase::TransmitWrite, nth, true)));
  };
  CHECK(says(said(1), fmt::format("send() of {} bytes: the kernel took {}: a short write, {} wait.",
                                  Long::buffer_bytes, Long::first_write,
                                  Long::buffer_bytes - Long::first_write)));
  CHECK(says(said(2), "No room there yet (EAGAIN): the task parks."));
  CHECK(says(said(3), fmt::format("send() handed the kernel {} bytes, and it took all.",
                                  Long::buffer_bytes - Long::first_write)));
  const Picture shortly = at(scene.view, event_of(scene.view, Phase::TransmitWrite, 1, true));
  CHECK(bytes_of(shortly, "Write buffer", Filling::Filled) ==
        Long::buffer_bytes - Long::first_write);
}

TEST_CASE("buffers: what of a chunk has left already waits no longer") {
  const Scene scene(tell_long_answer);
  const std::uint64_t chunk = event_of(scene.view, Phase::TransmitChunk);
  CHECK(value_of(at(scene.view, chunk), "Write buffer", "") ==
        fmt::format("{} of 4096", LongAnswer::rest_bytes));
}

TEST_CASE("buffers: where one way has room only, it is the one of the last event (01)") {
  const Recorded told("01-hello");
  const auto boxes = [&](std::uint64_t event, const Rect& area, bool projector) {
    std::string titles;
    for (const PictureBox& box :
         picture_at(told.view, "buffers", event, area, plain_ruler(projector)).boxes) {
      titles += box.title_text() + ", ";
    }
    return titles;
  };
  const Rect low{0, 0, 1200, 320};
  const std::uint64_t fill = event_of(told.view, Phase::ReadBufferFill);
  const std::uint64_t flush = event_of(told.view, Phase::TransmitFlush);
  CHECK(boxes(fill, low, true) == "Kernel: received, Read buffer, Request, ");
  CHECK(boxes(flush, low, true) == "Kernel: to send, Write buffer, Body buffer, Answer, ");
  const Rect narrow{0, 0, 562, 347};
  CHECK(boxes(fill, narrow, true) == "Kernel: received, Read buffer, ");
  CHECK(boxes(event_of(told.view, Phase::HandleWriteBody), narrow, true) ==
        "Write buffer, Body buffer, ");
  CHECK(boxes(flush, narrow, true) == "Kernel: to send, Write buffer, ");
}

TEST_CASE("buffers: before any connection it says what will be here") {
  const Recorded told("01-hello");
  const Picture picture = at(told.view, event_of(told.view, Phase::StartupListen));
  CHECK(picture.boxes.size() >= 2);
  CHECK(says(joined(picture.sentence), "will stand here"));
}

TEST_CASE("buffers: what is used up is counted apart, and hatched where it is marked (01)") {
  const Recorded told("01-hello");
  const std::uint64_t line = event_of(told.view, Phase::ReadLineSplit);
  const Picture picture = picture_at(told.view, "buffers", line, {0, 0, 1200, 600});
  CHECK(value_of(picture, "Read buffer", "") == "83 of 4096, 21 used up");
  CHECK(bytes_of(picture, "Read buffer", Filling::MarkedConsumed) == 21);
  // The connection counts what is still to be parsed, and says so.
  CHECK(value_of(picture_at(told.view, "connection", line, {0, 0, 1200, 600}), "Bytes that wait",
                 "to parse") == "62 of 4096 B");
}

}  // namespace
}  // namespace roundtrip::viz
