// The TCP header and its options (RFC 9293, 3.1 and 3.2; RFC 7323; RFC 2018).
#include <fmt/format.h>

#include "core/packet/packet_reader.h"

namespace roundtrip::packet {
namespace {

constexpr std::uint64_t least_header_bytes = 20;

void note(Packet& packet, PacketFlawCode code, std::uint64_t offset) {
  if (!packet.flaw) packet.flaw = PacketFlaw{code, offset};
}

// How long an option of this kind is; 0 where any length may be.
std::uint64_t fixed_length(std::uint8_t kind) {
  switch (static_cast<TcpOptionKind>(kind)) {
    case TcpOptionKind::MaximumSegmentSize:
      return 4;
    case TcpOptionKind::WindowScale:
      return 3;
    case TcpOptionKind::SackPermitted:
      return 2;
    case TcpOptionKind::Timestamps:
      return 10;
    default:
      return 0;
  }
}

// A SACK option holds one to four blocks of two sequence numbers.
bool length_fits(std::uint8_t kind, std::uint64_t length) {
  if (kind == static_cast<std::uint8_t>(TcpOptionKind::Sack)) {
    return length >= 10 && length <= 34 && (length - 2) % 8 == 0;
  }
  const std::uint64_t fixed = fixed_length(kind);
  return fixed == 0 || fixed == length;
}

void read_values(const PacketReader& reader, TcpOption& option) {
  const std::uint64_t held = option.range.length - 2;
  switch (static_cast<TcpOptionKind>(option.kind)) {
    case TcpOptionKind::MaximumSegmentSize:
    case TcpOptionKind::WindowScale:
      option.value_count = 1;
      break;
    case TcpOptionKind::Timestamps:
    case TcpOptionKind::Sack:
      option.value_count = static_cast<std::uint8_t>(held / 4);
      break;
    default:
      break;
  }
  for (std::size_t i = 0; i < option.value_count; ++i) {
    const ByteRange range = option.value_range(i);
    option.values[i] = reader.number(range.offset, range.length);
  }
}

void decode_options(const PacketReader& reader, Packet& packet, ByteRange where) {
  std::vector<TcpOption>& options = packet.tcp->options;
  for (std::uint64_t at = where.offset; at < where.end();) {
    TcpOption option;
    option.kind = static_cast<std::uint8_t>(reader.number(at, 1));
    option.range = {at, 1};
    if (option.is(TcpOptionKind::End)) {
      options.push_back(option);  // what follows is padding
      return;
    }
    if (!option.is(TcpOptionKind::NoOperation)) {
      if (at + 1 >= where.end()) {
        return note(packet, PacketFlawCode::TcpOptionWithoutLength, where.end());
      }
      option.range.length = reader.number(at + 1, 1);
      if (option.range.length < 2) {
        return note(packet, PacketFlawCode::TcpOptionLengthTooSmall, at + 1);
      }
      if (option.range.end() > where.end()) {
        return note(packet, PacketFlawCode::TcpOptionBeyondHeader, at + 1);
      }
      if (length_fits(option.kind, option.range.length)) {
        read_values(reader, option);
      } else {
        note(packet, PacketFlawCode::TcpOptionLengthWrong, at + 1);
      }
    }
    options.push_back(option);
    at = option.range.end();
  }
}

// Over the pseudo header, then the segment without the field itself. RFC 9293, 3.1; RFC 8200, 8.1.
void verify(const PacketReader& reader, Packet& packet) {
  Checksum& checksum = packet.tcp->checksum;
  const ByteRange segment = packet.transport;
  const std::array<std::uint8_t, 8> lengths = {static_cast<std::uint8_t>(segment.length >> 24),
                                               static_cast<std::uint8_t>(segment.length >> 16),
                                               static_cast<std::uint8_t>(segment.length >> 8),
                                               static_cast<std::uint8_t>(segment.length),
                                               0,
                                               0,
                                               0,
                                               packet.protocol};
  std::uint64_t sum = add_to_checksum(lengths, 0);
  for (const IpAddress* address : {packet.source(), packet.destination()}) {
    sum = add_to_checksum({address->bytes.data(), address->is_v6 ? 16u : 4u}, sum);
  }
  const std::uint16_t of_pseudo_header = ~finish_checksum(sum);
  sum = add_to_checksum(reader.slice({segment.offset, 16}), sum);
  sum = add_to_checksum(reader.slice({segment.offset + 18, segment.length - 18}), sum);
  checksum.computed = finish_checksum(sum);
  checksum.state = judge(checksum);
  if (checksum.state == ChecksumState::Wrong && checksum.field.value == of_pseudo_header) {
    checksum.state = ChecksumState::NotFilledIn;
  }
}

}  // namespace

void decode_tcp(PacketReader& reader, Packet& packet, bool verifiable) {
  const ByteRange segment = packet.transport;
  if (segment.length < least_header_bytes) {
    return note(packet, PacketFlawCode::TcpHeaderCut, segment.end());
  }
  TcpHeader& tcp = packet.tcp.emplace();
  tcp.options = std::move(reader.options_memory);
  tcp.options.clear();
  const std::uint64_t at = segment.offset;
  tcp.range = {at, least_header_bytes};
  tcp.source_port = reader.field<std::uint16_t>(at);
  tcp.destination_port = reader.field<std::uint16_t>(at + 2);
  tcp.sequence = reader.field<std::uint32_t>(at + 4);
  tcp.acknowledgement = reader.field<std::uint32_t>(at + 8);
  tcp.header_bytes = reader.bits<std::uint32_t>({at + 12, 1}, 4, 4);
  tcp.header_bytes.value *= 4;
  tcp.reserved = reader.bits<std::uint8_t>({at + 12, 1}, 1, 3);
  tcp.flags = reader.bits<std::uint16_t>({at + 12, 2}, 0, 9);
  tcp.window = reader.field<std::uint16_t>(at + 14);
  tcp.checksum.field = reader.field<std::uint16_t>(at + 16);
  tcp.urgent_pointer = reader.field<std::uint16_t>(at + 18);
  if (verifiable) verify(reader, packet);

  const std::uint64_t header = tcp.header_bytes.value;
  if (header < least_header_bytes) {
    return note(packet, PacketFlawCode::TcpHeaderTooShort, at + 12);
  }
  const bool whole = header <= segment.length;
  tcp.range.length = whole ? header : segment.length;
  tcp.payload = {tcp.range.end(), segment.end() - tcp.range.end()};
  decode_options(reader, packet, {at + least_header_bytes, tcp.range.length - least_header_bytes});
  if (!whole) note(packet, PacketFlawCode::TcpOptionsCut, segment.end());
}

ByteRange TcpOption::value_range(std::size_t index) const {
  const std::uint64_t width = is(TcpOptionKind::MaximumSegmentSize) ? 2
                              : is(TcpOptionKind::WindowScale)      ? 1
                                                                    : 4;
  return {range.offset + 2 + width * index, width};
}

std::string_view TcpOption::name() const {
  switch (static_cast<TcpOptionKind>(kind)) {
    case TcpOptionKind::End:
      return "end of options";
    case TcpOptionKind::NoOperation:
      return "NOP";
    case TcpOptionKind::MaximumSegmentSize:
      return "MSS";
    case TcpOptionKind::WindowScale:
      return "window scale";
    case TcpOptionKind::SackPermitted:
      return "SACK permitted";
    case TcpOptionKind::Sack:
      return "SACK";
    case TcpOptionKind::Timestamps:
      return "timestamps";
  }
  return {};
}

const TcpOption* TcpHeader::option(TcpOptionKind kind) const {
  for (const TcpOption& one : options) {
    if (one.is(kind)) return &one;
  }
  return nullptr;
}

std::string TcpHeader::flags_text() const {
  constexpr std::array<std::pair<TcpFlag, const char*>, 9> names = {{{TcpFlag::Syn, "SYN"},
                                                                     {TcpFlag::Fin, "FIN"},
                                                                     {TcpFlag::Rst, "RST"},
                                                                     {TcpFlag::Psh, "PSH"},
                                                                     {TcpFlag::Ack, "ACK"},
                                                                     {TcpFlag::Urg, "URG"},
                                                                     {TcpFlag::Ece, "ECE"},
                                                                     {TcpFlag::Cwr, "CWR"},
                                                                     {TcpFlag::Ae, "AE"}}};
  std::string text;
  for (const auto& [flag, name] : names) {
    if (!has(flag)) continue;
    if (!text.empty()) text += ", ";
    text += name;
  }
  return text;
}

std::uint64_t TcpHeader::sequence_length() const {
  return payload.length + (has(TcpFlag::Syn) ? 1 : 0) + (has(TcpFlag::Fin) ? 1 : 0);
}

}  // namespace roundtrip::packet
