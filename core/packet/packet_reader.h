// The one place that reads numbers out of a packet: every read is checked, and yields a Field with
// the range it came from. Used by the decoders of packet*.cpp only.
#pragma once

#include <algorithm>

#include "core/base/check.h"
#include "core/packet/packet.h"

namespace roundtrip::packet {

class PacketReader {
 public:
  explicit PacketReader(PacketBytes bytes) : bytes_(bytes) {}

  std::uint64_t size() const { return bytes_.size(); }
  bool has(std::uint64_t offset, std::uint64_t length) const {
    return offset <= bytes_.size() && length <= bytes_.size() - offset;
  }
  PacketBytes slice(ByteRange range) const {
    CHECK_THAT(has(range.offset, range.length), "bytes beyond the packet");
    return bytes_.subspan(range.offset, range.length);
  }
  // Network order, 1 to 4 bytes.
  std::uint32_t number(std::uint64_t offset, std::uint64_t length) const {
    const std::uint8_t* at = slice({offset, length}).data();
    if (length == 4) {
      return std::uint32_t{at[0]} << 24 | std::uint32_t{at[1]} << 16 | std::uint32_t{at[2]} << 8 |
             at[3];
    }
    if (length == 2) return std::uint32_t{at[0]} << 8 | at[1];
    std::uint32_t value = 0;
    for (std::uint64_t i = 0; i < length; ++i) value = value << 8 | at[i];
    return value;
  }
  template <class Value>
  Field<Value> field(std::uint64_t offset, std::uint64_t length = sizeof(Value)) const {
    return {static_cast<Value>(number(offset, length)), {offset, length}};
  }
  // `width` bits of the bytes in the range, above the lowest `shift`.
  template <class Value>
  Field<Value> bits(ByteRange range, unsigned shift, unsigned width) const {
    const std::uint32_t mask = (1u << width) - 1;
    return {static_cast<Value>(number(range.offset, range.length) >> shift & mask), range};
  }
  Field<IpAddress> address(std::uint64_t offset, bool is_v6) const {
    Field<IpAddress> field{{}, {offset, is_v6 ? 16u : 4u}};
    field.value.is_v6 = is_v6;
    const PacketBytes from = slice(field.range);
    std::copy(from.begin(), from.end(), field.value.bytes.begin());
    return field;
  }

  // Of a packet that was decoded before: what a TCP header's options may lie in.
  std::vector<TcpOption> options_memory;

 private:
  PacketBytes bytes_;
};

// Both zeros of the one's complement say the same (RFC 1071, 1).
inline ChecksumState judge(const Checksum& checksum) {
  const bool same = checksum.field.value % 0xffff == checksum.computed % 0xffff;
  return same ? ChecksumState::Right : ChecksumState::Wrong;
}

// Decodes the TCP header at packet.transport; sets packet.tcp and, where something is wrong,
// packet.flaw (packet_tcp.cpp). `verifiable`: all bytes of the segment are there.
void decode_tcp(PacketReader& reader, Packet& packet, bool verifiable);

}  // namespace roundtrip::packet
