#include "core/capture/capture_flow.h"

#include <algorithm>
#include <string_view>

namespace roundtrip::capture {

using packet::Packet;
using packet::TcpFlag;

Endpoint source_of(const Packet& packet) {
  return {*packet.source(), packet.tcp->source_port.value};
}

Endpoint destination_of(const Packet& packet) {
  return {*packet.destination(), packet.tcp->destination_port.value};
}

Endpoint client_of(const Packet& packet, std::string_view payload) {
  const Endpoint source = source_of(packet);
  const Endpoint destination = destination_of(packet);
  if (packet.tcp->has(TcpFlag::Syn)) {
    return packet.tcp->has(TcpFlag::Ack) ? destination : source;
  }
  if (payload.starts_with("HTTP/1.")) return destination;
  const std::string_view line = payload.substr(0, payload.find("\r\n"));
  if (line.ends_with(" HTTP/1.1") || line.ends_with(" HTTP/1.0")) return source;
  return source.port >= destination.port ? source : destination;
}

std::optional<std::uint32_t> CaptureFlow::seen_before(std::uint64_t key, std::uint32_t interface,
                                                      std::uint32_t frame) {
  for (Recent& recent : recent_) {
    if (recent.frame == 0 || recent.key != key || recent.interface == interface) continue;
    const std::uint32_t first = recent.frame;
    recent.frame = 0;
    return first;
  }
  recent_[next_recent_++ % recent_.size()] = {key, interface, frame};
  return std::nullopt;
}

ByteRange CaptureFlow::acknowledge(net::Side stream, std::uint64_t to) {
  // Of a FIN no byte of the stream is acknowledged.
  to = std::min(to, tcp_.fin_at(stream).value_or(UINT64_MAX));
  std::uint64_t& from = acknowledged_[static_cast<std::size_t>(stream)];
  const ByteRange more{from, to > from ? to - from : 0};
  from = std::max(from, to);
  return more;
}

}  // namespace roundtrip::capture
