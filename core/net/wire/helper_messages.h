// What the lab and its helper say to each other over a SOCK_SEQPACKET pair: fixed records, because
// both are the same program; descriptors ride along. One request, one reply.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "core/base/file_descriptor.h"

namespace roundtrip::net {

struct HelperRequest {
  enum class Kind : std::uint8_t { Make, Socket, Knob } kind = Kind::Make;
  std::uint8_t host = 0;
  // Make: the addresses of the hosts, and their MTU.
  std::array<std::array<char, 48>, 2> addresses{};
  std::array<std::uint32_t, 2> mtu_bytes{};
  // Socket: as socket(2) has them.
  std::int32_t domain = 0;
  std::int32_t type = 0;
  std::int32_t protocol = 0;
  // Knob.
  std::array<char, 128> path{};
  std::array<char, 128> value{};
};

// Make brings five descriptors: TUN of client and server, their namespaces, the user namespace.
struct HelperReply {
  std::int32_t error = 0;
  std::array<char, 64> step{};  // that failed
};
inline constexpr std::size_t helper_descriptors = 5;

// 0 or errno. Receiving: ECONNRESET where the other side has gone.
int send_message(int socket, const void* record, std::size_t bytes,
                 const std::vector<int>& descriptors = {});
int receive_message(int socket, void* record, std::size_t bytes,
                    std::vector<FileDescriptor>* descriptors = nullptr);

}  // namespace roundtrip::net
