// Tells after packets how the sockets at both ends of their connection stand, as the kernels have
// them (trace.socket_state, trace.receive_buffer, trace.send_buffer), and while a handshake is on
// how the accept queue does (trace.sockets). What has not changed is not told again.
// It asks while no packet can move, and within a budget (wire_limits::samples_per_second): the wire
// comes first. On the wire's thread only.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "core/base/time.h"
#include "core/net/wire/limits.h"
#include "core/net/wire/socket_sampler.h"

namespace roundtrip::net {

struct WatchedConnection {
  std::uint32_t conn = 0;
  Host asked = Host::Server;  // the host that was asked for the connection
  Endpoint at[2];             // by Host
  bool in_handshake = true;
  bool waits = false;         // to be asked about
  std::optional<SocketSample> told[2];  // by Host
};

// What may be spent: so many a second, and some in a row after a rest.
class SampleBudget {
 public:
  bool take(Instant now);

 private:
  double left_ = wire_limits::samples_in_a_row;
  std::optional<Instant> counted_;
};

class SocketWatch {
 public:
  explicit SocketWatch(SocketSampler sampler) : sampler_(std::move(sampler)) {}

  // A packet of this connection has left a host, or has come to one.
  void packet_passed(const std::shared_ptr<WatchedConnection>& connection);
  // Nothing can move just now: those whose packets passed are asked about.
  void at_rest(Instant now);

 private:
  void ask(WatchedConnection& connection);
  void ask_accept_queue(const WatchedConnection& connection);

  SocketSampler sampler_;
  SampleBudget budget_;
  std::vector<std::shared_ptr<WatchedConnection>> waiting_;
  std::optional<AcceptQueueSample> queue_told_;
};

}  // namespace roundtrip::net
