#include "core/net/wire/sock_diag.h"

#include <fmt/format.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "core/net/observe.h"
#include "core/net/wire/limits.h"

namespace roundtrip::net {
namespace {

struct DumpRequest {
  nlmsghdr header{};
  inet_diag_req_v2 body{};
};

constexpr unsigned kernel_states = 12;  // numbered from 1

std::uint32_t state_mask(const std::vector<trace::TcpState>& states) {
  std::uint32_t mask = 0;
  for (unsigned number = 1; number < kernel_states; ++number) {
    const auto state = tcp_state_from_kernel(number);
    if (states.empty() || std::find(states.begin(), states.end(), state) != states.end()) {
      mask |= 1u << number;
    }
  }
  return mask;
}

IpAddress address_from(const inet_diag_msg& message, const __be32 (&words)[4]) {
  IpAddress address;
  address.is_v6 = message.idiag_family == AF_INET6;
  std::memcpy(address.bytes.data(), words, address.is_v6 ? 16 : 4);
  return address;
}

ListedSocket socket_from(const inet_diag_msg& message) {
  ListedSocket listed;
  listed.state = tcp_state_from_kernel(message.idiag_state);
  listed.local = address_from(message, message.id.idiag_src);
  listed.peer = address_from(message, message.id.idiag_dst);
  listed.local_port = ntohs(message.id.idiag_sport);
  listed.peer_port = ntohs(message.id.idiag_dport);
  listed.receive_queue = message.idiag_rqueue;
  listed.send_queue = message.idiag_wqueue;
  if (message.idiag_timer <= static_cast<unsigned>(ListedSocket::Timer::ZeroWindow)) {
    listed.timer = static_cast<ListedSocket::Timer>(message.idiag_timer);
  }
  if (listed.timer != ListedSocket::Timer::None) {
    listed.timer_left = Duration::milliseconds(message.idiag_expires);
  }
  listed.retransmits = message.idiag_retrans;
  return listed;
}

enum class Progress : std::uint8_t { GoesOn, Done, Failed };

// Takes the records of one datagram; `bytes` is what the kernel sent.
Progress take(const char* data, std::size_t bytes, std::uint32_t sequence,
              SocketListing::Sockets& into, int& error) {
  while (bytes >= sizeof(nlmsghdr)) {
    nlmsghdr header;
    std::memcpy(&header, data, sizeof header);
    if (header.nlmsg_len < sizeof header || header.nlmsg_len > bytes) break;
    const char* body = data + NLMSG_HDRLEN;
    const std::size_t held = header.nlmsg_len - NLMSG_HDRLEN;
    // An earlier listing that was given up may still have answers on the way.
    if (header.nlmsg_seq == sequence) {
      into.changed_meanwhile |= (header.nlmsg_flags & NLM_F_DUMP_INTR) != 0;
      if (header.nlmsg_type == NLMSG_DONE) return Progress::Done;
      if (header.nlmsg_type == NLMSG_ERROR) {
        nlmsgerr failure{};
        std::memcpy(&failure, body, std::min(held, sizeof failure));
        error = -failure.error;
        return Progress::Failed;
      }
      if (header.nlmsg_type == SOCK_DIAG_BY_FAMILY && held >= sizeof(inet_diag_msg)) {
        inet_diag_msg message;
        std::memcpy(&message, body, sizeof message);
        into.more |= into.all.size() >= wire_limits::listed_sockets;
        if (!into.more) into.all.push_back(socket_from(message));
      }
    }
    const std::size_t step = NLMSG_ALIGN(header.nlmsg_len);
    if (step >= bytes) break;
    data += step;
    bytes -= step;
  }
  return Progress::GoesOn;
}

}  // namespace

Result<SocketListing> SocketListing::open(Lab& lab, Host host) {
  Result<FileDescriptor> socket = lab.socket(host, AF_NETLINK, SOCK_RAW, NETLINK_SOCK_DIAG);
  if (!socket) return Error{socket.error()};
  return SocketListing(std::move(*socket));
}

Result<SocketListing::Sockets> SocketListing::list(const std::vector<trace::TcpState>& states) {
  Sockets sockets;
  // A server that listens on both families has IPv6 sockets.
  for (const std::uint8_t family : {AF_INET, AF_INET6}) {
    if (const int error = dump(family, state_mask(states), sockets); error != 0) {
      return Error{
          fmt::format("the host's kernel does not list its sockets: {}", std::strerror(error))};
    }
  }
  return sockets;
}

int SocketListing::dump(std::uint8_t family, std::uint32_t mask, Sockets& into) {
  DumpRequest request;
  request.header.nlmsg_len = sizeof request;
  request.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
  request.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  request.header.nlmsg_seq = ++sequence_;
  request.body.sdiag_family = family;
  request.body.sdiag_protocol = IPPROTO_TCP;
  request.body.idiag_states = mask;
  if (send(socket_.get(), &request, sizeof request, 0) < 0) return errno;
  std::vector<char> buffer(32 << 10);
  while (true) {
    const ssize_t got = recv(socket_.get(), buffer.data(), buffer.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return got < 0 ? errno : ECONNRESET;
    int error = 0;
    switch (take(buffer.data(), static_cast<std::size_t>(got), sequence_, into, error)) {
      case Progress::GoesOn:
        break;
      case Progress::Done:
        return 0;
      case Progress::Failed:
        return error != 0 ? error : EIO;
    }
  }
}

}  // namespace roundtrip::net
