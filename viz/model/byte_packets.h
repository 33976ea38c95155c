// Which packets carried the bytes of a connection's stream, and which acknowledged them, where the
// wire was seen: the sightings of the packets are matched by their ranges. Called for the bytes on
// screen (layout_bytes) and for one byte (byte_life). Bounded: of a connection the first
// most_packets_looked_at packets that are here.
#pragma once

#include <optional>
#include <vector>

#include "viz/model/packet_header.h"

namespace roundtrip::viz {

inline constexpr std::uint64_t most_packets_looked_at = 1 << 14;

// Those with payload in a range that had left at an event, in that order; copies included.
std::vector<SeenPacket> packets_with(const TraceView& view, std::uint32_t conn, trace::Log log,
                                     const ByteRange& range, std::uint64_t upto);

// Of those in order: where the payloads begin, and which bytes were sent more than once.
struct SegmentMarks {
  std::vector<std::uint64_t> begins;  // sorted
  std::vector<ByteRange> again;       // a later packet brings them once more
  bool begins_at(std::uint64_t offset) const;
  bool sent_again(std::uint64_t offset) const;
};
SegmentMarks segment_marks(const std::vector<SeenPacket>& packets);
// "1 packet", "3 packets, 1 a retransmission": of the range; empty where no packet was seen.
std::string segments_text(const std::vector<SeenPacket>& packets);

// The first packet of the other side that reached the sender and acknowledges the byte.
std::optional<SeenPacket> acknowledging(const TraceView& view, std::uint32_t conn, trace::Log log,
                                        std::uint64_t offset);
// "no. 53, PSH+ACK with 1,448 bytes, 4,096 to 5,543": as the view of packets counts them.
std::string carrier_text(const TraceView& view, const SeenPacket& packet);

}  // namespace roundtrip::viz
