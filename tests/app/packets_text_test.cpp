// The table of packets: a row a packet, with what was done to it.
#include "app/packets_text.h"

#include <doctest/doctest.h>

#include "app/narrator_rows.h"
#include "tests/core/trace/story.h"

namespace roundtrip::app {
namespace {

using trace::Drop;
using trace::Event;
using trace::Host;
using trace::Kind;
using trace::Phase;
using trace::Story;

constexpr std::uint32_t syn = 2;
constexpr std::uint32_t ack = 16;
constexpr trace::Subject one_connection{0, 1, 0};

// Packets of one connection, each fact told by hand.
struct Wire {
  Story story;

  void at(std::int64_t ms) {
    story.wait(Instant{} + Duration::milliseconds(ms) - story.now() - story.step);
  }
  void left(std::uint32_t id, std::uint64_t payload_at, std::uint32_t payload, std::uint32_t flags,
            std::uint32_t marks = 0) {
    story.tell<Phase::TracePacket>(Kind::AsyncBegin, one_connection, payload_at, Host::Client,
                                   payload, flags, marks).id = id;
  }
  void arrived(std::uint32_t id) {
    story.tell<Phase::TracePacket>(Kind::AsyncEnd, one_connection, trace::absent, Host::Client,
                                   trace::absent, ack, 0U).id = id;
  }
  void held(std::uint32_t id, Kind kind) {
    story.tell<Phase::TracePacketHeld>(kind, one_connection).id = id;
  }
  void dropped(std::uint32_t id) {
    story.tell<Phase::TracePacketDropped>(Kind::AsyncInstant, one_connection, Drop::WaitingLimit,
                                          trace::absent).id = id;
    story.tell<Phase::TracePacket>(Kind::AsyncEnd, one_connection).id = id;
  }
  Lines lines(std::size_t most = SIZE_MAX) {
    trace::TraceIndex index(story.trace());
    index.follow();
    return packet_lines(story.trace(), index, most);
  }
};

TEST_CASE("packets as text: a row says who, what, how long and what was done (held, lost, open)") {
  Wire wire;
  wire.at(10);
  wire.left(1, 0, 0, syn);
  wire.at(12);
  wire.arrived(1);
  wire.left(2, 0, 83, ack);
  wire.held(2, Kind::AsyncBegin);
  wire.at(42);
  wire.held(2, Kind::AsyncEnd);
  wire.at(52);
  wire.arrived(2);
  wire.left(3, 83, 10, ack, static_cast<std::uint32_t>(trace::PacketMark::Retransmission));
  wire.dropped(3);
  wire.at(60);
  wire.left(4, 93, 1, ack);
  wire.held(4, Kind::AsyncBegin);
  wire.left(5, 94, 1, ack);
  CHECK(finished(wire.lines(), {}) ==
        "    time  conn from   flags                 bytes       way  remarks\n"
        "    0 ns     1 client SYN                           2.00 ms\n"
        " 2.00 ms     1 client ACK                    0-82   40.0 ms  held 30.0 ms\n"
        " 42.0 ms     1 client ACK                   83-92      lost  dropped\n"
        "                                                             (waiting-limit),\n"
        "                                                             retransmission\n"
        " 50.0 ms     1 client ACK                   93-93   unknown  held, never let go\n"
        " 50.0 ms     1 client ACK                   94-94   unknown\n");
}

TEST_CASE("packets as text: beyond the most, how many there are is said; none are no table") {
  Wire wire;
  CHECK(wire.lines().empty());
  for (std::uint32_t id = 1; id <= 5; ++id) wire.left(id, 0, 0, ack);
  CHECK(wire.lines(5).size() == 6);
  const Lines cut = wire.lines(2);
  REQUIRE(cut.size() == 4);
  CHECK(cut.back().starts_with("and 3 more packets: "));
}

}  // namespace
}  // namespace roundtrip::app
