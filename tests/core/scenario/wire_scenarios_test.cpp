// The lessons on the wire, each run in a lab of its own where one can be made: what the packets of
// two real kernels tell has to be what the page says. Without a lab they run on the loopback, and
// what needs packets is left out, which the test says.
#include <doctest/doctest.h>

#include <cerrno>

#include "core/packet/packet.h"
#include "core/trace/state.h"
#include "tests/core/scenario/recorded_run.h"

namespace roundtrip::scenario {

using trace::Event;
using trace::PacketMark;
using trace::Phase;

namespace {

struct SeenPacket {
  std::uint32_t conn = 0;
  bool from_client = false;
  std::string flags;
  std::uint64_t payload = 0;
  std::uint64_t marks = 0;
  Instant sent;
  std::optional<Instant> arrived;
  bool is(PacketMark mark) const { return (marks & static_cast<std::uint64_t>(mark)) != 0; }
};

std::vector<SeenPacket> packets_of(const RecordedRun& run) {
  std::vector<SeenPacket> packets;
  for (std::uint64_t i = run.trace.first(); i < run.trace.end(); ++i) {
    const Event& event = run.trace[i];
    if (event.phase != Phase::TracePacket || !event.begins()) continue;
    SeenPacket one;
    one.conn = event.conn;
    one.from_client = event.arg("from") == 0U;
    one.flags = trace::bits_text(trace::Unit::TcpFlagsUnit, event.arg("flags").value_or(0));
    one.payload = event.arg("payload").value_or(0);
    one.marks = event.arg("marks").value_or(0);
    one.sent = event.time;
    const trace::EventNumber end = run.index.partner(i);
    REQUIRE_MESSAGE(end != trace::no_event, "a packet neither arrived nor was dropped");
    if (run.trace[end].arg("flags")) one.arrived = run.trace[end].time;
    packets.push_back(one);
  }
  return packets;
}

std::size_t count_of(const std::vector<SeenPacket>& packets, std::string_view flags,
                     bool from_client) {
  std::size_t count = 0;
  for (const SeenPacket& one : packets) {
    count += one.flags == flags && one.from_client == from_client ? 1 : 0;
  }
  return count;
}

std::size_t marked(const std::vector<SeenPacket>& packets, PacketMark mark) {
  std::size_t count = 0;
  for (const SeenPacket& one : packets) count += one.is(mark) ? 1 : 0;
  return count;
}

// When the client of a connection handed its pieces to its kernel.
std::vector<Instant> sends_of(const RecordedRun& run, std::uint32_t conn) {
  std::vector<Instant> moments;
  for (std::uint64_t i = run.trace.first(); i < run.trace.end(); ++i) {
    const Event& event = run.trace[i];
    if (event.phase == Phase::ReadClientSend && event.conn == conn) moments.push_back(event.time);
  }
  return moments;
}

void check_page(const RecordedRun& run) {
  CHECK_EQ(run.breaches(), "");
  CHECK_EQ(sentence_of(check_answers(run.scenario, run.report)), "");
  CHECK_EQ(sentence_of(check_expectations(run.scenario, run.trace, run.index)), "");
  CHECK_EQ(run.trace.losses().lost_records, 0);
  if (!run.in_lab) return;
  for (const Stop& stop : run.scenario.stops) {
    CHECK_MESSAGE(find_stop(stop, run.trace).has_value(),
                  fmt::format("the stop of line {} is never reached", stop.line));
  }
}

}  // namespace

TEST_CASE("20-handshake: three packets, a millisecond each, and the states follow them") {
  const Scenario scenario = shipped("20-handshake");
  const RecordedRun run(scenario);
  check_page(run);
  if (!run.in_lab) return;
  const auto packets = packets_of(run);
  REQUIRE(packets.size() >= 8);
  CHECK(packets[0].flags == "SYN");
  CHECK(packets[1].flags == "SYN+ACK");
  CHECK(packets[2].flags == "ACK");
  for (const SeenPacket& one : packets) {
    REQUIRE(one.arrived);
    CHECK((*one.arrived - one.sent).ns >= 1'000'000);  // never earlier than the link says
  }
  const Event& object = run.event(Phase::ConnectionObject);
  CHECK(trace::address_text({*object.arg("remote")}, run.trace.symbols()) == "192.168.1.50:54321");
  const trace::StateReader states(run.index);
  const auto at = [&](std::uint64_t event) {
    const auto state = states.connection_at(object.conn, event);
    return std::pair{state.client_tcp, state.server_tcp};
  };
  using enum trace::TcpState;
  std::vector<std::uint64_t> moments;  // begin and end of the first three packets
  for (std::uint64_t i = run.trace.first(); i < run.trace.end() && moments.size() < 6; ++i) {
    const Event& event = run.trace[i];
    if (event.phase == Phase::TracePacket && event.id >= 1 && event.id <= 3) moments.push_back(i);
  }
  REQUIRE(moments.size() == 6);
  CHECK(at(moments[0]) == std::pair{std::optional(SynSent), std::optional<trace::TcpState>()});
  CHECK(at(moments[1]) == std::pair{std::optional(SynSent), std::optional(SynReceived)});
  CHECK(at(moments[2]).second == SynReceived);
  CHECK(at(moments[3]).first == Established);
  CHECK(at(moments[3]).second == SynReceived);
  CHECK(at(moments[5]).second == Established);
}

TEST_CASE("20-handshake: every byte of the headers is kept, and their sums are right") {
  const Scenario scenario = shipped("20-handshake");
  const RecordedRun run(scenario);
  if (!run.in_lab) return;
  std::size_t verified = 0;
  for (std::uint64_t i = run.trace.first(); i < run.trace.end(); ++i) {
    const Event& event = run.trace[i];
    if (event.phase != Phase::TracePacket || !event.begins()) continue;
    std::string bytes = run.trace.text(event);
    const auto at = event.arg("payload_at");
    const auto length = event.arg("payload").value_or(0);
    REQUIRE(at);
    const auto log = event.arg("from") == 0U ? trace::Log::In : trace::Log::Out;
    const auto payload = run.trace.bytes(event.conn, log, {*at, length});
    CHECK(payload.whole);
    bytes += payload.data;
    const auto packet = packet::decode_packet(
        {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
    CHECK_FALSE(packet.flaw);
    REQUIRE(packet.tcp);
    CHECK(packet.v4->checksum.state == packet::ChecksumState::Right);
    CHECK(packet.tcp->checksum.state == packet::ChecksumState::Right);
    CHECK(packet.tcp->payload.length == length);
    ++verified;
  }
  CHECK(verified >= 8);
}

TEST_CASE("21-held-ack: the client is connected while the server is not") {
  const Scenario scenario = shipped("21-held-ack");
  const RecordedRun run(scenario);
  check_page(run);
  if (!run.in_lab) return;
  const Event& held = run.event(Phase::TracePacketHeld);
  const trace::StateReader states(run.index);
  const auto number = find_stop({Phase::TracePacketHeld, 2, "", "", 0}, run.trace);
  REQUIRE(number);
  const auto state = states.connection_at(held.conn, *number);
  CHECK(state.client_tcp == trace::TcpState::Established);
  CHECK(state.server_tcp == trace::TcpState::SynReceived);
}

TEST_CASE("22-syn-lost: the third SYN is the first that arrives, with the same number") {
  const Scenario scenario = shipped("22-syn-lost");
  const RecordedRun run(scenario);
  check_page(run);
  if (!run.in_lab) return;
  const auto packets = packets_of(run);
  REQUIRE(count_of(packets, "SYN", true) >= 3);
  CHECK_FALSE(packets[0].arrived);
  CHECK_FALSE(packets[1].arrived);
  CHECK(packets[2].arrived);
  CHECK(packets[1].is(PacketMark::Retransmission));
  CHECK(packets[2].is(PacketMark::Retransmission));
  CHECK(run.count(Phase::ConnectionSyn) == 1);
  CHECK(run.count(Phase::TracePacketDropped) == 2);
}

TEST_CASE("23-backlog: two wait, and who comes then is not answered") {
  const Scenario scenario = shipped("23-backlog");
  const RecordedRun run(scenario);
  check_page(run);
  if (!run.in_lab) return;
  // A SYN arrived, nothing dropped it on the wire, and it was sent again.
  const auto packets = packets_of(run);
  CHECK(run.count(Phase::TracePacketDropped) == 0);
  CHECK(marked(packets, PacketMark::Retransmission) > 0);
}

TEST_CASE("24-segment-lost: duplicate ACKs tell it, and it is sent again before any timer") {
  const Scenario scenario = shipped("24-segment-lost");
  const RecordedRun run(scenario);
  check_page(run);
  if (!run.in_lab) return;
  const auto packets = packets_of(run);
  CHECK(run.count(Phase::TracePacketDropped) == 1);
  CHECK(marked(packets, PacketMark::DuplicateAck) >= 3);
  const SeenPacket* lost = nullptr;
  const SeenPacket* again = nullptr;
  for (const SeenPacket& one : packets) {
    if (!one.arrived) lost = &one;
    if (lost != nullptr && again == nullptr && one.is(PacketMark::Retransmission)) again = &one;
  }
  REQUIRE(lost != nullptr);
  REQUIRE(again != nullptr);
  CHECK(again->payload > 0);
}

TEST_CASE("25-slow-reader: a window that is full, and a write that waits for room") {
  const Scenario scenario = shipped("25-slow-reader");
  const RecordedRun run(scenario);
  check_page(run);
  if (!run.in_lab) return;
  const auto packets = packets_of(run);
  CHECK(marked(packets, PacketMark::Probe) + marked(packets, PacketMark::WindowFull) > 0);
  bool waited = false;
  for (std::uint64_t i = run.trace.first(); i < run.trace.end(); ++i) {
    const Event& event = run.trace[i];
    if (event.phase != Phase::TaskPark) continue;
    waited = waited || event.arg("on") == static_cast<std::uint64_t>(trace::ParkReason::Writable);
  }
  CHECK(waited);
}

TEST_CASE("26-four-way-close: FIN, ACK, FIN, ACK apart, and TIME_WAIT on who was first") {
  const Scenario scenario = shipped("26-four-way-close");
  const RecordedRun run(scenario);
  check_page(run);
  if (!run.in_lab) return;
  CHECK(run.event(Phase::LifecycleTimeWait, 1).arg("on_client") == 0U);
  CHECK(run.event(Phase::LifecycleTimeWait, 2).arg("on_client") == 1U);
  const auto packets = packets_of(run);
  const std::uint32_t first = run.report.conn_of(1);
  std::vector<std::string> close;
  for (const SeenPacket& one : packets) {
    const bool ends = one.flags == "FIN+ACK" || one.is(PacketMark::AcknowledgesFin);
    if (one.conn == first && ends) close.push_back(one.flags);
  }
  CHECK(close == std::vector<std::string>{"FIN+ACK", "ACK", "FIN+ACK", "ACK"});
}

TEST_CASE("27-reset: a RST each way, told once each, and one by the kernel alone") {
  const Scenario scenario = shipped("27-reset");
  const RecordedRun run(scenario);
  check_page(run);
  if (!run.in_lab) return;
  CHECK(run.event(Phase::LifecycleReset, 1).arg("from_peer") == 1U);
  CHECK(run.event(Phase::LifecycleReset, 2).arg("from_peer") == 0U);
  CHECK(run.count(Phase::LifecycleReset) == 3);
  // Nobody listens at the third's port: no program had the connection.
  const Event& refused = run.event(Phase::LifecycleReset, 3);
  CHECK(refused.arg("from_peer") == 0U);
  const auto packets = packets_of(run);
  std::vector<std::string> flags;
  for (const SeenPacket& one : packets) {
    if (one.conn == refused.conn) flags.push_back(one.flags);
  }
  CHECK(flags == std::vector<std::string>{"SYN", "RST+ACK"});
  for (std::uint64_t i = run.trace.first(); i < run.trace.end(); ++i) {
    const Event& event = run.trace[i];
    if (event.conn != refused.conn) continue;
    CHECK(event.phase != Phase::ConnectionAccept);
    if (event.phase != Phase::ConnectionConnect || !event.ends()) continue;
    CHECK(event.arg("errno") == static_cast<std::uint64_t>(ECONNREFUSED));
  }
}

TEST_CASE("28-nagle: the second piece waits for the ACK of the first, unless told otherwise") {
  const Scenario scenario = shipped("28-nagle");
  const RecordedRun run(scenario);
  check_page(run);
  if (!run.in_lab) return;
  const auto packets = packets_of(run);
  for (const std::uint32_t client : {1U, 2U}) {
    const std::uint32_t conn = run.report.conn_of(client);
    std::vector<const SeenPacket*> pieces;
    for (const SeenPacket& one : packets) {
      if (one.conn == conn && one.from_client && one.payload > 0) pieces.push_back(&one);
    }
    REQUIRE(pieces.size() >= 3);
    // With Nagle's rule the third piece leaves behind an ACK of the second, however late it was
    // given to the kernel; without, no ACK comes between send() and the packet.
    const Instant since = client == 1 ? pieces[1]->sent : sends_of(run, conn).at(2);
    bool acknowledged_between = false;
    for (const SeenPacket& one : packets) {
      if (one.conn != conn || one.from_client || !one.arrived) continue;
      acknowledged_between =
          acknowledged_between || (*one.arrived > since && *one.arrived <= pieces[2]->sent);
    }
    CHECK(acknowledged_between == (client == 1));
  }
}

TEST_CASE("29-far-away: a request on an open connection saves the handshake's round trip") {
  const Scenario scenario = shipped("29-far-away");
  const RecordedRun run(scenario);
  check_page(run);
  if (!run.in_lab) return;
  for (const SeenPacket& one : packets_of(run)) {
    REQUIRE(one.arrived);
    CHECK((*one.arrived - one.sent).ns >= 50'000'000);
  }
}

}  // namespace roundtrip::scenario
