// The ladder of a connection whose wire was seen, over the recordings of the wire: its columns, the
// packets as arrows between the kernels, and what became of those that did not arrive.
#include "viz/model/ladder_packets.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <utility>

#include "tests/viz/model/layout_checks.h"
#include "tests/viz/model/picture_texts.h"
#include "tests/viz/model/recorded.h"
#include "viz/model/ladder_facts.h"
#include "viz/model/layout_ladder.h"
#include "viz/model/packet_header.h"

namespace roundtrip::viz {
namespace {

using trace::Phase;

const Rect place{0, 0, 1000, 600};

Picture ladder_at(const TraceView& view, std::uint64_t event, const Rect& area = place) {
  return layout_ladder(view, {event, {}}, {}, plain_ruler(), area);
}

std::vector<PictureLine> lines_of(const Picture& picture, std::uint64_t event) {
  std::vector<PictureLine> lines;
  for (const PictureLine& line : picture.lines) {
    if (line.link.event == event) lines.push_back(line);
  }
  return lines;
}

const PictureNote* label_of(const Picture& picture, std::uint64_t event) {
  for (const PictureNote& note : picture.notes) {
    if (note.link.event == event) return &note;
  }
  return nullptr;
}

std::vector<std::string> columns_of(const Picture& picture) {
  std::vector<std::string> names;
  for (const PictureNote& note : picture.notes) {
    if (note.stays && note.text.voice == Voice::Strong) names.push_back(note.text.text);
  }
  return names;
}

TEST_CASE("ladder of the wire: a kernel for each host (20), one where none was seen (01)") {
  const Recorded wire("20-handshake");
  const std::uint64_t last = wire.view.end() - 1;
  CHECK(columns_of(ladder_at(wire.view, last)).size() == 4);
  CHECK(columns_of(ladder_at(wire.view, last, {0, 0, 2600, 600})) ==
        std::vector<std::string>{"Client program", "Client kernel", "Server kernel",
                                 "Server program"});
  const Recorded loopback("01-hello");
  CHECK(columns_of(ladder_at(loopback.view, loopback.view.end() - 1)) ==
        std::vector<std::string>{"Client", "Kernel", "Server"});
}

TEST_CASE("ladder of the wire: arrows are slanted in proportion to their times (20, handshake)") {
  const Recorded told("20-handshake");
  const std::uint64_t ack = event_of(told.view, Phase::ConnectionAck);
  const PacketIndex& packets = told.statistics.packets();
  const SeenPacket third = *packets.packet_of(ack);
  const Picture picture = ladder_at(told.view, third.begin);
  std::optional<double> px_per_ns;
  for (std::uint64_t number = 0; number < 2; ++number) {
    const SeenPacket packet = packets.packet(1, number);
    CAPTURE(number);
    const auto lines = lines_of(picture, packet.begin);
    REQUIRE(lines.size() == 1);
    CHECK(lines.front().head);
    CHECK(lines.front().done);
    CHECK((lines.front().to.x > lines.front().from.x) == (packet.from == trace::Host::Client));
    const double tall_px = lines.front().to.y - lines.front().from.y;
    const auto took = told.trace[packet.end].time - told.trace[packet.begin].time;
    const double slope = tall_px / static_cast<double>(took.ns);
    CHECK(slope > 0);
    if (px_per_ns) CHECK(slope == doctest::Approx(*px_per_ns).epsilon(0.02));
    px_per_ns = slope;
  }
  // The third has only just left: all of it is pale.
  for (const PictureLine& line : lines_of(picture, third.begin)) CHECK_FALSE(line.done);
}

TEST_CASE("ladder of the wire: a packet says flags, numbers, length; glows at its step (20)") {
  const Recorded told("20-handshake");
  const std::uint64_t syn = event_of(told.view, Phase::ConnectionSyn);
  const SeenPacket packet = *told.statistics.packets().packet_of(syn);
  REQUIRE(packet.begin != syn);
  const Picture picture = ladder_at(told.view, syn);
  const PictureNote* label = label_of(picture, packet.begin);
  REQUIRE(label != nullptr);
  CHECK(label->text.text == "SYN seq 0 len 0");
  CHECK(label->link.at_cursor);
  CHECK(lines_of(picture, packet.begin).front().link.at_cursor);
}

TEST_CASE("ladder of the wire: write returned, segment out, ACK in and client read are four (20)") {
  const Recorded told("20-handshake");
  const Picture picture = ladder_at(told.view, event_of(told.view, Phase::TransmitClientRead));
  std::vector<std::uint64_t> events = {event_of(told.view, Phase::TransmitWrite, 1, true),
                                       event_of(told.view, Phase::TransmitSegmentOut),
                                       event_of(told.view, Phase::TransmitAckIn),
                                       event_of(told.view, Phase::TransmitClientRead)};
  std::vector<Rect> labels;
  for (const std::uint64_t event : events) {
    CAPTURE(trace::phase_id(told.trace[event].phase));
    const PictureNote* label = label_of(picture, event);
    REQUIRE(label != nullptr);
    labels.push_back(label->text.rect);
    CHECK_FALSE(lines_of(picture, event).empty());
  }
  check_apart(labels);
}

TEST_CASE("ladder of the wire: a lost packet ends in a cross, and says why (22)") {
  const Recorded told("22-syn-lost");
  const SeenPacket packet = told.statistics.packets().packet(1, 0);
  REQUIRE(packet.dropped != trace::no_event);
  const Picture picture = ladder_at(told.view, packet.dropped);
  const auto cross = lines_of(picture, packet.dropped);
  REQUIRE(cross.size() == 2);
  const auto way = lines_of(picture, packet.begin);
  REQUIRE_FALSE(way.empty());
  for (const PictureLine& line : cross) {
    CHECK(line.alarm);
    CHECK(line.done);
    CHECK((line.from.x + line.to.x) / 2 == doctest::Approx(way.back().to.x));
  }
  CHECK_FALSE(way.back().head);
  const PictureNote* label = label_of(picture, packet.begin);
  REQUIRE(label != nullptr);
  CHECK(label->alarm);
  CHECK(says(label->text.text, "dropped: " + drop_text(told.view, packet)));
}

TEST_CASE("ladder of the wire: a held packet waits in the middle, as long as it was held (21)") {
  const Recorded told("21-held-ack");
  const PacketIndex& packets = told.statistics.packets();
  std::size_t held = 0;
  for (std::uint64_t number = 0; number < packets.end(1); ++number) {
    const SeenPacket packet = packets.packet(1, number);
    if (packet.held == trace::no_event) continue;
    ++held;
    const Picture picture = ladder_at(told.view, packet.begin);
    const auto way = lines_of(picture, packet.begin);
    REQUIRE(way.size() >= 2);
    CHECK(way.front().to.x == doctest::Approx(way.back().from.x));
    const PictureNote* label = label_of(picture, packet.begin);
    REQUIRE(label != nullptr);
    CHECK(says(label->text.text, "held"));
    CHECK(std::any_of(picture.bars.begin(), picture.bars.end(), [&](const PictureBar& bar) {
      return bar.source == trace::Provenance::Injected;
    }));
  }
  CHECK(held > 0);
}

// The arrow of a packet from its beginning to its end, as far down as it goes.
std::pair<float, float> extent_of(const Picture& picture, std::uint64_t packet) {
  std::pair<float, float> extent{1e6f, -1e6f};
  for (const PictureLine& line : lines_of(picture, packet)) {
    extent.first = std::min({extent.first, line.from.y, line.to.y});
    extent.second = std::max({extent.second, line.from.y, line.to.y});
  }
  return extent;
}

TEST_CASE("ladder of the wire: a label stands at its arrow or not at all, and it is said (many)") {
  const float line_px = plain_ruler().line(Voice::Body);
  std::size_t thinned = 0;
  for (const char* scenario : {"24-segment-lost", "25-slow-reader", "28-nagle", "29-far-away"}) {
    CAPTURE(scenario);
    const Recorded told(scenario);
    const std::uint64_t last = told.view.end() - 1;
    for (const Rect& area : {story_place, Rect{0, 0, 1060, 560}}) {
      for (std::uint64_t event = told.view.first(); event < last; event += last / 24) {
        CAPTURE(event + 1);
        const Picture picture = ladder_at(told.view, event, area);
        std::vector<Rect> labels;
        std::set<std::uint64_t> packets;
        for (const PictureLine& line : picture.lines) {
          if (line.link.event == trace::no_event) continue;
          if (told.trace[line.link.event].phase == Phase::TracePacket) {
            packets.insert(line.link.event);
          }
        }
        for (const PictureNote& note : picture.notes) {
          if (!note.on_ground) continue;
          labels.push_back(note.text.rect);
          const auto [top, bottom] = extent_of(picture, note.link.event);
          CHECK(note.text.rect.y >= top - 2 * line_px);
          CHECK(note.text.rect.bottom() <= bottom + 2 * line_px);
        }
        check_apart(labels);
        if (picture.notes.empty()) continue;
        const bool says_it =
            std::any_of(picture.notes.begin(), picture.notes.end(), [](const PictureNote& note) {
              return note.stays && says(note.text.text, "without a label");
            });
        thinned += says_it ? 1 : 0;
        if (packets.size() == labels.size()) CHECK_FALSE(says_it);
      }
    }
  }
  CHECK(thinned > 0);
}

TEST_CASE("ladder of the wire: what is pointed at is labelled, however many there are (24)") {
  const Recorded told("24-segment-lost");
  const std::uint64_t middle = told.view.end() / 2;
  const Picture before = ladder_at(told.view, middle, story_place);
  std::size_t unlabelled = 0;
  for (const PictureLine& line : before.lines) {
    const trace::EventNumber packet = line.link.event;
    if (packet == trace::no_event || told.trace[packet].phase != Phase::TracePacket) continue;
    if (label_of(before, packet) != nullptr) continue;
    ++unlabelled;
    ViewState state;
    state.hovered_event = packet;
    const Picture pointed =
        layout_ladder(told.view, {middle, {}}, state, plain_ruler(), story_place);
    const PictureNote* label = label_of(pointed, packet);
    REQUIRE(label != nullptr);
    CHECK(label->link.hovered);
  }
  CHECK(unlabelled > 0);
}

TEST_CASE("ladder of the wire: the packet at the cursor is there when many came since (29)") {
  const Recorded told("29-far-away");
  const std::uint64_t middle = told.view.end() / 2;
  std::uint64_t arrival = middle;
  while (told.trace[arrival].phase != Phase::TracePacket || !told.trace[arrival].ends()) ++arrival;
  const SeenPacket packet = *told.statistics.packets().packet_of(arrival);
  REQUIRE(arrival - packet.begin > 4 * most_ladder_facts);
  const Picture picture = ladder_at(told.view, arrival);
  const PictureNote* label = label_of(picture, packet.begin);
  REQUIRE(label != nullptr);
  CHECK(label->link.at_cursor);
}

TEST_CASE("ladder of the wire: each packet stands in a chapter, texts in the picture") {
  for (const char* scenario : {"20-handshake", "22-syn-lost", "26-four-way-close", "28-nagle"}) {
    CAPTURE(scenario);
    const Recorded told(scenario);
    const PacketIndex& packets = told.statistics.packets();
    for (const std::uint32_t conn : told.index.connections()) {
      for (std::uint64_t number = 0; number < packets.end(conn); ++number) {
        const SeenPacket packet = packets.packet(conn, number);
        CAPTURE(packet.begin + 1);
        const Picture picture = ladder_at(told.view, packet.begin, story_place);
        CHECK(anything_at_cursor(picture));
        for (const PictureNote& note : picture.notes) {
          check_text(plain_ruler(), note.text, story_place);
        }
        for (const PictureLine& line : picture.lines) {
          CHECK(lies_in({line.from.x, line.from.y, 0, 0}, story_place));
          CHECK(lies_in({line.to.x, line.to.y, 0, 0}, story_place));
        }
      }
    }
  }
}

}  // namespace
}  // namespace roundtrip::viz
