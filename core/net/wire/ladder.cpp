#include "core/net/wire/ladder.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include "core/net/address.h"
#include "core/net/observe.h"
#include "core/net/wire/loopback_capture.h"
#include "core/net/wire/null_sink.h"
#include "core/net/wire/wire.h"

namespace roundtrip::net {
namespace {

using Finding = std::optional<LabFailure>;

constexpr int patience_ms = 1000;
constexpr std::uint16_t tried_port = 8080;

LabFailure failed(const char* step, std::string lift = {}) {
  return {step, errno, std::move(lift)};
}

LabFailure no_answer(const char* step) {
  return {step, ETIMEDOUT, {}};
}

// A handshake through the wire: the kernels of both hosts answer at once, so nothing is waited for.
Finding shake_hands(Lab& lab) {
  Result<FileDescriptor> listener = lab.socket(Host::Server, AF_INET, SOCK_STREAM | SOCK_NONBLOCK);
  Result<FileDescriptor> client = lab.socket(Host::Client, AF_INET, SOCK_STREAM | SOCK_NONBLOCK);
  if (!listener || !client) return failed("a socket on a host of the lab");
  const auto where = parse_address(lab.address(Host::Server), tried_port);
  if (!where) return failed("the address of the lab's server");
  if (bind(listener->get(), where->raw(), where->length) != 0) return failed("bind on the lab");
  if (listen(listener->get(), 1) != 0) return failed("listen on the lab");
  NullSink sink;
  Wire wire({lab.end(Host::Client), lab.end(Host::Server)}, sink);
  if (connect(client->get(), where->raw(), where->length) != 0 && errno != EINPROGRESS) {
    return failed("connect on the lab");
  }
  wire.settle();
  const FileDescriptor accepted(accept4(listener->get(), nullptr, nullptr, SOCK_CLOEXEC));
  if (!accepted.is_open()) return no_answer("a handshake through the lab's wire");
  return std::nullopt;
}

Finding try_lab(Lab::Way way, const LabOptions& options) {
  Lab::Attempt attempt = Lab::create(way, options);
  if (attempt.lab == nullptr) return std::move(attempt.failure);
  return shake_hands(*attempt.lab);
}

bool readable(int fd, short events) {
  pollfd one{fd, events, 0};
  return poll(&one, 1, patience_ms) == 1;
}

// A socket that listens on a free port of loopback.
FileDescriptor listener_on_loopback() {
  FileDescriptor listener(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const auto any = parse_address("127.0.0.1", 0);
  if (listener.is_open() && bind(listener.get(), any->raw(), any->length) == 0 &&
      listen(listener.get(), 1) == 0) {
    return listener;
  }
  return FileDescriptor();
}

// A connection to a port of our own, whose SYN has to be seen.
Finding try_capture() {
  LoopbackCapture::Attempt attempt = LoopbackCapture::open();
  if (attempt.capture == nullptr) return std::move(attempt.failure);
  const FileDescriptor listener = listener_on_loopback();
  if (!listener.is_open()) return failed("a listening socket on loopback");
  const SocketAddress where = local_address(listener.get());
  if (Finding refused = attempt.capture->choose(where.port())) return refused;
  const FileDescriptor client(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!client.is_open() || connect(client.get(), where.raw(), where.length) != 0) {
    return failed("a connection on loopback");
  }
  if (!readable(attempt.capture->poll_fd(), POLLIN)) return no_answer("a captured packet");
  return std::nullopt;
}

// A byte on a connection of our own, whose sending the kernel has to stamp.
Finding try_stamps() {
  const FileDescriptor listener = listener_on_loopback();
  if (!listener.is_open()) return failed("a listening socket on loopback");
  const FileDescriptor client(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const SocketAddress where = local_address(listener.get());
  if (!client.is_open() || connect(client.get(), where.raw(), where.length) != 0) {
    return failed("a connection on loopback");
  }
  if (!enable_stamps(client.get())) return failed("setsockopt(SO_TIMESTAMPING)");
  if (send_stamped(client.get(), "?") != 1) return failed("send with SO_TIMESTAMPING");
  if (!readable(client.get(), 0) || !next_sent_stamp(client.get()))
    return no_answer("a time-stamp");
  return std::nullopt;
}

}  // namespace

std::string_view rung_name(Rung rung) {
  switch (rung) {
    case Rung::LabByRoot:
      return "lab by root";
    case Rung::LabByHelper:
      return "lab by helper";
    case Rung::Capture:
      return "loopback with capture";
    case Rung::Stamps:
      return "loopback with socket time-stamps";
    case Rung::Inferred:
      return "inferred";
  }
  return {};
}

std::string_view rung_gives(Rung rung) {
  switch (rung) {
    case Rung::LabByRoot:
    case Rung::LabByHelper:
      return "every packet between two hosts of their own, to be held, dropped and stepped";
    case Rung::Capture:
      return "every packet of the server on loopback, as it passes: with --capture, and where a "
             "lesson asks for a wire and no lab can be made; none can be held";
    case Rung::Stamps:
      return "when bytes left and were acknowledged on loopback, and the client's SYN";
    case Rung::Inferred:
      return "what the program's own calls tell; packets are inferred";
  }
  return {};
}

RungFinding try_rung(Rung rung, const LabOptions& options) {
  switch (rung) {
    case Rung::LabByRoot:
      return {rung, try_lab(Lab::Way::Root, options)};
    case Rung::LabByHelper:
      return {rung, try_lab(Lab::Way::Helper, options)};
    case Rung::Capture:
      return {rung, try_capture()};
    case Rung::Stamps:
      return {rung, try_stamps()};
    case Rung::Inferred:
      return {rung, std::nullopt};
  }
  return {};
}

std::vector<RungFinding> try_ladder(const LabOptions& options) {
  std::vector<RungFinding> findings;
  for (const Rung rung : all_rungs) findings.push_back(try_rung(rung, options));
  return findings;
}

}  // namespace roundtrip::net
