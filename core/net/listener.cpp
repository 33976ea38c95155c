#include "core/net/listener.h"

#include <fmt/format.h>
#include <linux/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include "core/net/observe.h"

namespace roundtrip::net {
namespace {

using trace::Phase;

// The kernel's own limit on a backlog; empty where it can't be read.
std::optional<int> somaxconn() {
  std::FILE* file = std::fopen("/proc/sys/net/core/somaxconn", "r");
  if (file == nullptr) return std::nullopt;
  int limit = 0;
  const bool read = std::fscanf(file, "%d", &limit) == 1;
  std::fclose(file);
  return read ? std::optional<int>(limit) : std::nullopt;
}

// As the kernel says it of the socket itself, or as its limit makes it.
std::optional<int> read_backlog(int fd, int asked) {
  if (const auto told = listen_backlog(fd)) return static_cast<int>(*told);
  const auto limit = somaxconn();
  return limit ? std::optional<int>(std::min(*limit, asked)) : std::nullopt;
}

Error explain(const std::string& host, std::uint16_t port, int error) {
  if (error == EADDRINUSE) {
    return {fmt::format("port {} on {} is taken by another program; choose another with --port",
                        port, host)};
  }
  if (error == EACCES) {
    return {fmt::format("port {} needs more rights than this user has; choose one above 1023 with "
                        "--port",
                        port)};
  }
  return {fmt::format("{}:{} can't be bound: {}; choose another address with --host or port with "
                      "--port",
                      host, port, std::strerror(error))};
}

template <class Value>
void set(int fd, int level, int name, Value value) {
  setsockopt(fd, level, name, &value, sizeof value);
}

}  // namespace

// Calls listen(), tells it, and reads what is in force. 0 or errno.
static int listen_telling(int fd, int backlog, std::optional<int>& in_force) {
  const trace::Subject process{};
  trace::begin<Phase::StartupListen>(process);
  const int error = listen(fd, backlog) == 0 ? 0 : errno;
  const trace::Stamp listening{read_ticks()};
  if (error == 0) in_force = read_backlog(fd, backlog);
  trace::fact<Phase::StartupListen>(trace::Kind::End, listening, process, {}, backlog, in_force,
                                    error);
  return error;
}

Result<Listener> Listener::open(const ListenOptions& options, trace::Symbols& symbols) {
  const trace::Subject process{};
  std::uint16_t port = options.port;
  while (true) {
    Result<SocketAddress> where = parse_address(options.host, port);
    if (!where) return Error{where.error()};

    trace::begin<Phase::StartupSocket>(process);
    constexpr int type = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC;
    const int fd = options.sockets != nullptr ? options.sockets->make(where->family(), type)
                                              : socket(where->family(), type, 0);
    const int socket_error = fd < 0 ? errno : 0;
    trace::end<Phase::StartupSocket>(process, fd >= 0 ? std::optional<int>(fd) : std::nullopt,
                                     socket_error);
    if (fd < 0) {
      return Error{fmt::format("no socket can be made: {}", std::strerror(socket_error))};
    }
    set(fd, SOL_SOCKET, SO_REUSEADDR, 1);
    set(fd, IPPROTO_TCP, TCP_SAVE_SYN, 1);

    trace::begin<Phase::StartupBind>(process);
    const int bind_error = bind(fd, where->raw(), where->length) == 0 ? 0 : errno;
    // Each step lasts as long as its call: what is asked besides is asked after the clock was read.
    const trace::Stamp bound{read_ticks()};
    const trace::Address address = trace_address(local_address(fd), symbols);
    trace::fact<Phase::StartupBind>(trace::Kind::End, bound, process, {}, address, bind_error);
    if (bind_error != 0) {
      close(fd);
      if (bind_error == EADDRINUSE && options.next_free_port && port != 0 && port < 65535 &&
          port - options.port < 100) {
        ++port;
        continue;
      }
      return explain(options.host, port, bind_error);
    }

    std::optional<int> in_force;
    const int listen_error = listen_telling(fd, options.backlog, in_force);
    if (listen_error == EADDRINUSE && options.next_free_port && port != 0 && port < 65535) {
      close(fd);
      ++port;
      continue;
    }
    if (listen_error != 0) {
      close(fd);
      return explain(options.host, port, listen_error);
    }
    return Listener(fd, address, in_force);
  }
}

Listener::Listener(Listener&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      address_(other.address_),
      backlog_in_force_(other.backlog_in_force_) {}

Listener::~Listener() { stop_listening(); }

Status Listener::change_backlog(int backlog) {
  const int error = listen_telling(fd_, backlog, backlog_in_force_);
  if (error == 0) return Nothing{};
  return Error{fmt::format("the backlog can't be changed: listen: {}", std::strerror(error))};
}

void Listener::stop_listening() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

}  // namespace roundtrip::net
