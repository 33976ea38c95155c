// The packets behind bytes, over recordings of the wire: where segments begin in the bytes on
// screen, what was sent again, who carried one byte and who acknowledged it.
#include "viz/model/byte_packets.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "tests/viz/model/recorded.h"
#include "viz/model/byte_life.h"
#include "viz/model/layout_bytes.h"

namespace roundtrip::viz {
namespace {

using trace::Log;
using trace::Phase;

const LifeStep& step_of(const ByteLife& life, std::string_view what) {
  for (const LifeStep& step : life.steps) {
    if (step.what == what) return step;
  }
  FAIL("no step " << what);
  return life.steps.front();
}

// Of the packet that the step names first.
std::uint64_t number_of(const LifeStep& step) {
  const std::size_t at = step.words.find("no. ");
  REQUIRE(at != std::string::npos);
  return std::stoull(step.words.substr(at + 4));
}

bool says(const LifeStep& step, std::string_view words) {
  return step.words.find(words) != std::string::npos;
}

TEST_CASE("bytes: segments begin where packets' payloads do, and the resent says so (24)") {
  const Recorded told("24-segment-lost");
  const PacketIndex& packets = told.statistics.packets();
  const Cursor over{told.view.end() - 1, {}};
  std::size_t begun = 0;
  std::size_t again = 0;
  for (const Cursor& cursor : {over, Cursor{told.view.end() / 2, {}}}) {
    const BytesLayout layout =
        layout_bytes(told.view, cursor, {}, plain_ruler(), {0, 0, 900, 40'000});
    for (const ByteSection& section : layout.sections) {
      for (const ByteRow& row : section.rows) {
        for (const ByteCell& cell : row.cells) {
          bool begins = false;
          bool resent = false;
          for (std::uint64_t n = packets.first(1); n < packets.end(1); ++n) {
            const SeenPacket packet = packets.packet(1, n);
            if (packet.payload_log() != section.log || packet.payload_bytes == 0) continue;
            if (packet.begin > cursor.event) continue;
            const ByteRange payload{*packet.payload_at, packet.payload_bytes};
            begins = begins || payload.offset == cell.place.offset;
            resent = resent || (payload.contains(cell.place.offset) &&
                                packet.has(trace::PacketMark::Retransmission));
          }
          if (begins != cell.begins_segment || resent != cell.sent_again) {
            FAIL_CHECK("wrong at byte " << cell.place.offset);
          }
          begun += cell.begins_segment ? 1 : 0;
          again += cell.sent_again ? 1 : 0;
        }
      }
    }
  }
  CHECK(begun >= 10);
  CHECK(again >= 1448);
  const BytesLayout layout = layout_bytes(told.view, over, {}, plain_ruler(), {0, 0, 1800, 90'000});
  for (const ByteSection& section : layout.sections) {
    const auto packets_told =
        packets_with(told.view, 1, section.log, section.stream.range, told.view.end());
    CHECK(section.heading.text.find(", in " + segments_text(packets_told)) != std::string::npos);
  }
}

TEST_CASE("byte life: the packets that carried it, and the one that acknowledged it (20, 24)") {
  const Recorded lost("24-segment-lost");
  const Cursor over{lost.view.end() - 1, {}};
  const ByteLife life = byte_life(lost.view, over, {1, 1}, {1, Log::Out, 4096});
  std::vector<std::string> carriers;
  for (const LifeStep& step : life.steps) {
    if (step.what == "packet") carriers.push_back(step.words);
  }
  REQUIRE(carriers.size() == 2);
  // The one that a rule dropped, and the one that came in its stead.
  std::vector<SeenPacket> packets;
  const PacketIndex& all = lost.statistics.packets();
  for (std::uint64_t n = all.first(1); n < all.end(1); ++n) {
    const SeenPacket packet = all.packet(1, n);
    const ByteRange payload{packet.payload_at.value_or(0), packet.payload_bytes};
    if (packet.payload_log() == Log::Out && payload.contains(4096)) packets.push_back(packet);
  }
  REQUIRE(packets.size() == 2);
  CHECK(carriers[0] ==
        fmt::format("no. {}, ACK with 1,448 bytes, 4096 to 5543: it was dropped (rule)",
                    packets[0].number + 1));
  CHECK(carriers[1] == fmt::format("no. {}, ACK with 1,448 bytes, 4096 to 5543, a retransmission",
                                   packets[1].number + 1));
  const LifeStep& ack = step_of(life, "acknowledged");
  CHECK(number_of(ack) > packets[1].number + 1);
  CHECK(ack.source == trace::Provenance::Observed);
  CHECK(lost.trace[ack.event].phase == Phase::TracePacket);
  // What reaches the sender in between acknowledges less.
  const ByteLife before = byte_life(lost.view, over, {1, 1}, {1, Log::Out, 4095});
  CHECK(number_of(step_of(before, "acknowledged")) < number_of(ack));
  const Recorded plain("20-handshake");
  const ByteLife asked = byte_life(plain.view, {plain.view.end() - 1, {}}, {1, 1}, {1, Log::In, 0});
  CHECK(says(step_of(asked, "packet"), "no. 4, PSH+ACK with 49 bytes, 0 to 48"));
  CHECK(says(step_of(asked, "acknowledged"), "by no. 5, ACK"));
  // Where no packet was seen nothing is said of them.
  const Recorded loopback("01-hello");
  for (const LifeStep& step : byte_life(loopback.view, {0, {}}, {1, 1}, {1, Log::In, 0}).steps) {
    CHECK(step.what != "packet");
    CHECK(step.what != "acknowledged");
  }
}

}  // namespace
}  // namespace roundtrip::viz
