#include "core/net/wire/helper_messages.h"

#include <sys/socket.h>

#include <cerrno>
#include <cstring>

namespace roundtrip::net {
namespace {

constexpr std::size_t control_bytes = CMSG_SPACE(helper_descriptors * sizeof(int));

}  // namespace

int send_message(int socket, const void* record, std::size_t bytes,
                 const std::vector<int>& descriptors) {
  iovec part{const_cast<void*>(record), bytes};
  alignas(cmsghdr) std::array<char, control_bytes> control{};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  if (!descriptors.empty()) {
    const std::size_t size = descriptors.size() * sizeof(int);
    message.msg_control = control.data();
    message.msg_controllen = CMSG_SPACE(size);
    cmsghdr* rights = CMSG_FIRSTHDR(&message);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(size);
    std::memcpy(CMSG_DATA(rights), descriptors.data(), size);
  }
  while (sendmsg(socket, &message, MSG_NOSIGNAL) < 0) {
    if (errno != EINTR) return errno;
  }
  return 0;
}

int receive_message(int socket, void* record, std::size_t bytes,
                    std::vector<FileDescriptor>* descriptors) {
  iovec part{record, bytes};
  alignas(cmsghdr) std::array<char, control_bytes> control{};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  ssize_t got;
  do {
    got = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
  } while (got < 0 && errno == EINTR);
  if (got < 0) return errno;
  std::vector<FileDescriptor> received;
  for (cmsghdr* one = CMSG_FIRSTHDR(&message); one != nullptr; one = CMSG_NXTHDR(&message, one)) {
    if (one->cmsg_level != SOL_SOCKET || one->cmsg_type != SCM_RIGHTS) continue;
    const std::size_t count = (one->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t i = 0; i < count; ++i) {
      int fd;
      std::memcpy(&fd, CMSG_DATA(one) + i * sizeof(int), sizeof fd);
      received.emplace_back(fd);
    }
  }
  if (got == 0) return ECONNRESET;
  if (static_cast<std::size_t>(got) != bytes) return EPROTO;
  if (descriptors != nullptr) *descriptors = std::move(received);
  return 0;
}

}  // namespace roundtrip::net
