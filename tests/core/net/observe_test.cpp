// What the kernel can be asked about a connection, and how its answers are read.
#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <optional>
#include <string>
#include <vector>

#include "core/net/listener.h"
#include "core/net/observe.h"
#include "tests/core/runtime/recording.h"

using namespace roundtrip;
using roundtrip::testing::Recording;

namespace {

void append(std::string& bytes, std::uint32_t value, int count) {
  for (int shift = (count - 1) * 8; shift >= 0; shift -= 8) {
    bytes += static_cast<char>(value >> shift & 0xff);
  }
}

// A SYN as the kernel saves it: IP header, TCP header, options (padded by the caller).
std::string syn(int version, const std::string& options, std::size_t claimed_words = 0) {
  std::string bytes = version == 4 ? std::string("\x45") + std::string(19, '\0')
                                   : std::string("\x60") + std::string(39, '\0');
  append(bytes, 40'000, 2);
  append(bytes, 8080, 2);
  append(bytes, 0x12345678, 4);  // sequence
  append(bytes, 0, 4);
  const std::size_t words = claimed_words != 0 ? claimed_words : 5 + options.size() / 4;
  bytes += static_cast<char>(words << 4);
  bytes += '\x02';
  append(bytes, 65'495, 2);  // window
  append(bytes, 0, 4);
  return bytes + options;
}

// What Linux sends on loopback: MSS 65,495, SACK permitted, time-stamps, no-operation, scale 7.
const std::string linux_options(
    "\x02\x04\xff\xd7\x04\x02\x08\x0a\0\0\0\1\0\0\0\0\x01\x03\x03\x07", 20);

}  // namespace

TEST_CASE("SYN: sequence, window, MSS and size are read (IPv4 and IPv6)") {
  for (const int version : {4, 6}) {
    CAPTURE(version);
    const auto facts = net::decode_syn(syn(version, linux_options));
    REQUIRE(facts.has_value());
    CHECK(facts->sequence == 0x12345678);
    CHECK(facts->window == 65'495);
    CHECK(facts->mss == 65'495);
    CHECK(facts->header_bytes == (version == 4 ? 60 : 80));
  }
}

TEST_CASE("SYN: an MSS that is not there is absent") {
  const auto facts = net::decode_syn(syn(4, ""));
  REQUIRE(facts.has_value());
  CHECK_FALSE(facts->mss.has_value());
  // Options that end early, lie about their length, or run past the header are not followed.
  for (const std::string& options :
       {std::string("\0\x02\x04\x01", 4), std::string("\x02\x00\x01\x02", 4),
        std::string("\x01\x01\x01\x02", 4), std::string("\x01\x01\x02\x04", 4)}) {
    const auto odd = net::decode_syn(syn(4, options));
    REQUIRE(odd.has_value());
    CHECK_FALSE(odd->mss.has_value());
  }
}

TEST_CASE("SYN: anything shorter than it says is no SYN (every length)") {
  const std::string whole = syn(4, linux_options);
  for (std::size_t length = 0; length < whole.size(); ++length) {
    CHECK_FALSE(net::decode_syn(std::string_view(whole).substr(0, length)).has_value());
  }
  CHECK_FALSE(net::decode_syn(syn(4, "", 15)).has_value());
  CHECK_FALSE(net::decode_syn(syn(4, "", 4)).has_value());
  CHECK_FALSE(net::decode_syn(std::string(60, '\0')).has_value());
}

namespace {

// A real connection over loopback.
struct Loopback {
  Loopback() {
    net::ListenOptions options;
    options.port = 0;
    listener.emplace(net::Listener::open(options, recording.bus().symbols()).value());
    client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const auto address = net::parse_address("127.0.0.1", listener->port()).value();
    REQUIRE(connect(client, address.raw(), address.length) == 0);
    pollfd waiting{listener->fd(), POLLIN, 0};
    poll(&waiting, 1, -1);
    server = accept4(listener->fd(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    REQUIRE(server >= 0);
  }
  ~Loopback() {
    close(client);
    close(server);
  }
  Loopback(const Loopback&) = delete;
  Loopback& operator=(const Loopback&) = delete;

  Recording recording;
  std::optional<net::Listener> listener;
  int client = -1;
  int server = -1;
};

void wait_readable(int fd) {
  pollfd waiting{fd, POLLIN, 0};
  poll(&waiting, 1, -1);
}

}  // namespace

TEST_CASE("kernel: the client's own SYN is there to be read") {
  Loopback loopback;
  const std::string headers = net::saved_syn(loopback.server);
  if (headers.empty()) return;  // not every kernel saves it
  const auto facts = net::decode_syn(headers);
  REQUIRE(facts.has_value());
  CHECK(facts->header_bytes == headers.size());
  CHECK(facts->mss.has_value());
}

TEST_CASE("kernel: TCP_INFO, options and queues of a connection") {
  Loopback loopback;
  const auto info = net::tcp_info(loopback.server);
  REQUIRE(info.has_value());
  CHECK(info->state == trace::TcpState::Established);
  CHECK(info->congestion_window > 0);
  const net::SocketOptions options = net::socket_options(loopback.server);
  CHECK(options.receive_buffer_bytes.value_or(0) > 0);
  CHECK(options.send_buffer_bytes.value_or(0) > 0);
  CHECK(options.no_delay.has_value());
  REQUIRE(write(loopback.client, "seven b", 7) == 7);
  wait_readable(loopback.server);
  CHECK(net::receive_queue_bytes(loopback.server) == 7U);
  CHECK(net::send_queue_bytes(loopback.server) == 0U);
  shutdown(loopback.client, SHUT_WR);
  char buffer[16];
  while (read(loopback.server, buffer, sizeof buffer) != 0) wait_readable(loopback.server);
  CHECK(net::tcp_info(loopback.server)->state == trace::TcpState::CloseWait);
}

TEST_CASE("kernel: a descriptor that is no socket has nothing to say") {
  int pipes[2];
  REQUIRE(pipe(pipes) == 0);
  CHECK_FALSE(net::tcp_info(pipes[0]).has_value());
  CHECK(net::saved_syn(pipes[0]).empty());
  CHECK_FALSE(net::enable_stamps(pipes[0]));
  CHECK_FALSE(net::next_sent_stamp(pipes[0]).has_value());
  close(pipes[0]);
  close(pipes[1]);
}

TEST_CASE("stamps: each byte range sent is stamped queued, out and acknowledged") {
  Loopback loopback;
  if (!net::enable_stamps(loopback.server)) return;  // the kernel refuses
  const std::int64_t before = realtime_ns();
  REQUIRE(net::send_stamped(loopback.server, "hello") == 5);
  char buffer[16];
  REQUIRE(read(loopback.client, buffer, sizeof buffer) == 5);
  std::vector<net::SentStamp> stamps;
  while (stamps.empty() || stamps.back().what != net::SentStamp::What::Acknowledged) {
    pollfd waiting{loopback.server, 0, 0};
    poll(&waiting, 1, -1);  // POLLERR: the error queue holds something
    while (const auto stamp = net::next_sent_stamp(loopback.server)) stamps.push_back(*stamp);
  }
  const std::int64_t after = realtime_ns();
  CHECK(stamps.size() <= 3);
  for (const net::SentStamp& stamp : stamps) {
    CHECK(stamp.last_byte == 4);
    CHECK(stamp.realtime_ns >= before);
    CHECK(stamp.realtime_ns <= after);
  }
}

TEST_CASE("stamps: what arrives is stamped by the kernel") {
  Loopback loopback;
  if (!net::enable_stamps(loopback.server)) return;  // the kernel refuses
  const std::int64_t before = realtime_ns();
  REQUIRE(write(loopback.client, "hello", 5) == 5);
  wait_readable(loopback.server);
  char buffer[16];
  const net::StampedRead read = net::read_stamped(loopback.server, buffer);
  CHECK(read.got == 5);
  CHECK(read.error == 0);
  // The first segment may have been on its way before stamps were on, so there may be none.
  if (read.realtime_ns) {
    CHECK(*read.realtime_ns >= before);
    CHECK(*read.realtime_ns <= realtime_ns());
  }
  const net::StampedRead nothing = net::read_stamped(loopback.server, buffer);
  CHECK(nothing.got == -1);
  CHECK(nothing.error == EAGAIN);
}
