// One connection of a capture: which of its ends asked, what its packets say one after the other,
// and which packets are another sight of one that was seen. The import feeds it in order of time.
// TcpFlow (core/net/wire/tcp_flow.h) does the arithmetic of sequence numbers.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "core/net/wire/tcp_flow.h"
#include "core/packet/packet.h"

namespace roundtrip::capture {

struct Endpoint {
  packet::IpAddress address;
  std::uint16_t port = 0;
  bool operator==(const Endpoint&) const = default;
};

Endpoint source_of(const packet::Packet& packet);
Endpoint destination_of(const packet::Packet& packet);

// Which end asked for the connection, judged by its first packet: who sends a SYN or gets its
// answer; else who sends a request or gets a response; else who has the higher port.
Endpoint client_of(const packet::Packet& packet, std::string_view payload);

class CaptureFlow {
 public:
  CaptureFlow(std::uint32_t conn, const Endpoint& client) : conn_(conn), client_(client) {}

  std::uint32_t conn() const { return conn_; }
  net::Side side_of(const Endpoint& source) const {
    return source == client_ ? net::Side::Client : net::Side::Server;
  }
  net::TcpFlow& tcp() { return tcp_; }

  // A packet that another interface saw not long ago: the number of its frame. Of a packet that is
  // new the number is remembered. `key`: of all that does not change on the way.
  std::optional<std::uint32_t> seen_before(std::uint64_t key, std::uint32_t interface,
                                           std::uint32_t frame);

  // Where its next header stands in the connection's log of headers.
  std::uint64_t take_header(std::uint64_t bytes) {
    const std::uint64_t at = header_bytes_;
    header_bytes_ += bytes;
    return at;
  }
  // How much more of a side's stream its peer has acknowledged with this.
  ByteRange acknowledge(net::Side stream, std::uint64_t to);

 private:
  struct Recent {
    std::uint64_t key = 0;
    std::uint32_t interface = 0;
    std::uint32_t frame = 0;  // 0: none, or seen again already
  };

  std::uint32_t conn_;
  Endpoint client_;
  net::TcpFlow tcp_;
  std::uint64_t header_bytes_ = 0;
  std::uint64_t acknowledged_[2] = {};
  std::array<Recent, 32> recent_;
  std::size_t next_recent_ = 0;
};

}  // namespace roundtrip::capture
