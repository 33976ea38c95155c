// What the headers of a packet say: taken apart from the kept bytes when somebody asks, with the
// numbers as they are and counted from the connection's beginning, and the names that a reader
// looks for (retransmission, zero window, copy, …). Checksums are verified where the payload is
// kept, over what left the sender: of a packet that was corrupted on its way, before that.
// Called by layouts, for the packets that they show. Offsets count from the first byte of the
// IP header; a byte of the header log is `packet.header.offset` further.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "core/packet/packet.h"
#include "viz/model/packet_index.h"
#include "viz/model/trace_view.h"

namespace roundtrip::viz {

struct PacketHeader {
  packet::Packet decoded;
  std::string bytes;          // IP and TCP header; empty where they were not kept
  bool payload_kept = false;  // and so the TCP checksum could be verified
  // Counted from the SYN of whoever's bytes they are; absent where that is not known.
  std::optional<std::uint64_t> sequence;
  std::optional<std::uint64_t> acknowledgement;

  const packet::TcpHeader* tcp() const { return decoded.tcp ? &*decoded.tcp : nullptr; }
  bool has_zero_window() const;
};

// Reads headers of one view; remembers where the streams of a connection begin.
class PacketHeaders {
 public:
  explicit PacketHeaders(const TraceView& view) : view_(view) {}
  PacketHeader read(const SeenPacket& packet);

 private:
  std::optional<std::uint32_t> first_sequence(std::uint32_t conn, trace::Host side);
  packet::Packet decode_header(const SeenPacket& packet, std::string& bytes) const;

  const TraceView& view_;
  std::uint32_t conn_ = 0;
  std::array<std::optional<std::uint32_t>, 2> first_sequence_;
  std::array<bool, 2> looked_{};
};

// "PSH+ACK"; "seq 1 ack 1 len 49".
std::string flags_text(const SeenPacket& packet);
std::string numbers_text(const SeenPacket& packet, const PacketHeader& header);
// What it is beside its flags, each in a word or two; none of most packets.
std::vector<std::string> names_of(const SeenPacket& packet, const PacketHeader& header);
// Why it went no further, and which bit of it was turned; empty where nothing of this was told.
std::string drop_text(const TraceView& view, const SeenPacket& packet);
std::string change_text(const TraceView& view, const SeenPacket& packet);

}  // namespace roundtrip::viz
