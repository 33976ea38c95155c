// Builds packets byte by byte for tests and seeds of fuzzers, apart from the decoder: the sums are
// added 16 bits at a time, as RFC 1071 writes it down.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace roundtrip::testing {

using Bytes = std::vector<std::uint8_t>;

inline void put(Bytes& bytes, std::uint64_t value, int count) {
  for (int i = count - 1; i >= 0; --i) bytes.push_back(static_cast<std::uint8_t>(value >> 8 * i));
}

inline std::uint16_t sum_of(Bytes bytes) {
  if (bytes.size() % 2 != 0) bytes.push_back(0);
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < bytes.size(); i += 2) {
    sum += static_cast<std::uint32_t>(bytes[i] << 8 | bytes[i + 1]);
    sum = (sum & 0xffff) + (sum >> 16);
  }
  return static_cast<std::uint16_t>(~sum);
}

struct Segment {
  std::uint16_t source_port = 45678;
  std::uint16_t destination_port = 8080;
  std::uint32_t sequence = 1000;
  std::uint32_t acknowledgement = 5000;
  std::uint16_t flags = 0x010;
  std::uint16_t window = 64240;
  Bytes options;  // padded to 4 bytes with zeros
  std::string payload;
};

inline Bytes tcp_bytes(const Segment& segment, const Bytes& addresses) {
  Bytes options = segment.options;
  while (options.size() % 4 != 0) options.push_back(0);
  Bytes tcp;
  put(tcp, segment.source_port, 2);
  put(tcp, segment.destination_port, 2);
  put(tcp, segment.sequence, 4);
  put(tcp, segment.acknowledgement, 4);
  put(tcp, ((20 + options.size()) / 4) << 12 | segment.flags, 2);
  put(tcp, segment.window, 2);
  put(tcp, 0, 4);
  tcp.insert(tcp.end(), options.begin(), options.end());
  tcp.insert(tcp.end(), segment.payload.begin(), segment.payload.end());
  Bytes summed = addresses;
  put(summed, tcp.size(), 4);
  put(summed, 6, 4);
  summed.insert(summed.end(), tcp.begin(), tcp.end());
  const std::uint16_t sum = sum_of(summed);
  tcp[16] = static_cast<std::uint8_t>(sum >> 8);
  tcp[17] = static_cast<std::uint8_t>(sum);
  return tcp;
}

// From 192.168.1.50 to 192.168.1.100; `ip_options` in whole words.
inline Bytes ipv4_packet(const Segment& segment, const Bytes& ip_options = {}) {
  const Bytes addresses = {192, 168, 1, 50, 192, 168, 1, 100};
  const Bytes tcp = tcp_bytes(segment, addresses);
  const std::size_t header = 20 + ip_options.size();
  Bytes ip;
  put(ip, 0x40 | header / 4, 1);
  put(ip, 0xb9, 1);  // DSCP 46, ECN 1
  put(ip, header + tcp.size(), 2);
  put(ip, 0x1234, 2);
  put(ip, 0x4000, 2);  // don't fragment
  put(ip, 64, 1);
  put(ip, 6, 1);
  put(ip, 0, 2);
  ip.insert(ip.end(), addresses.begin(), addresses.end());
  ip.insert(ip.end(), ip_options.begin(), ip_options.end());
  const std::uint16_t sum = sum_of(ip);
  ip[10] = static_cast<std::uint8_t>(sum >> 8);
  ip[11] = static_cast<std::uint8_t>(sum);
  ip.insert(ip.end(), tcp.begin(), tcp.end());
  return ip;
}

// From fe80::1 to fe80::2, with extension headers that end in one whose next header is TCP.
inline Bytes ipv6_packet(const Segment& segment, std::uint8_t first = 6,
                         const Bytes& extensions = {}) {
  Bytes addresses(32);
  addresses[0] = addresses[16] = 0xfe;
  addresses[1] = addresses[17] = 0x80;
  addresses[15] = 1;
  addresses[31] = 2;
  const Bytes tcp = tcp_bytes(segment, addresses);
  Bytes ip;
  put(ip, 0x6ab12345, 4);  // traffic class 0xab, flow label 0x12345
  put(ip, extensions.size() + tcp.size(), 2);
  put(ip, first, 1);
  put(ip, 64, 1);
  ip.insert(ip.end(), addresses.begin(), addresses.end());
  ip.insert(ip.end(), extensions.begin(), extensions.end());
  ip.insert(ip.end(), tcp.begin(), tcp.end());
  return ip;
}

// As Linux sends it: MSS 1460, SACK permitted, time-stamps, NOP, window scale 7.
inline Bytes syn_options() {
  Bytes options = {2, 4, 0x05, 0xb4, 4, 2, 8, 10};
  put(options, 0x01020304, 4);
  put(options, 0, 4);
  for (const std::uint8_t byte : {1, 3, 3, 7}) options.push_back(byte);
  return options;
}

}  // namespace roundtrip::testing
