// One end of a connection, or a listening socket, as its host's kernel has it at this moment: asked
// for by its addresses, so that the kernel looks it up instead of walking through its tables. About
// 10 us a question. By sock_diag(7) over a netlink socket that belongs to the host.
#pragma once

#include <cstdint>
#include <optional>

#include "core/net/wire/sock_diag.h"

namespace roundtrip::net {

struct Endpoint {
  IpAddress ip;
  std::uint16_t port = 0;
};

// What SO_RCVBUF and SO_SNDBUF limit is the memory that bytes take, not the bytes.
struct BufferSample {
  std::uint32_t bytes = 0;
  std::uint32_t memory_bytes = 0;
  std::uint32_t limit_bytes = 0;
  bool operator==(const BufferSample&) const = default;
};

// What TCP knows of a connection; see TCP_INFO in tcp(7).
struct CongestionSample {
  std::optional<std::uint32_t> rtt_us;      // empty while none was measured
  std::uint32_t timeout_us = 0;
  std::uint32_t window = 0;                 // segments
  std::optional<std::uint32_t> threshold;   // segments; empty while slow start has no end yet
  bool operator==(const CongestionSample&) const = default;
};

// What it has sent, in segments.
struct FlightSample {
  std::uint32_t unacknowledged = 0;
  std::uint32_t retransmits = 0;  // so far
  bool operator==(const FlightSample&) const = default;
};

struct SocketSample {
  trace::TcpState state = trace::TcpState::Closed;
  // Absent of a socket that is half open, or closed and remembered: the kernel has no more of it.
  std::optional<CongestionSample> congestion;
  std::optional<FlightSample> flight;
  std::optional<BufferSample> receive;
  std::optional<BufferSample> send;
  bool operator==(const SocketSample&) const = default;
};

struct AcceptQueueSample {
  std::uint32_t waiting = 0;
  std::uint32_t limit = 0;
  bool operator==(const AcceptQueueSample&) const = default;
};

class SocketSampler {
 public:
  static Result<SocketSampler> open(Lab& lab);

  // Empty where the host has no such socket.
  std::optional<SocketSample> sample(Host host, const Endpoint& own, const Endpoint& peer);
  // Of the socket of the host that listens there; empty where none does.
  std::optional<AcceptQueueSample> accept_queue(Host host, const Endpoint& at);

 private:
  SocketSampler(FileDescriptor client, FileDescriptor server)
      : sockets_{std::move(client), std::move(server)} {}

  FileDescriptor sockets_[2];  // by Host
  std::uint32_t sequence_ = 0;
};

}  // namespace roundtrip::net
