// Every picture of the table over a million events: what it says is bounded by its area, not by
// what exists. No time is asserted; the times are printed for who looks (run with -s).
#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>

#include "tests/viz/model/picture_texts.h"
#include "tests/viz/model/scene.h"

namespace roundtrip::viz {
namespace {

constexpr std::uint64_t wanted_events = 1'000'000;
constexpr int connections = 1'000;

// A thousand connections, and one of them with most of the requests.
void tell_much(trace::Story& story) {
  story.startup();
  std::vector<trace::Story::Conn> conns;
  for (int i = 0; i < connections; ++i) conns.push_back(story.open());
  for (std::size_t turn = 0; story.events().size() < wanted_events; ++turn) {
    auto& conn = conns[turn % 3 == 0 ? turn / 3 % conns.size() : 0];
    story.ask(conn, trace::Story::curl_request("/hello"), "Hello, World!");
  }
}

std::size_t parts_of(const Picture& picture) {
  std::size_t parts = picture.boxes.size() + picture.bars.size() + picture.lines.size() +
                      picture.notes.size() + picture.frames.size();
  for (const PictureBox& box : picture.boxes) parts += box.rows.size() + box.words.size();
  return parts;
}

TEST_CASE("picture: what it costs follows what is seen (1,000,000 events, every view)") {
  constexpr std::size_t most_parts = 400;
  const Scene scene(tell_much);
  REQUIRE(scene.trace.count() >= wanted_events);
  const std::uint64_t middle = event_of(scene.view, trace::Phase::TransmitFlush, 4'000);
  const std::uint64_t last = scene.view.end() - 1;
  for (const ViewRow& row : view_rows()) {
    if (row.layout == nullptr) continue;
    double worst_ms = 0;
    std::size_t parts = 0;
    for (const std::uint64_t event : {middle, last}) {
      double best_ms = 1e9;
      for (int round = 0; round < 20; ++round) {
        const auto from = std::chrono::steady_clock::now();
        const Picture picture = picture_at(scene.view, row.name, event);
        const std::chrono::duration<double, std::milli> took =
            std::chrono::steady_clock::now() - from;
        best_ms = std::min(best_ms, took.count());
        parts = std::max(parts, parts_of(picture));
      }
      worst_ms = std::max(worst_ms, best_ms);
    }
    MESSAGE(std::string(row.name) << ": " << parts << " parts, " << worst_ms << " ms");
    CHECK(parts <= most_parts);
  }
}

}  // namespace
}  // namespace roundtrip::viz
