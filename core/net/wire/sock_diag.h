// The TCP sockets of a host as its kernel lists them, those included that no program holds: half
// open (SYN_RECV) and closed but remembered (TIME_WAIT). By sock_diag(7), without privileges, over
// a netlink socket that belongs to the host. A listing may take 20 to 40 ms on a busy machine: it
// is for a step or a pause, never for each frame.
#pragma once

#include <cstdint>
#include <vector>

#include "core/base/result.h"
#include "core/base/time.h"
#include "core/net/wire/lab.h"
#include "core/packet/packet.h"
#include "core/trace/vocabulary.h"

namespace roundtrip::net {

using packet::IpAddress;

struct ListedSocket {
  trace::TcpState state = trace::TcpState::Closed;
  IpAddress local;
  IpAddress peer;
  std::uint16_t local_port = 0;
  std::uint16_t peer_port = 0;
  // Bytes received and not read. Of a listener: connections that wait to be accepted.
  std::uint32_t receive_queue = 0;
  // Bytes written and not acknowledged. Of a listener: how many connections may wait.
  std::uint32_t send_queue = 0;
  enum class Timer : std::uint8_t { None, Retransmit, KeepAlive, TimeWait, ZeroWindow };
  Timer timer = Timer::None;
  Duration timer_left;
  std::uint8_t retransmits = 0;
};

class SocketListing {
 public:
  static Result<SocketListing> open(Lab& lab, Host host);

  struct Sockets {
    std::vector<ListedSocket> all;
    bool changed_meanwhile = false;  // the kernel's list moved while it was read
    bool more = false;               // than wire_limits::listed_sockets
  };
  // Those in one of these states; all where none is given.
  Result<Sockets> list(const std::vector<trace::TcpState>& states = {});

 private:
  explicit SocketListing(FileDescriptor socket) : socket_(std::move(socket)) {}
  // 0 or errno.
  int dump(std::uint8_t family, std::uint32_t mask, Sockets& into);

  FileDescriptor socket_;
  std::uint32_t sequence_ = 0;
};

}  // namespace roundtrip::net
