#include "core/scenario/load_connection.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <optional>

#include "core/base/clock.h"
#include "core/net/address.h"

namespace roundtrip::scenario {

using trace::Kind;
using trace::Log;
using trace::Phase;

namespace {

// What one connection with one request tells, and some more: set aside before it begins.
constexpr std::uint32_t records_per_client = 12;

trace::Stamp stamp_of(std::uint32_t conn, std::uint64_t ticks) {
  return {ticks, trace::Provenance::Observed, conn};
}

}  // namespace

// The client's end is fixed before it connects, so that the connection has its number when the
// first packet goes out.
int LoadConnection::begin_telling(const LoadTelling& telling) {
  sockaddr_in own{};
  own.sin_family = AF_INET;
  own.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(fd_, reinterpret_cast<const sockaddr*>(&own), sizeof own) != 0) return errno;
  trace::Symbols none;
  own_end_ = net::trace_address(net::local_address(fd_), none);
  telling_ = &telling;
  const std::uint64_t began = read_ticks();
  trace::Ring* const ring = trace::this_thread_ring;
  const bool room = ring != nullptr && ring->reserve(records_per_client);
  promised_by_ = room ? ring : nullptr;
  subject_ = {0, telling.numbers->announce(own_end_, telling.server, began), 0, room};
  trace::fact<Phase::ConnectionConnect>(Kind::AsyncBegin, stamp_of(subject_.conn, began), subject_,
                                        {}, telling.server);
  sent_to_ = 0;
  received_to_ = 0;
  return 0;
}

void LoadConnection::tell_connected(int error) {
  if (telling_ == nullptr) return;
  const std::uint64_t ended = read_ticks();
  if (error == 0) {
    telling_->numbers->connected(own_end_, telling_->server, ended);
  } else {
    telling_->numbers->withdraw(own_end_, telling_->server);
  }
  trace::fact<Phase::ConnectionConnect>(Kind::AsyncEnd, stamp_of(subject_.conn, ended), subject_,
                                        {}, trace::absent,
                                        error == 0 ? std::nullopt : std::optional(error));
}

void LoadConnection::end_telling() {
  if (telling_ == nullptr) return;
  telling_ = nullptr;
  trace::instant<Phase::LifecycleClientClose>(subject_, false);
  if (promised_by_ != nullptr) promised_by_->release(records_per_client);
}

int LoadConnection::open(std::uint16_t port, const LoadTelling* telling) {
  close();
  fd_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd_ < 0) return errno;
  const int on = 1;
  setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (telling != nullptr) {
    const int error = begin_telling(*telling);
    if (error != 0) {
      close();
      return error;
    }
  }
  sockaddr_in server{};
  server.sin_family = AF_INET;
  server.sin_port = htons(port);
  server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int status = ::connect(fd_, reinterpret_cast<const sockaddr*>(&server), sizeof server);
  if (status != 0 && errno != EINPROGRESS) {
    const int error = errno;
    tell_connected(error);
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
  tell_connected(error);
  if (error != 0)
    close();
  else
    state_ = State::Free;
  return error;
}

void LoadConnection::close() {
  end_telling();
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
  state_ = State::Closed;
}

LoadConnection::Sent LoadConnection::ask(std::string_view request) {
  state_ = State::Asking;
  reader_ = ResponseReader(false, 0, 0);
  unsent_ = request;
  sent_bytes_ = 0;
  status_told_ = false;
  return ask_on();
}

LoadConnection::Sent LoadConnection::ask_on() {
  while (!unsent_.empty()) {
    const std::uint64_t ticks = telling_ != nullptr ? read_ticks() : 0;
    const ssize_t count = ::send(fd_, unsent_.data(), unsent_.size(), MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno != EAGAIN && sent_bytes_ == 0) {
      close();
      return Sent::Gone;
    }
    // An error in the middle of a request shows again when its answer is read.
    if (count < 0) return Sent::InPart;
    const auto taken = static_cast<std::size_t>(count);
    if (telling_ != nullptr) {
      trace::keep_bytes(subject_, Log::In, sent_to_, unsent_.substr(0, taken));
      // With the moment before the call: the server may have read them before it returned.
      trace::fact<Phase::ReadClientSend>(Kind::Instant, {ticks}, subject_,
                                         {Log::In, {sent_to_, taken}});
      sent_to_ += taken;
    }
    sent_bytes_ += taken;
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
    if (telling_ != nullptr) {
      const ByteRange range{received_to_, bytes.size()};
      const bool known = !status_told_ && reader_.status() != 0;
      trace::fact<Phase::TransmitClientRead>(
          Kind::Instant, {read_ticks()}, subject_, {Log::Out, range},
          known ? std::optional(reader_.status()) : std::nullopt);
      status_told_ = status_told_ || known;
      received_to_ += range.length;
    }
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
