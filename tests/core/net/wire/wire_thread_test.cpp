// A wire that runs by itself: asked from several threads, it tells everything from one.
#include "core/net/wire/wire_thread.h"

#include <doctest/doctest.h>
#include <poll.h>

#include "core/net/wire/limits.h"
#include "tests/core/packet/packet_builder.h"
#include "tests/core/net/wire/recording_sink.h"

using namespace roundtrip;
using namespace roundtrip::net;
using namespace roundtrip::testing;

namespace {

struct Ends {
  std::unique_ptr<FrameEnd> host;
  std::unique_ptr<FrameEnd> wire;
  Ends() {
    auto made = memory_pair();
    REQUIRE(made.ok());
    host = std::move(made->first);
    wire = std::move(made->second);
  }
  void send(std::string payload) const {
    Segment segment;
    segment.payload = std::move(payload);
    CHECK(host->write(ipv4_packet(segment)) == 0);
  }
  // The payload of the next packet; waits for it.
  std::string receive() const {
    pollfd one{host->poll_fd(), POLLIN, 0};
    REQUIRE(poll(&one, 1, 30'000) == 1);
    Bytes buffer(wire_limits::frame_bytes);
    const FrameEnd::Read read = host->read(buffer);
    const Packet packet = decode_packet({buffer.data(), read.bytes});
    REQUIRE(packet.tcp);
    const ByteRange payload = packet.tcp->payload;
    return std::string(buffer.begin() + static_cast<std::ptrdiff_t>(payload.offset),
                       buffer.begin() + static_cast<std::ptrdiff_t>(payload.end()));
  }
};

struct ThreadOfCalls final : WireSink {
  void note() {
    const auto id = std::this_thread::get_id();
    if (calls++ == 0) first = id;
    only_one &= id == first;
  }
  void seen(const WirePacket&) override { note(); }
  void held(const WirePacket&, WireMoment, std::string_view) override { note(); }
  void released(const WirePacket&, WireMoment) override { note(); }
  void under_way(const WirePacket&, WireMoment, const Fate&) override { note(); }
  void duplicated(const WirePacket&, const WirePacket&) override { note(); }
  void corrupted(const WirePacket&, WireMoment, Corruption) override { note(); }
  void dropped(const WirePacket&, WireMoment, DropReason, int) override { note(); }
  void delivered(const WirePacket&, const Delivery&) override { note(); }
  int calls = 0;
  bool only_one = true;
  std::thread::id first;
};

}  // namespace

TEST_CASE("wire thread: carries packets both ways, delayed ones too") {
  Ends client, server;
  RecordingSink sink;
  auto thread = WireThread::start({*client.wire, *server.wire}, sink);
  REQUIRE(thread.ok());
  client.send("hello");
  CHECK(server.receive() == "hello");
  server.send("world");
  CHECK(client.receive() == "world");
  LinkSettings settings;
  settings.delay = Duration::milliseconds(2);
  (*thread)->ask([&](Wire& wire) { wire.set_link(Host::Client, settings); });
  client.send("late");
  CHECK(server.receive() == "late");
  (*thread).reset();
  const auto records = sink.records();
  const Delivery& last = records.back().delivery;
  CHECK(records.back().line == "delivered 3 client ACK +4");
  CHECK(last.began.monotonic >= last.due);
}

TEST_CASE("wire thread: held, released, and stopped with packets in hand") {
  Ends client, server;
  RecordingSink sink;
  auto thread = WireThread::start({*client.wire, *server.wire}, sink);
  REQUIRE(thread.ok());
  (*thread)->ask([](Wire& wire) { wire.hold(*PacketFilter::parse("from client")); });
  client.send("one");
  client.send("two");
  server.send("answer");
  CHECK(client.receive() == "answer");
  // Read in the same turn as the answer, or before it.
  while ((*thread)->ask([](Wire& wire) { return wire.held().size(); }) < 2) {
  }
  CHECK((*thread)->ask([](Wire& wire) { return wire.release(1).ok(); }));
  CHECK(server.receive() == "one");
  CHECK_FALSE((*thread)->ask([](Wire& wire) { return wire.release(1).ok(); }));
}

TEST_CASE("wire thread: asked by four threads at once while packets pass, one thread tells all") {
  Ends client, server;
  ThreadOfCalls sink;
  auto thread = WireThread::start({*client.wire, *server.wire}, sink);
  REQUIRE(thread.ok());
  std::vector<std::thread> askers;
  for (int i = 0; i < 4; ++i) {
    askers.emplace_back([&] {
      for (int j = 0; j < 200; ++j) {
        (*thread)->ask([](Wire& wire) {
          wire.hold(*PacketFilter::parse("data"));
          wire.release_all();
        });
      }
    });
  }
  for (int i = 0; i < 100; ++i) client.send("x");
  for (std::thread& one : askers) one.join();
  (*thread)->ask([](Wire& wire) {
    wire.hold(PacketFilter());
    wire.settle();
    wire.release_all();
  });
  for (int i = 0; i < 100; ++i) CHECK(server.receive() == "x");
  (*thread).reset();
  CHECK(sink.only_one);
  CHECK(sink.calls >= 200);
}
