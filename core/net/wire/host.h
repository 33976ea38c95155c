// The two ends of the lab by name, and what a host is set up with. Shared by the lab, its helper
// and the wire, which calls a direction after the host that sends.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/trace/vocabulary.h"

namespace roundtrip::net {

using trace::Host;
inline constexpr std::array both_hosts = {Host::Client, Host::Server};

constexpr Host other(Host host) {
  return host == Host::Client ? Host::Server : Host::Client;
}
constexpr std::string_view host_name(Host host) {
  return host == Host::Client ? "client" : "server";
}

struct HostOptions {
  std::string address;  // IPv4, in a network of 24 bits
  std::uint32_t mtu_bytes = 1500;
};

// Settings of one host's kernel, where its namespace allows them. Absent: as the kernel has them.
struct HostKnobs {
  std::optional<std::string> congestion_control;      // "reno", "cubic"
  std::optional<std::uint32_t> least_rto_us;          // tcp_rto_min_us
  std::optional<std::uint32_t> most_rto_ms;           // tcp_rto_max_ms
  std::optional<std::uint32_t> early_retransmit;      // tcp_early_retrans; 0: no tail loss probe
  std::optional<std::uint32_t> accept_limit;          // somaxconn: the most that a backlog may be
  std::optional<std::uint32_t> half_open_limit;       // tcp_max_syn_backlog
  std::optional<std::uint32_t> syn_cookies;           // tcp_syncookies
  std::optional<std::uint32_t> syn_retries;           // tcp_syn_retries
  std::optional<std::uint32_t> fin_timeout_s;         // tcp_fin_timeout
  std::optional<std::uint32_t> receive_buffer_bytes;  // tcp_rmem: where it begins, and its most
  std::optional<std::uint32_t> send_buffer_bytes;     // tcp_wmem: the same
};

}  // namespace roundtrip::net
