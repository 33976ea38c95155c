// A capture that was imported, as the screen and the text tell it: of its packets, and never of
// what a kernel or a program did.
#include <doctest/doctest.h>

#include <set>
#include <string>
#include <vector>

#include "app/narrator.h"
#include "core/capture/capture_import.h"
#include "tests/core/capture/captures.h"
#include "tests/viz/model/recorded.h"
#include "viz/model/describe.h"
#include "viz/model/layout_ladder.h"
#include "viz/model/views.h"

namespace roundtrip::app {
namespace {

using viz::PictureLine;
using viz::PictureNote;

// A recording of the wire, exported and imported again.
struct Imported : viz::Loaded {
  explicit Imported(const std::string& scenario) {
    const testing::Folder folder;
    const std::string file = folder.path("some.pcapng");
    trace::Trace recorded;
    testing::load_recording(scenario, recorded);
    REQUIRE(capture::export_packets(recorded, capture::SeenBy::Sender, file).ok());
    REQUIRE(capture::import_capture(file, "roundtrip test", trace).ok());
    follow();
  }
};

bool says(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

constexpr viz::Rect place{0, 0, 640, 371};

TEST_CASE("imported capture: a ladder of two hosts and the place between, all packets (20, 24)") {
  for (const char* scenario : {"20-handshake", "24-segment-lost"}) {
    CAPTURE(scenario);
    const Imported told(scenario);
    std::set<std::uint64_t> drawn;
    for (std::uint64_t event = told.view.first(); event < told.view.end(); ++event) {
      CAPTURE(event + 1);
      const viz::Picture picture =
          viz::layout_ladder(told.view, {event, {}}, {}, viz::plain_ruler(), place);
      std::vector<std::string> columns;
      for (const PictureNote& note : picture.notes) {
        CHECK_FALSE(says(note.text.text, "ernel"));
        CHECK_FALSE(says(note.text.text, "program"));
        CHECK_FALSE(note.text.cut);
        if (note.stays) columns.push_back(note.text.text);
      }
      if (!columns.empty() && picture.heading.text != "No client yet") {
        CHECK(columns == std::vector<std::string>{"Client", "Capture", "Server"});
      }
      const float middle = place.center().x;
      for (const PictureLine& line : picture.lines) {
        if (line.link.event == trace::no_event) continue;
        REQUIRE(told.trace[line.link.event].phase == trace::Phase::TracePacket);
        drawn.insert(line.link.event);
        // It was seen in the middle; when it left is not known, and whether it arrived neither.
        CHECK(line.source == trace::Provenance::Inferred);
        CHECK(line.to.x == doctest::Approx(middle).epsilon(0.01));
        CHECK(line.from.y == line.to.y);
      }
    }
    std::size_t packets = 0;
    for (std::uint64_t event = told.view.first(); event < told.view.end(); ++event) {
      packets += told.trace[event].phase == trace::Phase::TracePacket ? 1 : 0;
    }
    CHECK(drawn.size() == packets);
  }
}

TEST_CASE("imported capture: labels of packets stand apart from each other and their arrows (24)") {
  const Imported told("24-segment-lost");
  const viz::Cursor middle{(told.view.first() + told.view.end()) / 2, {}};
  const viz::Picture picture =
      viz::layout_ladder(told.view, middle, {}, viz::plain_ruler(), {0, 0, 1000, 600});
  std::size_t labels = 0;
  for (const PictureNote& note : picture.notes) {
    if (note.link.event == trace::no_event) continue;
    ++labels;
    for (const PictureLine& line : picture.lines) {
      if (line.link.event != note.link.event) continue;
      const viz::Rect& label = note.text.rect;
      CHECK((label.x >= std::max(line.from.x, line.to.x) ||
             label.right() <= std::min(line.from.x, line.to.x)));
    }
  }
  CHECK(labels > 4);
}

TEST_CASE("imported capture: the text names hosts and the first packet, no kernel, no process") {
  for (const char* scenario : {"20-handshake", "27-reset"}) {
    CAPTURE(scenario);
    const Imported told(scenario);
    const std::string text = narrate(told.view, {});
    CHECK(says(text, "Client"));
    CHECK(says(text, "Server"));
    CHECK(says(text, "after the first packet"));
    CHECK_FALSE(says(text, "Client kernel"));
    CHECK_FALSE(says(text, "Server kernel"));
    CHECK_FALSE(says(text, "that was read"));
    CHECK_FALSE(says(text, "start of the process"));
    for (std::uint64_t event = told.view.first(); event < told.view.end(); ++event) {
      CHECK_FALSE(says(viz::describe(told.view, event), "kernel"));
    }
  }
}

TEST_CASE("imported capture: what no packet tells is not known, and not still to come (views)") {
  const Imported told("20-handshake");
  for (const std::string_view name : {"connection", "sockets"}) {
    CAPTURE(name);
    for (const viz::ViewRow& row : viz::view_rows()) {
      if (row.name != name) continue;
      const viz::Picture picture = viz::layout_view(row, told.view, {told.view.end() - 1, {}}, {},
                                                    viz::plain_ruler(), {0, 0, 1200, 660});
      std::size_t rows = 0;
      for (const viz::PictureBox& box : picture.boxes) {
        for (const viz::PictureRow& one : box.rows) {
          CHECK(one.value.text != "not yet");
          ++rows;
        }
      }
      CHECK(rows > 5);
      for (const viz::TextBox& line : picture.sentence) {
        CHECK_FALSE(says(line.text, "kernel told"));
        CHECK_FALSE(says(line.text, "kernel keep"));
      }
    }
  }
}

}  // namespace
}  // namespace roundtrip::app
