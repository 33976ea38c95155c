// Walks over all ranges of a decoded packet, for tests and the fuzzer: wherever a range lies beyond
// the bytes of the packet, the field tree and the hex view would read beyond them.
#pragma once

#include <vector>

#include "core/packet/packet.h"

namespace roundtrip::testing {

inline std::vector<ByteRange> ranges_of(const packet::Packet& packet) {
  std::vector<ByteRange> all = {packet.transport, packet.trailer};
  const auto add = [&all](const auto&... fields) { (all.push_back(fields.range), ...); };
  if (packet.v4) {
    const packet::Ipv4Header& ip = *packet.v4;
    add(ip, ip.version, ip.header_bytes, ip.dscp, ip.ecn, ip.total_bytes, ip.identification,
        ip.dont_fragment, ip.more_fragments, ip.fragment_offset_bytes, ip.time_to_live, ip.protocol,
        ip.checksum.field, ip.source, ip.destination);
    all.push_back(ip.options);
  }
  if (packet.v6) {
    const packet::Ipv6Header& ip = *packet.v6;
    add(ip, ip.version, ip.traffic_class, ip.flow_label, ip.payload_bytes, ip.next_header,
        ip.hop_limit, ip.source, ip.destination);
    for (const auto& extension : ip.extensions) add(extension, extension.next_header);
  }
  if (packet.tcp) {
    const packet::TcpHeader& tcp = *packet.tcp;
    add(tcp, tcp.source_port, tcp.destination_port, tcp.sequence, tcp.acknowledgement,
        tcp.header_bytes, tcp.reserved, tcp.flags, tcp.window, tcp.checksum.field,
        tcp.urgent_pointer);
    all.push_back(tcp.payload);
    for (const auto& option : tcp.options) {
      add(option);
      for (std::size_t i = 0; i < option.value_count; ++i) all.push_back(option.value_range(i));
    }
  }
  return all;
}

inline bool every_range_lies_within(const packet::Packet& packet, std::uint64_t bytes) {
  for (const ByteRange range : ranges_of(packet)) {
    if (range.offset > bytes || range.length > bytes - range.offset) return false;
  }
  return packet.captured_bytes == bytes && (!packet.flaw || packet.flaw->offset <= bytes);
}

}  // namespace roundtrip::testing
