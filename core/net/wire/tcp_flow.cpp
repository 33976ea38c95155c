#include "core/net/wire/tcp_flow.h"

#include <algorithm>

namespace roundtrip::net {

using packet::TcpFlag;
using packet::TcpHeader;
using packet::TcpOptionKind;
using trace::PacketMark;

namespace {

void mark(TcpFlow::Told& told, PacketMark as) { told.marks |= static_cast<std::uint32_t>(as); }

}  // namespace

// The sequence space is a ring of 4 GiB; what is meant is the place next to what was sent last.
std::optional<std::uint64_t> TcpFlow::offset_of(const Sender& sender, std::uint32_t sequence) {
  if (!sender.first) return std::nullopt;
  const std::uint32_t next = *sender.first + 1 + static_cast<std::uint32_t>(sender.next);
  const auto from_next = static_cast<std::int32_t>(sequence - next);
  const std::int64_t offset = static_cast<std::int64_t>(sender.next) + from_next;
  // A probe before any byte stands on the SYN.
  return static_cast<std::uint64_t>(std::max<std::int64_t>(offset, 0));
}

bool TcpFlow::is_new_syn(const TcpHeader& tcp) const {
  const Sender& client = of(Side::Client);
  return client.first != tcp.sequence.value;
}

std::uint64_t TcpFlow::window_of(Side side) const {
  const Sender& sender = of(side);
  const bool scaled = handshake_over_ && of(Side::Client).scales && of(Side::Server).scales;
  return std::uint64_t{sender.window.value_or(0)} << (scaled ? sender.window_shift : 0);
}

void TcpFlow::take_syn(Sender& sender, const TcpHeader& tcp, Told& told) {
  told.first_syn = !sender.first;
  if (!told.first_syn) mark(told, PacketMark::Retransmission);
  sender.first = tcp.sequence.value;
  const auto* scale = tcp.option(TcpOptionKind::WindowScale);
  sender.scales = scale != nullptr;
  // RFC 7323, section 2.3: a shift above 14 counts as 14.
  if (scale != nullptr) sender.window_shift = std::min<unsigned>(scale->values[0], 14);
}

// `empty`: it takes nothing of the sequence space, and resets nothing.
void TcpFlow::take_acknowledgement(Side by, const TcpHeader& tcp, bool empty, Told& told) {
  Sender& sender = of(by);
  Sender& peer = of(other(by));
  told.acknowledged = offset_of(peer, tcp.acknowledgement.value);
  if (!told.acknowledged) return;
  const std::uint64_t to = *told.acknowledged;
  if (peer.fin_at && to > *peer.fin_at && !peer.fin_acknowledged) {
    peer.fin_acknowledged = true;
    mark(told, PacketMark::AcknowledgesFin);
  }
  const bool again = sender.acknowledges == to;
  if (empty && again && (told.marks & static_cast<std::uint32_t>(PacketMark::Probe)) == 0) {
    const bool same_window = sender.window == tcp.window.value;
    if (!same_window) mark(told, PacketMark::WindowUpdate);
    if (same_window && peer.next > to) mark(told, PacketMark::DuplicateAck);
  }
  sender.acknowledges = std::max(sender.acknowledges.value_or(0), to);
}

void TcpFlow::begin_within(Side side, std::uint32_t sequence) {
  of(side).first = sequence - 1;
  handshake_over_ = true;
  windows_known_ = false;
}

TcpFlow::Told TcpFlow::sent(Side by, const TcpHeader& tcp) {
  Told told;
  Sender& sender = of(by);
  const bool syn = tcp.has(TcpFlag::Syn);
  const bool fin = tcp.has(TcpFlag::Fin);
  const bool resets = tcp.has(TcpFlag::Rst);
  const std::uint64_t length = tcp.payload.length;
  if (syn) take_syn(sender, tcp, told);
  told.payload_at = offset_of(sender, tcp.sequence.value + (syn ? 1 : 0));
  if (told.payload_at && !resets && !syn) {
    const std::uint64_t at = *told.payload_at;
    told.first_bytes = length > 0 && at + length > sender.next;
    const bool below = at < sender.next;
    const bool probes = below && length <= 1 && at + 1 == sender.next && !fin;
    if (probes) mark(told, PacketMark::Probe);
    if (length > 0 && below && !probes) mark(told, PacketMark::Retransmission);
    if (length > 0 && windows_known_ && of(other(by)).window && sender.first) {
      const std::uint64_t edge = of(other(by)).acknowledges.value_or(0) + window_of(other(by));
      if (at + length == edge) mark(told, PacketMark::WindowFull);
    }
    if (fin) {
      told.first_fin = !sender.fin_at;
      if (sender.fin_at && length == 0) mark(told, PacketMark::Retransmission);
      sender.fin_at = at + length;
    }
    sender.next = std::max(sender.next, at + length + (fin ? 1 : 0));
  }
  if (tcp.has(TcpFlag::Ack)) {
    take_acknowledgement(by, tcp, length == 0 && !syn && !fin && !resets, told);
    if (by == Side::Client && !syn && !resets && of(Side::Server).first && !handshake_over_) {
      handshake_over_ = true;
      told.completes_handshake = true;
    }
  }
  sender.window = tcp.window.value;
  return told;
}

}  // namespace roundtrip::net
