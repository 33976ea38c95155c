// The numbers of capture files, each here once, for the writer, the reader and the tests: pcapng
// (draft-ietf-opsawg-pcapng) and the older pcap (draft-ietf-opsawg-pcap), the link types that are
// understood (tcpdump.org/linktypes.html), and how much of a file is read.
#pragma once

#include <cstddef>
#include <cstdint>

namespace roundtrip::capture {

namespace pcapng {

inline constexpr std::uint32_t section_header = 0x0a0d0d0a;
inline constexpr std::uint32_t interface_description = 1;
inline constexpr std::uint32_t old_packet = 2;
inline constexpr std::uint32_t simple_packet = 3;
inline constexpr std::uint32_t name_resolution = 4;
inline constexpr std::uint32_t enhanced_packet = 6;

inline constexpr std::uint32_t byte_order_magic = 0x1a2b3c4d;

// Options of any block, of the section, of an interface, of a packet.
inline constexpr std::uint16_t option_end = 0;
inline constexpr std::uint16_t option_comment = 1;
inline constexpr std::uint16_t section_hardware = 2;
inline constexpr std::uint16_t section_os = 3;
inline constexpr std::uint16_t section_application = 4;
inline constexpr std::uint16_t interface_name = 2;
inline constexpr std::uint16_t interface_words = 3;
inline constexpr std::uint16_t interface_resolution = 9;
inline constexpr std::uint16_t interface_time_offset = 14;
inline constexpr std::uint16_t packet_flags = 2;

// Of packet_flags, the lowest two bits.
inline constexpr std::uint32_t inbound = 1;
inline constexpr std::uint32_t outbound = 2;

inline constexpr std::uint16_t name_record_v4 = 1;
inline constexpr std::uint16_t name_record_v6 = 2;

}  // namespace pcapng

namespace pcap {

inline constexpr std::uint32_t magic_us = 0xa1b2c3d4;
inline constexpr std::uint32_t magic_ns = 0xa1b23c4d;
inline constexpr std::size_t file_header_bytes = 24;
inline constexpr std::size_t record_header_bytes = 16;

}  // namespace pcap

namespace link_type {

inline constexpr std::uint16_t null = 0;  // the family in the byte order of the machine
inline constexpr std::uint16_t ethernet = 1;
inline constexpr std::uint16_t raw = 101;   // the IP header comes first
inline constexpr std::uint16_t loop = 108;  // as null, in network order
inline constexpr std::uint16_t linux_sll = 113;
inline constexpr std::uint16_t ipv4 = 228;
inline constexpr std::uint16_t ipv6 = 229;
inline constexpr std::uint16_t linux_sll2 = 276;

}  // namespace link_type

namespace capture_limits {

inline constexpr std::size_t file_bytes = std::size_t{512} << 20;  // that is read
inline constexpr std::size_t packets = 2'000'000;                  // that are read
inline constexpr std::size_t interfaces = 4096;                    // of a section
inline constexpr std::uint32_t packet_bytes = 256
                                              << 10;  // of one packet, as other programs have it

}  // namespace capture_limits

}  // namespace roundtrip::capture
