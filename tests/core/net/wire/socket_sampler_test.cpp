// What the kernels say of both ends, asked after each packet that is carried by hand; and the
// budget of such questions.
#include <arpa/inet.h>

#include "core/net/wire/socket_watch.h"
#include "tests/core/net/wire/lab_wire.h"

using namespace roundtrip;
using namespace roundtrip::net;
using namespace roundtrip::testing;
using trace::TcpState;

namespace {

IpAddress ip_of(const std::string& text) {
  IpAddress address;
  REQUIRE(inet_pton(AF_INET, text.c_str(), address.bytes.data()) == 1);
  return address;
}

// A lab whose packets are all held, one connection that is being made, and who is asked about it.
struct Asked {
  explicit Asked(std::unique_ptr<Lab> made) : bench(std::move(made)), listener(bench.listener(1)) {
    auto opened = SocketSampler::open(*bench.lab);
    REQUIRE_MESSAGE(opened.ok(), opened.error());
    sampler.emplace(std::move(*opened));
    bench.hold("all");
    client = bench.begin_connect();
    bench.wire.step();
    at_server = {ip_of(bench.lab->address(Host::Server)), lab_port};
    at_client = {ip_of(bench.lab->address(Host::Client)), local_address(client.get()).port()};
  }
  // Lets the packet go that is held, and steps on until the next is there, if one comes.
  void carry() {
    const auto held = bench.wire.held();
    REQUIRE(held.size() == 1);
    REQUIRE(bench.wire.release(held[0].id).ok());
    bench.wire.step();
  }
  std::optional<SocketSample> end(Host host) {
    const bool own = host == Host::Client;
    return sampler->sample(host, own ? at_client : at_server, own ? at_server : at_client);
  }

  LabWire bench;
  FileDescriptor listener;
  FileDescriptor client;
  std::optional<SocketSampler> sampler;
  Endpoint at_server;
  Endpoint at_client;
};

}  // namespace

TEST_CASE("socket sampler: both ends of a handshake, packet by packet") {
  auto lab = make_lab();
  if (lab == nullptr) return;
  Asked asked(std::move(lab));
  const auto syn_sent = asked.end(Host::Client);
  REQUIRE(syn_sent);
  CHECK(syn_sent->state == TcpState::SynSent);
  REQUIRE(syn_sent->congestion);
  CHECK(syn_sent->congestion->timeout_us >= 1'000'000);  // RFC 6298, section 2.1
  CHECK_FALSE(syn_sent->congestion->threshold);
  // Nothing was measured yet, and nobody wrote anything: a SYN is no byte.
  CHECK_FALSE(syn_sent->congestion->rtt_us);
  REQUIRE(syn_sent->send);
  CHECK(syn_sent->send->bytes == 0);
  CHECK_FALSE(asked.end(Host::Server));  // the one that listens there is not this connection's

  asked.carry();
  const auto half_open = asked.end(Host::Server);
  REQUIRE(half_open);
  CHECK(half_open->state == TcpState::SynReceived);
  CHECK_FALSE(half_open->congestion);
  CHECK_FALSE(half_open->receive);

  asked.carry();
  CHECK(asked.end(Host::Client)->state == TcpState::Established);
  CHECK(asked.end(Host::Server)->state == TcpState::SynReceived);
  CHECK(asked.sampler->accept_queue(Host::Server, asked.at_server) == AcceptQueueSample{0, 1});

  asked.carry();
  const auto established = asked.end(Host::Server);
  REQUIRE(established);
  CHECK(established->state == TcpState::Established);
  REQUIRE(established->congestion);
  CHECK(established->congestion->window > 0);
  CHECK(established->congestion->rtt_us);
  CHECK(asked.sampler->accept_queue(Host::Server, asked.at_server) == AcceptQueueSample{1, 1});
}

TEST_CASE("socket sampler: bytes that wait to be read, and bytes that are not acknowledged") {
  auto lab = make_lab();
  if (lab == nullptr) return;
  Asked asked(std::move(lab));
  for (int i = 0; i < 3; ++i) asked.carry();
  REQUIRE(send(asked.client.get(), "0123456789", 10, 0) == 10);
  asked.bench.wire.step();
  const auto sending = asked.end(Host::Client);
  REQUIRE((sending && sending->send && sending->flight));
  CHECK(sending->send->bytes == 10);
  CHECK(sending->send->memory_bytes > 10);
  CHECK(sending->send->memory_bytes <= sending->send->limit_bytes);
  CHECK(sending->flight->unacknowledged == 1);

  asked.carry();
  const auto receiving = asked.end(Host::Server);
  REQUIRE((receiving && receiving->receive));
  CHECK(receiving->receive->bytes == 10);
  CHECK(receiving->receive->memory_bytes > 10);

  asked.carry();
  const auto acknowledged = asked.end(Host::Client);
  REQUIRE((acknowledged && acknowledged->send && acknowledged->flight));
  CHECK(acknowledged->send->bytes == 0);
  CHECK(acknowledged->flight->unacknowledged == 0);
}

TEST_CASE("socket sampler: a host without such a socket says nothing") {
  auto lab = make_lab();
  if (lab == nullptr) return;
  Asked asked(std::move(lab));
  asked.at_server.port = lab_port + 1;
  CHECK_FALSE(asked.end(Host::Client));
  CHECK_FALSE(asked.end(Host::Server));
  CHECK_FALSE(asked.sampler->accept_queue(Host::Server, asked.at_server));
}

TEST_CASE("sample budget: so many in a row, then so many a second") {
  SampleBudget budget;
  const Instant start{1'000'000'000};
  std::uint32_t taken = 0;
  while (budget.take(start)) ++taken;
  CHECK(taken == wire_limits::samples_in_a_row);
  CHECK_FALSE(budget.take(start + Duration::microseconds(900)));
  CHECK(budget.take(start + Duration::microseconds(1'000)));
  CHECK_FALSE(budget.take(start + Duration::microseconds(1'000)));
  // However long the rest, it is no more than that again.
  taken = 0;
  while (budget.take(start + Duration::seconds(60))) ++taken;
  CHECK(taken == wire_limits::samples_in_a_row);
}
