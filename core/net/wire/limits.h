// The named limits of the wire. Where one of them bites, the packet is dropped and told as dropped
// by this limit (trace::Drop).
#pragma once

#include <cstddef>
#include <cstdint>

namespace roundtrip::net::wire_limits {

// The largest packet that IP can say, and so the largest that an end can hand over.
inline constexpr std::size_t frame_bytes = 65'535;
// What hangs in someone's hand, and what is under way on the links of one wire.
inline constexpr std::size_t held_packets = 4'096;
inline constexpr std::size_t queued_packets = 65'536;
inline constexpr std::size_t waiting_bytes = std::size_t{128} << 20;  // of both together
// Read from one end before the other has its turn.
inline constexpr std::size_t packets_per_turn = 32;
// Rules that drop the n-th packet of a kind, of one link.
inline constexpr std::size_t drop_rules = 64;
// Sockets that one dump of a host's kernel may bring.
inline constexpr std::size_t listed_sockets = 65'536;

// Packets a second after which the kernels are asked how the sockets of their connection stand, and
// how many in a row after a rest.
inline constexpr std::uint32_t samples_per_second = 1'000;
inline constexpr std::uint32_t samples_in_a_row = 64;
// What a capture may have waiting in the kernel: some hundred of the largest packets.
inline constexpr int capture_buffer_bytes = 32 << 20;
// Connections that wait to be asked about at once; of what is beyond them nothing is asked.
inline constexpr std::size_t sampled_at_once = 16;

}  // namespace roundtrip::net::wire_limits
