// The listening socket: opened step by step, and what can't be had said in one sentence.
#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/net/connection_numbers.h"
#include "core/net/listener.h"
#include "core/net/observe.h"
#include "tests/core/runtime/recording.h"

using namespace roundtrip;
using net::Listener;
using net::ListenOptions;
using roundtrip::testing::Recording;
using trace::Phase;

namespace {

ListenOptions on_port(std::uint16_t port, const std::string& host = "127.0.0.1") {
  ListenOptions options;
  options.host = host;
  options.port = port;
  return options;
}

bool says(const std::string& sentence, std::string_view part) {
  return sentence.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("listener: opens in three steps, each told") {
  Recording recording;
  Result<Listener> listener = Listener::open(on_port(0), recording.bus().symbols());
  REQUIRE(listener.ok());
  CHECK(listener->fd() >= 0);
  CHECK(listener->port() != 0);
  CHECK(listener->address() == trace::Address::v4(0x7f000001, listener->port()));
  REQUIRE(listener->backlog_in_force().has_value());
  CHECK(*listener->backlog_in_force() > 0);
  CHECK(*listener->backlog_in_force() <= 4096);
  recording.settle();
  const auto socket_fd = recording.all<int>(Phase::StartupSocket, "fd");
  REQUIRE(socket_fd.size() == 1);
  CHECK(socket_fd[0] == listener->fd());
  CHECK(recording.all<std::uint64_t>(Phase::StartupBind, "address").at(0) ==
        listener->address().packed);
  CHECK(recording.all<int>(Phase::StartupListen, "in_force").at(0) ==
        *listener->backlog_in_force());
}

TEST_CASE("listener: the backlog is changed while it listens, and told again") {
  Recording recording;
  Result<Listener> listener = Listener::open(on_port(0), recording.bus().symbols());
  REQUIRE(listener.ok());
  REQUIRE(listener->change_backlog(3).ok());
  CHECK(listener->backlog_in_force() == 3);
  if (const auto told = net::listen_backlog(listener->fd())) CHECK(*told == 3);
  recording.settle();
  CHECK(recording.all<int>(Phase::StartupListen, "backlog") == std::vector<int>{4096, 3});
  listener->stop_listening();
  CHECK_FALSE(listener->change_backlog(5).ok());
}

TEST_CASE("listener: a smaller backlog is in force as it was asked for, as the kernel says") {
  Recording recording;
  ListenOptions options = on_port(0);
  options.backlog = 7;
  Result<Listener> listener = Listener::open(options, recording.bus().symbols());
  REQUIRE(listener.ok());
  CHECK(listener->backlog_in_force() == 7);
  if (const auto told = net::listen_backlog(listener->fd())) CHECK(*told == 7);
  const int unbound = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  CHECK_FALSE(net::listen_backlog(unbound).has_value());
  close(unbound);
}

TEST_CASE("listener: a taken port is a sentence that names it") {
  Recording recording;
  const Result<Listener> first = Listener::open(on_port(0), recording.bus().symbols());
  REQUIRE(first.ok());
  const auto port = first.value().port();
  const Result<Listener> second = Listener::open(on_port(port), recording.bus().symbols());
  REQUIRE_FALSE(second.ok());
  CHECK(says(second.error(), std::to_string(port)));
  CHECK(says(second.error(), "taken"));
  CHECK(says(second.error(), "--port"));
}

TEST_CASE("listener: the next free port is found when asked for") {
  Recording recording;
  const Result<Listener> first = Listener::open(on_port(0), recording.bus().symbols());
  REQUIRE(first.ok());
  ListenOptions options = on_port(first.value().port());
  options.next_free_port = true;
  const Result<Listener> second = Listener::open(options, recording.bus().symbols());
  REQUIRE(second.ok());
  CHECK(second.value().port() != first.value().port());
}

TEST_CASE("listener: an address that is none, or not ours, is a sentence") {
  Recording recording;
  for (const char* host : {"example.org", "", "1.2.3", "127.0.0.1.5", ":::1"}) {
    CAPTURE(host);
    const Result<Listener> listener = Listener::open(on_port(0, host), recording.bus().symbols());
    REQUIRE_FALSE(listener.ok());
    CHECK(says(listener.error(), "is not an IP address"));
  }
  const Result<Listener> foreign =
      Listener::open(on_port(0, "203.0.113.7"), recording.bus().symbols());
  REQUIRE_FALSE(foreign.ok());
  CHECK(says(foreign.error(), "203.0.113.7"));
  CHECK(says(foreign.error(), "can't be bound"));
}

TEST_CASE("listener: listens on IPv6 where there is one") {
  Recording recording;
  const Result<Listener> listener = Listener::open(on_port(0, "::1"), recording.bus().symbols());
  if (!listener.ok()) return;  // this machine has no IPv6
  CHECK(listener.value().address() == trace::Address::v6_loopback(listener.value().port()));
}

TEST_CASE("address: every kind has its form in the trace") {
  trace::Symbols symbols;
  const auto form = [&symbols](const std::string& host) {
    return net::trace_address(net::parse_address(host, 80).value(), symbols);
  };
  CHECK(form("localhost") == trace::Address::v4(0x7f000001, 80));
  CHECK(form("192.168.1.50") == trace::Address::v4(0xc0a80132, 80));
  CHECK(form("::1") == trace::Address::v6_loopback(80));
  CHECK(form("::ffff:10.0.0.1") == trace::Address::v4(0x0a000001, 80));
  CHECK(form("2001:db8::7") == trace::Address::named(symbols.intern("2001:db8::7"), 80));
}

TEST_CASE("connection number: given at first sight, by whoever sees it first") {
  trace::Bus bus;
  net::ConnectionNumbers numbers(bus);
  const auto server = trace::Address::v4(0x7f000001, 8080);
  const auto client = [](std::uint16_t port) { return trace::Address::v4(0x7f000001, port); };
  const auto announced = numbers.announce(client(40'000), server, 7);
  numbers.connected(client(40'000), server, 9);
  CHECK(numbers.accepted(client(40'001), server).number != announced);
  const auto known = numbers.accepted(client(40'000), server);
  CHECK(known.number == announced);
  CHECK(known.began == 7);
  CHECK(known.connected == 9);
  // The announcement is used up: the same port again is another connection.
  CHECK(numbers.accepted(client(40'000), server).number != announced);
  const auto withdrawn = numbers.announce(client(40'002), server, 7);
  numbers.withdraw(client(40'002), server);
  CHECK(numbers.accepted(client(40'002), server).number != withdrawn);
  CHECK(numbers.accepted(client(40'002), server).began == 0);
}

TEST_CASE("connection number: accepted first and captured later, it is one") {
  trace::Bus bus;
  net::ConnectionNumbers numbers(bus);
  numbers.remember_accepted();
  const auto server = trace::Address::v4(0x7f000001, 8080);
  const auto client = trace::Address::v4(0x7f000001, 40'000);
  const auto accepted = numbers.accepted(client, server).number;
  CHECK(numbers.on_wire(client, server) == accepted);
  // Now the same port is another connection, whoever has it first.
  const auto seen = numbers.on_wire(client, server);
  CHECK(seen != accepted);
  CHECK(numbers.accepted(client, server).number == seen);
  // Its own client first, then the server, then the capture.
  const auto announced = numbers.announce(client, server, 7);
  CHECK(numbers.accepted(client, server).number == announced);
  numbers.withdraw(client, server);  // too late: it was accepted
  CHECK(numbers.on_wire(client, server) == announced);
  // One whose packets were missed leaves nothing to the next with its port.
  const auto missed = numbers.accepted(client, server).number;
  const auto next = numbers.accepted(client, server).number;
  CHECK(next != missed);
  CHECK(numbers.on_wire(client, server) == next);
}
