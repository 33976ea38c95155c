#include "core/net/observe.h"

#include <arpa/inet.h>
#include <linux/errqueue.h>
#include <linux/net_tstamp.h>
#include <linux/sockios.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace roundtrip::net {
namespace {

template <class Value>
std::optional<Value> get(int fd, int level, int name) {
  Value value{};
  socklen_t length = sizeof value;
  if (getsockopt(fd, level, name, &value, &length) != 0) return std::nullopt;
  return value;
}

std::int64_t stamp_ns(const cmsghdr* message) {
  // One time follows, or three of which the first is the software stamp.
  timespec stamp;
  std::memcpy(&stamp, CMSG_DATA(message), sizeof stamp);
  return stamp.tv_sec * 1'000'000'000LL + stamp.tv_nsec;
}

StampedRead receive_stamped(int fd, std::span<char> into, int flags) {
  alignas(cmsghdr) char control[256];
  iovec piece{into.data(), into.size()};
  msghdr message{};
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  StampedRead read;
  read.got = recvmsg(fd, &message, flags);
  if (read.got < 0) {
    read.error = errno;
    return read;
  }
  for (cmsghdr* part = CMSG_FIRSTHDR(&message); part != nullptr;
       part = CMSG_NXTHDR(&message, part)) {
    if (part->cmsg_level != SOL_SOCKET) continue;
    const bool stamped = part->cmsg_type == SCM_TIMESTAMPING || part->cmsg_type == SCM_TIMESTAMPNS;
    if (const std::int64_t ns = stamped ? stamp_ns(part) : 0; ns != 0) read.realtime_ns = ns;
  }
  return read;
}

}  // namespace

trace::TcpState tcp_state_from_kernel(unsigned number) {
  using enum trace::TcpState;
  constexpr std::array states = {Closed,   Established, SynSent,   SynReceived, FinWait1,
                                 FinWait2, TimeWait,    Closed,    CloseWait,   LastAck,
                                 Listen,   Closing};
  return number < states.size() ? states[number] : Closed;
}

static bool is_listening(const ::tcp_info& info) {
  return tcp_state_from_kernel(info.tcpi_state) == trace::TcpState::Listen;
}

std::optional<TcpInfo> tcp_info(int fd) {
  const auto info = get<::tcp_info>(fd, IPPROTO_TCP, TCP_INFO);
  if (!info) return std::nullopt;
  return TcpInfo{tcp_state_from_kernel(info->tcpi_state), info->tcpi_rtt,     info->tcpi_rttvar,
                 info->tcpi_snd_cwnd,                 info->tcpi_unacked, info->tcpi_total_retrans};
}

// On a listening socket these fields count its accept queue: how many wait, of how many.
std::optional<std::uint32_t> listen_backlog(int fd) {
  const auto info = get<::tcp_info>(fd, IPPROTO_TCP, TCP_INFO);
  if (!info || !is_listening(*info)) return std::nullopt;
  return info->tcpi_sacked > 0 ? std::optional<std::uint32_t>(info->tcpi_sacked) : std::nullopt;
}

SocketOptions socket_options(int fd) {
  SocketOptions options;
  const auto flag = [&](int level, int name) -> std::optional<bool> {
    const auto value = get<int>(fd, level, name);
    return value ? std::optional<bool>(*value != 0) : std::nullopt;
  };
  const auto size = [&](int name) -> std::optional<std::uint32_t> {
    const auto value = get<int>(fd, SOL_SOCKET, name);
    return value ? std::optional<std::uint32_t>(static_cast<std::uint32_t>(*value)) : std::nullopt;
  };
  options.no_delay = flag(IPPROTO_TCP, TCP_NODELAY);
  options.keep_alive = flag(SOL_SOCKET, SO_KEEPALIVE);
  options.reuse_address = flag(SOL_SOCKET, SO_REUSEADDR);
  options.receive_buffer_bytes = size(SO_RCVBUF);
  options.send_buffer_bytes = size(SO_SNDBUF);
  return options;
}

std::optional<std::uint32_t> receive_queue_bytes(int fd) {
  int bytes = 0;
  if (ioctl(fd, SIOCINQ, &bytes) != 0) return std::nullopt;
  return static_cast<std::uint32_t>(bytes);
}

std::optional<std::uint32_t> send_queue_bytes(int fd) {
  int bytes = 0;
  if (ioctl(fd, SIOCOUTQ, &bytes) != 0) return std::nullopt;
  return static_cast<std::uint32_t>(bytes);
}

std::string saved_syn(int fd) {
  std::string headers(256, '\0');
  auto length = static_cast<socklen_t>(headers.size());
  if (getsockopt(fd, IPPROTO_TCP, TCP_SAVED_SYN, headers.data(), &length) != 0) return {};
  headers.resize(length);
  return headers;
}

std::optional<SynFacts> decode_syn(std::string_view headers) {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(headers[at]); };
  if (headers.empty()) return std::nullopt;
  const unsigned version = byte(0) >> 4;
  const std::size_t ip_bytes = version == 4 ? (byte(0) & 15U) * 4U : version == 6 ? 40 : 0;
  if (ip_bytes < 20 || headers.size() < ip_bytes + 20) return std::nullopt;
  const auto word = [&](std::size_t at, std::size_t count) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < count; ++i) value = value << 8 | byte(ip_bytes + at + i);
    return value;
  };
  SynFacts facts;
  facts.sequence = word(4, 4);
  facts.window = word(14, 2);
  const std::size_t tcp_bytes = (byte(ip_bytes + 12) >> 4) * 4U;
  if (tcp_bytes < 20 || headers.size() < ip_bytes + tcp_bytes) return std::nullopt;
  facts.header_bytes = static_cast<std::uint32_t>(ip_bytes + tcp_bytes);
  // Options: kind, length, value; kinds 0 and 1 stand alone.
  for (std::size_t at = 20; at < tcp_bytes;) {
    const std::uint32_t kind = word(at, 1);
    if (kind == 0) break;
    if (kind == 1) {
      ++at;
      continue;
    }
    if (at + 1 >= tcp_bytes) break;
    const std::uint32_t length = word(at + 1, 1);
    if (length < 2 || at + length > tcp_bytes) break;
    if (kind == 2 && length == 4) facts.mss = word(at + 2, 2);
    at += length;
  }
  return facts;
}

bool enable_receive_stamps(int fd) {
  const unsigned flags = SOF_TIMESTAMPING_SOFTWARE | SOF_TIMESTAMPING_RX_SOFTWARE;
  return setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPING, &flags, sizeof flags) == 0;
}

bool enable_stamps(int fd) {
  // Without it bytes are numbered from the first unacknowledged one (Linux 6.2; not in the headers
  // of Debian 12).
  constexpr unsigned from_next_written = 1U << 16;
  const unsigned flags = SOF_TIMESTAMPING_SOFTWARE | SOF_TIMESTAMPING_RX_SOFTWARE |
                         SOF_TIMESTAMPING_OPT_ID | SOF_TIMESTAMPING_OPT_TSONLY;
  for (const unsigned wanted : {flags | from_next_written, flags}) {
    if (setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPING, &wanted, sizeof wanted) == 0) return true;
  }
  return false;
}

std::optional<std::int64_t> waiting_stamp(int fd) {
  char first = 0;
  return receive_stamped(fd, {&first, 1}, MSG_PEEK | MSG_DONTWAIT).realtime_ns;
}

std::optional<AcceptQueue> accept_queue(int fd) {
  const auto info = get<::tcp_info>(fd, IPPROTO_TCP, TCP_INFO);
  if (!info || !is_listening(*info)) return std::nullopt;
  // For a listening socket the kernel puts its queue into these two.
  return AcceptQueue{info->tcpi_unacked, info->tcpi_sacked};
}

StampedRead read_stamped(int fd, std::span<char> into) { return receive_stamped(fd, into, 0); }

ssize_t send_stamped(int fd, std::string_view data) {
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(std::uint32_t))] = {};
  iovec piece{const_cast<char*>(data.data()), data.size()};
  msghdr message{};
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  cmsghdr* part = CMSG_FIRSTHDR(&message);
  part->cmsg_level = SOL_SOCKET;
  part->cmsg_type = SO_TIMESTAMPING;
  part->cmsg_len = CMSG_LEN(sizeof(std::uint32_t));
  const std::uint32_t flags = SOF_TIMESTAMPING_TX_SCHED | SOF_TIMESTAMPING_TX_SOFTWARE |
                              SOF_TIMESTAMPING_TX_ACK;
  std::memcpy(CMSG_DATA(part), &flags, sizeof flags);
  return sendmsg(fd, &message, MSG_NOSIGNAL);
}

std::optional<SentStamp> next_sent_stamp(int fd) {
  while (true) {
    alignas(cmsghdr) char control[512];
    msghdr message{};
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    if (recvmsg(fd, &message, MSG_ERRQUEUE | MSG_DONTWAIT) < 0) return std::nullopt;
    SentStamp stamp;
    bool has_time = false;
    bool has_what = false;
    for (cmsghdr* part = CMSG_FIRSTHDR(&message); part != nullptr;
         part = CMSG_NXTHDR(&message, part)) {
      if (part->cmsg_level == SOL_SOCKET && part->cmsg_type == SCM_TIMESTAMPING) {
        stamp.realtime_ns = stamp_ns(part);
        has_time = stamp.realtime_ns != 0;
      } else if ((part->cmsg_level == SOL_IP && part->cmsg_type == IP_RECVERR) ||
                 (part->cmsg_level == SOL_IPV6 && part->cmsg_type == IPV6_RECVERR)) {
        sock_extended_err error;
        std::memcpy(&error, CMSG_DATA(part), sizeof error);
        if (error.ee_origin != SO_EE_ORIGIN_TIMESTAMPING) continue;
        has_what = true;
        stamp.last_byte = error.ee_data;
        stamp.what = error.ee_info == SCM_TSTAMP_SCHED ? SentStamp::What::Queued
                     : error.ee_info == SCM_TSTAMP_ACK ? SentStamp::What::Acknowledged
                                                       : SentStamp::What::Out;
      }
    }
    if (has_time && has_what) return stamp;
  }
}

}  // namespace roundtrip::net
