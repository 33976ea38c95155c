#include "core/net/wire/frame_end.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace roundtrip::net {

FrameEnd::Read DescriptorEnd::read(std::span<std::uint8_t> into) {
  while (true) {
    const ssize_t got = ::read(descriptor_.get(), into.data(), into.size());
    if (got > 0) return {static_cast<std::size_t>(got), 0};
    if (got == 0) return {0, ENOTCONN};
    if (errno == EAGAIN) return {};
    if (errno != EINTR) return {0, errno};
  }
}

int DescriptorEnd::write(std::span<const std::uint8_t> packet) {
  while (::write(descriptor_.get(), packet.data(), packet.size()) < 0) {
    if (errno != EINTR) return errno;
  }
  return 0;
}

Result<std::pair<std::unique_ptr<FrameEnd>, std::unique_ptr<FrameEnd>>> memory_pair() {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) != 0) {
    return Error{fmt::format("no pair of sockets can be made: {}", std::strerror(errno))};
  }
  return std::pair<std::unique_ptr<FrameEnd>, std::unique_ptr<FrameEnd>>(
      std::make_unique<DescriptorEnd>(FileDescriptor(ends[0])),
      std::make_unique<DescriptorEnd>(FileDescriptor(ends[1])));
}

}  // namespace roundtrip::net
