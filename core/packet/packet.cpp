#include "core/packet/packet.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <bit>
#include <cstring>

#include "core/packet/packet_reader.h"

namespace roundtrip::packet {
namespace {

constexpr std::uint64_t least_ipv4_header_bytes = 20;
constexpr std::uint64_t ipv6_header_bytes = 40;
constexpr std::uint8_t tcp_protocol = 6;

// Numbers of IPv6 headers that may stand before TCP. RFC 8200, 4; RFC 4302; RFC 6275; RFC 7401;
// RFC 5533.
constexpr std::uint8_t hop_by_hop = 0;
constexpr std::uint8_t routing = 43;
constexpr std::uint8_t fragment = 44;
constexpr std::uint8_t authentication = 51;
constexpr std::uint8_t destination_options = 60;
constexpr std::uint8_t mobility = 135;
constexpr std::uint8_t host_identity = 139;
constexpr std::uint8_t shim6 = 140;

bool is_extension(std::uint8_t kind) {
  switch (kind) {
    case hop_by_hop:
    case routing:
    case fragment:
    case authentication:
    case destination_options:
    case mobility:
    case host_identity:
    case shim6:
      return true;
    default:
      return false;
  }
}

void note(Packet& packet, PacketFlawCode code, std::uint64_t offset) {
  if (!packet.flaw) packet.flaw = PacketFlaw{code, offset};
}

void decode_ipv4(PacketReader& reader, Packet& packet) {
  if (!reader.has(0, least_ipv4_header_bytes)) {
    return note(packet, PacketFlawCode::Ipv4HeaderCut, reader.size());
  }
  Ipv4Header& ip = packet.v4.emplace();
  ip.version = reader.bits<std::uint8_t>({0, 1}, 4, 4);
  ip.header_bytes = reader.bits<std::uint32_t>({0, 1}, 0, 4);
  ip.header_bytes.value *= 4;
  ip.dscp = reader.bits<std::uint8_t>({1, 1}, 2, 6);
  ip.ecn = reader.bits<std::uint8_t>({1, 1}, 0, 2);
  ip.total_bytes = reader.field<std::uint32_t>(2, 2);
  ip.identification = reader.field<std::uint16_t>(4);
  ip.dont_fragment = reader.bits<bool>({6, 1}, 6, 1);
  ip.more_fragments = reader.bits<bool>({6, 1}, 5, 1);
  ip.fragment_offset_bytes = reader.bits<std::uint32_t>({6, 2}, 0, 13);
  ip.fragment_offset_bytes.value *= 8;
  ip.time_to_live = reader.field<std::uint8_t>(8);
  ip.protocol = reader.field<std::uint8_t>(9);
  ip.checksum.field = reader.field<std::uint16_t>(10);
  ip.source = reader.address(12, false);
  ip.destination = reader.address(16, false);
  ip.range = {0, least_ipv4_header_bytes};
  packet.protocol = ip.protocol.value;

  const std::uint64_t header = ip.header_bytes.value;
  if (header < least_ipv4_header_bytes) {
    return note(packet, PacketFlawCode::Ipv4HeaderTooShort, 0);
  }
  if (!reader.has(0, header)) return note(packet, PacketFlawCode::Ipv4HeaderCut, reader.size());
  ip.range = {0, header};
  ip.options = {least_ipv4_header_bytes, header - least_ipv4_header_bytes};
  // With the sum in its place, the sum over the whole is zero where it is right.
  const std::uint64_t sum = add_to_checksum(reader.slice({0, 10}), 0);
  ip.checksum.computed = finish_checksum(add_to_checksum(reader.slice({12, header - 12}), sum));
  ip.checksum.state = judge(ip.checksum);

  const std::uint64_t total = ip.total_bytes.value;
  if (total < header) return note(packet, PacketFlawCode::Ipv4LengthBelowHeader, 2);
  const bool whole = reader.has(0, total);
  const std::uint64_t end = whole ? total : reader.size();
  packet.transport = {header, end - header};
  packet.trailer = {end, reader.size() - end};
  packet.is_fragment = ip.more_fragments.value || ip.fragment_offset_bytes.value != 0;
  if (ip.protocol.value == tcp_protocol && ip.fragment_offset_bytes.value == 0) {
    decode_tcp(reader, packet, whole && !packet.is_fragment);
  }
  if (!whole) note(packet, PacketFlawCode::Ipv4PacketCut, reader.size());
}

// How long an extension header says it is; its first two bytes are there.
std::uint64_t extension_bytes(const PacketReader& reader, std::uint8_t kind, std::uint64_t at) {
  if (kind == fragment) return 8;
  const std::uint64_t units = reader.number(at + 1, 1);
  return kind == authentication ? (units + 2) * 4 : (units + 1) * 8;
}

struct Ipv6Walk {
  std::uint64_t transport = 0;  // where the chain of extensions ends
  bool later_fragment = false;
  bool destination_hidden = false;  // a routing header has segments left
  bool cut = false;
};

Ipv6Walk walk_extensions(const PacketReader& reader, Packet& packet, std::uint64_t end) {
  Ipv6Walk walk{ipv6_header_bytes};
  packet.protocol = packet.v6->next_header.value;
  while (is_extension(packet.protocol) && !walk.later_fragment) {
    const std::uint64_t at = walk.transport;
    const bool begins = end - at >= 2;
    const std::uint64_t length = begins ? extension_bytes(reader, packet.protocol, at) : 2;
    if (end - at < length) {
      note(packet, PacketFlawCode::Ipv6ExtensionCut, begins ? at + 1 : end);
      walk.cut = true;
      return walk;
    }
    packet.v6->extensions.push_back(
        {packet.protocol, {at, length}, reader.field<std::uint8_t>(at)});
    if (packet.protocol == fragment) {
      const std::uint32_t place = reader.number(at + 2, 2);
      packet.is_fragment |= (place & 0xfff9) != 0;  // an offset, or more to come
      walk.later_fragment = (place & 0xfff8) != 0;
    }
    if (packet.protocol == routing && reader.number(at + 3, 1) != 0) {
      walk.destination_hidden = true;
    }
    packet.protocol = packet.v6->extensions.back().next_header.value;
    walk.transport += length;
  }
  return walk;
}

void decode_ipv6(PacketReader& reader, Packet& packet) {
  if (!reader.has(0, ipv6_header_bytes)) {
    return note(packet, PacketFlawCode::Ipv6HeaderCut, reader.size());
  }
  Ipv6Header& ip = packet.v6.emplace();
  ip.range = {0, ipv6_header_bytes};
  ip.version = reader.bits<std::uint8_t>({0, 1}, 4, 4);
  ip.traffic_class = reader.bits<std::uint8_t>({0, 2}, 4, 8);
  ip.flow_label = reader.bits<std::uint32_t>({1, 3}, 0, 20);
  ip.payload_bytes = reader.field<std::uint32_t>(4, 2);
  ip.next_header = reader.field<std::uint8_t>(6);
  ip.hop_limit = reader.field<std::uint8_t>(7);
  ip.source = reader.address(8, true);
  ip.destination = reader.address(24, true);

  const std::uint64_t total = ipv6_header_bytes + ip.payload_bytes.value;
  const bool whole = reader.has(0, total);
  const std::uint64_t end = whole ? total : reader.size();
  packet.trailer = {end, reader.size() - end};
  const Ipv6Walk walk = walk_extensions(reader, packet, end);
  packet.transport = {walk.transport, end - walk.transport};
  if (packet.protocol == tcp_protocol && !walk.later_fragment && !walk.cut) {
    decode_tcp(reader, packet, whole && !packet.is_fragment && !walk.destination_hidden);
  }
  if (!whole) note(packet, PacketFlawCode::Ipv6PacketCut, reader.size());
}

}  // namespace

void decode_packet(PacketBytes bytes, Packet& into) {
  PacketReader reader(bytes);
  if (into.tcp) reader.options_memory = std::move(into.tcp->options);
  into.v4.reset();
  into.v6.reset();
  into.tcp.reset();
  into.flaw.reset();
  into.captured_bytes = bytes.size();
  into.protocol = 0;
  into.transport = {};
  into.trailer = {};
  into.is_fragment = false;
  if (bytes.empty()) return note(into, PacketFlawCode::Empty, 0);
  const unsigned version = bytes[0] >> 4;
  if (version == 4) return decode_ipv4(reader, into);
  if (version == 6) return decode_ipv6(reader, into);
  note(into, PacketFlawCode::UnknownVersion, 0);
}

Packet decode_packet(PacketBytes bytes) {
  Packet packet;
  decode_packet(bytes, packet);
  return packet;
}

const IpAddress* Packet::source() const {
  if (v4) return &v4->source.value;
  return v6 ? &v6->source.value : nullptr;
}

const IpAddress* Packet::destination() const {
  if (v4) return &v4->destination.value;
  return v6 ? &v6->destination.value : nullptr;
}

std::string IpAddress::text() const {
  char text[INET6_ADDRSTRLEN] = "";
  inet_ntop(is_v6 ? AF_INET6 : AF_INET, bytes.data(), text, sizeof text);
  return text;
}

// Sums 32 bits at once, into 64: the one's complement sum is the same in any width and, but for the
// order of its bytes, on any machine (RFC 1071, 2). No packet is so long that a carry is lost.
std::uint64_t add_to_checksum(PacketBytes bytes, std::uint64_t sum) {
  const std::size_t words = bytes.size() / 4;
  for (std::size_t i = 0; i < words; ++i) {
    std::uint32_t word;
    std::memcpy(&word, bytes.data() + 4 * i, 4);
    sum += word;
  }
  std::uint32_t rest = 0;
  if (bytes.size() % 4 != 0) std::memcpy(&rest, bytes.data() + 4 * words, bytes.size() % 4);
  return sum + rest;
}

std::uint16_t finish_checksum(std::uint64_t sum) {
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return ntohs(static_cast<std::uint16_t>(~sum));
}

}  // namespace roundtrip::packet
