// Packets: whatever the bytes, no range of what was decoded lies beyond them, and a packet decoded
// over another is the same as decoded afresh. The input is a packet.
#include "core/base/check.h"
#include "tests/core/packet/packet_ranges.h"
#include "tests/fuzz/input.h"

using namespace roundtrip;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static packet::Packet used;
  const packet::PacketBytes bytes(data, size);
  const packet::Packet packet = packet::decode_packet(bytes);
  CHECK_THAT(testing::every_range_lies_within(packet, size), "a range beyond the packet");
  CHECK_THAT(!(packet.v4 && packet.v6), "both versions of IP at once");
  CHECK_THAT(!packet.tcp || packet.source() != nullptr, "a segment without an address");
  packet::decode_packet(bytes, used);
  CHECK_THAT(testing::ranges_of(used) == testing::ranges_of(packet), "something of before is left");
  if (packet.tcp) packet.tcp->flags_text();
  return 0;
}
