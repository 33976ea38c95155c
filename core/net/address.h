// Addresses of sockets: from the kernel's form to the trace's, and from what a user writes.
// IPv4 and IPv6. See ip(7), ipv6(7).
#pragma once

#include <netinet/in.h>

#include <cstdint>
#include <string>

#include "core/base/result.h"
#include "core/trace/symbols.h"

namespace roundtrip::net {

// Either family, in the kernel's form.
struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t length = sizeof(sockaddr_storage);

  const sockaddr* raw() const { return reinterpret_cast<const sockaddr*>(&storage); }
  sockaddr* raw() { return reinterpret_cast<sockaddr*>(&storage); }
  int family() const { return storage.ss_family; }
  std::uint16_t port() const;
};

// A numeric address ("127.0.0.1", "::1", "0.0.0.0") or "localhost", with a port.
Result<SocketAddress> parse_address(const std::string& host, std::uint16_t port);

// The trace's form; an IPv6 address other than the loopback is interned.
trace::Address trace_address(const SocketAddress& address, trace::Symbols& symbols);

// "0.0.0.0" and "::", which stand for every address of the machine.
bool is_any(const SocketAddress& address);

SocketAddress local_address(int fd);
SocketAddress peer_address(int fd);

}  // namespace roundtrip::net
