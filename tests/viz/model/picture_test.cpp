// The pictures of the story, over the recordings that ship: every text in its box, every box in the
// picture, at any cursor; and what they say.
#include "viz/model/picture.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "tests/viz/model/layout_checks.h"
#include "tests/viz/model/picture_texts.h"
#include "tests/viz/model/recorded.h"
#include "viz/model/layout_connection.h"
#include "viz/model/layout_router.h"
#include "viz/model/views.h"

namespace roundtrip::viz {
namespace {

void check_sound(const Ruler& ruler, const Picture& picture) {
  CAPTURE(picture.name);
  check_text(ruler, picture.heading, picture.area);
  std::vector<Rect> rects;
  for (const PictureBox& box : picture.boxes) {
    CAPTURE(box.title_text());
    CHECK(lies_in(box.rect, picture.area));
    rects.push_back(box.rect);
    for (const TextBox& line : box.title) check_text(ruler, line, box.rect);
    std::vector<Rect> inside;
    for (const PictureRow& row : box.rows) {
      check_text(ruler, row.name, box.rect);
      check_text(ruler, row.value, box.rect);
      for (const TextBox& cell : row.cells) check_text(ruler, cell, row.rect);
      inside.push_back(row.rect);
    }
    for (const TextBox& line : box.words) {
      check_text(ruler, line, box.rect);
      inside.push_back(line.rect);
    }
    check_apart(inside);
  }
  check_apart(rects);
  for (const PictureBar& bar : picture.bars) {
    CHECK(lies_in(bar.rect, picture.area));
    check_text(ruler, bar.label, bar.rect);
  }
  for (const PictureLine& line : picture.lines) {
    CAPTURE(line.label.text);
    for (const Point& point : {line.from, line.to}) {
      CHECK(lies_in({point.x, point.y, 0, 0}, picture.area));
    }
    check_text(ruler, line.label, picture.area);
  }
  for (const PictureNote& note : picture.notes) check_text(ruler, note.text, picture.area);
  for (const PictureFrame& frame : picture.frames) {
    CHECK(lies_in(frame.rect, picture.area));
    for (const TextBox* text : {&frame.name, &frame.told, &frame.foot}) {
      check_text(ruler, *text, frame.rect);
    }
  }
}

// What the accept loop does between two connections is of neither.
bool is_of_accept_loop(const Recorded& told, std::uint64_t event) {
  const auto* task = told.index.task(told.trace[event].task);
  return task != nullptr && told.trace[event].conn == 0 &&
         told.trace.symbols().text(task->name) == "accept loop";
}

// A click goes to a fact of the connection in focus that has happened.
void check_facts(const Recorded& told, const Picture& picture, std::uint64_t upto,
                 std::uint32_t conn) {
  const auto check = [&](trace::EventNumber event) {
    if (event == trace::no_event) return;
    CHECK(event <= upto);
    // accept4 learns only at its end whose it was.
    const bool accepts = told.trace[event].phase == trace::Phase::ConnectionAccept &&
                         told.trace[event].begins();
    if (told.trace[event].row().scope == trace::Scope::Process) return;
    if (is_of_accept_loop(told, event)) return;
    CAPTURE(trace::phase_id(told.trace[event].phase));
    CHECK(told.trace[accepts ? told.index.partner(event) : event].conn == conn);
  };
  for (const PictureBox& box : picture.boxes) {
    CAPTURE(box.title_text());
    check(box.link.event);
    for (const PictureRow& row : box.rows) {
      CAPTURE(row.name.text);
      // What is pale leads ahead.
      CHECK(row.ahead == (row.link.event != trace::no_event && row.link.event > upto));
      if (!row.ahead) check(row.link.event);
    }
  }
}

// The value of a row, empty where there is none, "not yet" where it is absent.
std::string value(const Picture& picture, std::string_view box, std::string_view name) {
  for (const PictureBox& one : picture.boxes) {
    if (one.title_text() != box) continue;
    for (const PictureRow& row : one.rows) {
      if (row.name.text == name) return row.value.text;
    }
  }
  return {};
}

const Rect place{0, 0, 640, 340};

Picture at(const Recorded& told, PictureLayout layout, std::string_view phase) {
  return layout(told.view, *Stepper(told.view).position_of(phase), {}, plain_ruler(), place);
}

TEST_CASE("picture: every text in its box, every box in the picture (scenarios, sizes, cursors)") {
  for (const char* scenario : {"01-hello", "03-close", "04-bad-request"}) {
    const Recorded told(scenario);
    for (const bool projector : {false, true}) {
      const Ruler ruler = plain_ruler(projector);
      for (const Rect& area : {place, Rect{10, 20, 1200, 560}}) {
        for (std::uint64_t event = 0; event < told.view.end(); event += 7) {
          CAPTURE(event + 1);
          const std::uint32_t conn = focus_at(told.view, event, {}).conn;
          for (const ViewRow& row : view_rows()) {
            if (row.layout == nullptr) continue;
            const Picture picture = row.layout(told.view, {event, {}}, {}, ruler, area);
            check_sound(ruler, picture);
            // The scheduler is of all connections.
            if (row.id != ViewId::Scheduler) check_facts(told, picture, event, conn);
          }
        }
      }
    }
  }
}

TEST_CASE("picture: what no fact has told yet is absent, and then told with its fact (01)") {
  const Recorded told("01-hello");
  CHECK(value(at(told, layout_connection, "connection.object"), "Time-outs", "idle") == "not yet");
  const Picture set = at(told, layout_connection, "connection.timeouts");
  CHECK(value(set, "Time-outs", "idle").starts_with("60.0"));
  CHECK(value(set, "Socket options", "TCP_NODELAY") == "not yet");
  const auto box = std::find_if(set.boxes.begin(), set.boxes.end(), [](const PictureBox& one) {
    return one.title_text() == "Time-outs";
  });
  REQUIRE(box != set.boxes.end());
  CHECK(box->link.at_cursor);
  CHECK(told.trace[box->rows.front().link.event].phase == trace::Phase::ConnectionTimeouts);
}

TEST_CASE("picture: before the first connection the boxes stand there, and nothing is told (01)") {
  const Recorded told("01-hello");
  for (const ViewRow& row : view_rows()) {
    const bool of_a_connection = row.id != ViewId::Server && row.id != ViewId::Overview &&
                                 row.id != ViewId::Code && row.id != ViewId::Scheduler;
    if (row.layout == nullptr || !of_a_connection) continue;
    CAPTURE(row.name);
    const Picture picture = row.layout(told.view, {0, {}}, {}, plain_ruler(), place);
    CHECK(picture.boxes.size() + picture.lines.size() >= 2);
    for (const PictureBox& box : picture.boxes) {
      // What the router does it does always.
      if (box.title_text() == "The rule") continue;
      CAPTURE(box.title_text());
      CHECK(box.link.event == trace::no_event);
      for (const PictureRow& one : box.rows) {
        CAPTURE(one.value.text);
        CHECK((one.absent || !one.cells.empty() || one.value.empty()));
      }
    }
  }
}

TEST_CASE("picture: the router's winner is chosen once it is decided (01)") {
  const Recorded told("01-hello");
  const auto winners = [](const Picture& picture) {
    return std::count_if(picture.boxes.begin(), picture.boxes.end(),
                         [](const PictureBox& box) { return box.chosen; });
  };
  const Picture before = at(told, layout_router, "handle.route_path");
  CHECK(winners(before) == 0);
  CHECK(value(before, "Decided", "handler") == "not yet");
  CHECK(value(before, "The request", "path") == "/hello");
  const Picture after = at(told, layout_router, "handle.route_match");
  CHECK(winners(after) == 1);
  CHECK(value(after, "Decided", "handler") == "hello");
  CHECK(after.arrows.size() == 2);
}

TEST_CASE("picture: every event of a view's phases is seen in it (scenarios)") {
  for (const char* scenario : {"01-hello", "02-keep-alive", "03-close", "04-bad-request"}) {
    const Recorded told(scenario);
    for (std::uint64_t event = 0; event < told.view.end(); ++event) {
      const trace::View best = told.trace[event].row().view;
      const std::string_view name = best == trace::View::Buffers  ? "buffers"
                                    : best == trace::View::Finish  ? "finish"
                                    : best == trace::View::Handler ? "handler"
                                    : best == trace::View::Spawn   ? "spawn"
                                                                   : "";
      // Before the first connection the accept loop's facts are the server's.
      if (name.empty() || focus_at(told.view, event, {}).conn == 0) continue;
      CAPTURE(std::string(scenario));
      CAPTURE(event + 1);
      CAPTURE(std::string(told.trace[event].row().id));
      CHECK(anything_at_cursor(picture_at(told.view, name, event)));
      CHECK(anything_at_cursor(picture_at(told.view, name, event, {0, 0, 1240, 320},
                                          plain_ruler(true))));
    }
  }
}

TEST_CASE("story: each phase brings the picture that the phase table names, others leave it (01)") {
  const Recorded told("01-hello");
  const auto shown = [&](std::string_view phase) {
    return story_at(told.view, *Stepper(told.view).position_of(phase), {});
  };
  CHECK(shown("startup.listen") == ViewId::Server);
  CHECK(shown("connection.memory") == ViewId::Spawn);
  CHECK(shown("connection.object") == ViewId::Connection);
  CHECK(shown("handle.route_candidate") == ViewId::Router);
  CHECK(shown("handle.write_header") == ViewId::Handler);
  CHECK(shown("read.header") == ViewId::Parser);
  // The scheduler's facts between two of the story change nothing.
  const auto first_run = *Stepper(told.view).position_of("connection.first_run");
  for (std::uint64_t event = first_run.event + 1; event < told.view.end(); ++event) {
    const trace::Group group = told.trace[event].row().group();
    if (group != trace::Group::Task && group != trace::Group::Trace) break;
    CHECK(story_at(told.view, {event, {}}, {}) == ViewId::Spawn);
  }
}

}  // namespace
}  // namespace roundtrip::viz
