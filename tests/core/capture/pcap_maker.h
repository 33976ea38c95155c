// Captures of a small connection, byte by byte: pcap in both byte orders and resolutions, with any
// link type. For tests and seeds of fuzzers.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/capture/capture_format.h"
#include "tests/core/packet/packet_builder.h"

namespace roundtrip::testing {

// A pcap file of IP packets, each behind `link_header`, a millisecond apart.
struct PcapMaker {
  bool big_endian = false;
  bool nanoseconds = false;
  std::uint16_t link_type = capture::link_type::raw;
  std::string link_header;
  std::uint32_t most_bytes = 65535;

  std::string file(const std::vector<std::string>& packets) const {
    std::string out;
    add(out, nanoseconds ? capture::pcap::magic_ns : capture::pcap::magic_us, 4);
    add(out, 2, 2);
    add(out, 4, 2);
    add(out, 0, 8);
    add(out, most_bytes, 4);
    add(out, link_type, 4);
    std::uint64_t ms = 0;
    for (const std::string& packet : packets) {
      const std::string whole = link_header + packet;
      const std::string captured = whole.substr(0, most_bytes);
      add(out, 1'700'000'000, 4);
      add(out, ms++ * (nanoseconds ? 1'000'000 : 1000), 4);
      add(out, captured.size(), 4);
      add(out, whole.size(), 4);
      out += captured;
    }
    return out;
  }

 private:
  void add(std::string& out, std::uint64_t value, int count) const {
    for (int i = 0; i < count; ++i) {
      out += static_cast<char>(value >> 8 * (big_endian ? count - 1 - i : i));
    }
  }
};

inline std::string packet_text(const Segment& segment) {
  const Bytes bytes = ipv4_packet(segment);
  return {bytes.begin(), bytes.end()};
}

// The same from the server: with both ends changed over, its sums are the same.
inline std::string server_packet_text(Segment segment) {
  std::swap(segment.source_port, segment.destination_port);
  std::string packet = packet_text(segment);
  std::swap_ranges(packet.begin() + 12, packet.begin() + 16, packet.begin() + 16);
  return packet;
}

inline const std::string small_request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
inline const std::string small_response = "HTTP/1.1 204 No Content\r\n\r\n";

// From the SYN to the last ACK.
inline std::vector<std::string> small_connection() {
  const auto request_end = static_cast<std::uint32_t>(1001 + small_request.size());
  const auto response_end = static_cast<std::uint32_t>(5001 + small_response.size());
  const auto client = [](std::uint32_t sequence, std::uint32_t acknowledgement, std::uint16_t flags,
                         std::string payload = {}) {
    Segment segment;
    segment.sequence = sequence;
    segment.acknowledgement = acknowledgement;
    segment.flags = flags;
    segment.payload = std::move(payload);
    return segment;
  };
  Segment syn = client(1000, 0, 0x002);
  syn.options = syn_options();
  return {packet_text(syn),
          server_packet_text(client(5000, 1001, 0x012)),
          packet_text(client(1001, 5001, 0x010)),
          packet_text(client(1001, 5001, 0x018, small_request)),
          server_packet_text(client(5001, request_end, 0x018, small_response)),
          packet_text(client(request_end, response_end, 0x011)),
          server_packet_text(client(response_end, request_end + 1, 0x011)),
          packet_text(client(request_end + 1, response_end + 1, 0x010))};
}

}  // namespace roundtrip::testing
