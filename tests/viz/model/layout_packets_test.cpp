// The view of packets over the recordings of the wire: its list, its fields and bytes, the header
// as rows of 32 bits, and the sum.
#include "viz/model/layout_packets.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>

#include "tests/viz/model/layout_checks.h"
#include "tests/viz/model/picture_texts.h"
#include "tests/viz/model/recorded.h"
#include "tests/viz/model/scene.h"
#include "viz/model/packet_fields.h"

namespace roundtrip::viz {
namespace {

using trace::Log;
using trace::Phase;

const Rect wide{0, 0, 1400, 800};

Picture packets_at(const TraceView& view, std::uint64_t event, const ViewState& state = {},
                   const Rect& area = wide) {
  return layout_packets(view, {event, {}}, state, plain_ruler(), area);
}

SeenPacket answer_of(const Recorded& told) {
  const std::uint64_t out = event_of(told.view, Phase::TransmitSegmentOut);
  return *told.statistics.packets().packet_of(out);
}

TEST_CASE("packets view: every text in its box, every box in the picture (20 to 29, sizes)") {
  for (const char* scenario : {"20-handshake", "21-held-ack", "24-segment-lost", "27-reset"}) {
    CAPTURE(scenario);
    const Recorded told(scenario);
    for (const bool projector : {false, true}) {
      const Ruler ruler = plain_ruler(projector);
      for (const Rect& area : {story_place, Rect{10, 20, 1200, 560}, wide}) {
        for (std::uint64_t event = told.view.first(); event < told.view.end(); event += 11) {
          CAPTURE(event + 1);
          const Picture picture = layout_packets(told.view, {event, {}}, {}, ruler, area);
          std::vector<Rect> boxes;
          for (const PictureBox& box : picture.boxes) {
            CHECK(lies_in(box.rect, area));
            boxes.push_back(box.rect);
            for (const PictureRow& row : box.rows) {
              for (const TextBox& cell : row.cells) check_text(ruler, cell, row.rect);
              CHECK(lies_in(row.rect, box.rect));
            }
          }
          check_apart(boxes);
          std::vector<Rect> bars;
          for (const PictureBar& bar : picture.bars) {
            CHECK(lies_in(bar.rect, area));
            check_text(ruler, bar.label, bar.rect);
            bars.push_back(bar.rect);
          }
          check_apart(bars);
          for (const PictureNote& note : picture.notes) check_text(ruler, note.text, area);
        }
      }
    }
  }
}

TEST_CASE("packets view: without a wire it says so (01), and before the first packet") {
  const Recorded told("01-hello");
  const Picture none = packets_at(told.view, told.view.end() - 1);
  CHECK(says(joined(none.sentence), "Nothing was seen on the wire"));
  CHECK(none.bars.empty());
  const Recorded wire("20-handshake");
  const Picture before = packets_at(wire.view, event_of(wire.view, Phase::ConnectionConnect));
  CHECK(before.bars.empty());
}

TEST_CASE("packets view: the sum is that of the packet's own lengths (20)") {
  const Recorded told("20-handshake");
  const SeenPacket packet = answer_of(told);
  const PacketHeader header = PacketHeaders(told.view).read(packet);
  REQUIRE(header.decoded.v4);
  const auto& ip = *header.decoded.v4;
  const auto& tcp = *header.tcp();
  CHECK(ip.total_bytes.value == packet.payload_bytes + tcp.range.length + ip.range.length);
  CHECK(plain(sum_text(header, packet.payload_bytes)) ==
        fmt::format("{} payload + {} TCP header (20 + {} options) + 20 IP header = {} bytes",
                    packet.payload_bytes, tcp.range.length, tcp.range.length - 20,
                    ip.total_bytes.value));
  CHECK(plain(plain_sum_text(packet.payload_bytes)) ==
        fmt::format("{0} + 20 + 20 = {1} with plain headers", packet.payload_bytes,
                    packet.payload_bytes + 40));
  std::string notes = notes_of(packets_at(told.view, packet.begin));
  std::replace(notes.begin(), notes.end(), '\n', ' ');
  CHECK(says(notes, plain(sum_text(header, packet.payload_bytes))));
  CHECK(says(notes, "no Ethernet frame"));
}

TEST_CASE(
    "packets view: a sequence number counts from the SYN, whole, also where it is narrow (24)") {
  const Recorded told("24-segment-lost");
  const std::uint64_t middle = told.view.end() / 2;
  for (const Rect& area : {story_place, wide}) {
    const Picture picture = layout_packets(told.view, {middle, {}}, {}, plain_ruler(), area);
    std::size_t counted = 0;
    for (const PictureBox& box : picture.boxes) {
      for (const PictureRow& row : box.rows) {
        if (row.cells.size() != 2) continue;
        if (row.cells[0].text != "sequence" && row.cells[0].text != "acknowledges") continue;
        CHECK(says(row.cells[1].text, " from SYN"));
        CHECK_FALSE(row.cells[1].cut);
        ++counted;
      }
    }
    CHECK(counted == 2);
  }
}

TEST_CASE("packets view: the header's rows are full, and each byte of it is drawn once (20)") {
  const Recorded told("20-handshake");
  const PacketIndex& packets = told.statistics.packets();
  for (std::uint64_t number = 0; number < packets.end(1); ++number) {
    CAPTURE(number);
    const SeenPacket packet = packets.packet(1, number);
    const PacketHeader header = PacketHeaders(told.view).read(packet);
    const PacketPicture picture = picture_of(packet, header);
    for (const auto* rows : {&picture.ip_rows, &picture.tcp_rows}) {
      std::map<int, int> bits;
      for (const HeaderCell& cell : *rows) {
        CHECK(cell.bit == bits[cell.row]);
        bits[cell.row] += cell.bits;
      }
      for (const auto& [row, sum] : bits) CHECK(sum == 32);
      const ByteRange range = rows == &picture.ip_rows ? header.decoded.v4->range
                                                       : header.tcp()->range;
      CHECK(bits.size() * 4 == range.length);
    }
  }
}

TEST_CASE("packets view: a field and its bytes light up together, whichever is hovered (20)") {
  const Recorded told("20-handshake");
  const SeenPacket packet = answer_of(told);
  const PacketHeader header = PacketHeaders(told.view).read(packet);
  const ByteRange sequence = header.tcp()->sequence.range;
  // The third byte of the sequence number.
  ViewState state;
  state.hovered_byte = BytePlace{1, Log::Wire, packet.header.offset + sequence.offset + 2};
  const Picture picture = packets_at(told.view, packet.begin, state);
  std::size_t bytes = 0;
  for (const PictureBar& bar : picture.bars) {
    if (!bar.link.hovered || bar.link.bytes->range.length != 1) continue;
    ++bytes;
    CHECK(sequence.contains(bar.link.bytes->range.offset - packet.header.offset));
  }
  CHECK(bytes == sequence.length);
  std::size_t rows = 0;
  for (const PictureBox& box : picture.boxes) {
    for (const PictureRow& row : box.rows) {
      if (!row.link.hovered) continue;
      ++rows;
      CHECK(row.cells.front().text == "sequence");
    }
  }
  CHECK(rows == 1);
  // A byte of the answer, as the view of bytes has it.
  state.hovered_byte = BytePlace{1, Log::Out, *packet.payload_at};
  const Picture payload = packets_at(told.view, packet.begin, state);
  CHECK(std::any_of(payload.bars.begin(), payload.bars.end(), [](const PictureBar& bar) {
    return bar.link.hovered && bar.link.bytes->log == Log::Out;
  }));
}

TEST_CASE("packets view: the list is about the packet at the cursor, and names what became of it") {
  const Recorded told("22-syn-lost");
  const SeenPacket first = told.statistics.packets().packet(1, 0);
  const auto row_of = [&](std::uint64_t event, std::size_t number) {
    const Picture picture = packets_at(told.view, event);
    const PictureRow& row = picture.boxes.front().rows[number];
    std::string text;
    for (const TextBox& cell : row.cells) text += cell.text + " ";
    return text + (row.link.at_cursor ? "*" : "") + (row.ahead ? "ahead" : "");
  };
  CHECK(says(row_of(first.begin, 1), "SYN"));
  CHECK(says(row_of(first.begin, 1), "under way *"));
  CHECK(says(row_of(first.begin, 2), "ahead"));
  CHECK(says(row_of(first.dropped, 1), "dropped"));
  const SeenPacket second = told.statistics.packets().packet(1, 1);
  CHECK(second.has(trace::PacketMark::Retransmission));
  CHECK(says(row_of(second.begin, 2), "retransmission"));
}

}  // namespace
}  // namespace roundtrip::viz
