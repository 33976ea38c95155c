// A lab with a wire that the test carries by hand, and sockets on its hosts that do not block. Used
// by the tests that let real kernels talk.
#pragma once

#include <doctest/doctest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "core/net/address.h"
#include "core/net/observe.h"
#include "core/net/wire/sock_diag.h"
#include "core/net/wire/wire.h"
#include "tests/core/net/wire/recording_sink.h"
#include "tests/core/net/wire/test_lab.h"

namespace roundtrip::testing {

inline constexpr std::uint16_t lab_port = 8080;

class LabWire {
 public:
  explicit LabWire(std::unique_ptr<net::Lab> made)
      : lab(std::move(made)),
        wire({lab->end(net::Host::Client), lab->end(net::Host::Server)}, sink) {}

  void hold(std::string_view words) {
    const auto filter = net::PacketFilter::parse(words);
    REQUIRE_MESSAGE(filter.ok(), filter.error());
    wire.hold(*filter);
  }
  FileDescriptor socket(net::Host host) {
    auto made = lab->socket(host, AF_INET, SOCK_STREAM | SOCK_NONBLOCK);
    REQUIRE_MESSAGE(made.ok(), made.error());
    return std::move(*made);
  }
  FileDescriptor listener(int backlog = 16) {
    FileDescriptor made = socket(net::Host::Server);
    const auto where = net::parse_address(lab->address(net::Host::Server), lab_port);
    REQUIRE(bind(made.get(), where->raw(), where->length) == 0);
    REQUIRE(listen(made.get(), backlog) == 0);
    return made;
  }
  // Its SYN waits at the wire when this returns.
  FileDescriptor begin_connect() {
    FileDescriptor made = socket(net::Host::Client);
    const auto where = net::parse_address(lab->address(net::Host::Server), lab_port);
    REQUIRE(connect(made.get(), where->raw(), where->length) == -1);
    REQUIRE(errno == EINPROGRESS);
    return made;
  }
  // Steps until a packet has come; the kernel's timers decide when.
  void wait_for_packet() {
    pollfd ends[] = {{lab->end(net::Host::Client).poll_fd(), POLLIN, 0},
                     {lab->end(net::Host::Server).poll_fd(), POLLIN, 0}};
    REQUIRE(poll(ends, 2, 30'000) > 0);
    wire.step();
  }
  std::vector<net::ListedSocket> sockets(net::Host host,
                                         const std::vector<trace::TcpState>& states = {}) {
    auto listing = net::SocketListing::open(*lab, host);
    REQUIRE_MESSAGE(listing.ok(), listing.error());
    auto listed = listing->list(states);
    REQUIRE_MESSAGE(listed.ok(), listed.error());
    return std::move(listed->all);
  }
  trace::TcpState state_of(const FileDescriptor& one) const {
    const auto info = net::tcp_info(one.get());
    REQUIRE(info);
    return info->state;
  }

  std::unique_ptr<net::Lab> lab;
  RecordingSink sink;
  net::Wire wire;
};

}  // namespace roundtrip::testing
