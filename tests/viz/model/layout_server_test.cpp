#include "viz/model/layout_server.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>

#include "tests/viz/model/layout_checks.h"
#include "tests/viz/model/picture_texts.h"
#include "tests/viz/model/recorded.h"
#include "tests/viz/model/scene.h"

namespace roundtrip::viz {
namespace {

const Rect place{0, 0, 900, 400};

std::string box_text(const Picture& picture, std::string_view title) {
  std::string text;
  for (const PictureBox& box : picture.boxes) {
    if (box.title_text() != title) continue;
    for (const PictureRow& row : box.rows) text += row.name.text + ": " + row.value.text + "\n";
  }
  return text;
}

TEST_CASE("server: the process runs only once its first line does (01)") {
  const Recorded told("01-hello");
  const auto said = [&](std::string_view phase) {
    const auto at = *Stepper(told.view).position_of(phase);
    return box_text(layout_server(told.view, at, {}, plain_ruler(), place), "Process");
  };
  CHECK(said("startup.program_load").find("static init: not yet") != std::string::npos);
  CHECK(said("startup.static_init").find("main(): not yet") != std::string::npos);
  CHECK(said("startup.main").find("main(): runs") != std::string::npos);
}

TEST_CASE("server: a program that began before the trace is not said to be still to come") {
  const Scene scene([](trace::Story& story) {
    story.tell<trace::Phase::StartupRuntimeInit>(trace::Kind::Begin, {}, 2U, 8U);
    story.tell<trace::Phase::StartupRuntimeInit>(trace::Kind::End, {});
  });
  const std::string text =
      box_text(layout_server(scene.view, {0, {}}, {}, plain_ruler(), place), "Process");
  CHECK(text == "began: before this trace\n");
}

TEST_CASE("server: a second door stands beside the first, whose socket and backlog are shown") {
  const Scene scene([](trace::Story& story) {
    using enum trace::Phase;
    std::uint32_t fd = 3;
    for (const trace::Address address : {trace::Address::v4(0xc0a80164, 8080),
                                         trace::Address::v4(0x7f000001, 8080)}) {
      story.tell<StartupSocket>(trace::Kind::Begin, {});
      story.tell<StartupSocket>(trace::Kind::End, {}, fd);
      story.tell<StartupBind>(trace::Kind::Begin, {});
      story.tell<StartupBind>(trace::Kind::End, {}, address);
      story.tell<StartupListen>(trace::Kind::Begin, {});
      story.tell<StartupListen>(trace::Kind::End, {}, fd * 100, fd * 100);
      story.tell<StartupAcceptLoop>(trace::Kind::Instant, {}, fd++);
    }
    story.tell<StartupReady>(trace::Kind::Instant, {}, 4'000'000U, 1U, 2U);
  });
  const auto at = Cursor{static_cast<trace::EventNumber>(scene.view.end() - 1), {}};
  const Picture picture = layout_server(scene.view, at, {}, plain_ruler(), place);
  CHECK(box_text(picture, "Address").starts_with("at: 192.168.1.100:8080\n"
                                                 "and at: 127.0.0.1:8080\n"));
  CHECK(box_text(picture, "Socket").starts_with("descriptor: 3\n"));
  CHECK(box_text(picture, "Backlog").starts_with("asked for: 300\n"));
}

TEST_CASE("server: every route has its place in the box, or is counted there (01, heights)") {
  const Recorded told("01-hello");
  const auto ready = *Stepper(told.view).position_of("startup.ready");
  const auto routes = told.states.process_at(ready.event).routes;
  REQUIRE(routes.size() > 3);
  for (const float height : {371.f, 560.f, 1000.f}) {
    CAPTURE(height);
    const Picture picture = layout_server(told.view, ready, {}, plain_ruler(), {0, 0, 900, height});
    const std::string text = box_text(picture, "Routes");
    CAPTURE(text);
    std::size_t named = 0;
    for (const auto& [pattern, handler] : routes) {
      const std::string row = fmt::format("{}: ", told.trace.symbols().text(pattern));
      named += text.find(row) != text.npos ? 1 : 0;
    }
    const std::string more = fmt::format("and {} more", routes.size() - named);
    CHECK((named == routes.size()) != (text.find(more) != text.npos));
    CHECK(named >= 2);
    if (height == 1000.f) CHECK(named == routes.size());
  }
}

TEST_CASE("server: what Go has besides is dotted and never filled (01)") {
  const Recorded told("01-hello");
  const auto ready = *Stepper(told.view).position_of("startup.ready");
  const Picture picture = layout_server(told.view, ready, {}, plain_ruler(), place);
  int dotted = 0;
  for (const PictureBox& box : picture.boxes) {
    dotted += box.dotted ? 1 : 0;
    CHECK(box.dotted == (box.progress == Progress::Ahead));
  }
  CHECK(dotted == 1);
}

TEST_CASE("server: nothing is left out where the story shows it, words stand where there is room") {
  const Recorded told("01-hello");
  const auto ready = *Stepper(told.view).position_of("startup.ready");
  for (const float height : {345.f, 371.f}) {
    const Picture picture =
        layout_server(told.view, ready, {}, plain_ruler(), {0, 0, 800, height});
    for (const PictureBox& box : picture.boxes) {
      CAPTURE(box.title_text());
      if (box.title_text() == "Routes") continue;  // there may be any number of them
      for (const PictureRow& row : box.rows) CHECK_FALSE(row.name.text.starts_with("and "));
    }
    CHECK(box_text(picture, "Address").find("at: 127.0.0.1:") != std::string::npos);
  }
  const Picture large = layout_server(told.view, ready, {}, plain_ruler(), {0, 0, 900, 560});
  CHECK(says(plain(box_text(large, "Server ready")), "descriptors for: 19872 clients"));
  for (const PictureBox& box : large.boxes) {
    const bool full = box.title_text() == "Server ready" || box.title_text() == "Routes";
    if (!full) CHECK_FALSE(box.words.empty());
  }
}

TEST_CASE("server: where it is low and wide, two rows leave nothing out (01)") {
  const Recorded told("01-hello");
  const auto ready = *Stepper(told.view).position_of("startup.ready");
  const Rect low{0, 0, 1300, 300};
  const Picture picture = layout_server(told.view, ready, {}, plain_ruler(), low);
  REQUIRE(picture.boxes.size() == 9);
  CHECK(picture.boxes[4].rect.y == picture.boxes[0].rect.y);
  for (const PictureBox& box : picture.boxes) {
    CAPTURE(box.title_text());
    CHECK(lies_in(box.rect, low));
    if (box.title_text() == "Routes") continue;
    for (const PictureRow& row : box.rows) CHECK_FALSE(row.name.text.starts_with("and "));
  }
}

TEST_CASE("server: the accept loop waits for clients until it has ended (01)") {
  const Recorded told("01-hello");
  const auto now = [&](std::string_view phase) {
    const auto at = *Stepper(told.view).position_of(phase);
    return box_text(layout_server(told.view, at, {}, plain_ruler(), place), "Accept loop");
  };
  CHECK(now("startup.bind").find("now: not yet") != std::string::npos);
  CHECK(now("startup.ready").find("now: waits for clients") != std::string::npos);
  CHECK(now("handle.handler").find("now: waits for clients") != std::string::npos);
  CHECK(now("end").find("now: done") != std::string::npos);
}

}  // namespace
}  // namespace roundtrip::viz
