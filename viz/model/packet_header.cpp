#include "viz/model/packet_header.h"

#include <fmt/format.h>

#include <algorithm>

namespace roundtrip::viz {

using packet::PacketBytes;
using packet::TcpFlag;
using trace::Host;
using trace::Log;
using trace::no_event;
using trace::Unit;

namespace {

// One of the first packets of a side that tells where its stream begins.
constexpr std::uint64_t most_looked_at = 256;

PacketBytes as_bytes(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// The words of files have dashes, those of people have none.
std::string as_words(std::string_view word) {
  std::string text(word);
  std::replace(text.begin(), text.end(), '-', ' ');
  return text;
}

}  // namespace

bool PacketHeader::has_zero_window() const {
  return decoded.tcp && decoded.tcp->window.value == 0 && !decoded.tcp->has(TcpFlag::Rst) &&
         !decoded.tcp->has(TcpFlag::Syn);
}

packet::Packet PacketHeaders::decode_header(const SeenPacket& packet, std::string& bytes) const {
  auto kept = view_.trace.bytes(packet.conn, Log::Wire, packet.header);
  bytes = kept.whole ? std::move(kept.data) : std::string();
  return packet::decode_packet(as_bytes(bytes));
}

PacketHeader PacketHeaders::read(const SeenPacket& packet) {
  PacketHeader header;
  header.decoded = decode_header(packet, header.bytes);
  if (header.bytes.empty()) return header;
  header.payload_kept = packet.payload_bytes == 0;
  if (packet.payload_bytes > 0 && packet.payload_at) {
    const auto payload = view_.trace.bytes(packet.conn, packet.payload_log(),
                                           {*packet.payload_at, packet.payload_bytes});
    header.payload_kept = payload.whole;
    if (payload.whole) {
      header.decoded = packet::decode_packet(as_bytes(header.bytes + payload.data));
    }
  }
  if (!header.decoded.tcp) return header;
  const packet::TcpHeader& tcp = *header.decoded.tcp;
  if (packet.payload_at) header.sequence = *packet.payload_at + (tcp.has(TcpFlag::Syn) ? 0 : 1);
  if (tcp.has(TcpFlag::Ack)) {
    const Host peer = packet.from == Host::Client ? Host::Server : Host::Client;
    if (const auto first = first_sequence(packet.conn, peer)) {
      header.acknowledgement = tcp.acknowledgement.value - *first;
    }
  }
  return header;
}

std::optional<std::uint32_t> PacketHeaders::first_sequence(std::uint32_t conn, Host side) {
  if (conn != conn_) {
    conn_ = conn;
    looked_ = {};
    first_sequence_ = {};
  }
  const auto place = static_cast<std::size_t>(side);
  if (looked_[place]) return first_sequence_[place];
  looked_[place] = true;
  const PacketIndex& packets = view_.statistics.packets();
  const std::uint64_t first = packets.first(conn);
  const std::uint64_t end = std::min(packets.end(conn), first + most_looked_at);
  for (std::uint64_t number = first; number < end; ++number) {
    const SeenPacket packet = packets.packet(conn, number);
    if (packet.from != side || !packet.payload_at) continue;
    std::string bytes;
    const packet::Packet decoded = decode_header(packet, bytes);
    if (!decoded.tcp) continue;
    const std::uint32_t ahead = decoded.tcp->has(TcpFlag::Syn) ? 0 : 1;
    const std::uint32_t sequence = decoded.tcp->sequence.value;
    first_sequence_[place] = sequence - static_cast<std::uint32_t>(*packet.payload_at) - ahead;
    break;
  }
  return first_sequence_[place];
}

std::string flags_text(const SeenPacket& packet) {
  return trace::bits_text(Unit::TcpFlagsUnit, packet.flags);
}

std::string numbers_text(const SeenPacket& packet, const PacketHeader& header) {
  std::string text;
  if (header.sequence) text += fmt::format("seq {} ", *header.sequence);
  if (header.acknowledgement) text += fmt::format("ack {} ", *header.acknowledgement);
  return text + fmt::format("len {}", packet.payload_bytes);
}

std::vector<std::string> names_of(const SeenPacket& packet, const PacketHeader& header) {
  std::vector<std::string> names;
  if (packet.copied != no_event) names.emplace_back("copy");
  const auto words = trace::unit_bit_words(Unit::PacketMarksUnit);
  for (std::size_t bit = 0; bit < words.size(); ++bit) {
    if ((packet.marks >> bit & 1) != 0) names.push_back(as_words(words[bit]));
  }
  if (header.has_zero_window()) names.emplace_back("zero window");
  if (packet.changed != no_event) names.emplace_back("corrupted");
  return names;
}

std::string drop_text(const TraceView& view, const SeenPacket& packet) {
  if (packet.dropped == no_event) return {};
  const auto words = trace::unit_words(Unit::DropUnit);
  const std::uint64_t cause = view.trace[packet.dropped].arg("cause").value_or(words.size());
  return cause < words.size() ? as_words(words[cause]) : "dropped";
}

std::string change_text(const TraceView& view, const SeenPacket& packet) {
  if (packet.changed == no_event) return {};
  const trace::Event& event = view.trace[packet.changed];
  return fmt::format("bit {} of byte {} turned on its way", event.arg("bit").value_or(0),
                     event.arg("byte").value_or(0));
}

}  // namespace roundtrip::viz
