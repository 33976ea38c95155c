// Where sockets come from: this machine, or a host of the lab (core/net/wire), whose packets go
// over a wire that is watched. Whoever opens sockets is handed one; null means this machine. See
// socket(2), network_namespaces(7).
#pragma once

#include <cstdint>
#include <string>

namespace roundtrip::net {

class SocketMaker {
 public:
  virtual ~SocketMaker() = default;

  // As socket(2) has it, for TCP; -1 and errno where it fails.
  virtual int make(int domain, int type) = 0;
  // The address that a client's socket is bound to, and its port; 0: the kernel chooses it.
  virtual std::string address() const = 0;
  virtual std::uint16_t next_port() { return 0; }
};

}  // namespace roundtrip::net
