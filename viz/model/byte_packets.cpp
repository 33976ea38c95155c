#include "viz/model/byte_packets.h"

#include <fmt/format.h>

#include <algorithm>

#include "viz/model/format.h"

namespace roundtrip::viz {

using trace::Log;
using trace::no_event;
using trace::PacketMark;

namespace {

// Calls look(packet) until it is false.
template <class Look>
void each_packet(const TraceView& view, std::uint32_t conn, Look look) {
  const PacketIndex& packets = view.statistics.packets();
  const std::uint64_t first = packets.first(conn);
  const std::uint64_t end = std::min(packets.end(conn), first + most_packets_looked_at);
  for (std::uint64_t number = first; number < end; ++number) {
    if (!look(packets.packet(conn, number))) return;
  }
}

std::optional<ByteRange> payload_of(const SeenPacket& packet) {
  if (packet.payload_bytes == 0 || !packet.payload_at) return std::nullopt;
  return ByteRange{*packet.payload_at, packet.payload_bytes};
}

}  // namespace

std::vector<SeenPacket> packets_with(const TraceView& view, std::uint32_t conn, Log log,
                                     const ByteRange& range, std::uint64_t upto) {
  std::vector<SeenPacket> found;
  each_packet(view, conn, [&](const SeenPacket& packet) {
    if (packet.begin > upto) return false;
    const auto payload = payload_of(packet);
    if (packet.payload_log() == log && payload && payload->overlaps(range)) {
      found.push_back(packet);
    }
    return true;
  });
  return found;
}

bool SegmentMarks::begins_at(std::uint64_t offset) const {
  return std::binary_search(begins.begin(), begins.end(), offset);
}

bool SegmentMarks::sent_again(std::uint64_t offset) const {
  return std::any_of(again.begin(), again.end(),
                     [offset](const ByteRange& range) { return range.contains(offset); });
}

SegmentMarks segment_marks(const std::vector<SeenPacket>& packets) {
  SegmentMarks marks;
  for (const SeenPacket& packet : packets) {
    const auto payload = payload_of(packet);
    if (!payload) continue;
    marks.begins.push_back(payload->offset);
    if (packet.has(PacketMark::Retransmission) || packet.copied != no_event) {
      marks.again.push_back(*payload);
    }
  }
  std::sort(marks.begins.begin(), marks.begins.end());
  return marks;
}

std::string segments_text(const std::vector<SeenPacket>& packets) {
  if (packets.empty()) return {};
  const auto again = std::count_if(packets.begin(), packets.end(), [](const SeenPacket& packet) {
    return packet.has(PacketMark::Retransmission);
  });
  std::string text = counted(static_cast<std::int64_t>(packets.size()), "packet");
  if (again > 0) text += fmt::format(", {}", counted(again, "retransmission"));
  return text;
}

std::optional<SeenPacket> acknowledging(const TraceView& view, std::uint32_t conn, Log log,
                                        std::uint64_t offset) {
  const auto carriers = packets_with(view, conn, log, {offset, 1}, view.end());
  if (carriers.empty()) return std::nullopt;
  // Counted from the SYN, which takes a number of its own.
  const std::uint64_t least = offset + 2;
  std::optional<SeenPacket> first;
  PacketHeaders headers(view);
  each_packet(view, conn, [&](const SeenPacket& packet) {
    const bool came = packet.end != no_event && packet.dropped == no_event;
    if (!came || packet.payload_log() == log || packet.end < carriers.front().begin) return true;
    if (first && view.trace[first->end].time <= view.trace[packet.begin].time) return false;
    const PacketHeader header = headers.read(packet);
    const bool fits = header.acknowledgement && *header.acknowledgement >= least;
    if (fits && (!first || packet.end < first->end)) first = packet;
    return true;
  });
  return first;
}

std::string carrier_text(const TraceView& view, const SeenPacket& packet) {
  std::string text = fmt::format("no. {}, {}", packet.number + 1, flags_text(packet));
  if (const auto payload = payload_of(packet)) {
    text += fmt::format(" with {}, {} to {}",
                        counted(static_cast<std::int64_t>(payload->length), "byte"),
                        payload->offset, payload->end() - 1);
  }
  if (packet.copied != no_event) text += ", a copy";
  if (packet.has(PacketMark::Retransmission)) text += ", a retransmission";
  const std::string lost = drop_text(view, packet);
  if (!lost.empty()) text += fmt::format(": it was dropped ({})", lost);
  return text;
}

}  // namespace roundtrip::viz
