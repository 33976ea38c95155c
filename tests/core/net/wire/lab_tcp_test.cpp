// The kernel's own TCP, one packet at a time: what each side knows is asked after each step.
// Nothing waits for time but where the kernel's timers are the thing shown.
#include <arpa/inet.h>

#include <algorithm>

#include "tests/core/net/wire/lab_wire.h"

using namespace roundtrip;
using namespace roundtrip::net;
using namespace roundtrip::testing;
using trace::TcpState;
using Lines = std::vector<std::string>;

namespace {

// The lines that begin so.
Lines lines_of(const RecordingSink& sink, std::string_view begin) {
  Lines found;
  for (const std::string& line : sink.lines()) {
    if (line.starts_with(begin)) found.push_back(line);
  }
  return found;
}

int error_of(const FileDescriptor& socket) {
  int error = 0;
  socklen_t length = sizeof error;
  getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &length);
  return error;
}

FileDescriptor accept_one(const FileDescriptor& listener) {
  return FileDescriptor(accept4(listener.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
}

struct Connected {
  FileDescriptor listener;
  FileDescriptor client;
  FileDescriptor server;
};

Connected connect_both(LabWire& bench) {
  Connected all{bench.listener(), FileDescriptor(), FileDescriptor()};
  all.client = bench.begin_connect();
  bench.wire.settle();
  all.server = accept_one(all.listener);
  REQUIRE(all.server.is_open());
  bench.sink.forget();
  return all;
}

std::uint32_t sequence_of(const std::vector<std::uint8_t>& bytes) {
  return decode_packet(bytes).tcp->sequence.value;
}

}  // namespace

TEST_CASE("lab tcp: the handshake, one packet a step (20 times the same)") {
  auto lab = make_lab();
  if (lab == nullptr) return;
  LabWire bench(std::move(lab));
  const FileDescriptor listener = bench.listener(64);
  for (int i = 0; i < 20; ++i) {
    bench.wire.settle();
    bench.sink.forget();
    bench.hold("all");
    const FileDescriptor client = bench.begin_connect();
    const auto step = [&] {
      bench.wire.step();
      const auto held = bench.wire.held();
      REQUIRE(held.size() == 1);
      CHECK(bench.wire.release(held[0].id).ok());
      return held[0].decoded;
    };
    const Packet syn = step();
    CHECK(bench.state_of(client) == TcpState::SynSent);
    const Packet syn_ack = step();
    CHECK(bench.state_of(client) == TcpState::Established);
    const auto half_open = bench.sockets(Host::Server, {TcpState::SynReceived});
    REQUIRE(half_open.size() == 1);
    CHECK(half_open[0].peer_port == syn.tcp->source_port.value);
    CHECK_FALSE(accept_one(listener).is_open());
    const Packet ack = step();
    const FileDescriptor server = accept_one(listener);
    REQUIRE(server.is_open());
    CHECK(bench.state_of(server) == TcpState::Established);

    CHECK(syn.tcp->flags_text() == "SYN");
    CHECK(syn_ack.tcp->flags_text() == "SYN, ACK");
    CHECK(ack.tcp->flags_text() == "ACK");
    CHECK(syn_ack.tcp->acknowledgement.value == syn.tcp->sequence.value + 1);
    CHECK(ack.tcp->acknowledgement.value == syn_ack.tcp->sequence.value + 1);
    CHECK(lines_of(bench.sink, "delivered").size() == 3);
    CHECK(bench.wire.held().empty());
    // What the closes say is not held for the next of the twenty.
    bench.wire.hold(PacketFilter());
  }
}

TEST_CASE("lab tcp: a SYN as this kernel makes it, its sums verified") {
  auto lab = make_lab();
  if (lab == nullptr) return;
  LabWire bench(std::move(lab));
  const FileDescriptor client = bench.begin_connect();
  bench.hold("all");
  bench.wire.step();
  const auto held = bench.wire.held();
  REQUIRE(held.size() == 1);
  const Packet& syn = held[0].decoded;
  CHECK_FALSE(syn.flaw);
  CHECK(syn.source()->text() == "192.168.1.50");
  CHECK(syn.destination()->text() == "192.168.1.100");
  CHECK(syn.v4->checksum.state == packet::ChecksumState::Right);
  CHECK(syn.v4->checksum.field.value != 0);
  CHECK(syn.tcp->checksum.state == packet::ChecksumState::Right);
  CHECK(syn.tcp->destination_port.value == lab_port);
  CHECK(syn.tcp->source_port.value == local_address(client.get()).port());
  REQUIRE(syn.tcp->option(packet::TcpOptionKind::MaximumSegmentSize) != nullptr);
  CHECK(syn.tcp->option(packet::TcpOptionKind::MaximumSegmentSize)->values[0] == 1460);
  CHECK(syn.tcp->option(packet::TcpOptionKind::SackPermitted) != nullptr);
  CHECK(syn.tcp->option(packet::TcpOptionKind::WindowScale) != nullptr);
}

TEST_CASE("lab tcp: with the last ACK held the client is connected and the server is not") {
  auto lab = make_lab();
  if (lab == nullptr) return;
  LabWire bench(std::move(lab));
  const FileDescriptor listener = bench.listener();
  bench.hold("ACK from client, data");
  const FileDescriptor client = bench.begin_connect();
  bench.wire.settle();
  REQUIRE(bench.wire.held().size() == 1);
  CHECK(bench.state_of(client) == TcpState::Established);
  CHECK(error_of(client) == 0);
  const auto half_open = bench.sockets(Host::Server, {TcpState::SynReceived});
  REQUIRE(half_open.size() == 1);
  CHECK(half_open[0].local.text() == "192.168.1.100");
  CHECK(half_open[0].local_port == lab_port);
  CHECK(half_open[0].peer.text() == "192.168.1.50");
  CHECK(bench.sockets(Host::Server, {TcpState::Established}).empty());
  CHECK_FALSE(accept_one(listener).is_open());
  // It may send already.
  CHECK(send(client.get(), "early", 5, 0) == 5);
  bench.wire.settle();
  CHECK(bench.wire.held().size() == 2);
  CHECK(bench.wire.release_all() == 2);
  bench.wire.hold(PacketFilter());
  bench.wire.settle();
  const FileDescriptor server = accept_one(listener);
  REQUIRE(server.is_open());
  char got[8];
  CHECK(recv(server.get(), got, sizeof got, 0) == 5);
  CHECK(bench.sockets(Host::Server, {TcpState::SynReceived}).empty());
}

TEST_CASE("lab tcp: a dropped SYN comes again by itself, the same but for its time-stamp") {
  auto lab = make_lab();
  if (lab == nullptr) return;
  LabWire bench(std::move(lab));
  const FileDescriptor listener = bench.listener();
  LinkSettings settings;
  settings.drops = {{*PacketFilter::parse("SYN"), 1}};
  bench.wire.set_link(Host::Client, settings);
  const FileDescriptor client = bench.begin_connect();
  bench.wire.settle();
  CHECK(bench.sink.lines() ==
        Lines{"seen 1 client SYN", "dropped 1 client SYN (rule)"});
  CHECK(bench.state_of(client) == TcpState::SynSent);
  bench.wait_for_packet();
  bench.wire.settle();
  const auto records = bench.sink.records();
  CHECK(records[2].line == "seen 2 client SYN");
  CHECK(sequence_of(records[2].bytes) == sequence_of(records[0].bytes));
  CHECK(records[2].when.monotonic - records[0].when.monotonic > Duration::milliseconds(500));
  CHECK(bench.state_of(client) == TcpState::Established);
  CHECK(accept_one(listener).is_open());
}

TEST_CASE("lab tcp: dropped data comes again, and only then it is read") {
  auto lab = make_lab();
  if (lab == nullptr) return;
  LabWire bench(std::move(lab));
  const Connected both = connect_both(bench);
  bench.hold("data");
  CHECK(send(both.client.get(), "hello", 5, 0) == 5);
  bench.wire.settle();
  REQUIRE(bench.wire.held().size() == 1);
  const auto first = bench.wire.held()[0];
  CHECK(bench.wire.drop(first.id).ok());
  bench.wire.hold(PacketFilter());
  char got[8];
  CHECK(recv(both.server.get(), got, sizeof got, 0) == -1);
  bench.wait_for_packet();
  bench.wire.settle();
  CHECK(recv(both.server.get(), got, sizeof got, 0) == 5);
  CHECK(tcp_info(both.client.get())->unacknowledged == 0);
}

TEST_CASE("lab tcp: a turned bit makes the host drop a segment, and its sum says so") {
  auto lab = make_lab();
  if (lab == nullptr) return;
  LabWire bench(std::move(lab));
  const Connected both = connect_both(bench);
  LinkSettings settings;
  settings.corruption = 1;
  bench.wire.set_link(Host::Client, settings);
  CHECK(send(both.client.get(), "hello", 5, 0) == 5);
  bench.wire.settle();
  const auto records = bench.sink.records();
  REQUIRE(records.size() >= 3);
  CHECK(records[1].line.starts_with("corrupted "));
  const Packet packet = decode_packet(records[1].bytes);
  const bool ip_wrong = packet.v4 && packet.v4->checksum.state == packet::ChecksumState::Wrong;
  const bool tcp_wrong = packet.tcp && packet.tcp->checksum.state == packet::ChecksumState::Wrong;
  CHECK((ip_wrong || tcp_wrong || packet.flaw.has_value()));
  char got[8];
  CHECK(recv(both.server.get(), got, sizeof got, 0) == -1);
  CHECK(tcp_info(both.client.get())->unacknowledged == 1);
}

TEST_CASE("lab tcp: a close of both sides, and TIME_WAIT where it began") {
  auto lab = make_lab();
  if (lab == nullptr) return;
  LabWire bench(std::move(lab));
  Connected both = connect_both(bench);
  CHECK(shutdown(both.client.get(), SHUT_WR) == 0);
  bench.wire.settle();
  // The server's kernel may wait a little for data that its acknowledgement could ride on.
  if (lines_of(bench.sink, "seen 5").empty()) bench.wait_for_packet();
  CHECK(lines_of(bench.sink, "delivered") ==
        Lines{"delivered 4 client FIN, ACK", "delivered 5 server ACK"});
  CHECK(bench.state_of(both.client) == TcpState::FinWait2);
  CHECK(bench.state_of(both.server) == TcpState::CloseWait);
  char got[8];
  CHECK(recv(both.server.get(), got, sizeof got, 0) == 0);
  both.server = FileDescriptor();
  bench.wire.settle();
  CHECK(lines_of(bench.sink, "delivered").back() == "delivered 7 client ACK");
  const auto waiting = bench.sockets(Host::Client, {TcpState::TimeWait});
  REQUIRE(waiting.size() == 1);
  CHECK(waiting[0].peer_port == lab_port);
  CHECK(waiting[0].timer == ListedSocket::Timer::TimeWait);
  CHECK(waiting[0].timer_left > Duration::seconds(50));
  // The socket itself is called closed by TCP_INFO.
  CHECK(bench.state_of(both.client) == TcpState::Closed);
  CHECK(bench.sockets(Host::Server, {TcpState::TimeWait}).empty());
}

TEST_CASE("lab tcp: a closed port answers RST") {
  auto lab = make_lab();
  if (lab == nullptr) return;
  LabWire bench(std::move(lab));
  const FileDescriptor client = bench.begin_connect();
  bench.wire.settle();
  CHECK(lines_of(bench.sink, "delivered") ==
        Lines{"delivered 1 client SYN", "delivered 2 server RST, ACK"});
  CHECK(error_of(client) == ECONNREFUSED);
}

TEST_CASE(
    "lab tcp: the accept queue holds one more than its backlog; the next SYN gets no answer") {
  auto lab = make_lab();
  if (lab == nullptr) return;
  LabWire bench(std::move(lab));
  const FileDescriptor listener = bench.listener(1);
  std::vector<FileDescriptor> clients;
  for (int i = 0; i < 2; ++i) {
    clients.push_back(bench.begin_connect());
    bench.wire.settle();
    CHECK(bench.state_of(clients.back()) == TcpState::Established);
  }
  bench.sink.forget();
  clients.push_back(bench.begin_connect());
  bench.wire.settle();
  CHECK(bench.sink.lines() == Lines{"seen 7 client SYN", "delivered 7 client SYN"});
  CHECK(bench.state_of(clients.back()) == TcpState::SynSent);
  const auto queue = accept_queue(listener.get());
  REQUIRE(queue);
  CHECK(queue->waiting == 2);
  CHECK(queue->limit == 1);
  const auto listening = bench.sockets(Host::Server, {TcpState::Listen});
  REQUIRE(listening.size() == 1);
  CHECK(listening[0].receive_queue == 2);
  CHECK(listening[0].send_queue == 1);
}

TEST_CASE("lab tcp: unread data turns a close into RST") {
  auto lab = make_lab();
  if (lab == nullptr) return;
  LabWire bench(std::move(lab));
  Connected both = connect_both(bench);
  CHECK(send(both.client.get(), "unread", 6, 0) == 6);
  bench.wire.settle();
  both.server = FileDescriptor();
  bench.wire.settle();
  CHECK(lines_of(bench.sink, "delivered").back() == "delivered 6 server RST, ACK");
  CHECK(error_of(both.client) == ECONNRESET);
}
