#include "core/net/wire/socket_sampler.h"

#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "core/net/observe.h"

namespace roundtrip::net {
namespace {

// The kernel's word for "no end yet" (TCP_INFINITE_SSTHRESH).
constexpr std::uint32_t infinite_threshold = 0x7fffffff;

struct Question {
  nlmsghdr header{};
  inet_diag_req_v2 body{};
};

Question question_about(const Endpoint& own, const Endpoint* peer, std::uint32_t sequence) {
  Question question;
  question.header.nlmsg_len = sizeof question;
  question.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
  question.header.nlmsg_flags = NLM_F_REQUEST;
  question.header.nlmsg_seq = sequence;
  inet_diag_req_v2& body = question.body;
  body.sdiag_family = own.ip.is_v6 ? AF_INET6 : AF_INET;
  body.sdiag_protocol = IPPROTO_TCP;
  body.idiag_states = ~0U;
  body.idiag_ext = 1U << (INET_DIAG_INFO - 1) | 1U << (INET_DIAG_SKMEMINFO - 1);
  const std::size_t bytes = own.ip.is_v6 ? 16 : 4;
  std::memcpy(body.id.idiag_src, own.ip.bytes.data(), bytes);
  body.id.idiag_sport = htons(own.port);
  if (peer != nullptr) {
    std::memcpy(body.id.idiag_dst, peer->ip.bytes.data(), bytes);
    body.id.idiag_dport = htons(peer->port);
  }
  body.id.idiag_cookie[0] = INET_DIAG_NOCOOKIE;
  body.id.idiag_cookie[1] = INET_DIAG_NOCOOKIE;
  return question;
}

// The answer about one socket, with what the kernel added to it.
struct Answer {
  inet_diag_msg message{};
  std::optional<::tcp_info> info;
  std::optional<std::array<std::uint32_t, SK_MEMINFO_VARS>> memory;
};

// An older kernel's struct is shorter: what it lacks stays 0.
template <class T>
T copied(const char* data, std::size_t bytes) {
  T value{};
  std::memcpy(&value, data, std::min(bytes, sizeof value));
  return value;
}

std::optional<Answer> take(const char* data, std::size_t bytes, std::uint32_t sequence) {
  if (bytes < sizeof(nlmsghdr)) return std::nullopt;
  const auto header = copied<nlmsghdr>(data, bytes);
  if (header.nlmsg_seq != sequence || header.nlmsg_type != SOCK_DIAG_BY_FAMILY ||
      header.nlmsg_len > bytes || header.nlmsg_len < NLMSG_LENGTH(sizeof(inet_diag_msg))) {
    return std::nullopt;
  }
  Answer answer;
  answer.message = copied<inet_diag_msg>(data + NLMSG_HDRLEN, sizeof(inet_diag_msg));
  std::size_t at = NLMSG_ALIGN(NLMSG_LENGTH(sizeof(inet_diag_msg)));
  while (at + sizeof(rtattr) <= header.nlmsg_len) {
    const auto attribute = copied<rtattr>(data + at, sizeof(rtattr));
    if (attribute.rta_len < sizeof(rtattr) || at + attribute.rta_len > header.nlmsg_len) break;
    const char* const value = data + at + RTA_LENGTH(0);
    const std::size_t held = attribute.rta_len - RTA_LENGTH(0);
    if (attribute.rta_type == INET_DIAG_INFO) answer.info = copied<::tcp_info>(value, held);
    if (attribute.rta_type == INET_DIAG_SKMEMINFO) {
      answer.memory = copied<std::array<std::uint32_t, SK_MEMINFO_VARS>>(value, held);
    }
    at += RTA_ALIGN(attribute.rta_len);
  }
  return answer;
}

// The kernel answers within send(): nothing is waited for.
std::optional<Answer> ask(int socket, const Question& question) {
  if (send(socket, &question, sizeof question, MSG_DONTWAIT) < 0) return std::nullopt;
  std::array<char, 4096> buffer;
  while (true) {
    const ssize_t got = recv(socket, buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (got <= 0) return std::nullopt;
    const auto bytes = static_cast<std::size_t>(got);
    if (copied<nlmsghdr>(buffer.data(), bytes).nlmsg_seq == question.header.nlmsg_seq) {
      return take(buffer.data(), bytes, question.header.nlmsg_seq);
    }
  }
}

// A SYN and a FIN take a sequence number each, and until they are acknowledged the kernel counts
// them among the bytes that wait to be (RFC 9293, section 3.4). Nobody wrote them.
std::uint32_t numbers_that_are_no_bytes(trace::TcpState state) {
  using enum trace::TcpState;
  switch (state) {
    case SynSent:
    case FinWait1:
    case Closing:
    case LastAck: return 1;
    default: return 0;
  }
}

}  // namespace

Result<SocketSampler> SocketSampler::open(Lab& lab) {
  auto client = lab.socket(Host::Client, AF_NETLINK, SOCK_RAW, NETLINK_SOCK_DIAG);
  if (!client) return Error{client.error()};
  auto server = lab.socket(Host::Server, AF_NETLINK, SOCK_RAW, NETLINK_SOCK_DIAG);
  if (!server) return Error{server.error()};
  return SocketSampler(std::move(*client), std::move(*server));
}

std::optional<SocketSample> SocketSampler::sample(Host host, const Endpoint& own,
                                                  const Endpoint& peer) {
  const int socket = sockets_[static_cast<std::size_t>(host)].get();
  const auto answer = ask(socket, question_about(own, &peer, ++sequence_));
  if (!answer) return std::nullopt;
  SocketSample sample;
  sample.state = tcp_state_from_kernel(answer->message.idiag_state);
  // Asked for a connection that is gone, the kernel answers with the socket that listens there.
  if (sample.state == trace::TcpState::Listen) return std::nullopt;
  if (answer->info) {
    const ::tcp_info& info = *answer->info;
    CongestionSample& told = sample.congestion.emplace();
    if (info.tcpi_rtt != 0) told.rtt_us = info.tcpi_rtt;
    told.timeout_us = info.tcpi_rto;
    told.window = info.tcpi_snd_cwnd;
    if (info.tcpi_snd_ssthresh < infinite_threshold) told.threshold = info.tcpi_snd_ssthresh;
    sample.flight = FlightSample{info.tcpi_unacked, info.tcpi_total_retrans};
  }
  if (answer->memory) {
    const auto& memory = *answer->memory;
    sample.receive = BufferSample{answer->message.idiag_rqueue, memory[SK_MEMINFO_RMEM_ALLOC],
                                  memory[SK_MEMINFO_RCVBUF]};
    const std::uint32_t queued = answer->message.idiag_wqueue;
    sample.send = BufferSample{queued - std::min(queued, numbers_that_are_no_bytes(sample.state)),
                               memory[SK_MEMINFO_WMEM_QUEUED], memory[SK_MEMINFO_SNDBUF]};
  }
  return sample;
}

std::optional<AcceptQueueSample> SocketSampler::accept_queue(Host host, const Endpoint& at) {
  const int socket = sockets_[static_cast<std::size_t>(host)].get();
  const auto answer = ask(socket, question_about(at, nullptr, ++sequence_));
  if (!answer || tcp_state_from_kernel(answer->message.idiag_state) != trace::TcpState::Listen) {
    return std::nullopt;
  }
  return AcceptQueueSample{answer->message.idiag_rqueue, answer->message.idiag_wqueue};
}

}  // namespace roundtrip::net
