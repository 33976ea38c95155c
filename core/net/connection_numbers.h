// The number of a connection is given at first sight, by whoever sees it first: our own client when
// it connects, the wire at the SYN, or the accept loop. The four-tuple (seen from the client) is
// the key, so that client, wire, kernel and program facts of one connection share a number.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <utility>

#include "core/trace/bus.h"

namespace roundtrip::net {

class ConnectionNumbers {
 public:
  explicit ConnectionNumbers(trace::Bus& bus) : bus_(bus) {}

  // What is known of a connection when it is accepted. The moments, in ticks, are those of this
  // program's own client: 0 for any other, and where its connect() has not returned yet.
  struct Announced {
    std::uint32_t number = 0;
    std::uint64_t began = 0;
    std::uint64_t connected = 0;
  };

  // From here on the wire may ask for a connection that was accepted before: a capture is told of a
  // packet later than the server. Before the server accepts.
  void remember_accepted();

  // A client of this program is about to connect from `client` to `server`.
  std::uint32_t announce(trace::Address client, trace::Address server, std::uint64_t began);
  // The wire has seen the first packet of a connection: the announced number, or a new one that is
  // announced by this. Where it was accepted already, it is that connection's.
  std::uint32_t on_wire(trace::Address client, trace::Address server);
  // Its connect() has returned: no part of the handshake is later than this.
  void connected(trace::Address client, trace::Address server, std::uint64_t when);
  // The server accepted this connection: the announced number, or a new one. The announcement is
  // used up.
  Announced accepted(trace::Address client, trace::Address server);
  // The client gave up before anybody accepted.
  void withdraw(trace::Address client, trace::Address server);

 private:
  using Key = std::pair<std::uint64_t, std::uint64_t>;
  struct Known : Announced {
    bool seen_on_wire = false;
    bool is_accepted = false;  // and waits to be seen on the wire
  };
  trace::Bus& bus_;
  std::mutex mutex_;
  std::map<Key, Known> known_;
  bool remembers_accepted_ = false;
};

}  // namespace roundtrip::net
