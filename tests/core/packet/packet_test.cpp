// Packets taken apart: every field with its value and place, sums, and packets that lie.
#include <doctest/doctest.h>

#include <random>
#include <set>

#include "core/packet/packet.h"
#include "tests/core/packet/packet_builder.h"
#include "tests/core/packet/packet_ranges.h"

using namespace roundtrip;
using namespace roundtrip::packet;
using namespace roundtrip::testing;

namespace {

Segment syn() {
  Segment segment;
  segment.flags = 0x002;
  segment.acknowledgement = 0;
  segment.options = syn_options();
  return segment;
}

Segment data(std::string payload) {
  Segment segment;
  segment.flags = 0x018;
  segment.payload = std::move(payload);
  return segment;
}

PacketFlawCode flaw_in(const Bytes& bytes) {
  const Packet packet = decode_packet(bytes);
  REQUIRE(packet.flaw);
  CHECK(packet.flaw->offset <= bytes.size());
  return packet.flaw->code;
}

Packet decode_with_options(const Bytes& options) {
  Segment segment;
  segment.options = options;
  return decode_packet(ipv4_packet(segment));
}

}  // namespace

TEST_CASE("packet: every field of IPv4 has its value and its bytes") {
  const Packet packet = decode_packet(ipv4_packet(data("GET")));
  CHECK_FALSE(packet.flaw);
  REQUIRE(packet.v4);
  const Ipv4Header& ip = *packet.v4;
  CHECK(ip.version.value == 4);
  CHECK(ip.header_bytes.value == 20);
  CHECK(ip.dscp.value == 46);
  CHECK(ip.ecn.value == 1);
  CHECK(ip.total_bytes.value == 43);
  CHECK(ip.total_bytes.range == ByteRange{2, 2});
  CHECK(ip.identification.value == 0x1234);
  CHECK(ip.dont_fragment.value);
  CHECK_FALSE(ip.more_fragments.value);
  CHECK(ip.fragment_offset_bytes.value == 0);
  CHECK(ip.time_to_live.value == 64);
  CHECK(ip.protocol.value == 6);
  CHECK(ip.checksum.state == ChecksumState::Right);
  CHECK(ip.checksum.field.range == ByteRange{10, 2});
  CHECK(ip.source.value.text() == "192.168.1.50");
  CHECK(ip.source.range == ByteRange{12, 4});
  CHECK(ip.destination.value.text() == "192.168.1.100");
  CHECK(ip.range == ByteRange{0, 20});
  CHECK(packet.transport == ByteRange{20, 23});
  CHECK(packet.trailer.empty());
}

TEST_CASE("packet: every field of TCP has its value and its bytes") {
  const Packet packet = decode_packet(ipv4_packet(data("GET")));
  REQUIRE(packet.tcp);
  const TcpHeader& tcp = *packet.tcp;
  CHECK(tcp.source_port.value == 45678);
  CHECK(tcp.destination_port.value == 8080);
  CHECK(tcp.destination_port.range == ByteRange{22, 2});
  CHECK(tcp.sequence.value == 1000);
  CHECK(tcp.acknowledgement.value == 5000);
  CHECK(tcp.acknowledgement.range == ByteRange{28, 4});
  CHECK(tcp.header_bytes.value == 20);
  CHECK(tcp.reserved.value == 0);
  CHECK(tcp.flags_text() == "PSH, ACK");
  CHECK(tcp.window.value == 64240);
  CHECK(tcp.checksum.state == ChecksumState::Right);
  CHECK(tcp.urgent_pointer.value == 0);
  CHECK(tcp.payload == ByteRange{40, 3});
  CHECK(tcp.sequence_length() == 3);
  CHECK(decode_packet(ipv4_packet(syn())).tcp->sequence_length() == 1);
}

TEST_CASE("packet: a sum that was left to the network card is not filled in, and not wrong") {
  Bytes bytes = ipv4_packet(data("GET"));
  // The sum of addresses, protocol and length, as a kernel puts it there.
  Bytes pseudo(bytes.begin() + 12, bytes.begin() + 20);
  put(pseudo, bytes.size() - 20, 4);
  put(pseudo, 6, 4);
  const auto sum = static_cast<std::uint16_t>(~sum_of(pseudo));
  bytes[36] = static_cast<std::uint8_t>(sum >> 8);
  bytes[37] = static_cast<std::uint8_t>(sum);
  CHECK(decode_packet(bytes).tcp->checksum.state == ChecksumState::NotFilledIn);
  bytes[37] ^= 1;
  CHECK(decode_packet(bytes).tcp->checksum.state == ChecksumState::Wrong);
}

TEST_CASE("packet: all nine flags are told by name") {
  Segment segment;
  segment.flags = 0x1ff;
  const Packet packet = decode_packet(ipv4_packet(segment));
  CHECK(packet.tcp->flags_text() == "SYN, FIN, RST, PSH, ACK, URG, ECE, CWR, AE");
}

TEST_CASE("packet: the options of a SYN") {
  const Packet packet = decode_packet(ipv4_packet(syn()));
  CHECK_FALSE(packet.flaw);
  const auto& options = packet.tcp->options;
  REQUIRE(options.size() == 5);
  const std::vector<std::string_view> names = {"MSS", "SACK permitted", "timestamps", "NOP",
                                               "window scale"};
  for (std::size_t i = 0; i < names.size(); ++i) CHECK(options[i].name() == names[i]);
  CHECK(options[0].values[0] == 1460);
  CHECK(options[0].value_range(0) == ByteRange{42, 2});
  CHECK(options[2].values[0] == 0x01020304);
  CHECK(options[2].values[1] == 0);
  CHECK(options[2].value_range(1) == ByteRange{52, 4});
  CHECK(options[4].values[0] == 7);
  CHECK(options[4].value_range(0) == ByteRange{59, 1});
  CHECK(packet.tcp->option(TcpOptionKind::WindowScale) == &options[4]);
  CHECK(packet.tcp->option(TcpOptionKind::Sack) == nullptr);
}

TEST_CASE("packet: SACK blocks, unknown options and what follows the end") {
  Bytes sack = {1, 1, 5, 18};
  for (const std::uint32_t edge : {100u, 200u, 4'294'967'000u, 50u}) put(sack, edge, 4);
  const Packet blocks = decode_with_options(sack);
  const TcpOption* option = blocks.tcp->option(TcpOptionKind::Sack);
  REQUIRE(option != nullptr);
  CHECK(option->value_count == 4);
  CHECK(option->values[2] == 4'294'967'000u);
  CHECK(option->value_range(3) == ByteRange{56, 4});

  const Packet unknown = decode_with_options({254, 4, 0xf9, 0x89, 0, 7, 7, 7});
  CHECK_FALSE(unknown.flaw);
  REQUIRE(unknown.tcp->options.size() == 2);
  CHECK(unknown.tcp->options[0].name().empty());
  CHECK(unknown.tcp->options[0].range == ByteRange{40, 4});
  CHECK(unknown.tcp->options[0].value_count == 0);
  CHECK(unknown.tcp->options[1].is(TcpOptionKind::End));
}

TEST_CASE("packet: options that lie are named, and what stands before them is kept") {
  using Code = PacketFlawCode;
  CHECK(decode_with_options({1, 1, 1, 8}).flaw->code == Code::TcpOptionWithoutLength);
  CHECK(decode_with_options({1, 1, 8, 0}).flaw->code == Code::TcpOptionLengthTooSmall);
  CHECK(decode_with_options({1, 1, 8, 10}).flaw->code == Code::TcpOptionBeyondHeader);
  CHECK(decode_with_options({3, 4, 7, 0}).flaw->code == Code::TcpOptionLengthWrong);
  CHECK(decode_with_options({5, 6, 0, 0, 0, 1}).flaw->code == Code::TcpOptionLengthWrong);
  const Packet packet = decode_with_options({2, 4, 5, 180, 1, 1, 8, 10});
  CHECK(packet.flaw->offset == 47);
  CHECK(packet.flaw->section() == "RFC 9293, 3.2");
  CHECK(packet.tcp->option(TcpOptionKind::MaximumSegmentSize)->values[0] == 1460);
}

TEST_CASE("packet: IPv4 with options, and bytes beyond its length") {
  Bytes bytes = ipv4_packet(data("x"), {148, 4, 0, 0});
  bytes.push_back(0xee);
  const Packet packet = decode_packet(bytes);
  CHECK_FALSE(packet.flaw);
  CHECK(packet.v4->range == ByteRange{0, 24});
  CHECK(packet.v4->options == ByteRange{20, 4});
  CHECK(packet.v4->checksum.state == ChecksumState::Right);
  CHECK(packet.tcp->checksum.state == ChecksumState::Right);
  CHECK(packet.tcp->payload == ByteRange{44, 1});
  CHECK(packet.trailer == ByteRange{45, 1});
}

TEST_CASE("packet: IPv6, bare and behind extension headers") {
  const Packet bare = decode_packet(ipv6_packet(data("hello")));
  CHECK_FALSE(bare.flaw);
  REQUIRE(bare.v6);
  CHECK(bare.v6->version.value == 6);
  CHECK(bare.v6->traffic_class.value == 0xab);
  CHECK(bare.v6->flow_label.value == 0x12345);
  CHECK(bare.v6->hop_limit.value == 64);
  CHECK(bare.v6->source.value.text() == "fe80::1");
  CHECK(bare.v6->destination.range == ByteRange{24, 16});
  CHECK(bare.tcp->payload == ByteRange{60, 5});
  CHECK(bare.tcp->checksum.state == ChecksumState::Right);

  const Bytes hop_then_destination = {60, 0, 1, 4, 0, 0, 0, 0, 6, 1, 1, 4,
                                      0,  0, 0, 0, 1, 6, 0, 0, 0, 0, 0, 0};
  const Packet behind = decode_packet(ipv6_packet(data("hello"), 0, hop_then_destination));
  CHECK_FALSE(behind.flaw);
  REQUIRE(behind.v6->extensions.size() == 2);
  CHECK(behind.v6->extensions[0].kind == 0);
  CHECK(behind.v6->extensions[1].range == ByteRange{48, 16});
  CHECK(behind.tcp->payload == ByteRange{84, 5});
  CHECK(behind.tcp->checksum.state == ChecksumState::Right);

  const Bytes cut = {6, 9, 1, 4, 0, 0, 0, 0};
  CHECK(flaw_in(ipv6_packet(data(""), 0, cut)) == PacketFlawCode::Ipv6ExtensionCut);
}

TEST_CASE("packet: a sum that can't be verified is not called right or wrong") {
  const Bytes routing = {6, 2, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
  const Packet routed = decode_packet(ipv6_packet(data("x"), 43, routing));
  REQUIRE(routed.tcp);
  CHECK(routed.tcp->checksum.state == ChecksumState::NotVerified);

  const Bytes first = {6, 0, 0, 1, 0, 0, 0, 9};
  const Packet fragment = decode_packet(ipv6_packet(data("x"), 44, first));
  CHECK(fragment.is_fragment);
  REQUIRE(fragment.tcp);
  CHECK(fragment.tcp->checksum.state == ChecksumState::NotVerified);
  const Bytes later = {6, 0, 0, 8, 0, 0, 0, 9};
  CHECK_FALSE(decode_packet(ipv6_packet(data("x"), 44, later)).tcp);

  Bytes v4 = ipv4_packet(data("x"));
  v4[7] = 1;  // 8 bytes into a fragmented packet
  CHECK(decode_packet(v4).is_fragment);
  CHECK_FALSE(decode_packet(v4).tcp);
}

TEST_CASE("packet: any flipped bit is found by a sum, or moves the bytes that are summed") {
  const Bytes right = ipv4_packet(data("hello"));
  for (std::size_t bit = 0; bit < right.size() * 8; ++bit) {
    Bytes bytes = right;
    bytes[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
    const Packet packet = decode_packet(bytes);
    const bool ip_wrong = packet.v4 && packet.v4->checksum.state == ChecksumState::Wrong;
    const bool tcp_wrong = packet.tcp && packet.tcp->checksum.state == ChecksumState::Wrong;
    CHECK_MESSAGE((ip_wrong || tcp_wrong || packet.flaw.has_value()), "bit ", bit);
  }
}

TEST_CASE("packet: cut at every byte, it is told as far as it goes (IPv4, IPv6)") {
  for (const Bytes& whole : {ipv4_packet(syn()), ipv6_packet(data("hello"))}) {
    for (std::size_t length = 0; length < whole.size(); ++length) {
      const Bytes part(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
      const Packet packet = decode_packet(part);
      CHECK(packet.flaw);
      CHECK(every_range_lies_within(packet, length));
      if (packet.tcp) CHECK(packet.tcp->checksum.state == ChecksumState::NotVerified);
    }
    CHECK_FALSE(decode_packet(whole).flaw);
  }
}

TEST_CASE("packet: lengths in headers that lie are named") {
  using Code = PacketFlawCode;
  CHECK(flaw_in({}) == Code::Empty);
  CHECK(flaw_in({0x50, 1, 2}) == Code::UnknownVersion);
  Bytes bytes = ipv4_packet(syn());
  bytes[0] = 0x44;
  CHECK(flaw_in(bytes) == Code::Ipv4HeaderTooShort);
  bytes = ipv4_packet(syn());
  bytes[3] = 19;
  CHECK(flaw_in(bytes) == Code::Ipv4LengthBelowHeader);
  bytes[3] = 39;
  CHECK(flaw_in(bytes) == Code::TcpHeaderCut);
  bytes = ipv4_packet(syn());
  bytes[32] = 0x40;
  CHECK(flaw_in(bytes) == Code::TcpHeaderTooShort);
  bytes = ipv4_packet(data(""));
  bytes[32] = 0xf0;
  CHECK(flaw_in(bytes) == Code::TcpOptionsCut);
}

TEST_CASE("packet: every flaw has a sentence of its own and a section") {
  std::set<std::string_view> sentences;
  for (std::size_t i = 0; i < packet_flaw_count; ++i) {
    const PacketFlaw flaw{static_cast<PacketFlawCode>(i), 0};
    sentences.insert(flaw.sentence());
    CHECK(flaw.section().starts_with("RFC "));
  }
  CHECK(sentences.size() == packet_flaw_count);
}

TEST_CASE("packet: whatever the bytes, every range lies within them (20,000 changed packets)") {
  std::mt19937 random(7);
  const std::vector<Bytes> begin = {ipv4_packet(syn()), ipv4_packet(data("hello")),
                                    ipv6_packet(syn()),
                                    ipv6_packet(data("x"), 0, {6, 0, 1, 4, 0, 0, 0, 0})};
  for (int i = 0; i < 20'000; ++i) {
    Bytes bytes = begin[random() % begin.size()];
    bytes.resize(random() % (bytes.size() + 1));
    for (std::size_t changes = random() % 4; changes > 0 && !bytes.empty(); --changes) {
      bytes[random() % bytes.size()] = static_cast<std::uint8_t>(random());
    }
    // Exactly as large as it is, so that a sanitizer sees a read beyond it.
    const std::vector<std::uint8_t> exact(bytes.begin(), bytes.end());
    REQUIRE(every_range_lies_within(decode_packet(exact), exact.size()));
  }
}
