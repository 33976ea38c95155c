#include "core/net/wire/loopback_capture.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <span>

#include "core/base/clock.h"
#include "core/base/thread.h"
#include "core/net/address.h"
#include "core/net/observe.h"
#include "core/net/wire/limits.h"

namespace roundtrip::net {

using trace::Phase;

namespace {

// What was missed is told as often as this, while more is missed.
constexpr Duration missed_told_every = Duration::seconds(1);

LabFailure failed(const char* step) {
  return {step, errno,
          "run as root, or allow it to the program: `setcap cap_net_raw+ep PROGRAM`, as root"};
}

bool set_filter(int fd, std::span<sock_filter> program) {
  const sock_fprog filter{static_cast<unsigned short>(program.size()), program.data()};
  return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter) == 0;
}

bool take_nothing(int fd) {
  sock_filter program[] = {BPF_STMT(BPF_RET | BPF_K, 0)};
  return set_filter(fd, program);
}

// Whole packets of TCP over IPv4, the first fragment too, to or from the port. lo shows each twice,
// as it is sent and as it arrives: the first is taken. Offsets count from the IP header.
bool take_port(int fd, std::uint16_t port) {
  constexpr std::uint32_t protocol = static_cast<std::uint32_t>(SKF_AD_OFF + SKF_AD_PROTOCOL);
  constexpr std::uint32_t direction = static_cast<std::uint32_t>(SKF_AD_OFF + SKF_AD_PKTTYPE);
  sock_filter program[] = {
      BPF_STMT(BPF_LD | BPF_H | BPF_ABS, protocol),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETH_P_IP, 0, 12),
      BPF_STMT(BPF_LD | BPF_B | BPF_ABS, direction),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PACKET_OUTGOING, 0, 10),
      BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 9),  // protocol
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_TCP, 0, 8),
      BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 6),  // fragment offset
      BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 0x1fff, 6, 0),
      BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0),  // length of the IP header
      BPF_STMT(BPF_LD | BPF_H | BPF_IND, 0),   // source port
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, port, 2, 0),
      BPF_STMT(BPF_LD | BPF_H | BPF_IND, 2),  // destination port
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, port, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, static_cast<std::uint32_t>(wire_limits::frame_bytes)),
      BPF_STMT(BPF_RET | BPF_K, 0),
  };
  return set_filter(fd, program);
}

// As large as this process may have it.
void enlarge_buffer(int fd) {
  const int wanted = wire_limits::capture_buffer_bytes;
  if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &wanted, sizeof wanted) == 0) return;
  setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &wanted, sizeof wanted);
}

bool ask_for_stamps(int fd) {
  const int on = 1;
  return setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on) == 0;
}

// The kernel begins to stamp a while after it was asked to, on a busy machine more than a second.
// Until then it fills in when a packet is read, which may be much later than it passed: a datagram
// to oneself shows whether it still does.
bool wait_until_stamps_are_on() {
  const std::int64_t until = monotonic_ns() + Duration::seconds(20).ns;
  const FileDescriptor self(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const auto any = parse_address("127.0.0.1", 0);
  if (!self.is_open() || !any || bind(self.get(), any->raw(), any->length) != 0) return false;
  if (!ask_for_stamps(self.get())) return false;
  const SocketAddress own = local_address(self.get());
  while (monotonic_ns() < until) {
    if (sendto(self.get(), "?", 1, 0, own.raw(), own.length) != 1) return false;
    pollfd readable{self.get(), POLLIN, 0};
    if (poll(&readable, 1, 1'000) != 1) return false;
    const std::int64_t before = sample_clocks().realtime_ns;
    char byte = 0;
    const auto stamp = read_stamped(self.get(), {&byte, 1}).realtime_ns;
    if (stamp && *stamp <= before) return true;
    poll(nullptr, 0, 1);
  }
  errno = EAGAIN;
  return false;
}

}  // namespace

LoopbackCapture::Attempt LoopbackCapture::open() {
  // Without a protocol it gets nothing, until it is bound and its filter stands.
  FileDescriptor fd(socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd.is_open()) return {nullptr, failed("socket(AF_PACKET)")};
  if (!take_nothing(fd.get())) return {nullptr, failed("setsockopt(SO_ATTACH_FILTER)")};
  if (!ask_for_stamps(fd.get()) || !wait_until_stamps_are_on()) {
    // No privilege would help.
    return {nullptr, {"time-stamps by SO_TIMESTAMPNS", errno, ""}};
  }
  enlarge_buffer(fd.get());
  // What is sent is shown only to who asks for every protocol.
  sockaddr_ll lo{};
  lo.sll_family = AF_PACKET;
  lo.sll_protocol = htons(ETH_P_ALL);
  lo.sll_ifindex = static_cast<int>(if_nametoindex("lo"));
  if (bind(fd.get(), reinterpret_cast<sockaddr*>(&lo), sizeof lo) != 0) {
    return {nullptr, failed("bind(AF_PACKET) to lo")};
  }
  FileDescriptor wake(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!wake.is_open()) return {nullptr, failed("eventfd")};
  std::unique_ptr<LoopbackCapture> made(new LoopbackCapture(std::move(fd), std::move(wake)));
  return {std::move(made), {}};
}

std::optional<LabFailure> LoopbackCapture::choose(std::uint16_t port) {
  port_ = port;
  if (take_port(socket_.get(), port)) return std::nullopt;
  return failed("setsockopt(SO_ATTACH_FILTER)");
}

void LoopbackCapture::start(trace::Bus& bus, ConnectionNumbers& numbers) {
  bus_ = &bus;
  recorder_.emplace(bus, numbers, WireRecorder::Steps::ByServer);
  buffer_.resize(wire_limits::frame_bytes);
  thread_ = thread_without_signals([this] { run(); });
}

void LoopbackCapture::stop() {
  if (!thread_.joinable()) return;
  eventfd_write(wake_.get(), 1);
  thread_.join();
}

void LoopbackCapture::run() {
  recorder_->attach();
  bool stops = false;
  while (!stops) {
    pollfd waits[] = {{socket_.get(), POLLIN, 0}, {wake_.get(), POLLIN, 0}};
    const timespec patience{missed_told_every.ns / 1'000'000'000, 0};
    if (ppoll(waits, 2, missed_ > 0 ? &patience : nullptr, nullptr) < 0) continue;
    stops = waits[1].revents != 0;
    take_all();
    tell_missed(stops);
  }
  recorder_->detach();
}

void LoopbackCapture::take_all() {
  while (true) {
    const StampedRead read =
        read_stamped(socket_.get(), {reinterpret_cast<char*>(buffer_.data()), buffer_.size()});
    if (read.got < 0 && read.error == EINTR) continue;
    if (read.got < 0) return;
    if (!read.realtime_ns) {
      ++missed_;
      continue;
    }
    take({buffer_.data(), static_cast<std::size_t>(read.got)}, *read.realtime_ns);
  }
}

// Each stamp is converted with an error of its own; their order is the kernel's.
std::uint64_t LoopbackCapture::ticks_of(std::int64_t realtime_ns) {
  std::uint64_t ticks = bus_->stamp_from_realtime(realtime_ns).ticks;
  if (realtime_ns >= newest_realtime_ns_) {
    ticks = std::max(ticks, newest_ticks_);
    newest_realtime_ns_ = realtime_ns;
    newest_ticks_ = ticks;
  }
  return ticks;
}

void LoopbackCapture::take(PacketBytes bytes, std::int64_t realtime_ns) {
  packet::decode_packet(bytes, decoded_);
  WirePacket packet;
  packet.id = ++packets_;
  const bool by_server = decoded_.tcp && decoded_.tcp->source_port.value == port_;
  packet.from = by_server ? Host::Server : Host::Client;
  packet.seen.ticks = ticks_of(realtime_ns);
  packet.bytes = bytes;
  packet.decoded = &decoded_;
  recorder_->seen(packet);
  recorder_->delivered(packet, {packet.seen, packet.seen, {}});
}

// Reading the count sets it back.
void LoopbackCapture::tell_missed(bool at_once) {
  tpacket_stats counts{};
  socklen_t length = sizeof counts;
  if (getsockopt(socket_.get(), SOL_PACKET, PACKET_STATISTICS, &counts, &length) == 0) {
    missed_ += counts.tp_drops;
  }
  const std::int64_t now = monotonic_ns();
  if (missed_ == 0 || (!at_once && now - missed_told_ns_ < missed_told_every.ns)) return;
  trace::instant<Phase::TraceNote>(
      trace::Subject{},
      bus_->symbols().intern(
          fmt::format("the capture was too slow: {} passed on the loopback and could not be kept",
                      missed_ == 1 ? "a packet" : fmt::format("{} packets", missed_))));
  missed_ = 0;
  missed_told_ns_ = now;
}

}  // namespace roundtrip::net
