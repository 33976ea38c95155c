// The two listings that ship: complete, short enough, and lit where the cursor is.
#include "viz/model/layout_code.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/source_dir.h"
#include "tests/viz/model/layout_checks.h"
#include "tests/viz/model/recorded.h"
#include "viz/model/cursor.h"
#include "viz/model/tall_room.h"
#include "viz/model/views.h"

namespace roundtrip::viz {
namespace {

constexpr std::size_t most_letters = 30;

CodeListings shipped() {
  auto read = load_code_listings(source_dir() + "/assets");
  if (!read) FAIL(read.error());
  return std::move(*read);
}

ViewState with_listings() {
  ViewState state;
  state.listings = std::make_shared<const CodeListings>(shipped());
  return state;
}

// The lines of a listing that glow at an event.
std::vector<std::string> lit(const Picture& picture) {
  std::vector<std::string> texts;
  for (const PictureNote& note : picture.notes) {
    if (note.link.at_cursor) texts.push_back(note.text.text);
  }
  return texts;
}

TEST_CASE("code: each phase of a request's story has a line or a reason in both listings") {
  const CodeListings listings = shipped();
  for (const CodeListing* listing : {&listings.go, &listings.ours}) {
    for (const trace::PhaseRow& row : trace::phase_table) {
      if (!is_in_listings(row.phase)) continue;
      CAPTURE(row.id);
      const auto index = static_cast<std::size_t>(row.phase);
      const auto line = listing->line_of[index];
      CHECK(line.has_value() == listing->reasons[index].empty());
      CHECK(listing->reasons[index].size() <= most_letters);
      if (line) CHECK(listing->lines[*line].phases.has(row.phase));
    }
    for (const CodeLine& line : listing->lines) {
      CAPTURE(line.text);
      CHECK(!line.text.empty());
      if (!line.heading) CHECK(line.text.size() <= most_letters);
    }
  }
}

TEST_CASE("code: what our listing says is in a file of core/server or near it") {
  const CodeListings listings = shipped();
  for (const CodeLine& line : listings.ours.lines) {
    if (!line.heading) continue;
    CAPTURE(line.text);
    const std::string file = line.text.substr(0, line.text.find(':'));
    bool there = false;
    for (const char* folder : {"core/server/", "core/net/", "app/"}) {
      there = there || std::filesystem::exists(source_dir() + "/" + folder + file);
    }
    CHECK(there);
  }
}

std::string problem_of(const std::string& text) {
  const auto path = std::filesystem::temp_directory_path() / "roundtrip-listing-test.txt";
  std::ofstream(path) << text;
  const auto read = load_code_listing(path);
  std::filesystem::remove(path);
  REQUIRE(!read);
  return read.error();
}

TEST_CASE("code: a listing that is wrong is refused with its line") {
  const auto says = [](const std::string& text, std::string_view what) {
    CAPTURE(text);
    CHECK(problem_of(text).find(what) != std::string::npos);
  };
  says("a()\n", ":1: code stands before the first heading");
  says("== a\nb()  @ read.nothing\n", ":2: the phase table has no phase read.nothing");
  says("== a\nb()  @ read.url\nc()  @ read.url\n", ":3: read.url is named twice");
  says("== a\n-- read.url\n", ":2: a phase without a line");
  says("== a\nb()  @ read.url\n", "startup.program_load has neither a line nor a reason");
}

TEST_CASE("code: each step lights its line in both, or says who takes it (scenarios)") {
  const ViewState state = with_listings();
  const CodeListings& listings = *state.listings;
  const Rect area{0, 0, 640, 372};
  for (const char* scenario : {"01-hello", "03-close", "04-bad-request"}) {
    const Recorded told(scenario);
    for (std::uint64_t event = 0; event < told.view.end(); ++event) {
      const trace::PhaseRow& row = told.trace[event].row();
      CAPTURE(event + 1);
      CAPTURE(row.id);
      const auto texts = lit(layout_code(told.view, {event, {}}, state, plain_ruler(), area));
      REQUIRE(texts.size() == 2);
      const auto index = static_cast<std::size_t>(row.phase);
      for (std::size_t side = 0; side < 2; ++side) {
        const CodeListing& listing = side == 0 ? listings.go : listings.ours;
        const auto line = listing.line_of[index];
        const std::string wanted = line ? listing.lines[*line].text : listing.reasons[index];
        CHECK(texts[side].ends_with(is_in_listings(row.phase) ? wanted : "no line here."));
      }
    }
  }
}

TEST_CASE("code: it keeps the lit line in sight and counts the lines that are not (sizes)") {
  const ViewState state = with_listings();
  const Recorded told("01-hello");
  const auto total = state.listings->go.lines.size();
  for (const Rect& area : {Rect{0, 0, 640, 372}, Rect{0, 0, 1035, 600}, Rect{0, 0, 400, 400}}) {
    for (const char* phase : {"startup.program_load", "read.header", "transmit.write"}) {
      CAPTURE(phase);
      const auto at = *Stepper(told.view).position_of(phase);
      const Picture picture = layout_code(told.view, at, state, plain_ruler(), area);
      CHECK(lit(picture).size() == 2);
      std::vector<Rect> rects;
      for (const PictureNote& note : picture.notes) rects.push_back(note.text.rect);
      check_apart(rects);
      const auto counts =
          std::find_if(picture.notes.begin(), picture.notes.end(),
                       [](const PictureNote& note) { return note.text.text.ends_with(" below"); });
      REQUIRE(counts != picture.notes.end());
      std::size_t above = 0;
      std::size_t below = 0;
      REQUIRE(std::sscanf(counts->text.text.c_str(), "%zu above, %zu below", &above, &below) == 2);
      // The lines of the first listing stand between its title and the second's.
      const auto ours = std::find_if(
          picture.notes.begin(), picture.notes.end(),
          [](const PictureNote& note) { return note.text.text == "Ours, simplified"; });
      REQUIRE(ours != picture.notes.end());
      std::size_t shown = 0;
      for (const PictureNote& note : picture.notes) {
        const bool beside = ours->text.rect.x > counts->text.rect.x;
        const bool first = beside ? note.text.rect.x < ours->text.rect.x - 1
                                  : note.text.rect.y < ours->text.rect.y - 1;
        shown += first && note.text.rect.y > counts->text.rect.bottom() - 1 ? 1 : 0;
      }
      // The name of a part that begins above may stand in place of the first line.
      const std::size_t sum = above + below + shown;
      CHECK((sum == total || sum == total + 1));
    }
  }
}

TEST_CASE("code: in a low pane both columns keep their lit line in sight (04, large words)") {
  const ViewState state = with_listings();
  const Recorded told("04-bad-request");
  const Ruler ruler = plain_ruler(true);
  const ViewRow& row = *view_row(ViewId::Code);
  for (const char* phase : {"startup.program_load", "lifecycle.drain", "connection.ack"}) {
    CAPTURE(phase);
    const Rect pane{0, 0, 1130, 5.3f * ruler.line(Voice::Body)};
    CHECK(tall_rect(ruler, pane, row.least_lines) == pane);
    const auto at = *Stepper(told.view).position_of(phase);
    const Picture picture = layout_code(told.view, at, state, ruler, pane);
    std::size_t glowing = 0;
    for (const PictureNote& note : picture.notes) {
      glowing += note.link.at_cursor ? 1 : 0;
      CHECK(pane.contains(note.text.rect));
    }
    CHECK(glowing == 2);
  }
}

TEST_CASE("code: a time-out lights the line that all of its kinds run, in both (03)") {
  const ViewState state = with_listings();
  const Recorded told("03-close");
  std::size_t kinds = 0;
  for (std::uint64_t event = 0; event < told.view.end(); ++event) {
    if (told.trace[event].phase != trace::Phase::LifecycleTimeout) continue;
    ++kinds;
    const Picture picture =
        layout_code(told.view, {event, {}}, state, plain_ruler(), {0, 0, 640, 3000});
    CHECK(lit(picture) == std::vector<std::string>{"if late { return ErrDeadline }",
                                                   "tell(timeout, kind, limit);"});
  }
  CHECK(kinds == 3);
}

TEST_CASE("code: both accept loops have begun once theirs was told (02)") {
  const ViewState state = with_listings();
  const Recorded told("02-keep-alive");
  const auto at = *Stepper(told.view).position_of("connection.accept_queue");
  const Picture picture = layout_code(told.view, at, state, plain_ruler(), {0, 0, 640, 3000});
  for (const std::string_view line : {"  for {", "  while (true) {"}) {
    const auto found =
        std::find_if(picture.notes.begin(), picture.notes.end(),
                     [&](const PictureNote& note) { return note.text.text == line; });
    REQUIRE(found != picture.notes.end());
    CHECK(found->text.voice == Voice::Mono);
  }
}

TEST_CASE("code: lines that have run are dark, others pale (01)") {
  const ViewState state = with_listings();
  const Recorded told("01-hello");
  const auto at = *Stepper(told.view).position_of("read.header");
  const Picture picture = layout_code(told.view, at, state, plain_ruler(), {0, 0, 640, 372});
  const auto voice_of = [&](std::string_view text) {
    const auto found =
        std::find_if(picture.notes.begin(), picture.notes.end(),
                     [&](const PictureNote& note) { return note.text.text.ends_with(text); });
    REQUIRE(found != picture.notes.end());
    return found->text.voice;
  };
  CHECK(voice_of("case Url:") == Voice::Mono);
  CHECK(voice_of("case HeadersComplete:") == Voice::MonoQuiet);
  CHECK(layout_code(told.view, at, {}, plain_ruler(), {0, 0, 640, 372})
            .sentence.front()
            .text.starts_with("The listings can't be read"));
}

TEST_CASE("code: close(fd) has not run while the close still drains (04)") {
  const ViewState state = with_listings();
  const Recorded told("04-bad-request");
  const auto voice_at = [&](std::string_view phase) {
    const auto at = *Stepper(told.view).position_of(phase);
    // Room for all lines.
    const Picture picture = layout_code(told.view, at, state, plain_ruler(), {0, 0, 640, 3000});
    const auto found =
        std::find_if(picture.notes.begin(), picture.notes.end(),
                     [](const PictureNote& note) { return note.text.text == "close(fd);"; });
    REQUIRE(found != picture.notes.end());
    return found->text.voice;
  };
  CHECK(voice_at("lifecycle.drain") == Voice::MonoQuiet);
  CHECK(voice_at("lifecycle.task_exit") == Voice::Mono);
}

}  // namespace
}  // namespace roundtrip::viz
