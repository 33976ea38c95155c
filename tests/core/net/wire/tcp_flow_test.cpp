// What each packet is to its connection, from made-up packets: the order of a real one's, and what
// a network may do to it.
#include "core/net/wire/tcp_flow.h"

#include <doctest/doctest.h>

#include "core/net/wire/filter.h"
#include "tests/core/packet/packet_builder.h"

namespace roundtrip::net {

using testing::Segment;
using trace::PacketMark;

namespace {

constexpr std::uint16_t syn = 0x002;
constexpr std::uint16_t syn_ack = 0x012;
constexpr std::uint16_t ack = 0x010;
constexpr std::uint16_t fin_ack = 0x011;

// The client's SYN has `client`, the server's `server`; both scale their windows by 7 bits.
struct Talk {
  std::uint32_t client = 1000;
  std::uint32_t server = 5000;
  TcpFlow flow;

  TcpFlow::Told send(Side by, std::uint16_t flags, std::uint64_t at, std::uint64_t acknowledges,
                     std::string payload = "", std::uint16_t window = 500) {
    const std::uint32_t own = by == Side::Client ? client : server;
    const std::uint32_t peer = by == Side::Client ? server : client;
    Segment segment;
    segment.flags = flags;
    const bool opens = (flags & syn) != 0;
    segment.sequence = own + (opens ? 0 : 1) + static_cast<std::uint32_t>(at);
    segment.acknowledgement = peer + 1 + static_cast<std::uint32_t>(acknowledges);
    segment.window = window;
    if (opens) segment.options = {3, 3, 7, 1};
    segment.payload = std::move(payload);
    const auto bytes = testing::ipv4_packet(segment);
    const Packet packet = decode_packet(bytes);
    REQUIRE(packet.tcp);
    return flow.sent(by, *packet.tcp);
  }
  void shake_hands() {
    CHECK(send(Side::Client, syn, 0, 0).first_syn);
    CHECK(send(Side::Server, syn_ack, 0, 0).first_syn);
    CHECK(send(Side::Client, ack, 0, 0).completes_handshake);
  }
};

bool is(const TcpFlow::Told& told, PacketMark mark) {
  return (told.marks & static_cast<std::uint32_t>(mark)) != 0;
}

}  // namespace

TEST_CASE("tcp flow: offsets count from the byte after the SYN, also over the end of the ring") {
  for (const std::uint32_t first : {1000U, 0xffff'ffffU, 0xffff'fffaU}) {
    CAPTURE(first);
    Talk talk;
    talk.client = first;
    talk.shake_hands();
    const auto told = talk.send(Side::Client, ack, 0, 0, "twelve bytes");
    CHECK(told.payload_at == 0U);
    CHECK(told.first_bytes);
    CHECK(talk.send(Side::Client, ack, 12, 0, "more").payload_at == 12U);
    CHECK(talk.send(Side::Server, ack, 0, 16).acknowledged == 16U);
  }
}

TEST_CASE("tcp flow: what was sent before is a retransmission, whole or in part") {
  Talk talk;
  talk.shake_hands();
  CHECK(is(talk.send(Side::Client, syn, 0, 0), PacketMark::Retransmission));
  talk.send(Side::Client, ack, 0, 0, "0123456789");
  const auto again = talk.send(Side::Client, ack, 0, 0, "0123456789");
  CHECK(is(again, PacketMark::Retransmission));
  CHECK_FALSE(again.first_bytes);
  const auto overlaps = talk.send(Side::Client, ack, 5, 0, "56789abcde");
  CHECK(is(overlaps, PacketMark::Retransmission));
  CHECK(overlaps.first_bytes);
}

TEST_CASE("tcp flow: an ACK that says nothing new, one with another window, and a probe") {
  Talk talk;
  talk.shake_hands();
  talk.send(Side::Client, ack, 0, 0, "0123456789");
  talk.send(Side::Client, ack, 10, 0, "0123456789");
  CHECK(talk.send(Side::Server, ack, 0, 10).marks == 0);
  CHECK(is(talk.send(Side::Server, ack, 0, 10), PacketMark::DuplicateAck));
  CHECK(is(talk.send(Side::Server, ack, 0, 10, "", 400), PacketMark::WindowUpdate));
  CHECK(talk.send(Side::Server, ack, 0, 20, "", 400).marks == 0);
  CHECK(is(talk.send(Side::Client, ack, 19, 0), PacketMark::Probe));
}

TEST_CASE("tcp flow: a payload that fills the peer's window, scaled as both agreed") {
  Talk talk;
  talk.shake_hands();
  talk.send(Side::Server, ack, 0, 0, "", 1);  // 128 bytes
  CHECK_FALSE(is(talk.send(Side::Client, ack, 0, 0, std::string(100, 'a')),
                 PacketMark::WindowFull));
  CHECK(is(talk.send(Side::Client, ack, 100, 0, std::string(28, 'b')), PacketMark::WindowFull));
}

TEST_CASE("tcp flow: a FIN is acknowledged once, and sent again where it is not") {
  Talk talk;
  talk.shake_hands();
  talk.send(Side::Client, ack, 0, 0, "0123456789");
  CHECK(talk.send(Side::Client, fin_ack, 10, 0).first_fin);
  CHECK(talk.flow.fin_at(Side::Client) == 10U);
  const auto again = talk.send(Side::Client, fin_ack, 10, 0);
  CHECK_FALSE(again.first_fin);
  CHECK(is(again, PacketMark::Retransmission));
  CHECK_FALSE(is(talk.send(Side::Server, ack, 0, 10), PacketMark::AcknowledgesFin));
  CHECK(is(talk.send(Side::Server, ack, 0, 11), PacketMark::AcknowledgesFin));
  CHECK_FALSE(is(talk.send(Side::Server, ack, 0, 11), PacketMark::AcknowledgesFin));
}

TEST_CASE("tcp flow: a SYN with another number begins another connection") {
  Talk talk;
  talk.shake_hands();
  Segment other;
  other.flags = syn;
  other.sequence = 9999;
  const auto bytes = testing::ipv4_packet(other);
  CHECK(talk.flow.is_new_syn(*decode_packet(bytes).tcp));
  other.sequence = talk.client;
  const auto same = testing::ipv4_packet(other);
  CHECK_FALSE(talk.flow.is_new_syn(*decode_packet(same).tcp));
}

TEST_CASE("tcp flow: without the SYN of its sender a packet has no place in the stream") {
  Talk talk;
  const auto told = talk.send(Side::Client, ack, 0, 0, "from the middle");
  CHECK_FALSE(told.payload_at);
  CHECK_FALSE(told.acknowledged);
  CHECK(told.marks == 0);
}

}  // namespace roundtrip::net
