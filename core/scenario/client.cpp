#include "core/scenario/client.h"

#include <fmt/format.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "core/base/clock.h"
#include "core/net/address.h"
#include "core/trace/recorder.h"

namespace roundtrip::scenario {

using trace::Kind;
using trace::Log;
using trace::Phase;

namespace {

std::string reason(int error) { return std::strerror(error); }

// The loopback for a server that listens on any address; the address itself otherwise.
struct Ends {
  net::SocketAddress server;
  net::SocketAddress client;  // with port 0: the kernel chooses
};
Result<Ends> ends_for(const ClientTarget& target) {
  const trace::Address address = target.server;
  net::SocketMaker* const sockets = target.sockets;
  const auto port = target.port.value_or(static_cast<std::uint16_t>(address.packed));
  const auto family = address.packed >> 56;
  const auto ip = static_cast<std::uint32_t>(address.packed >> 16);
  if (family != 4 && family != 6 && family != 8) {
    return Error{"the built-in client does not know the server's address"};
  }
  std::string host = family == 4 ? "127.0.0.1" : "::1";
  std::string own = host;
  if (family == 4 && ip != 0) {
    host = fmt::format("{}.{}.{}.{}", ip >> 24, ip >> 16 & 255U, ip >> 8 & 255U, ip & 255U);
    if (ip >> 24 != 127) own = host;
  }
  if (sockets != nullptr) own = sockets->address();
  Result<net::SocketAddress> server = net::parse_address(host, port);
  const std::uint16_t own_port = sockets != nullptr ? sockets->next_port() : 0;
  Result<net::SocketAddress> client = net::parse_address(own, own_port);
  if (!server) return Error{server.error()};
  if (!client) return Error{client.error()};
  return Ends{*server, *client};
}

// The trace's form of an address that needs no interning: IPv4, or IPv6's loopback.
trace::Address plain_address(const net::SocketAddress& address) {
  trace::Symbols none;
  return net::trace_address(address, none);
}

}  // namespace

Client::Client(int fd, std::uint32_t conn, const ClientTarget& target)
    : fd_(fd), conn_(conn), target_(target) {}

Client::~Client() { close(false); }  // leave() was not called: something went wrong before

Result<std::unique_ptr<Client>> Client::connect(const ClientTarget& target) {
  int error = 0;
  return connect(target, error);
}

Status Client::be_refused(const ClientTarget& target) {
  int error = 0;
  const auto connected = connect(target, error);
  if (connected) return Error{"somebody listens at the port that had to be closed"};
  if (error != ECONNREFUSED) return Error{connected.error()};
  return Nothing{};
}

Result<std::unique_ptr<Client>> Client::connect(const ClientTarget& target, int& error) {
  const Result<Ends> ends = ends_for(target);
  if (!ends) return Error{ends.error()};
  constexpr int type = SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK;
  const int family = ends->server.family();
  const int fd = target.sockets != nullptr ? target.sockets->make(family, type)
                                           : socket(family, type, 0);
  if (fd < 0) return Error{fmt::format("the client gets no socket: {}", reason(errno))};
  // The client's end is fixed before it connects, so that the connection has its number when the
  // first packet goes out.
  if (bind(fd, ends->client.raw(), ends->client.length) != 0) {
    const std::string why = reason(errno);
    ::close(fd);
    return Error{fmt::format("the client gets no port: {}", why)};
  }
  const int no_delay = target.nagle ? 0 : 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &no_delay, sizeof no_delay);
  const trace::Address client_end = plain_address(net::local_address(fd));
  const trace::Address server_end = plain_address(ends->server);
  const std::uint64_t began = read_ticks();
  const std::uint32_t conn = target.numbers->announce(client_end, server_end, began);
  std::unique_ptr<Client> client(new Client(fd, conn, target));

  const trace::Subject who = client->subject();
  const auto stamp = [conn](std::uint64_t ticks) {
    return trace::Stamp{ticks, trace::Provenance::Observed, conn};
  };
  trace::fact<Phase::ConnectionConnect>(Kind::AsyncBegin, stamp(began), who, {}, server_end);
  error = ::connect(fd, ends->server.raw(), ends->server.length) == 0 ? 0 : errno;
  Status waited = Nothing{};
  if (error == EINPROGRESS) {
    // A patient client waits while somebody holds its SYN.
    const Duration patience = std::max(limits::connect_time, target.step_time);
    waited = client->wait(POLLOUT, monotonic_ns() + patience.ns, "to connect");
    socklen_t length = sizeof error;
    if (!waited || getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) != 0) error = ETIMEDOUT;
  }
  const std::uint64_t ended = read_ticks();
  if (error == 0) target.numbers->connected(client_end, server_end, ended);
  trace::fact<Phase::ConnectionConnect>(
      Kind::AsyncEnd, stamp(ended), who, {}, trace::absent,
      error == 0 ? std::optional<int>() : std::optional<int>(error));
  if (error == 0) return client;
  target.numbers->withdraw(client_end, server_end);
  if (!waited) return Error{waited.error()};
  return Error{fmt::format("the client can't connect to port {}: {}", ends->server.port(),
                           reason(error))};
}

// Until the socket is ready, the time is up or the run is called off.
Status Client::wait(short events, std::int64_t deadline_ns, std::string_view what) const {
  while (true) {
    std::array<pollfd, 2> watched{{{fd_, events, 0}, {-1, POLLIN, 0}}};
    if (target_.call_off != nullptr) watched[1].fd = target_.call_off->fd();
    const std::int64_t left_ns = deadline_ns - monotonic_ns();
    if (left_ns <= 0) {
      return Error{fmt::format("connection {}: the client waited too long {}", conn_, what)};
    }
    // Rounded up, so that the last millisecond is not spent asking again and again.
    const auto left_ms = static_cast<int>(std::min<std::int64_t>(left_ns / 1'000'000 + 1, 60'000));
    const int ready = poll(watched.data(), watched.size(), left_ms);
    if (ready < 0 && errno != EINTR) {
      return Error{fmt::format("connection {}: the client can't wait {}: {}", conn_, what,
                               reason(errno))};
    }
    if (ready <= 0) continue;
    if (watched[1].revents != 0) return Error{"the run was called off"};
    if (watched[0].revents != 0) return Nothing{};
  }
}

Status Client::pause(Duration length) const {
  const std::int64_t deadline_ns = monotonic_ns() + length.ns;
  pollfd watched{target_.call_off != nullptr ? target_.call_off->fd() : -1, POLLIN, 0};
  for (std::int64_t left_ns = length.ns; left_ns > 0; left_ns = deadline_ns - monotonic_ns()) {
    const timespec left{left_ns / 1'000'000'000, left_ns % 1'000'000'000};
    if (ppoll(&watched, 1, &left, nullptr) > 0) return Error{"the run was called off"};
  }
  return Nothing{};
}

Status Client::send(std::string_view bytes) {
  const std::int64_t deadline_ns = monotonic_ns() + target_.step_time.ns;
  while (!bytes.empty()) {
    const Status ready = wait(POLLOUT, deadline_ns, "to send");
    if (!ready) return ready;
    const std::string_view piece = bytes.substr(0, limits::client_piece_bytes);
    const std::uint64_t ticks = read_ticks();
    const ssize_t count = ::send(fd_, piece.data(), piece.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count < 0) {
      if (errno == EINTR || errno == EAGAIN) continue;
      if (errno == EPIPE || errno == ECONNRESET) return Nothing{};
      return Error{fmt::format("connection {}: the client can't send: {}", conn_, reason(errno))};
    }
    const auto taken = static_cast<std::size_t>(count);
    const std::uint64_t keep_to = roundtrip::limits::kept_body_bytes;
    if (sent_ < keep_to) {
      trace::keep_bytes(subject(), Log::In, sent_,
                        piece.substr(0, std::min<std::uint64_t>(taken, keep_to - sent_)));
    }
    // Told with the moment before the call: the server may have read them before it returned.
    trace::fact<Phase::ReadClientSend>(Kind::Instant, {ticks}, subject(),
                                       {Log::In, {sent_, taken}});
    sent_ += taken;
    bytes.remove_prefix(taken);
  }
  return Nothing{};
}

// One recv. What it brings waits for the reader; the status is told as soon as it is known.
Result<Client::Got> Client::receive() {
  std::array<char, 16 * 1024> room;
  const ssize_t count = recv(fd_, room.data(), room.size(), MSG_DONTWAIT);
  if (count == 0) return Got::Closed;
  if (count < 0) {
    if (errno == EAGAIN || errno == EINTR) return Got::Bytes;
    if (errno == ECONNRESET || errno == EPIPE) return Got::Reset;
    return Error{fmt::format("connection {}: the client can't read: {}", conn_, reason(errno))};
  }
  const std::uint64_t ticks = read_ticks();
  const ByteRange range{received_, static_cast<std::uint64_t>(count)};
  received_ += range.length;
  const std::string_view bytes(room.data(), range.length);
  std::optional<int> status;
  if (waiting_.empty()) {
    const Result<std::size_t> taken = reader_.feed(bytes);
    if (!taken) return Error{fmt::format("connection {}: {}", conn_, taken.error())};
    waiting_ = bytes.substr(*taken);
    if (reader_.status() != 0) status = reader_.status();
  } else {
    waiting_ += bytes;
  }
  trace::fact<Phase::TransmitClientRead>(Kind::Instant, {ticks}, subject(), {Log::Out, range},
                                         status);
  return Got::Bytes;
}

Result<Response> Client::read_response(bool to_head) {
  const std::int64_t deadline_ns = monotonic_ns() + target_.step_time.ns;
  reader_ = ResponseReader(to_head, offset_);
  // What came together with the answer before.
  const Result<std::size_t> taken = reader_.feed(waiting_);
  if (!taken) return Error{fmt::format("connection {}: {}", conn_, taken.error())};
  waiting_.erase(0, *taken);
  while (!reader_.whole()) {
    const Status ready = wait(POLLIN, deadline_ns, "for an answer");
    if (!ready) return Error{ready.error()};
    const Result<Got> got = receive();
    if (!got) return Error{got.error()};
    if (*got == Got::Bytes) continue;
    const Status ended = reader_.end();
    if (!ended) return Error{fmt::format("connection {}: {}", conn_, ended.error())};
    if (!reader_.whole()) {
      return Error{fmt::format("connection {}: {}", conn_,
                               *got == Got::Reset ? "it was reset before an answer came"
                                                  : "the server closed without an answer")};
    }
  }
  Response response = reader_.take();
  offset_ = response.range.end();
  return response;
}

Status Client::read_interim() {
  const std::int64_t deadline_ns = monotonic_ns() + target_.step_time.ns;
  reader_ = ResponseReader(false, offset_);
  while (!reader_.interim_seen()) {
    const Status ready = wait(POLLIN, deadline_ns, "for an interim answer");
    if (!ready) return Error{ready.error()};
    const Result<Got> got = receive();
    if (!got) return Error{got.error()};
    if (*got != Got::Bytes || reader_.status() != 0) {
      return Error{fmt::format("connection {}: no interim answer came", conn_)};
    }
  }
  offset_ += reader_.bytes_taken();
  return Nothing{};
}

Result<Client::Ending> Client::read_until_closed(bool to_head) {
  const std::int64_t deadline_ns = monotonic_ns() + target_.step_time.ns;
  Ending ending;
  while (true) {
    reader_ = ResponseReader(to_head, offset_);
    Got got = Got::Bytes;
    Result<std::size_t> taken = reader_.feed(waiting_);
    if (!taken) return Error{fmt::format("connection {}: {}", conn_, taken.error())};
    waiting_.erase(0, *taken);
    while (!reader_.whole() && got == Got::Bytes) {
      const Status ready = wait(POLLIN, deadline_ns, "for the server to close");
      if (!ready) return Error{ready.error()};
      const Result<Got> received = receive();
      if (!received) return Error{received.error()};
      got = *received;
    }
    if (got != Got::Bytes) {
      ending.reset = got == Got::Reset;
      const Status ended = reader_.end();
      if (!ended && !ending.reset) return Error{fmt::format("connection {}: {}", conn_,
                                                            ended.error())};
    }
    if (reader_.whole()) {
      ending.responses.push_back(reader_.take());
      offset_ = ending.responses.back().range.end();
    }
    if (got != Got::Bytes) return ending;
  }
}

void Client::leave() {
  if (fd_ < 0) return;
  trace::instant<Phase::LifecycleClientClose>(subject(), false);
  const std::int64_t deadline_ns = monotonic_ns() + limits::leave_time.ns;
  bool open = shutdown(fd_, SHUT_WR) == 0;
  while (open) {
    std::array<char, 4096> unread;
    const Status ready = wait(POLLIN, deadline_ns, "for the server to close");
    const ssize_t count = ready ? recv(fd_, unread.data(), unread.size(), MSG_DONTWAIT) : 0;
    open = count > 0 || (count < 0 && (errno == EAGAIN || errno == EINTR));
  }
  ::close(fd_);
  fd_ = -1;
}

void Client::close(bool reset) {
  if (fd_ < 0) return;
  if (reset) {
    const linger at_once{1, 0};
    setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  }
  trace::instant<Phase::LifecycleClientClose>(subject(), reset);
  ::close(fd_);
  fd_ = -1;
}

}  // namespace roundtrip::scenario
