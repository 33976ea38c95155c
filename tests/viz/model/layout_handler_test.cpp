#include "viz/model/layout_handler.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "tests/viz/model/answers.h"
#include "tests/viz/model/layout_checks.h"
#include "tests/viz/model/picture_texts.h"
#include "tests/viz/model/recorded.h"
#include "tests/viz/model/scene.h"
#include "viz/model/format.h"
#include "viz/model/onion.h"

namespace roundtrip::viz {
namespace {

using trace::Phase;

constexpr Rect large{0, 0, 1200, 800};

Picture at(const TraceView& view, std::uint64_t event, const Rect& area = large) {
  return picture_at(view, "handler", event, area);
}
std::string bracketed(Duration length) { return "[" + plain(duration(length).text()) + "]"; }

TEST_CASE("handler: what began a very long request is known at its end (11)") {
  const Recorded told("11-upload");
  const std::uint64_t step = event_of(told.view, Phase::HandleStep);
  const std::uint32_t request = told.trace[step].request;
  const auto of_request = [&](trace::EventNumber number) {
    return told.trace[number].request == request;
  };
  const auto events = told.view.index.connection(told.trace[step].conn)->events;
  REQUIRE(std::count_if(events.begin(), events.end(), of_request) > 3'000);
  const Picture picture = at(told.view, step);
  CHECK(value_of(picture, "Handler: upload", "chosen") == "POST /upload");
  CHECK(value_of(picture, "Where the answer waits", "body buffer") == "0 of 2048");
  // Its time is what the pieces took together, not that of telling it.
  const std::uint64_t over = event_of(told.view, Phase::HandleStep, 1, true);
  const auto spent = static_cast<std::int64_t>(*told.trace[over].arg("spent"));
  CHECK(value_of(at(told.view, over), "Handler: upload", "receiving, in all") ==
        plain(duration(Duration{spent}).text()));
}

TEST_CASE("handler: the layers lie in each other, with when each was gone into and left") {
  const Scene scene(tell_slow_post);
  const auto time = [&](Phase phase, int nth, bool end) {
    return scene.trace[event_of(scene.view, phase, nth, end)].time -
           scene.trace[event_of(scene.view, Phase::HandleResponseWriter)].time;
  };
  const Picture picture = at(scene.view, scene.view.end() - 1);
  REQUIRE(picture.frames.size() == 2);
  CHECK(picture.frames[0].name.text == "access log");
  CHECK(picture.frames[1].name.text == "time limit");
  CHECK(picture.frames[0].rect.contains(picture.frames[1].rect));
  for (const PictureBox& box : picture.boxes) CHECK(lies_in(box.rect, picture.frames[1].rect));
  for (int layer = 0; layer < 2; ++layer) {
    const PictureFrame& frame = picture.frames[static_cast<std::size_t>(layer)];
    CHECK(plain(frame.told.text) ==
          "in " + bracketed(time(Phase::HandleMiddleware, layer + 1, false)));
    // The inner is left first.
    CHECK(plain(frame.foot.text) ==
          "out " + bracketed(time(Phase::HandleMiddleware, 2 - layer, true)));
    CHECK(frame.progress == Progress::Done);
  }
}

TEST_CASE("handler: a layer goes on until it is left; none before it was gone into (01)") {
  const Recorded told("01-hello");
  const Picture before = at(told.view, event_of(told.view, Phase::HandleResponseWriter));
  REQUIRE(before.frames.size() == 1);
  CHECK(before.frames[0].progress == Progress::Ahead);
  CHECK(says(before.frames[0].name.text, "none gone into yet"));
  const Picture inside = at(told.view, event_of(told.view, Phase::HandleMiddleware));
  CHECK(inside.frames[0].progress == Progress::Running);
  CHECK(inside.frames[0].foot.text == "out not yet");
  CHECK(inside.frames[0].link.at_cursor);
  // The outermost is left last.
  std::uint64_t left = told.view.end() - 1;
  while (told.trace[left].phase != Phase::HandleMiddleware) --left;
  const Picture over = at(told.view, left);
  CHECK(over.frames[0].progress == Progress::Done);
  CHECK(over.frames[0].link.at_cursor);
}

TEST_CASE("handler: layers without room are counted, and what is inside keeps its room") {
  using namespace trace;
  const Scene scene([](Story& story) {
    story.startup();
    auto conn = story.open();
    const Subject who = conn.subject(1);
    tell_writer(story, who);
    for (std::uint32_t depth = 1; depth <= most_layers_shown; ++depth) {
      story.begin<Phase::HandleMiddleware>(who, story.symbol(fmt::format("layer {}", depth)),
                                           depth);
    }
    story.begin<Phase::HandleHandler>(who, story.symbol("deep inside"));
  });
  const Picture picture = at(scene.view, scene.view.end() - 1, story_place);
  REQUIRE(picture.frames.size() > 1);
  REQUIRE(picture.frames.size() < most_layers_shown);
  CHECK(picture.frames.back().name.text ==
        fmt::format("and {} more layers", most_layers_shown + 1 - picture.frames.size()));
  CHECK(box_titled(picture, "Handler: deep inside") != nullptr);
}

TEST_CASE("handler: the steps stand along the handler's own time, waits hatched") {
  const Scene scene(tell_slow_post);
  const Picture picture = at(scene.view, scene.view.end() - 1);
  const std::string_view box = "Handler: create user";
  CHECK(value_of(picture, box, "chosen") == "POST /api/users");
  const auto took = [&](Phase phase) {
    return bracketed(scene.trace[event_of(scene.view, phase, 1, true)].time -
                     scene.trace[event_of(scene.view, phase)].time);
  };
  CHECK(value_of(picture, box, "JSON decode") == took(Phase::HandleJsonDecode));
  CHECK(value_of(picture, box, "database wait") == took(Phase::HandleDatabaseWait));
  CHECK(value_of(picture, box, "disk write") == took(Phase::HandleDiskWrite));
  CHECK(value_of(picture, box, "sleep") == took(Phase::HandleSleep));
  CHECK(value_of(picture, box, "encode the answer") == took(Phase::HandleStep));
  CHECK(value_of(picture, box, "WriteHeader(201)") == "at once");
  CHECK(value_of(picture, box, "Write(51 bytes)") == took(Phase::HandleWriteBody));
  // 44 of 51 ms are the database's, and its bar is that long.
  float longest = 0;
  float whole = 0;
  for (const PictureBar& bar : bars_in(picture, box)) {
    if (bar.filling == Filling::Consumed) longest = std::max(longest, bar.rect.w);
    if (bar.filling == Filling::Free) whole = std::max(whole, bar.rect.w);
  }
  CHECK(longest / whole == doctest::Approx(44.0 / 51).epsilon(0.05));
  CHECK(says(words_of(picture, box), "Hatched: it waits"));
}

TEST_CASE("handler: hatching is spoken of only where it is drawn (03)") {
  const Recorded told("03-close");
  for (const float width : {640.f, 1000.f, 1240.f}) {
    CAPTURE(width);
    const Picture picture =
        picture_at(told.view, "handler", told.view.end() - 1, {0, 0, width, 500});
    const std::string_view box = "Handler: echo";
    const std::string words = words_of(picture, box);
    if (bars_in(picture, box).empty()) CHECK_FALSE(says(words, "Hatched"));
    if (width > 640) CHECK(says(words, "task is parked"));
  }
}

TEST_CASE("handler: an answer that begins anew says what became of the one before (03)") {
  const Recorded told("03-close");
  std::uint64_t anew = told.view.end() - 1;
  while (told.trace[anew].phase != Phase::HandleWriteHeader) --anew;
  REQUIRE(*told.trace[anew].arg("status") == 408);
  const Picture picture = picture_at(told.view, "handler", anew, {0, 0, 1000, 600});
  CHECK(says(words_of(picture, "WriteHeader"), "thrown away"));
  // The handler had ended: it is the server that answers in its place.
  CHECK(value_of(picture, "WriteHeader", "3 set by") == "the server");
  const std::uint64_t first = event_of(told.view, Phase::HandleWriteHeader);
  // What was fixed before is not denied, and what the server writes is none of the handler's steps.
  CHECK(value_of(picture, "WriteHeader", "1 fixed before?") == "[yes: 200]");
  const Picture over = picture_at(told.view, "handler", told.view.end() - 1, {0, 0, 1000, 600});
  CHECK(value_of(over, "Handler: echo", "WriteHeader(200)") == "at once");
  CHECK(value_of(over, "Handler: echo", "WriteHeader(408)") == "");
  CHECK(value_of(over, "Handler: echo", "Write(43 bytes)") == "");
  CHECK_FALSE(says(words_of(picture_at(told.view, "handler", first, {0, 0, 1000, 600}),
                            "WriteHeader"), "thrown away"));
}

TEST_CASE("handler: a step goes on until its end") {
  const Scene scene(tell_slow_post);
  const std::uint64_t begun = event_of(scene.view, Phase::HandleDatabaseWait);
  const Picture picture = at(scene.view, begun);
  CHECK(value_of(picture, "Handler: create user", "database wait") == "under way");
  CHECK(value_of(picture, "Handler: create user", "the handler") == "runs");
  CHECK(value_of(picture, "WriteHeader", "status") == "not yet");
}

TEST_CASE("handler: WriteHeader in its parts, by a write or by the handler itself") {
  const Recorded told("01-hello");
  const Picture implicit = at(told.view, event_of(told.view, Phase::HandleWriteHeader));
  CHECK(value_of(implicit, "WriteHeader", "1 fixed before?") == "[no]");
  CHECK(value_of(implicit, "WriteHeader", "2 status") == "200 OK");
  CHECK(value_of(implicit, "WriteHeader", "3 set by") == "the first write");
  CHECK(value_of(implicit, "WriteHeader", "4 own headers fixed") == "0");
  const Scene scene(tell_slow_post);
  const Picture own = at(scene.view, event_of(scene.view, Phase::HandleWriteHeader));
  CHECK(value_of(own, "WriteHeader", "2 status") == "201 Created");
  CHECK(value_of(own, "WriteHeader", "3 set by") == "the handler");
}

TEST_CASE("handler: a write that fits is copied, one that does not is passed on (01, long)") {
  const Recorded told("01-hello");
  const Picture begun = at(told.view, event_of(told.view, Phase::HandleWriteBody));
  CHECK(value_of(begun, "Write", "2 fits in 2048?") == "[yes: 13]");
  CHECK(value_of(begun, "Write", "3 copied") == "not yet");
  const Picture over = at(told.view, event_of(told.view, Phase::HandleWriteBody, 1, true));
  CHECK(value_of(over, "Write", "3 copied") == "13 bytes");
  CHECK(value_of(over, "Where the answer waits", "body buffer") == "13 of 2048");
  const Scene scene(tell_long_answer);
  const Picture passed = at(scene.view, event_of(scene.view, Phase::HandleWriteBody, 1, true));
  CHECK(value_of(passed, "Write", "2 fits in 2048?") == "[no: 5000]");
  CHECK(value_of(passed, "Write", "3 passed on") == "5000 bytes");
  CHECK(value_of(passed, "Where the answer waits", "write buffer") ==
        fmt::format("{} of 4096", LongAnswer::rest_bytes));
}

TEST_CASE("handler: a refused request has no layers and runs no handler (04)") {
  const Recorded told("04-bad-request");
  const std::uint64_t rejected = event_of(told.view, Phase::ReadRejected);
  std::uint64_t header = rejected;
  while (told.trace[header].phase != Phase::HandleWriteHeader) ++header;
  const Picture picture = at(told.view, header);
  CHECK(picture.frames.empty());
  CHECK(value_of(picture, "Handler", "runs") == "no: refused");
  CHECK(value_of(picture, "WriteHeader", "2 status") == "400 Bad Request");
  CHECK(value_of(picture, "WriteHeader", "3 set by") == "the server");
  CHECK(picture.heading.text == "The server answers by itself");
  CHECK_FALSE(says(joined(picture.sentence), "Through the middleware"));
}

TEST_CASE("handler: the last of several writes is shown as such, beside their sum (04)") {
  const Recorded told("04-bad-request");
  std::uint64_t end = event_of(told.view, Phase::HandleWriteBody, 2, true);
  const std::uint64_t first = event_of(told.view, Phase::HandleWriteBody);
  REQUIRE(told.trace[end].request == told.trace[first].request);
  const std::uint64_t length = *told.trace[first].arg("length");
  const Picture picture = at(told.view, end);
  CHECK(value_of(picture, "Write, call 2", fmt::format("2 fits in 2048 − {}?", length)) ==
        "[yes: 1]");
  CHECK(value_of(picture, "Write, call 2", "in all") == fmt::format("[{} bytes]", length + 1));
  while (told.trace[end].phase != Phase::TransmitWrite || !told.trace[end].ends()) ++end;
  CHECK(says(words_of(at(told.view, end), "Where the answer waits"), "the kernel has it"));
}

}  // namespace
}  // namespace roundtrip::viz
