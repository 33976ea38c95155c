// The wire between two ends in memory, carried by hand, with a clock that the test sets.
#include "core/net/wire/wire.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cerrno>

#include "core/net/wire/limits.h"
#include "tests/core/packet/packet_builder.h"
#include "tests/core/net/wire/recording_sink.h"

using namespace roundtrip;
using namespace roundtrip::net;
using namespace roundtrip::testing;
using Lines = std::vector<std::string>;
using Packets = std::vector<Bytes>;

namespace {

class SetClock final : public WireClock {
 public:
  WireMoment now() const override { return {static_cast<std::uint64_t>(at.ns), at}; }
  Instant at;
};

class EndPair {
 public:
  EndPair() {
    auto made = memory_pair();
    REQUIRE(made.ok());
    host = std::move(made->first);
    wire = std::move(made->second);
  }
  // What the host has received since.
  std::vector<Bytes> received() const {
    std::vector<Bytes> all;
    Bytes buffer(wire_limits::frame_bytes);
    for (FrameEnd::Read read; (read = host->read(buffer)).bytes > 0;) {
      all.emplace_back(buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(read.bytes));
    }
    return all;
  }
  std::unique_ptr<FrameEnd> host;  // the test's side
  std::unique_ptr<FrameEnd> wire;
};

struct Bench {
  EndPair client;
  EndPair server;
  RecordingSink sink;
  SetClock clock;
  Wire wire{{*client.wire, *server.wire}, sink, clock};

  Bytes send(Host from, std::string payload = "x") {
    Segment segment;
    segment.payload = std::move(payload);
    Bytes bytes = ipv4_packet(segment);
    CHECK((from == Host::Client ? client : server).host->write(bytes) == 0);
    return bytes;
  }
  void hold(std::string_view filter) { wire.hold(*PacketFilter::parse(filter)); }
  void pass(Duration time) { clock.at = clock.at + time; }
};

}  // namespace

TEST_CASE("wire: a packet goes through as it is, both ways, and is told twice") {
  Bench bench;
  const Bytes there = bench.send(Host::Client, "hello");
  const Bytes back = bench.send(Host::Server, "world");
  const Wire::Turn turn = bench.wire.step();
  CHECK(turn.read == 2);
  CHECK(turn.delivered == 2);
  CHECK_FALSE(turn.more);
  CHECK(bench.server.received() == Packets{there});
  CHECK(bench.client.received() == Packets{back});
  CHECK(bench.sink.lines() == Lines{"seen 1 client ACK +5", "delivered 1 client ACK +5",
                                    "seen 2 server ACK +5", "delivered 2 server ACK +5"});
  CHECK(bench.sink.records()[0].bytes == there);
}

TEST_CASE("wire: what fits the filter is held, and goes on when it is released") {
  Bench bench;
  bench.hold("data from client");
  const Bytes first = bench.send(Host::Client, "one");
  const Bytes second = bench.send(Host::Client, "two!");
  bench.send(Host::Server, "answer");
  bench.wire.settle();
  CHECK(bench.server.received().empty());
  CHECK(bench.client.received().size() == 1);
  REQUIRE(bench.wire.held().size() == 2);
  CHECK(bench.wire.held()[0].id == 1);
  CHECK(bench.wire.held()[1].decoded.tcp->payload.length == 4);
  bench.sink.forget();
  CHECK(bench.wire.release(2).ok());
  CHECK(bench.server.received() == Packets{second});
  CHECK(bench.wire.release(2).error() == "packet 2 is not held");
  CHECK(bench.wire.release_all() == 1);
  CHECK(bench.server.received() == Packets{first});
  CHECK(bench.sink.lines() == Lines{"released 2 client ACK +4", "delivered 2 client ACK +4",
                                    "released 1 client ACK +3", "delivered 1 client ACK +3"});
  // Nothing is held any more.
  bench.wire.hold(PacketFilter());
  bench.send(Host::Client);
  bench.wire.settle();
  CHECK(bench.server.received().size() == 1);
}

TEST_CASE("wire: a held packet is dropped or copied by hand; the copy is a packet of its own") {
  Bench bench;
  bench.hold("all");
  const Bytes bytes = bench.send(Host::Client, "one");
  bench.send(Host::Client, "two!");
  bench.wire.settle();
  bench.sink.forget();
  const auto copy = bench.wire.duplicate(1);
  REQUIRE(copy.ok());
  CHECK(*copy == 3);
  CHECK(bench.wire.drop(2).ok());
  CHECK_FALSE(bench.wire.drop(2).ok());
  CHECK_FALSE(bench.wire.duplicate(2).ok());
  REQUIRE(bench.wire.held().size() == 2);
  CHECK(bench.wire.held()[1].copy_of == 1);
  bench.wire.release_all();
  CHECK(bench.server.received() == Packets{bytes, bytes});
  CHECK(bench.sink.lines() == Lines{"duplicated 3 client ACK +3 of 1",
                                    "held 3 client ACK +3 by all",
                                    "dropped 2 client ACK +4 (by-hand)",
                                    "released 1 client ACK +3", "delivered 1 client ACK +3",
                                    "released 3 client ACK +3", "delivered 3 client ACK +3"});
}

TEST_CASE("wire: a delayed packet arrives when it is due, and says what it waited for") {
  Bench bench;
  LinkSettings settings;
  settings.delay = Duration::milliseconds(1);
  bench.wire.set_link(Host::Client, settings);
  bench.send(Host::Client);
  bench.send(Host::Server);
  bench.wire.settle();
  CHECK(bench.client.received().size() == 1);  // the other way has no delay
  CHECK(bench.server.received().empty());
  CHECK(bench.wire.next_due() == Instant{} + Duration::milliseconds(1));
  bench.pass(Duration::microseconds(999));
  CHECK(bench.wire.settle().delivered == 0);
  bench.pass(Duration::microseconds(3));
  CHECK(bench.wire.settle().delivered == 1);
  CHECK(bench.server.received().size() == 1);
  CHECK_FALSE(bench.wire.next_due());
  const auto records = bench.sink.records();
  CHECK(records[1].line == "under way 1 client ACK +1");
  CHECK(records[1].fate.travels == settings.delay);
  CHECK(records.back().delivery.due == Instant{} + Duration::milliseconds(1));
  CHECK(records.back().delivery.began.monotonic - records.back().delivery.due ==
        Duration::microseconds(2));
}

TEST_CASE("wire: packets under way can be dropped and copied, and are lost with the cable") {
  Bench bench;
  LinkSettings settings;
  settings.delay = Duration::milliseconds(1);
  bench.wire.set_link(Host::Client, settings);
  for (const char* text : {"1", "22", "333"}) bench.send(Host::Client, text);
  bench.wire.settle();
  CHECK(bench.wire.under_way() == 3);
  CHECK(bench.wire.drop(2).ok());
  CHECK(bench.wire.duplicate(1).value() == 4);
  bench.pass(Duration::milliseconds(1));
  bench.wire.settle();
  CHECK(bench.server.received().size() == 3);
  bench.send(Host::Client);
  bench.wire.settle();
  bench.sink.forget();
  bench.wire.cut_cable(true);
  bench.pass(Duration::milliseconds(5));
  bench.send(Host::Server);
  bench.wire.settle();
  CHECK(bench.server.received().empty());
  CHECK(bench.client.received().empty());
  CHECK(bench.sink.lines() == Lines{"dropped 5 client ACK +1 (cut)",
                                    "seen 6 server ACK +1",
                                    "dropped 6 server ACK +1 (cut)"});
  bench.wire.cut_cable(false);
  bench.send(Host::Server);
  bench.wire.settle();
  CHECK(bench.client.received().size() == 1);
}

TEST_CASE("wire: the link duplicates and corrupts, and both are told") {
  Bench bench;
  LinkSettings settings;
  settings.duplication = 1;
  settings.corruption = 1;
  bench.wire.set_link(Host::Client, settings);
  const Bytes bytes = bench.send(Host::Client, "some bytes to be hit");
  bench.wire.settle();
  const auto received = bench.server.received();
  REQUIRE(received.size() == 2);
  int turned = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    turned += __builtin_popcount(static_cast<unsigned>(received[0][i] ^ bytes[i]));
  }
  CHECK(turned == 1);
  CHECK(received[1] == bytes);
  const auto records = bench.sink.records();
  REQUIRE(records.size() == 5);
  CHECK(records[1].line == "duplicated 2 client ACK +20 of 1");
  CHECK(records[1].copy_of == 1);
  CHECK(records[2].line.starts_with("corrupted 1 "));
  CHECK(records[3].bytes == received[0]);
  CHECK(records[4].line == "delivered 2 client ACK +20");
}

TEST_CASE("wire: reordered packets arrive in another order, each with its own bytes") {
  Bench bench;
  LinkSettings settings;
  settings.delay = Duration::milliseconds(1);
  settings.reordering = 0.3;
  settings.reordered_by = Duration::microseconds(50);
  bench.wire.set_link(Host::Client, settings);
  std::vector<Bytes> sent;
  for (int i = 0; i < 60; ++i) {
    sent.push_back(bench.send(Host::Client, std::string(static_cast<std::size_t>(i), 'x')));
    bench.wire.settle();
    bench.pass(Duration::microseconds(20));
  }
  bench.pass(Duration::milliseconds(2));
  bench.wire.settle();
  auto received = bench.server.received();
  CHECK(received != sent);
  std::sort(received.begin(), received.end());
  std::sort(sent.begin(), sent.end());
  CHECK(received == sent);
}

TEST_CASE("wire: what a host does not take is told with the reason") {
  Bench bench;
  // Nobody reads on the other side: the pair in memory takes so many packets and no more.
  std::size_t refused = 0;
  for (int i = 0; i < 2'000 && refused == 0; ++i) {
    bench.send(Host::Client, std::string(1000, 'x'));
    bench.wire.settle();
    const auto records = bench.sink.records();
    if (records.back().error != 0) {
      ++refused;
      CHECK(records.back().error == EAGAIN);
      CHECK(records.back().line.ends_with("(refused)"));
    }
    bench.sink.forget();
  }
  CHECK(refused == 1);
}

TEST_CASE("wire: no more is held than the limit, and what is beyond is told as dropped") {
  Bench bench;
  bench.hold("all");
  for (std::size_t i = 0; i < wire_limits::held_packets + 2; ++i) {
    bench.send(Host::Client);
    bench.wire.settle();
  }
  CHECK(bench.wire.held().size() == wire_limits::held_packets);
  const auto lines = bench.sink.lines();
  CHECK(lines.back().ends_with("(held-limit)"));
  CHECK(bench.wire.release_all() == wire_limits::held_packets);
}

TEST_CASE("wire: an end whose other side has gone is read no more; the other end goes on") {
  Bench bench;
  bench.client.host.reset();
  bench.send(Host::Server);
  bench.wire.settle();
  CHECK(bench.wire.is_closed(Host::Client));
  CHECK_FALSE(bench.wire.is_closed(Host::Server));
  CHECK(bench.sink.records().back().error == EPIPE);
}
