#include "core/net/address.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>

namespace roundtrip::net {

std::uint16_t SocketAddress::port() const {
  if (family() == AF_INET) return ntohs(reinterpret_cast<const sockaddr_in*>(&storage)->sin_port);
  return ntohs(reinterpret_cast<const sockaddr_in6*>(&storage)->sin6_port);
}

Result<SocketAddress> parse_address(const std::string& host, std::uint16_t port) {
  SocketAddress address;
  const std::string numeric = host == "localhost" ? "127.0.0.1" : host;
  auto* v4 = reinterpret_cast<sockaddr_in*>(&address.storage);
  if (inet_pton(AF_INET, numeric.c_str(), &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
    v4->sin_port = htons(port);
    address.length = sizeof(sockaddr_in);
    return address;
  }
  auto* v6 = reinterpret_cast<sockaddr_in6*>(&address.storage);
  if (inet_pton(AF_INET6, numeric.c_str(), &v6->sin6_addr) == 1) {
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(port);
    address.length = sizeof(sockaddr_in6);
    return address;
  }
  return Error{fmt::format("'{}' is not an IP address; use one such as 127.0.0.1 or ::1", host)};
}

trace::Address trace_address(const SocketAddress& address, trace::Symbols& symbols) {
  if (address.family() == AF_INET) {
    const auto* v4 = reinterpret_cast<const sockaddr_in*>(&address.storage);
    return trace::Address::v4(ntohl(v4->sin_addr.s_addr), address.port());
  }
  if (address.family() != AF_INET6) return {};
  const auto* v6 = reinterpret_cast<const sockaddr_in6*>(&address.storage);
  if (IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr)) return trace::Address::v6_loopback(address.port());
  if (IN6_IS_ADDR_V4MAPPED(&v6->sin6_addr)) {
    std::uint32_t host = 0;
    std::memcpy(&host, v6->sin6_addr.s6_addr + 12, 4);
    return trace::Address::v4(ntohl(host), address.port());
  }
  char text[INET6_ADDRSTRLEN] = {};
  inet_ntop(AF_INET6, &v6->sin6_addr, text, sizeof text);
  return trace::Address::named(symbols.intern(text), address.port());
}

bool is_any(const SocketAddress& address) {
  if (address.family() == AF_INET) {
    return reinterpret_cast<const sockaddr_in*>(&address.storage)->sin_addr.s_addr == INADDR_ANY;
  }
  const in6_addr& v6 = reinterpret_cast<const sockaddr_in6*>(&address.storage)->sin6_addr;
  return address.family() == AF_INET6 &&
         (IN6_IS_ADDR_UNSPECIFIED(&v6) ||
          (IN6_IS_ADDR_V4MAPPED(&v6) && v6.s6_addr32[3] == INADDR_ANY));
}

SocketAddress local_address(int fd) {
  SocketAddress address;
  if (getsockname(fd, address.raw(), &address.length) != 0) address.storage.ss_family = AF_UNSPEC;
  return address;
}

SocketAddress peer_address(int fd) {
  SocketAddress address;
  if (getpeername(fd, address.raw(), &address.length) != 0) address.storage.ss_family = AF_UNSPEC;
  return address;
}

}  // namespace roundtrip::net
