// The fields of a packet as a person reads them, in the order of its bytes: each with its name, its
// value and the bytes that hold it; and the same as the bits of a row of 32, as RFC 791 and
// RFC 9293 draw a header. Called by layout_packets. Offsets count from the first byte of the IP
// header, so that the payload's follow the headers'.
#pragma once

#include <string>
#include <vector>

#include "viz/model/packet_header.h"

namespace roundtrip::viz {

enum class PacketPart : std::uint8_t { Ip, Tcp, Options, Payload };

struct PacketField {
  PacketPart part{};
  std::string name;
  std::string value;
  ByteRange range;
  bool alarm = false;  // a checksum that is wrong
};

// A stretch of a row of 32 bits. `text` is said where it has room, else `value`.
struct HeaderCell {
  PacketPart part{};
  int row = 0;
  int bit = 0;  // of its row, from the left
  int bits = 0;
  std::string text;
  std::string value;
  ByteRange range;
};

struct PacketPicture {
  std::vector<PacketField> fields;
  std::vector<HeaderCell> ip_rows;  // of IPv4 only
  std::vector<HeaderCell> tcp_rows;

  // The fewest bytes around one that a field holds: that field; else the byte alone.
  ByteRange around(std::uint64_t offset) const;
  PacketPart part_at(std::uint64_t offset) const;
};

PacketPicture picture_of(const SeenPacket& packet, const PacketHeader& header);

// "49 payload + 32 TCP header (20 + 12 options) + 20 IP header = 101 bytes".
std::string sum_text(const PacketHeader& header, std::uint64_t payload_bytes);
// The same with the plain headers of 20 bytes each.
std::string plain_sum_text(std::uint64_t payload_bytes);

}  // namespace roundtrip::viz
