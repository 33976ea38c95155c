// The states as they are drawn: what is lit, numbered and dashed, in every arrangement.
#include "viz/model/layout_states.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cctype>
#include <cmath>

#include "tests/viz/model/layout_checks.h"
#include "tests/viz/model/recorded.h"
#include "viz/model/cursor.h"
#include "viz/model/describe.h"
#include "viz/model/layout_connection.h"
#include "viz/model/state_machines.h"

namespace roundtrip::viz {
namespace {

const Rect small{0, 0, 640, 372};
const Rect large{0, 0, 1035, 600};

Picture states_at(const TraceView& view, std::uint64_t event, const Rect& area = small,
                  bool projector = false) {
  return layout_states(view, {event, {}}, {}, plain_ruler(projector), area);
}
Picture states_at(const Recorded& told, std::string_view phase, const Rect& area = small) {
  return states_at(told.view, Stepper(told.view).position_of(phase)->event, area);
}

const PictureBox* box_of(const Picture& picture, std::string_view title) {
  const auto found = std::find_if(picture.boxes.begin(), picture.boxes.end(),
                                  [&](const PictureBox& box) { return box.title_text() == title; });
  return found == picture.boxes.end() ? nullptr : &*found;
}

TEST_CASE("states: the machine that the cursor is about is the large one (01)") {
  const Recorded told("01-hello");
  const auto shown = [&](std::string_view phase) {
    const Picture picture = states_at(told, phase);
    for (const char* name : {"Connection", "Task 2", "Server TCP", "Client TCP"}) {
      const PictureBox* const tab = box_of(picture, name);
      REQUIRE(tab != nullptr);
      if (tab->chosen) return std::string(name);
    }
    return std::string();
  };
  CHECK(shown("lifecycle.idle") == "Connection");
  CHECK(shown("lifecycle.fin_in") == "Server TCP");
  CHECK(shown("lifecycle.time_wait") == "Client TCP");
  CHECK(shown("task.done") == "Task 2");
  CHECK(states_at(told, "startup.bind").heading.text == "No connection yet");
}

TEST_CASE("states: the state at the cursor is lit, and entered ones show their time (01)") {
  const Recorded told("01-hello");
  const Picture picture = states_at(told, "lifecycle.idle");
  const PictureBox* const idle = box_of(picture, "IDLE");
  REQUIRE(idle != nullptr);
  CHECK(idle->chosen);
  CHECK(idle->link.at_cursor);
  const PictureBox* const serving = box_of(picture, "SERVING");
  REQUIRE(serving != nullptr);
  CHECK(!serving->chosen);
  REQUIRE(serving->rows.size() == 1);
  CHECK(serving->rows[0].value.text.starts_with("["));
  const PictureBox* const closed = box_of(picture, "CLOSED");
  REQUIRE(closed != nullptr);
  CHECK(closed->progress == Progress::Ahead);
  CHECK(closed->rows.empty());
  // Nobody saw the handshake: the time in SYN_SENT is inferred, and so is the move out of it.
  const Picture tcp = states_at(told, "lifecycle.time_wait");
  const PictureBox* const sent = box_of(tcp, "SYN_SENT");
  REQUIRE(sent != nullptr);
  REQUIRE(sent->rows.size() == 1);
  CHECK(sent->rows[0].value.text.starts_with("~"));
  CHECK(std::any_of(tcp.lines.begin(), tcp.lines.end(), [](const PictureLine& line) {
    return line.done && line.source == trace::Provenance::Inferred;
  }));
}

TEST_CASE("states: exactly the moves that were made are drawn as made (02)") {
  const Recorded told("02-keep-alive");
  const std::uint64_t now = Stepper(told.view).position_of("lifecycle.close")->event;
  const Picture picture = states_at(told.view, now);
  const Machine& machine = machine_of(MachineId::Connection);
  const MachinePath path = paths_of(told.view, 1, now).of(MachineId::Connection);
  int allowed = 0;
  int made = 0;
  for (std::uint32_t from = 0; from < 6; ++from) {
    for (std::uint32_t to = 0; to < 6; ++to) {
      if (!machine.may_follow(from, to)) continue;
      ++allowed;
      made += passes_of(path, from, to).numbers.empty() ? 0 : 1;
    }
  }
  int heads = 0;
  int heads_of_made = 0;
  for (const PictureLine& line : picture.lines) {
    heads += line.head ? 1 : 0;
    heads_of_made += line.head && line.done ? 1 : 0;
  }
  CHECK(heads == allowed);
  CHECK(heads_of_made == made);
  CHECK(made == 5);
  const auto says = [&](std::string_view text) {
    return std::any_of(picture.notes.begin(), picture.notes.end(),
                       [&](const PictureNote& note) { return note.text.text == text; });
  };
  CHECK(says("3, 5, 7"));
  CHECK(says("4, 6"));
}

TEST_CASE("states: where there is room all four machines stand side by side (01)") {
  const Recorded told("01-hello");
  const Picture picture = states_at(told, "lifecycle.idle", large);
  CHECK(picture.boxes.size() == 6 + 6 + 11 + 11);
  CHECK(std::count_if(picture.boxes.begin(), picture.boxes.end(),
                      [](const PictureBox& box) { return box.chosen; }) == 4);
}

TEST_CASE("states: how TCP's state is known, the view of the connection says alike (01, 03)") {
  for (const char* scenario : {"01-hello", "03-close"}) {
    const Recorded told(scenario);
    for (std::uint64_t event = 0; event < told.view.end(); event += 3) {
      const Picture states = states_at(told.view, event);
      const PictureBox* const here = box_of(states, "Server TCP");
      const PictureBox* const there = box_of(states, "Client TCP");
      const Picture picture = layout_connection(told.view, {event, {}}, {}, plain_ruler(), large);
      const PictureBox* const both = box_of(picture, "State");
      if (here == nullptr || there == nullptr || both == nullptr) continue;
      for (const PictureRow& row : both->rows) {
        CAPTURE(event + 1);
        if (row.name.text == "TCP here") CHECK(row.value.text == here->rows[0].value.text);
        if (row.name.text == "TCP there") CHECK(row.value.text == there->rows[0].value.text);
      }
    }
  }
}

TEST_CASE("states: the way from SERVING to itself is large enough to be seen (01)") {
  const Recorded told("01-hello");
  for (const Rect& area : {small, large}) {
    const Picture picture = states_at(told, "lifecycle.idle", area);
    const PictureBox* const serving = box_of(picture, "SERVING");
    REQUIRE(serving != nullptr);
    float high = 0;
    float wide = 0;
    for (const PictureLine& line : picture.lines) {
      if (line.to.y > serving->rect.y || line.from.y > serving->rect.y) continue;
      if (line.from.x < serving->rect.x || line.to.x > serving->rect.right()) continue;
      high = std::max(high, std::abs(line.to.y - line.from.y));
      wide = std::max(wide, std::abs(line.to.x - line.from.x));
    }
    CHECK(high >= 8);
    CHECK(wide >= serving->rect.w / 4);
  }
}

TEST_CASE("states: every fact that belongs to it glows when the cursor is there (scenarios)") {
  for (const char* scenario : {"01-hello", "03-close", "04-bad-request"}) {
    const Recorded told(scenario);
    for (std::uint64_t event = 0; event < told.view.end(); ++event) {
      const trace::Event& fact = told.trace[event];
      if (fact.row().view != trace::View::States || fact.conn == 0) continue;
      CAPTURE(scenario);
      CAPTURE(event + 1);
      for (const Rect& area : {small, large}) {
        const Picture picture = states_at(told.view, event, area);
        CHECK(std::any_of(picture.notes.begin(), picture.notes.end(), [&](const PictureNote& note) {
          return note.link.at_cursor && note.link.event == event;
        }));
      }
    }
  }
}

TEST_CASE("states: numbers cover neither states nor each other (scenarios, sizes)") {
  for (const char* scenario : {"02-keep-alive", "03-close"}) {
    const Recorded told(scenario);
    for (const Rect& area : {small, large}) {
      for (std::uint64_t event = 0; event < told.view.end(); event += 13) {
        CAPTURE(event + 1);
        std::vector<Rect> rects;
        const Picture picture = states_at(told.view, event, area);
        for (const PictureNote& note : picture.notes) rects.push_back(note.text.rect);
        for (const PictureBox& box : picture.boxes) rects.push_back(box.rect);
        check_apart(rects);
      }
    }
  }
}

TEST_CASE("states: each state says how long, and each move has its numbers (scenarios' ends)") {
  for (const char* scenario : {"01-hello", "02-keep-alive", "03-close", "04-bad-request"}) {
    CAPTURE(std::string(scenario));
    const Recorded told(scenario);
    const std::uint64_t end = told.view.end() - 1;
    const Picture picture = states_at(told.view, end, large);
    std::size_t made = 0;
    for (const PictureBox& box : picture.boxes) {
      CAPTURE(box.title_text());
      if (box.progress != Progress::Ahead) CHECK(box.rows.size() == 1);
    }
    for (const PictureLine& line : picture.lines) made += line.head && line.done ? 1 : 0;
    const auto numbers = std::count_if(
        picture.notes.begin(), picture.notes.end(), [](const PictureNote& note) {
          return note.text.voice == Voice::Strong && !note.text.empty() &&
                 std::isdigit(static_cast<unsigned char>(note.text.text.front())) != 0;
        });
    std::string all;
    for (const PictureNote& note : picture.notes) all += note.text.text + " | ";
    CAPTURE(all);
    CHECK(static_cast<std::size_t>(numbers) == made);
  }
}

TEST_CASE("states: no line is seen through the numbers of a move (01)") {
  const Recorded told("01-hello");
  for (const Rect& area : {small, large}) {
    const Picture picture = states_at(told, "task.done", area);
    std::size_t numbers = 0;
    for (const PictureNote& note : picture.notes) {
      const bool counts = note.text.voice == Voice::Strong && !note.text.empty() &&
                          note.text.text.find_first_not_of("0123456789, ") == std::string::npos;
      if (!counts) continue;
      ++numbers;
      for (const PictureLine& line : picture.lines) {
        // The straight ones: all of them that have a corner.
        const Rect swept{std::min(line.from.x, line.to.x), std::min(line.from.y, line.to.y),
                         std::abs(line.to.x - line.from.x), std::abs(line.to.y - line.from.y)};
        if (swept.w > 0.5f && swept.h > 0.5f) continue;
        CAPTURE(note.text.text);
        if (note.text.rect.overlaps(swept.inset(-0.5f))) CHECK(note.on_ground);
      }
    }
    CHECK(numbers >= 5);
  }
}

TEST_CASE("states: where no diagram has room, words say it (projector, narrow)") {
  const Recorded told("01-hello");
  const Picture picture = states_at(
      told.view, Stepper(told.view).position_of("lifecycle.idle")->event, {0, 0, 400, 330}, true);
  REQUIRE(picture.boxes.size() == 4);
  CHECK(picture.lines.empty());
  REQUIRE(!picture.boxes[0].rows.empty());
  CHECK(picture.boxes[0].rows[0].value.text == "[IDLE]");
}

TEST_CASE("states: what another task does is not told as this connection's (01, the end)") {
  const Recorded told("01-hello");
  const std::uint64_t end = told.view.end() - 1;
  REQUIRE(told.trace[end].task == 1);
  const auto says = [](const Picture& picture, std::string_view text) {
    return std::any_of(picture.notes.begin(), picture.notes.end(),
                       [text](const PictureNote& note) { return note.text.text == text; });
  };
  CHECK(says(states_at(told.view, end, large), "Task 1: " + describe(told.view, end)));
  const std::uint64_t own = Stepper(told.view).position_of("task.done")->event;
  CHECK(says(states_at(told.view, own, large), describe(told.view, own)));
}

TEST_CASE("states: of LAST_ACK after the close it is said that its end is not seen (01)") {
  const Recorded told("01-hello");
  const auto words = [](const Picture& picture) {
    std::string all;
    for (const PictureNote& note : picture.notes) all += note.text.text + "\n";
    for (const PictureBox& box : picture.boxes) {
      for (const TextBox& line : box.words) all += line.text + " ";
    }
    return all;
  };
  const std::uint64_t end = told.view.end() - 1;
  CHECK(words(states_at(told.view, end, large)).find("the last ACK") != std::string::npos);
  CHECK(words(states_at(told, "lifecycle.idle", large)).find("the last ACK") == std::string::npos);
  const Picture connection =
      layout_connection(told.view, {end, {}}, {}, plain_ruler(), small);
  REQUIRE(!connection.sentence.empty());
  CHECK(connection.sentence.front().text.starts_with("LAST_ACK: the last ACK"));
}

}  // namespace
}  // namespace roundtrip::viz
