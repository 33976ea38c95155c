// Listener: the listening socket, opened step by step (socket, bind, listen), each step an event.
// It does not accept: the accept loop does (core/server). See socket(2), bind(2), listen(2).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/base/result.h"
#include "core/net/address.h"
#include "core/net/socket_maker.h"
#include "core/trace/recorder.h"

namespace roundtrip::net {

struct ListenOptions {
  std::string host = "127.0.0.1";
  std::uint16_t port = 8080;
  int backlog = 4096;        // asked for; the kernel allows at most net.core.somaxconn
  bool next_free_port = false;  // when the port is taken, try the ones after it
  SocketMaker* sockets = nullptr;  // null: of this machine
};

class Listener {
 public:
  static Result<Listener> open(const ListenOptions& options, trace::Symbols& symbols);
  Listener(Listener&& other) noexcept;
  Listener& operator=(Listener&&) = delete;
  ~Listener();

  // From here a client is refused at once; what waited in the queue is reset. The address stays.
  void stop_listening();

  // From here on so many may wait to be accepted, and one more; who waits already stays. See
  // listen(2), which may be called again.
  Status change_backlog(int backlog);

  int fd() const { return fd_; }
  trace::Address address() const { return address_; }
  std::uint16_t port() const { return static_cast<std::uint16_t>(address_.packed); }
  // As far as the kernel says it.
  std::optional<int> backlog_in_force() const { return backlog_in_force_; }

 private:
  Listener(int fd, trace::Address address, std::optional<int> backlog)
      : fd_(fd), address_(address), backlog_in_force_(backlog) {}
  int fd_;
  trace::Address address_;
  std::optional<int> backlog_in_force_;
};

}  // namespace roundtrip::net
