// What the packets of one TCP connection say, one after the other: which byte of its stream each
// carries, and what each is beside what its header says (a retransmission, the first to acknowledge
// a FIN). Fed by WireRecorder with each packet as its sender's host hands it over; it reads no
// clock and tells nothing. Sequence numbers are relative: offset 0 is the first byte after the SYN.
// RFC 9293, section 3.4; RFC 7323, section 2.
#pragma once

#include <cstdint>
#include <optional>

#include "core/packet/packet.h"
#include "core/trace/vocabulary.h"

namespace roundtrip::net {

// Who asked for the connection, and who was asked. Either may live on either host.
enum class Side : std::uint8_t { Client, Server };
constexpr Side other(Side side) { return side == Side::Client ? Side::Server : Side::Client; }

class TcpFlow {
 public:
  // What a packet is. Offsets are those of the sender's stream, `acknowledged` of its peer's.
  struct Told {
    std::uint32_t marks = 0;                // of trace::PacketMark
    std::optional<std::uint64_t> payload_at;  // absent where the sender's SYN was not seen
    std::optional<std::uint64_t> acknowledged;
    bool first_syn = false;
    bool first_fin = false;
    bool first_bytes = false;  // some of its payload was not sent before
    bool completes_handshake = false;
  };
  Told sent(Side by, const packet::TcpHeader& tcp);
  // Of a connection that was there before its first packet was seen: this side's stream counts from
  // this sequence number on. How windows are scaled is not known then.
  void begin_within(Side side, std::uint32_t sequence);
  bool is_begun(Side side) const { return of(side).first.has_value(); }

  // A SYN with this number begins a connection that is not this one, which is there already: its
  // addresses are used again.
  bool is_new_syn(const packet::TcpHeader& tcp) const;
  bool has_sent_fin(Side side) const { return of(side).fin_at.has_value(); }
  std::optional<std::uint64_t> fin_at(Side side) const { return of(side).fin_at; }

 private:
  struct Sender {
    std::optional<std::uint32_t> first;  // the number of its SYN
    std::uint64_t next = 0;              // behind all that it has sent
    std::optional<std::uint64_t> fin_at;
    std::optional<std::uint64_t> acknowledges;  // of its peer's stream, the most so far
    std::optional<std::uint32_t> window;        // as its last header had it
    unsigned window_shift = 0;
    bool scales = false;
    bool fin_acknowledged = false;  // by its peer
  };
  const Sender& of(Side side) const { return senders_[static_cast<std::size_t>(side)]; }
  Sender& of(Side side) { return senders_[static_cast<std::size_t>(side)]; }
  static std::optional<std::uint64_t> offset_of(const Sender& sender, std::uint32_t sequence);
  void take_syn(Sender& sender, const packet::TcpHeader& tcp, Told& told);
  void take_acknowledgement(Side by, const packet::TcpHeader& tcp, bool empty, Told& told);
  std::uint64_t window_of(Side side) const;

  Sender senders_[2];
  bool handshake_over_ = false;
  bool windows_known_ = true;
};

}  // namespace roundtrip::net
