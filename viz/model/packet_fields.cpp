#include "viz/model/packet_fields.h"

#include <fmt/format.h>

#include <algorithm>

#include "viz/model/format.h"

namespace roundtrip::viz {

using packet::Checksum;
using packet::ChecksumState;
using packet::Ipv4Header;
using packet::Ipv6Header;
using packet::TcpHeader;
using packet::TcpOption;
using packet::TcpOptionKind;

namespace {

constexpr int row_bits = 32;
constexpr std::uint64_t row_bytes = 4;
constexpr std::uint64_t plain_header_bytes = 20;

std::string checksum_text(const Checksum& sum) {
  const std::string stands = fmt::format("0x{:04x}", sum.field.value);
  switch (sum.state) {
    case ChecksumState::Right:
      return stands + ", right";
    case ChecksumState::Wrong:
      return fmt::format("{}, wrong: 0x{:04x}", stands, sum.computed);
    case ChecksumState::NotFilledIn:
      return stands + ", not filled in";
    case ChecksumState::NotVerified:
      break;
  }
  return stands + ", not verified";
}

std::string counted_from(std::uint32_t value, const std::optional<std::uint64_t>& relative) {
  return relative ? fmt::format("{} from SYN ({})", *relative, value)
                  : fmt::format("{}", value);
}

std::string protocol_text(std::uint8_t protocol) {
  return protocol == 6 ? "6, TCP" : fmt::format("{}", protocol);
}

std::string option_text(const TcpOption& option) {
  const auto& values = option.values;
  if (option.is(TcpOptionKind::MaximumSegmentSize)) return fmt::format("{} bytes", values[0]);
  if (option.is(TcpOptionKind::WindowScale)) return fmt::format("× {}", 1ULL << values[0]);
  if (option.is(TcpOptionKind::Timestamps)) return fmt::format("{}, echo {}", values[0], values[1]);
  std::string text;
  if (option.is(TcpOptionKind::Sack)) {
    for (std::size_t i = 0; i + 1 < option.value_count; i += 2) {
      text += fmt::format("{}{}–{}", i == 0 ? "" : ", ", values[i], values[i + 1]);
    }
    return text;
  }
  return option.is(TcpOptionKind::SackPermitted) ? "may be used" : "";
}

std::string option_name(const TcpOption& option) {
  const std::string_view name = option.name();
  return name.empty() ? fmt::format("option {}", option.kind) : std::string(name);
}

class Fields {
 public:
  explicit Fields(PacketPicture& made) : made_(made) {}

  void add(PacketPart part, std::string name, std::string value, ByteRange range,
           bool alarm = false) {
    made_.fields.push_back({part, std::move(name), std::move(value), range, alarm});
  }
  void sum(PacketPart part, const Checksum& sum) {
    add(part, "checksum", checksum_text(sum), sum.field.range, sum.state == ChecksumState::Wrong);
  }

  void ip(const Ipv4Header& ip) {
    constexpr auto part = PacketPart::Ip;
    add(part, "version", fmt::format("{}", ip.version.value), ip.version.range);
    add(part, "header length", fmt::format("{} bytes", ip.header_bytes.value),
        ip.header_bytes.range);
    add(part, "DSCP, ECN", fmt::format("{}, {}", ip.dscp.value, ip.ecn.value), ip.dscp.range);
    add(part, "total length", fmt::format("{} bytes", ip.total_bytes.value), ip.total_bytes.range);
    add(part, "identification", fmt::format("{}", ip.identification.value),
        ip.identification.range);
    add(part, "flags, offset",
        fmt::format("{}{}{}", ip.dont_fragment.value ? "don't fragment, " : "",
                    ip.more_fragments.value ? "more fragments, " : "",
                    ip.fragment_offset_bytes.value),
        ip.fragment_offset_bytes.range);
    add(part, "time to live", fmt::format("{} hops", ip.time_to_live.value), ip.time_to_live.range);
    add(part, "protocol", protocol_text(ip.protocol.value), ip.protocol.range);
    sum(part, ip.checksum);
    add(part, "from", ip.source.value.text(), ip.source.range);
    add(part, "to", ip.destination.value.text(), ip.destination.range);
    if (!ip.options.empty()) add(part, "options", byte_count(ip.options.length).text(), ip.options);
  }
  void ip(const Ipv6Header& ip) {
    constexpr auto part = PacketPart::Ip;
    add(part, "version", fmt::format("{}", ip.version.value), ip.version.range);
    add(part, "payload length", fmt::format("{} bytes", ip.payload_bytes.value),
        ip.payload_bytes.range);
    add(part, "next header", protocol_text(ip.next_header.value), ip.next_header.range);
    add(part, "hop limit", fmt::format("{}", ip.hop_limit.value), ip.hop_limit.range);
    add(part, "from", ip.source.value.text(), ip.source.range);
    add(part, "to", ip.destination.value.text(), ip.destination.range);
  }
  void tcp(const TcpHeader& tcp, const SeenPacket& packet, const PacketHeader& header) {
    constexpr auto part = PacketPart::Tcp;
    add(part, "from port", fmt::format("{}", tcp.source_port.value), tcp.source_port.range);
    add(part, "to port", fmt::format("{}", tcp.destination_port.value), tcp.destination_port.range);
    add(part, "sequence", counted_from(tcp.sequence.value, header.sequence), tcp.sequence.range);
    add(part, "acknowledges", counted_from(tcp.acknowledgement.value, header.acknowledgement),
        tcp.acknowledgement.range);
    add(part, "header length", fmt::format("{} bytes", tcp.header_bytes.value),
        tcp.header_bytes.range);
    add(part, "flags", flags_text(packet), tcp.flags.range);
    add(part, "window", fmt::format("{}", tcp.window.value), tcp.window.range);
    sum(part, tcp.checksum);
    add(part, "urgent pointer", fmt::format("{}", tcp.urgent_pointer.value),
        tcp.urgent_pointer.range);
    for (const TcpOption& option : tcp.options) {
      add(PacketPart::Options, option_name(option), option_text(option), option.range);
    }
    if (packet.payload_bytes == 0) return;
    const std::string where = packet.payload_at
                                  ? fmt::format("{}–{} of its stream", *packet.payload_at,
                                                *packet.payload_at + packet.payload_bytes - 1)
                                  : byte_count(packet.payload_bytes).text();
    add(PacketPart::Payload, "payload", where, {packet.header.length, packet.payload_bytes});
  }

 private:
  PacketPicture& made_;
};

// ---- Rows of 32 bits.

class Rows {
 public:
  Rows(std::vector<HeaderCell>& cells, PacketPart part) : cells_(cells), part_(part) {}

  void cell(int bits, std::string_view name, std::string value, ByteRange range) {
    std::string text = name.empty() ? value : fmt::format("{} {}", name, value);
    cells_.push_back(
        {part_, at_ / row_bits, at_ % row_bits, bits, std::move(text), std::move(value), range});
    at_ += bits;
  }
  // As many bytes as it has, on as many rows as they reach over.
  void option(const TcpOption& option) {
    const std::string value = option_text(option);
    for (std::uint64_t done = 0; done < option.range.length;) {
      const auto column = static_cast<std::uint64_t>(at_ % row_bits / 8);
      const std::uint64_t bytes = std::min(row_bytes - column, option.range.length - done);
      HeaderCell cell{
          PacketPart::Options, at_ / row_bits, at_ % row_bits, static_cast<int>(bytes * 8), {}, {},
          option.range};
      // Its words stand in the first row that it has to itself.
      if (!said_ && (bytes == row_bytes || done + bytes == option.range.length)) {
        cell.text = option_name(option) + (value.empty() ? "" : " " + value);
        cell.value = option_name(option);
        said_ = true;
      }
      cells_.push_back(std::move(cell));
      at_ += static_cast<int>(bytes * 8);
      done += bytes;
    }
    said_ = false;
  }

 private:
  std::vector<HeaderCell>& cells_;
  PacketPart part_;
  int at_ = 0;
  bool said_ = false;
};

void add_rows(const Ipv4Header& ip, std::vector<HeaderCell>& cells) {
  Rows rows(cells, PacketPart::Ip);
  const auto number = [](auto value) { return fmt::format("{}", value); };
  rows.cell(4, "version", number(ip.version.value), ip.version.range);
  rows.cell(4, "words", number(ip.header_bytes.value / row_bytes), ip.header_bytes.range);
  rows.cell(8, "DSCP, ECN", fmt::format("{}, {}", ip.dscp.value, ip.ecn.value), ip.dscp.range);
  rows.cell(16, "total length", number(ip.total_bytes.value), ip.total_bytes.range);
  rows.cell(16, "identification", number(ip.identification.value), ip.identification.range);
  rows.cell(3, "",
            ip.dont_fragment.value    ? "DF"
            : ip.more_fragments.value ? "MF"
                                      : "–",
            ip.dont_fragment.range);
  rows.cell(13, "fragment offset", number(ip.fragment_offset_bytes.value),
            ip.fragment_offset_bytes.range);
  rows.cell(8, "TTL", number(ip.time_to_live.value), ip.time_to_live.range);
  rows.cell(8, "protocol", number(ip.protocol.value), ip.protocol.range);
  rows.cell(16, "checksum", fmt::format("0x{:04x}", ip.checksum.field.value),
            ip.checksum.field.range);
  rows.cell(32, "source", ip.source.value.text(), ip.source.range);
  rows.cell(32, "destination", ip.destination.value.text(), ip.destination.range);
}

void add_rows(const TcpHeader& tcp, const SeenPacket& packet, std::vector<HeaderCell>& cells) {
  Rows rows(cells, PacketPart::Tcp);
  const auto number = [](auto value) { return fmt::format("{}", value); };
  rows.cell(16, "source port", number(tcp.source_port.value), tcp.source_port.range);
  rows.cell(16, "destination port", number(tcp.destination_port.value), tcp.destination_port.range);
  rows.cell(32, "sequence number", number(tcp.sequence.value), tcp.sequence.range);
  rows.cell(32, "acknowledgement number", number(tcp.acknowledgement.value),
            tcp.acknowledgement.range);
  rows.cell(4, "words", number(tcp.header_bytes.value / row_bytes), tcp.header_bytes.range);
  rows.cell(4, "reserved", number(tcp.reserved.value), tcp.reserved.range);
  rows.cell(8, "", flags_text(packet), tcp.flags.range);
  rows.cell(16, "window", number(tcp.window.value), tcp.window.range);
  rows.cell(16, "checksum", fmt::format("0x{:04x}", tcp.checksum.field.value),
            tcp.checksum.field.range);
  rows.cell(16, "urgent pointer", number(tcp.urgent_pointer.value), tcp.urgent_pointer.range);
  for (const TcpOption& option : tcp.options) rows.option(option);
}

}  // namespace

ByteRange PacketPicture::around(std::uint64_t offset) const {
  ByteRange best{offset, 1};
  bool any = false;
  for (const PacketField& field : fields) {
    if (!field.range.contains(offset) || (any && field.range.length >= best.length)) continue;
    best = field.range;
    any = true;
  }
  return best;
}

PacketPart PacketPicture::part_at(std::uint64_t offset) const {
  const auto at = std::find_if(fields.begin(), fields.end(), [offset](const PacketField& field) {
    return field.range.contains(offset);
  });
  return at == fields.end() ? PacketPart::Ip : at->part;
}

PacketPicture picture_of(const SeenPacket& packet, const PacketHeader& header) {
  PacketPicture made;
  Fields fields(made);
  if (header.decoded.v4) fields.ip(*header.decoded.v4);
  if (header.decoded.v6) fields.ip(*header.decoded.v6);
  if (header.decoded.v4) add_rows(*header.decoded.v4, made.ip_rows);
  if (const TcpHeader* const tcp = header.tcp()) {
    fields.tcp(*tcp, packet, header);
    add_rows(*tcp, packet, made.tcp_rows);
  }
  return made;
}

std::string sum_text(const PacketHeader& header, std::uint64_t payload_bytes) {
  const TcpHeader* const tcp = header.tcp();
  if (tcp == nullptr) return {};
  const std::uint64_t tcp_bytes = tcp->range.length;
  const std::uint64_t ip_bytes = tcp->range.offset;
  const std::string options =
      tcp_bytes > plain_header_bytes
          ? fmt::format(" ({} + {} options)", plain_header_bytes, tcp_bytes - plain_header_bytes)
          : std::string();
  return fmt::format("{} payload + {} TCP header{} + {} IP header = {} bytes",
                     count(static_cast<std::int64_t>(payload_bytes)), tcp_bytes, options, ip_bytes,
                     count(static_cast<std::int64_t>(payload_bytes + tcp_bytes + ip_bytes)));
}

std::string plain_sum_text(std::uint64_t payload_bytes) {
  return fmt::format("{} + {} + {} = {} with plain headers",
                     count(static_cast<std::int64_t>(payload_bytes)), plain_header_bytes,
                     plain_header_bytes,
                     count(static_cast<std::int64_t>(payload_bytes + 2 * plain_header_bytes)));
}

}  // namespace roundtrip::viz
