// The overview: the steps of the six phases with the words of the journey, open where the cursor
// is, pale where it has not come, and the sums of what they took.
#include "viz/model/layout_overview.h"

#include <algorithm>

#include "tests/viz/model/layout_checks.h"
#include "tests/viz/model/recorded.h"
#include "tests/viz/model/scene.h"
#include "viz/model/focus_facts.h"
#include "viz/model/format.h"
#include "viz/model/journey.h"

namespace roundtrip::viz {
namespace {

const Rect small{0, 0, 640, 340};
const Rect large{0, 0, 1880, 1000};

Picture at(const Recorded& told, std::string_view phase, const Rect& area) {
  return layout_overview(told.view, *Stepper(told.view).position_of(phase), {}, plain_ruler(),
                         area);
}

std::vector<std::size_t> rows_of_bands(const Picture& picture) {
  std::vector<std::size_t> rows;
  for (const PictureBox& box : picture.boxes) rows.push_back(box.rows.size());
  return rows;
}

TEST_CASE("overview: six bands; with room every step of each (01, large)") {
  const Recorded told("01-hello");
  const Picture picture = at(told, "end", large);
  REQUIRE(picture.boxes.size() == 6);
  const FocusFacts facts = focus_facts(told.view, {1, 1}, true);
  for (std::size_t i = 0; i < 6; ++i) {
    CAPTURE(i);
    const auto steps = journey_rows(told.view, facts[i], nullptr);
    CHECK(picture.boxes[i].rows.size() == steps.size());
    CHECK(picture.boxes[i].group == static_cast<trace::Group>(i));
    for (std::size_t step = 0; step < steps.size(); ++step) {
      const PictureRow& row = picture.boxes[i].rows[step];
      CHECK(row.link.event == steps[step].event);
      CHECK_FALSE(row.ahead);
      REQUIRE(row.cells.size() == 4);
      CHECK(row.cells[1].text == steps[step].component);
      CHECK(row.cells[2].text == steps[step].action);
      CHECK(row.cells[3].text == steps[step].state);
    }
  }
  CHECK(picture.boxes[5].rows.size() >= 3);
}

TEST_CASE("overview: where there is little room, the phase at the cursor is open (01, small)") {
  const Recorded told("01-hello");
  for (const auto& [phase, band] :
       {std::pair{"startup.listen", 0U}, {"connection.object", 1U}, {"read.header", 2U},
        {"handle.route_match", 3U}, {"transmit.write", 4U}}) {
    CAPTURE(phase);
    const Picture picture = at(told, phase, small);
    const auto rows = rows_of_bands(picture);
    REQUIRE(rows.size() == 6);
    CHECK(rows[band] >= 3);
    const auto& open = picture.boxes[band].rows;
    CHECK(std::any_of(open.begin(), open.end(),
                      [](const PictureRow& row) { return row.link.at_cursor; }));
  }
}

TEST_CASE("overview: what a step does is never cut; other columns make room (small, projector)") {
  for (const char* scenario : {"01-hello", "02-keep-alive", "03-close", "04-bad-request"}) {
    const Recorded told(scenario);
    for (std::uint64_t event = 0; event < told.view.end(); event += 7) {
      for (const bool projector : {false, true}) {
        const Rect area = projector ? Rect{0, 0, 1160, 330} : small;
        const Picture picture =
            layout_overview(told.view, {event, {}}, {}, plain_ruler(projector), area);
        for (const PictureBox& box : picture.boxes) {
          for (const PictureRow& row : box.rows) {
            for (const TextBox& cell : row.cells) {
              CAPTURE(cell.text);
              CHECK_FALSE(cell.cut);
            }
          }
        }
      }
    }
  }
}

TEST_CASE("overview: what is ahead is pale and leads there, what is reached is not (01)") {
  const Recorded told("01-hello");
  const auto cursor = *Stepper(told.view).position_of("read.request_ready");
  const Picture picture = layout_overview(told.view, cursor, {}, plain_ruler(), large);
  std::size_t pale = 0;
  for (const PictureBox& box : picture.boxes) {
    for (const PictureRow& row : box.rows) {
      CHECK(row.ahead == (row.link.event > cursor.event));
      pale += row.ahead ? 1 : 0;
    }
  }
  CHECK(pale > 5);
  CHECK(picture.boxes[3].progress == Progress::Ahead);
  CHECK(picture.boxes[2].progress == Progress::Done);
}

TEST_CASE("overview: the sums are those of the facts, absent until they were told (01)") {
  const Recorded told("01-hello");
  const auto says = [](const Picture& picture, std::string_view text) {
    return std::any_of(picture.notes.begin(), picture.notes.end(), [text](const auto& note) {
      return note.text.text.find(text) != std::string::npos;
    });
  };
  const Picture early = at(told, "read.header", large);
  CHECK(says(early, "not yet"));
  const Picture end = at(told, "end", large);
  const RequestRow row = request_row(told.index, 1, told.view.end() - 1);
  CHECK(says(end, "[" + duration(*row.took).text() + "]"));
  CHECK(says(end, duration(set_up_of(told.index, 1)->took).text()));
  CHECK(says(end, "83"));
  CHECK(says(end, "130"));
  REQUIRE(row.cpu);
  CHECK(says(end, duration(*row.cpu).text()));
}

TEST_CASE("overview: it says why phases do not add up, and of what its figures are (03)") {
  const Recorded told("03-close");
  const Picture picture = at(told, "end", large);
  std::string text;
  for (const TextBox& line : picture.sentence) text += line.text + " ";
  CHECK(text.find("phases overlap") != std::string::npos);
  for (const std::string_view name : {"request, read to finish", "set-up to first run", "parsed",
                                      "sent", "its events"}) {
    CAPTURE(name);
    CHECK(std::any_of(picture.notes.begin(), picture.notes.end(),
                      [&](const PictureNote& note) { return note.text.text == name; }));
  }
}

TEST_CASE("overview: of a request that was broken off it is not said that more will come (03)") {
  const Recorded told("03-close");
  // The client of connection 4 leaves in the middle of its request.
  ViewState state;
  state.chosen = {4, 4};
  const Picture picture =
      layout_overview(told.view, {told.view.end() - 1, {}}, state, plain_ruler(), small);
  const auto notes = [&](std::string_view words) {
    return std::count_if(picture.notes.begin(), picture.notes.end(),
                         [&](const PictureNote& note) { return note.text.text == words; });
  };
  CHECK(notes("it never came to this") == 2);
  CHECK(notes("to come: press Next") == 0);
}

TEST_CASE("overview: before anybody connects it says what will come (startup)") {
  const Scene scene([](trace::Story& story) { story.startup(); });
  const Picture picture =
      layout_overview(scene.view, {scene.view.end() - 1, {}}, {}, plain_ruler(), small);
  REQUIRE(picture.boxes.size() == 6);
  CHECK(std::count_if(picture.notes.begin(), picture.notes.end(), [](const PictureNote& note) {
          return note.text.text.find("not in this trace") != std::string::npos;
        }) == 5);
}

}  // namespace
}  // namespace roundtrip::viz
