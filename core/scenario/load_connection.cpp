#include "core/scenario/load_connection.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

namespace roundtrip::scenario {

int LoadConnection::open(std::uint16_t port) {
  close();
  fd_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd_ < 0) return errno;
  const int on = 1;
  setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  sockaddr_in server{};
  server.sin_family = AF_INET;
  server.sin_port = htons(port);
  server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int status = ::connect(fd_, reinterpret_cast<const sockaddr*>(&server), sizeof server);
  if (status != 0 && errno != EINPROGRESS) {
    const int error = errno;
    close();
    return error;
  }
  state_ = State::Connecting;
  return 0;
}

int LoadConnection::connected() {
  int error = 0;
  socklen_t length = sizeof error;
  if (getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &length) != 0) error = errno;
  if (error != 0)
    close();
  else
    state_ = State::Free;
  return error;
}

void LoadConnection::close() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
  state_ = State::Closed;
}

LoadConnection::Sent LoadConnection::ask(std::string_view request) {
  state_ = State::Asking;
  reader_ = ResponseReader(false, 0, 0);
  unsent_ = request;
  sent_bytes_ = 0;
  return ask_on();
}

LoadConnection::Sent LoadConnection::ask_on() {
  while (!unsent_.empty()) {
    const ssize_t count = ::send(fd_, unsent_.data(), unsent_.size(), MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno != EAGAIN && sent_bytes_ == 0) {
      close();
      return Sent::Gone;
    }
    // An error in the middle of a request shows again when its answer is read.
    if (count < 0) return Sent::InPart;
    sent_bytes_ += static_cast<std::size_t>(count);
    unsent_.remove_prefix(static_cast<std::size_t>(count));
  }
  return Sent::Whole;
}

LoadConnection::Got LoadConnection::receive(std::span<char> room) {
  while (true) {
    const ssize_t count = recv(fd_, room.data(), room.size(), 0);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN) return Got::Nothing;
    if (count <= 0) {
      // Where no length was told, the close is the answer's end.
      const bool whole = count == 0 && state_ == State::Asking && reader_.begun() &&
                         reader_.end().ok() && reader_.whole();
      close();
      if (!whole) return Got::Closed;
      answer_ = reader_.take();
      return Got::Answered;
    }
    const std::string_view bytes(room.data(), static_cast<std::size_t>(count));
    const bool asked = state_ == State::Asking && wholly_sent();
    const Result<std::size_t> taken = asked ? reader_.feed(bytes) : Result<std::size_t>(0);
    // More than the answer that was asked for belongs to nothing.
    if (!taken || *taken < bytes.size()) {
      close();
      return Got::Broken;
    }
    if (!reader_.whole()) continue;
    answer_ = reader_.take();
    state_ = State::Free;
    return Got::Answered;
  }
}

}  // namespace roundtrip::scenario
