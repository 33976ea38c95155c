// What the wire's recorder tells of packets to the end: those that wait when it ends have one too.
#include "core/net/wire/wire_recorder.h"

#include <doctest/doctest.h>

#include <thread>

#include "core/net/wire/wire.h"
#include "tests/core/packet/packet_builder.h"
#include "tests/core/runtime/recording.h"

using namespace roundtrip;
using namespace roundtrip::net;
using namespace roundtrip::testing;
using trace::Phase;

TEST_CASE("wire recorder: what is held or under way at the end goes no further (wire gone)") {
  Recording recording;
  ConnectionNumbers numbers(recording.bus());
  WireRecorder recorder(recording.bus(), numbers);
  auto client = memory_pair();
  auto server = memory_pair();
  REQUIRE(client.ok());
  REQUIRE(server.ok());
  std::size_t held = 0;
  std::size_t under_way = 0;
  // The wire's thread.
  std::thread([&] {
    recorder.attach();
    Wire wire({*client->second, *server->second}, recorder);
    const auto send = [&](std::string payload) {
      Segment segment;
      segment.payload = std::move(payload);
      client->first->write(ipv4_packet(segment));
      wire.settle();
    };
    send("arrives");
    LinkSettings far;
    far.delay = Duration::seconds(30);
    wire.set_link(Host::Client, far);
    send("is under way");
    wire.hold(*PacketFilter::parse("data"));
    send("is held");
    held = wire.held().size();
    under_way = wire.under_way();
    recorder.detach();
  }).join();
  CHECK(held == 1);
  CHECK(under_way == 1);
  recording.check_whole();
  using Causes = std::vector<trace::Drop>;
  CHECK(recording.all<trace::Drop>(Phase::TracePacketDropped, "cause") ==
        Causes{trace::Drop::WireGone, trace::Drop::WireGone});
  CHECK(recording.first(Phase::TracePacketDropped).provenance == trace::Provenance::Observed);
  CHECK(recording.count(Phase::TracePacket) == 6);
  CHECK(recording.count(Phase::TracePacketHeld) == 2);
}
