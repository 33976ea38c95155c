// What the kernel can be asked about one connection without privileges: TCP_INFO, the socket's
// options, its queues, the client's SYN as it was received, and time-stamps of segments. Each call
// is a system call, so the server asks only within a budget of observed requests a second.
// See tcp(7), socket(7), SO_TIMESTAMPING in the kernel's networking documentation.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <cstdio>
#include <optional>
#include <span>
#include <string>

#include "core/base/time.h"
#include "core/trace/bus.h"
#include "core/trace/recorder.h"

namespace roundtrip::net {

// The kernel's numbers for TCP states, in the order of include/net/tcp_states.h.
trace::TcpState tcp_state_from_kernel(unsigned number);

struct TcpInfo {
  trace::TcpState state = trace::TcpState::Closed;
  std::uint32_t rtt_us = 0;
  std::uint32_t rtt_variation_us = 0;
  std::uint32_t congestion_window = 0;
  std::uint32_t unacknowledged = 0;
  std::uint32_t retransmits = 0;
};
std::optional<TcpInfo> tcp_info(int fd);

// The backlog in force of a listening socket, by its TCP_INFO; empty where that does not say it.
std::optional<std::uint32_t> listen_backlog(int fd);

// Options as the kernel reports them, not as they were asked for.
struct SocketOptions {
  std::optional<bool> no_delay;
  std::optional<bool> keep_alive;
  std::optional<bool> reuse_address;
  std::optional<std::uint32_t> receive_buffer_bytes;
  std::optional<std::uint32_t> send_buffer_bytes;
};
SocketOptions socket_options(int fd);

std::optional<std::uint32_t> receive_queue_bytes(int fd);  // SIOCINQ
std::optional<std::uint32_t> send_queue_bytes(int fd);     // SIOCOUTQ

// The client's SYN, IP and TCP headers as received (TCP_SAVE_SYN); empty where there is none.
std::string saved_syn(int fd);

// What a SYN's headers say.
struct SynFacts {
  std::uint32_t sequence = 0;
  std::uint32_t window = 0;
  std::optional<std::uint32_t> mss;
  std::uint32_t header_bytes = 0;  // IP and TCP with options
};
std::optional<SynFacts> decode_syn(std::string_view headers);

// Asks for receive stamps on a listening socket: what it accepts has them from its first segment
// on, which is as a rule there before accept4 returns.
bool enable_receive_stamps(int fd);
// Asks for receive stamps on this socket, and for numbered transmit stamps where a send asks for
// them; bytes are numbered from the next one written. False where the kernel refuses.
bool enable_stamps(int fd);

// recv with the kernel's stamp of the last byte read, or of the packet, when there is one: of a
// socket that asked for stamps by SO_TIMESTAMPING or SO_TIMESTAMPNS.
struct StampedRead {
  ssize_t got = 0;
  int error = 0;
  std::optional<std::int64_t> realtime_ns;
};
StampedRead read_stamped(int fd, std::span<char> into);

// The kernel's stamp of what waits to be read, without reading it; empty where nothing waits.
std::optional<std::int64_t> waiting_stamp(int fd);

// The accept queue of a listening socket: how many connections wait, and how many may.
struct AcceptQueue {
  std::uint32_t waiting = 0;
  std::uint32_t limit = 0;
};
std::optional<AcceptQueue> accept_queue(int fd);

// send that asks for stamps of its last byte: queued, out, acknowledged.
ssize_t send_stamped(int fd, std::string_view data);

// One stamp from the error queue.
struct SentStamp {
  enum class What : std::uint8_t { Queued, Out, Acknowledged } what = What::Out;
  std::uint32_t last_byte = 0;  // counted from where stamps were enabled
  std::int64_t realtime_ns = 0;
};
// The next stamp of the error queue; empty when it is drained.
std::optional<SentStamp> next_sent_stamp(int fd);

}  // namespace roundtrip::net
