// The lab's wire beside a bare copy loop over the same two TUN descriptors, in interleaved rounds
// on one connection: round trips, bulk, and what a packet costs in our code. Ratios can be compared
// between machines, the rest can't.
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <thread>

#include "core/base/clock.h"
#include "core/base/limits.h"
#include "core/net/address.h"
#include "core/net/wire/helper.h"
#include "core/net/wire/limits.h"
#include "core/net/wire/null_sink.h"
#include "core/net/wire/wire_thread.h"

using namespace roundtrip;
using namespace roundtrip::net;

namespace {

constexpr int rounds = 9;
constexpr int pings = 3'000;
constexpr std::size_t bulk_bytes = std::size_t{48} << 20;

// As a trace does, in a ring of the same size: keeps each packet's bytes, and the times of those
// that went on at once.
class KeepingSink final : public NullSink {
 public:
  KeepingSink() : kept_(limits::byte_ring_bytes) { spent_ns.reserve(1 << 22); }
  void seen(const WirePacket& packet) override {
    // Of a body so much is kept, of the headers all (core/base/limits.h).
    PacketBytes keep = packet.bytes;
    if (payload_bytes_ > limits::kept_body_bytes && packet.decoded->tcp) {
      keep = keep.first(packet.decoded->tcp->payload.offset);
    }
    payload_bytes_ += packet.bytes.size();
    if (at_ + keep.size() > kept_.size()) at_ = 0;
    std::copy(keep.begin(), keep.end(), kept_.begin() + static_cast<long>(at_));
    at_ += keep.size();
  }
  void delivered(const WirePacket& packet, const Delivery& delivery) override {
    if (delayed) {
      late_ns.push_back((delivery.began.monotonic - delivery.due).ns);
    } else {
      spent_ns.push_back((delivery.began.monotonic - packet.seen.monotonic).ns);
    }
  }
  bool delayed = false;
  std::vector<std::int64_t> spent_ns;
  std::vector<std::int64_t> late_ns;

 private:
  std::vector<std::uint8_t> kept_;
  std::size_t at_ = 0;
  std::size_t payload_bytes_ = 0;
};

// What the wire is compared with: nothing but reading and writing.
class BareLoop {
 public:
  explicit BareLoop(Lab& lab) : lab_(lab), stop_(eventfd(0, EFD_CLOEXEC)) {
    thread_ = std::thread([this] { run(); });
  }
  ~BareLoop() {
    const std::uint64_t one = 1;
    static_cast<void>(!write(stop_.get(), &one, sizeof one));
    thread_.join();
  }

 private:
  void run() {
    std::vector<std::uint8_t> buffer(wire_limits::frame_bytes);
    const int client = lab_.end(Host::Client).poll_fd();
    const int server = lab_.end(Host::Server).poll_fd();
    pollfd watched[] = {{client, POLLIN, 0}, {server, POLLIN, 0}, {stop_.get(), POLLIN, 0}};
    while (poll(watched, 3, -1) > 0 && watched[2].revents == 0) {
      for (const auto& [from, to] : {std::pair(client, server), std::pair(server, client)}) {
        for (std::size_t i = 0; i < wire_limits::packets_per_turn; ++i) {
          const ssize_t got = read(from, buffer.data(), buffer.size());
          if (got <= 0) break;
          static_cast<void>(!write(to, buffer.data(), static_cast<std::size_t>(got)));
        }
      }
    }
  }

  Lab& lab_;
  FileDescriptor stop_;
  std::thread thread_;
};

template <class Value>
Value percentile(std::vector<Value> values, int percent) {
  if (values.empty()) return {};
  std::sort(values.begin(), values.end());
  return values[values.size() * static_cast<std::size_t>(percent) / 100];
}

[[noreturn]] void give_up(const std::string& why) {
  fmt::print(stderr, "wire_bench: {}\n", why);
  std::exit(1);
}

void receive_all(int fd, std::size_t bytes) {
  static thread_local std::vector<char> buffer(1 << 16);
  while (bytes > 0) {
    const ssize_t got = recv(fd, buffer.data(), std::min(bytes, buffer.size()), 0);
    if (got <= 0) give_up("a connection on the lab ended");
    bytes -= static_cast<std::size_t>(got);
  }
}

void send_all(int fd, std::size_t bytes) {
  static const std::vector<char> buffer(1 << 16, 'x');
  while (bytes > 0) {
    const ssize_t sent = send(fd, buffer.data(), std::min(bytes, buffer.size()), MSG_NOSIGNAL);
    if (sent <= 0) give_up("a connection on the lab ended");
    bytes -= static_cast<std::size_t>(sent);
  }
}

struct Connection {
  FileDescriptor client;
  FileDescriptor server;
};

Connection connect_on(Lab& lab) {
  auto listener = lab.socket(Host::Server, AF_INET, SOCK_STREAM);
  auto client = lab.socket(Host::Client, AF_INET, SOCK_STREAM);
  if (!listener || !client) give_up("no sockets on the lab");
  const auto where = parse_address(lab.address(Host::Server), 8080);
  bind(listener->get(), where->raw(), where->length);
  listen(listener->get(), 1);
  if (connect(client->get(), where->raw(), where->length) != 0) give_up("no connection on the lab");
  FileDescriptor server(accept4(listener->get(), nullptr, nullptr, SOCK_CLOEXEC));
  const int on = 1;
  for (const int fd : {client->get(), server.get()}) {
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  return {std::move(*client), std::move(server)};
}

// The p50 of so many round trips of one byte, in microseconds.
double round_trip_us(const Connection& on, int count) {
  std::thread echo([&] {
    for (int i = 0; i < count; ++i) {
      receive_all(on.server.get(), 1);
      send_all(on.server.get(), 1);
    }
  });
  std::vector<std::int64_t> took_ns;
  for (int i = 0; i < count; ++i) {
    const std::int64_t began = monotonic_ns();
    send_all(on.client.get(), 1);
    receive_all(on.client.get(), 1);
    took_ns.push_back(monotonic_ns() - began);
  }
  echo.join();
  return static_cast<double>(percentile(took_ns, 50)) / 1e3;
}

double bulk_mb_per_s(const Connection& on) {
  const std::int64_t began = monotonic_ns();
  std::thread sender([&] { send_all(on.server.get(), bulk_bytes); });
  receive_all(on.client.get(), bulk_bytes);
  sender.join();
  return static_cast<double>(bulk_bytes) / 1e6 /
         (static_cast<double>(monotonic_ns() - began) / 1e9);
}

struct Rates {
  std::vector<double> round_trip_us;
  std::vector<double> bulk_mb_per_s;
};

void measure(const Connection& on, Rates& into) {
  round_trip_us(on, 200);
  into.round_trip_us.push_back(round_trip_us(on, pings));
  into.bulk_mb_per_s.push_back(bulk_mb_per_s(on));
}

std::unique_ptr<WireThread> start_wire(Lab& lab, WireSink& sink) {
  auto thread = WireThread::start({lab.end(Host::Client), lab.end(Host::Server)}, sink);
  if (!thread) give_up(thread.error());
  return std::move(*thread);
}

void measure_creation(Lab::Way way, const char* name) {
  std::vector<std::int64_t> took_ns;
  for (int i = 0; i < 20; ++i) {
    const std::int64_t began = monotonic_ns();
    Lab::Attempt attempt = Lab::create(way);
    took_ns.push_back(monotonic_ns() - began);
    if (attempt.lab == nullptr) {
      fmt::print("{:<44} not here: {}\n", name, attempt.failure.sentence());
      return;
    }
    attempt.lab.reset();
    wait_until_labs_are_gone();
  }
  fmt::print("{:<44} {:8.2f} ms p50, {:.2f} p90 (goal 10)\n", name,
             static_cast<double>(percentile(took_ns, 50)) / 1e6,
             static_cast<double>(percentile(took_ns, 90)) / 1e6);
}

// Ratios of neighbouring rounds, so that a machine that changes its pace treats both alike.
double ratio_p50(const std::vector<double>& a, const std::vector<double>& b) {
  std::vector<double> ratios;
  for (std::size_t i = 0; i < a.size(); ++i) ratios.push_back(a[i] / b[i]);
  return percentile(ratios, 50);
}

void measure_lateness(Lab& lab, const Connection& on, KeepingSink& sink) {
  LinkSettings settings;
  settings.delay = Duration::milliseconds(1);
  const auto thread = start_wire(lab, sink);
  thread->ask([&](Wire& wire) {
    for (const Host host : both_hosts) wire.set_link(host, settings);
    sink.delayed = true;
  });
  round_trip_us(on, 500);
}

}  // namespace

int main(int count, char** words) {
  if (count == 3 && std::string_view(words[1]) == "lab-helper") {
    return run_lab_helper(std::atoi(words[2]));
  }
  measure_creation(Lab::Way::Root, "lab created by root");
  measure_creation(Lab::Way::Helper, "lab created by helper");
  Lab::Attempt attempt = Lab::create(Lab::Way::Root);
  if (attempt.lab == nullptr) attempt = Lab::create(Lab::Way::Helper);
  if (attempt.lab == nullptr) give_up(attempt.failure.sentence());
  Lab& lab = *attempt.lab;
  KeepingSink sink;
  Rates ours;
  Rates bare;
  auto first = start_wire(lab, sink);
  const Connection on = connect_on(lab);
  first.reset();
  for (int i = 0; i < rounds; ++i) {
    {
      const BareLoop loop(lab);
      measure(on, bare);
    }
    const auto thread = start_wire(lab, sink);
    measure(on, ours);
  }
  measure_lateness(lab, on, sink);
  fmt::print("{:<44} {:8.2f} us p50, {:.2f} p99, {} packets (goal 5)\n",
             "a packet in our code, from read to write",
             static_cast<double>(percentile(sink.spent_ns, 50)) / 1e3,
             static_cast<double>(percentile(sink.spent_ns, 99)) / 1e3, sink.spent_ns.size());
  fmt::print("{:<44} {:8.2f} us, bare loop {:.2f}, ratio {:.2f} (goal at most 1.30)\n",
             "round trip", percentile(ours.round_trip_us, 50), percentile(bare.round_trip_us, 50),
             ratio_p50(ours.round_trip_us, bare.round_trip_us));
  fmt::print("{:<44} {:8.1f} MB/s, bare loop {:.1f}, ratio {:.2f} (goal at least 0.85)\n",
             "bulk at MTU 1500", percentile(ours.bulk_mb_per_s, 50),
             percentile(bare.bulk_mb_per_s, 50), ratio_p50(ours.bulk_mb_per_s, bare.bulk_mb_per_s));
  fmt::print("{:<44} {:8.2f} us p50, {:.2f} p90, {} packets (goal 60)\n",
             "lateness of a delay of 1 ms", static_cast<double>(percentile(sink.late_ns, 50)) / 1e3,
             static_cast<double>(percentile(sink.late_ns, 90)) / 1e3, sink.late_ns.size());
  return 0;
}
