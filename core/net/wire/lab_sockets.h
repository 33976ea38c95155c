// The sockets of one host of the lab, for a server or a client that knows nothing of the lab: it is
// handed one of these and opens its sockets there. Made by WiredLab, and lives as long. The port is
// for a client that wants one of its own, as the seed's picture has it. Any thread may use it.
#pragma once

#include <atomic>

#include "core/net/socket_maker.h"
#include "core/net/wire/lab.h"

namespace roundtrip::net {

class LabSockets final : public SocketMaker {
 public:
  LabSockets(Lab& lab, Host host) : lab_(lab), host_(host) {}

  int make(int domain, int type) override;
  std::string address() const override { return lab_.address(host_); }
  std::uint16_t next_port() override { return next_port_.exchange(0); }
  // Of the next client; those after it have any.
  void set_next_port(std::uint16_t port) { next_port_ = port; }

 private:
  Lab& lab_;
  Host host_;
  std::atomic<std::uint16_t> next_port_{0};
};

}  // namespace roundtrip::net
