// A packet as it stands on the wire, taken apart: IPv4 or IPv6, and TCP with its options. Each
// field is its value and the bytes of the packet that hold it; where several fields share a byte,
// they share its range. What can be read is told even where something after it is wrong. It never
// reads beyond the bytes it is given and trusts no length. It reassembles no fragments, and of what
// is neither TCP over IPv4 nor over IPv6 it tells the IP header only. Offsets count from the first
// byte of the IP header. RFC 791, RFC 8200, RFC 9293, RFC 7323, RFC 2018.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/byte_range.h"

namespace roundtrip::packet {

using PacketBytes = std::span<const std::uint8_t>;

template <class Value>
struct Field {
  Value value{};
  ByteRange range;
};

// What is wrong with a packet. Each has a sentence and a section (packet_flaws.cpp).
enum class PacketFlawCode : std::uint8_t {
  Empty,
  UnknownVersion,
  Ipv4HeaderCut,
  Ipv4HeaderTooShort,
  Ipv4LengthBelowHeader,
  Ipv4PacketCut,
  Ipv6HeaderCut,
  Ipv6PacketCut,
  Ipv6ExtensionCut,
  TcpHeaderCut,
  TcpHeaderTooShort,
  TcpOptionsCut,
  TcpOptionWithoutLength,
  TcpOptionLengthTooSmall,
  TcpOptionBeyondHeader,
  TcpOptionLengthWrong,
};
inline constexpr std::size_t packet_flaw_count = 16;

struct PacketFlaw {
  PacketFlawCode code = PacketFlawCode::Empty;
  std::uint64_t offset = 0;  // of the byte that is wrong, or the first that is missing

  std::string_view sentence() const;
  std::string_view section() const;  // "RFC 9293, 3.1"
};

// Sums are verified over what the packet says it is. Not where bytes of it are missing, nor in a
// fragment, nor where a routing header hides the final destination. NotFilledIn: TCP's field holds
// the sum of the pseudo header alone, as a kernel leaves it for the network card to complete; on
// the loopback, where there is none, nobody does.
enum class ChecksumState : std::uint8_t { NotVerified, Right, Wrong, NotFilledIn };

struct Checksum {
  Field<std::uint16_t> field;
  std::uint16_t computed = 0;  // what should stand there; 0 where it was not verified
  ChecksumState state = ChecksumState::NotVerified;
};

struct IpAddress {
  std::array<std::uint8_t, 16> bytes{};  // of IPv4 the first four
  bool is_v6 = false;

  std::string text() const;  // "192.168.1.50", "fe80::1"
  bool operator==(const IpAddress&) const = default;
};

struct Ipv4Header {
  ByteRange range;  // with its options
  Field<std::uint8_t> version;
  Field<std::uint32_t> header_bytes;  // IHL in bytes
  Field<std::uint8_t> dscp;
  Field<std::uint8_t> ecn;
  Field<std::uint32_t> total_bytes;
  Field<std::uint16_t> identification;
  Field<bool> dont_fragment;
  Field<bool> more_fragments;
  Field<std::uint32_t> fragment_offset_bytes;
  Field<std::uint8_t> time_to_live;
  Field<std::uint8_t> protocol;
  Checksum checksum;
  Field<IpAddress> source;
  Field<IpAddress> destination;
  ByteRange options;  // not taken apart
};

struct Ipv6Extension {
  std::uint8_t kind = 0;  // its number as a next header
  ByteRange range;
  Field<std::uint8_t> next_header;
};

struct Ipv6Header {
  ByteRange range;  // the fixed 40 bytes
  Field<std::uint8_t> version;
  Field<std::uint8_t> traffic_class;
  Field<std::uint32_t> flow_label;
  Field<std::uint32_t> payload_bytes;
  Field<std::uint8_t> next_header;
  Field<std::uint8_t> hop_limit;
  Field<IpAddress> source;
  Field<IpAddress> destination;
  std::vector<Ipv6Extension> extensions;
};

enum class TcpOptionKind : std::uint8_t {
  End = 0,
  NoOperation = 1,
  MaximumSegmentSize = 2,
  WindowScale = 3,
  SackPermitted = 4,
  Sack = 5,
  Timestamps = 8,
};

struct TcpOption {
  std::uint8_t kind = 0;  // a TcpOptionKind, or a number that is kept as its range
  ByteRange range;        // with kind and length
  // The segment size; the shift; left and right edges of blocks; the value and the echo.
  std::array<std::uint32_t, 8> values{};
  std::uint8_t value_count = 0;

  bool is(TcpOptionKind one) const { return kind == static_cast<std::uint8_t>(one); }
  ByteRange value_range(std::size_t index) const;
  std::string_view name() const;  // "MSS"; empty for one that is not known
};

enum class TcpFlag : std::uint16_t {
  Fin = 0x001,
  Syn = 0x002,
  Rst = 0x004,
  Psh = 0x008,
  Ack = 0x010,
  Urg = 0x020,
  Ece = 0x040,
  Cwr = 0x080,
  Ae = 0x100,  // RFC 9768; NS in RFC 3540
};

struct TcpHeader {
  ByteRange range;  // with its options
  Field<std::uint16_t> source_port;
  Field<std::uint16_t> destination_port;
  Field<std::uint32_t> sequence;
  Field<std::uint32_t> acknowledgement;
  Field<std::uint32_t> header_bytes;  // data offset in bytes
  Field<std::uint8_t> reserved;
  Field<std::uint16_t> flags;  // TcpFlag
  Field<std::uint16_t> window;
  Checksum checksum;
  Field<std::uint16_t> urgent_pointer;
  std::vector<TcpOption> options;
  ByteRange payload;

  bool has(TcpFlag flag) const { return (flags.value & static_cast<std::uint16_t>(flag)) != 0; }
  const TcpOption* option(TcpOptionKind kind) const;  // the first of its kind
  std::string flags_text() const;                     // "SYN, ACK"
  // What it takes of the sequence space: its payload, SYN and FIN.
  std::uint64_t sequence_length() const;
};

struct Packet {
  std::uint64_t captured_bytes = 0;
  std::optional<Ipv4Header> v4;
  std::optional<Ipv6Header> v6;
  std::uint8_t protocol = 0;       // of what stands behind the IP headers; 6 is TCP
  ByteRange transport;             // behind the IP headers, as long as they say and bytes are there
  ByteRange trailer;               // bytes beyond the length that the IP header says
  bool is_fragment = false;        // a part of a packet
  std::optional<TcpHeader> tcp;    // not in a later fragment
  std::optional<PacketFlaw> flaw;  // the first; what stands before it was read

  const IpAddress* source() const;
  const IpAddress* destination() const;
};

Packet decode_packet(PacketBytes bytes);
// The same into a packet whose memory is used again.
void decode_packet(PacketBytes bytes, Packet& into);

// The one's complement sum of RFC 1071, not yet complemented, added to `sum`. An odd length counts
// as if a zero byte followed.
std::uint64_t add_to_checksum(PacketBytes bytes, std::uint64_t sum);
std::uint16_t finish_checksum(std::uint64_t sum);

}  // namespace roundtrip::packet
