// The packets of connections: in order, with what became of each, over the recordings of the wire
// and over told stories, live, with late facts and after eviction.
#include "viz/model/packet_index.h"

#include <doctest/doctest.h>

#include "tests/viz/model/recorded.h"
#include "tests/viz/model/scene.h"
#include "viz/model/packet_header.h"

namespace roundtrip::viz {
namespace {

using trace::EventNumber;
using trace::Host;
using trace::Kind;
using trace::no_event;
using trace::Phase;
using trace::Story;

std::vector<SeenPacket> all_of(const PacketIndex& packets, std::uint32_t conn) {
  std::vector<SeenPacket> all;
  for (std::uint64_t at = packets.first(conn); at < packets.end(conn); ++at) {
    all.push_back(packets.packet(conn, at));
  }
  return all;
}

void check_same(const PacketIndex& one, const PacketIndex& other, std::uint32_t conn) {
  const auto left = all_of(one, conn);
  const auto right = all_of(other, conn);
  REQUIRE(left.size() == right.size());
  for (std::size_t i = 0; i < left.size(); ++i) {
    CAPTURE(i);
    CHECK(left[i].id == right[i].id);
    CHECK(left[i].begin == right[i].begin);
    CHECK(left[i].end == right[i].end);
    CHECK(left[i].held == right[i].held);
    CHECK(left[i].let_go == right[i].let_go);
    CHECK(left[i].dropped == right[i].dropped);
    CHECK(left[i].changed == right[i].changed);
    CHECK(left[i].copied == right[i].copied);
  }
}

// What a wire tells of one packet; `odd` ones are held, and every fifth is dropped.
void tell_packet(Story& story, std::uint32_t conn, std::uint32_t id) {
  const trace::Subject who{0, conn, 0};
  const auto tell = [&](trace::Event& event) -> trace::Event& {
    event.id = id;
    return event;
  };
  const bool by_client = id % 2 == 0;
  tell(story.tell<Phase::TracePacket>(Kind::AsyncBegin, who, std::uint64_t{0},
                                      by_client ? Host::Client : Host::Server, 0, 16, 0))
      .set_bytes(trace::Log::Wire, {std::uint64_t{40} * id, 40});
  if (id % 3 == 1) {
    tell(story.tell<Phase::TracePacketHeld>(Kind::AsyncBegin, who, trace::Symbol{}));
    tell(story.tell<Phase::TracePacketHeld>(Kind::AsyncEnd, who));
  }
  if (id % 5 == 0) {
    tell(story.tell<Phase::TracePacketDropped>(Kind::AsyncInstant, who, trace::Drop::Loss,
                                               trace::absent));
  }
  tell(story.tell<Phase::TracePacket>(Kind::AsyncEnd, who));
}

TEST_CASE("packets: each once, in order, with its ends (20)") {
  const Recorded told("20-handshake");
  const PacketIndex& packets = told.statistics.packets();
  REQUIRE(packets.has(1));
  const auto all = all_of(packets, 1);
  std::size_t begins = 0;
  for (std::uint64_t event = told.view.first(); event < told.view.end(); ++event) {
    const trace::Event& fact = told.trace[event];
    begins += fact.phase == Phase::TracePacket && fact.begins() ? 1 : 0;
  }
  CHECK(all.size() == begins);
  for (std::size_t i = 0; i < all.size(); ++i) {
    CAPTURE(i);
    CHECK(all[i].number == i);
    REQUIRE(all[i].end != no_event);
    CHECK(all[i].fate_at(all[i].begin - 1) == PacketFate::Ahead);
    CHECK(all[i].fate_at(all[i].begin) == PacketFate::UnderWay);
    CHECK(all[i].fate_at(all[i].end) == PacketFate::Arrived);
    CHECK(packets.sent_before(1, all[i].begin) == i + 1);
    CHECK(packets.packet_of(all[i].begin)->number == i);
    CHECK(packets.packet_of(all[i].end)->number == i);
    if (i > 0) CHECK(all[i].begin > all[i - 1].begin);
  }
  CHECK_FALSE(packets.has(2));
}

TEST_CASE("packets: the steps of a handshake and a request name the packet that they are (20)") {
  const Recorded told("20-handshake");
  const PacketIndex& packets = told.statistics.packets();
  const auto number_of = [&](Phase phase) -> std::optional<std::uint64_t> {
    for (std::uint64_t event = told.view.first(); event < told.view.end(); ++event) {
      if (told.trace[event].phase != phase) continue;
      const auto packet = packets.packet_of(event);
      return packet ? std::optional(packet->number) : std::nullopt;
    }
    return std::nullopt;
  };
  CHECK(number_of(Phase::ConnectionSyn) == 0U);
  CHECK(number_of(Phase::ConnectionSynAck) == 1U);
  CHECK(number_of(Phase::ConnectionAck) == 2U);
  // The request is the first packet with bytes; it arrives as a segment.
  CHECK(packets.packet(1, *number_of(Phase::ReadSegment)).payload_bytes > 0);
  CHECK(packets.packet(1, *number_of(Phase::TransmitSegmentOut)).from == Host::Server);
  CHECK_FALSE(number_of(Phase::ReadLineFound));
}

TEST_CASE("packets: lost and held ones say so (21, 22)") {
  const Recorded lost("22-syn-lost");
  const auto first = lost.statistics.packets().packet(1, 0);
  REQUIRE(first.dropped != no_event);
  CHECK(first.fate_at(first.begin) == PacketFate::UnderWay);
  CHECK(first.fate_at(first.dropped) == PacketFate::Dropped);
  CHECK_FALSE(drop_text(lost.view, first).empty());
  const Recorded held("21-held-ack");
  bool any = false;
  for (const SeenPacket& packet : all_of(held.statistics.packets(), 1)) {
    if (packet.held == no_event) continue;
    any = true;
    CHECK(packet.fate_at(packet.held) == PacketFate::Waiting);
    REQUIRE(packet.let_go != no_event);
    CHECK(packet.fate_at(packet.let_go) != PacketFate::Waiting);
  }
  CHECK(any);
}

TEST_CASE("packets: counted from the SYN, both ways (every recording of the wire)") {
  for (const char* scenario : {"20-handshake", "24-segment-lost", "26-four-way-close"}) {
    CAPTURE(scenario);
    const Recorded told(scenario);
    const PacketIndex& packets = told.statistics.packets();
    for (const std::uint32_t conn : told.index.connections()) {
      PacketHeaders headers(told.view);
      std::uint64_t most[2] = {};
      for (const SeenPacket& packet : all_of(packets, conn)) {
        CAPTURE(packet.number);
        const PacketHeader header = headers.read(packet);
        REQUIRE(header.tcp() != nullptr);
        CHECK(header.tcp()->checksum.state != packet::ChecksumState::Wrong);
        REQUIRE(header.sequence);
        const auto own = static_cast<std::size_t>(packet.from);
        // Nobody acknowledges what was not sent.
        if (header.acknowledgement) CHECK(*header.acknowledgement <= most[1 - own]);
        most[own] = std::max(most[own], *header.sequence + header.tcp()->sequence_length());
      }
    }
  }
}

TEST_CASE("packets: followed in portions is followed at once (portions of 1, 7, 1000)") {
  const Recorded told("21-held-ack");
  for (const std::size_t most : {1U, 7U, 1000U}) {
    PacketIndex portioned(told.index);
    while (portioned.follow(most) > 0) {
    }
    check_same(portioned, told.statistics.packets(), 1);
  }
}

TEST_CASE("packets: late facts stand where they belong (before, inside and after packets)") {
  Scene scene([](Story& story) {
    story.startup();
    const auto conn = story.open();
    for (std::uint32_t id = 1; id <= 40; ++id) tell_packet(story, conn.conn, id);
  });
  const std::uint32_t conn = scene.index.connections().front();
  REQUIRE(scene.statistics.packets().end(conn) == 40);
  for (const std::uint64_t back : {3U, 40U, 90U, 17U}) {
    trace::Event late = scene.trace[scene.view.end() - back];
    late.phase = Phase::ReadSegment;
    late.kind = Kind::Instant;
    late.present = 0;
    late.id = 0;
    late.time = late.time - Duration::nanoseconds(1);
    Story::deliver_late(scene.story.trace(), late);
    scene.follow();
    PacketIndex anew(scene.index);
    anew.follow();
    CAPTURE(back);
    check_same(scene.statistics.packets(), anew, conn);
  }
}

TEST_CASE("packets: what was evicted is there no more, and the numbers go on") {
  Story story(2 << 20);
  story.startup();
  const auto conn = story.open();
  trace::TraceIndex index(story.trace());
  PacketIndex live(index);
  std::uint32_t id = 0;
  while (story.trace().first() == 0 || live.first(conn.conn) == 0) {
    for (int i = 0; i < 500; ++i) tell_packet(story, conn.conn, ++id);
    story.trace();
    index.follow();
    while (live.follow(700) > 0) {
    }
    REQUIRE(id < 1'000'000);
  }
  CHECK(live.end(conn.conn) == id);
  trace::TraceIndex index_anew(story.trace());
  index_anew.follow();
  PacketIndex anew(index_anew);
  anew.follow();
  check_same(live, anew, conn.conn);
  const SeenPacket oldest = live.packet(conn.conn, live.first(conn.conn));
  CHECK(oldest.id == live.first(conn.conn) + 1);
}

}  // namespace
}  // namespace roundtrip::viz
