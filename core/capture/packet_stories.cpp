#include "core/capture/packet_stories.h"

#include <algorithm>
#include <array>
#include <unordered_map>

#include "core/capture/capture_format.h"
#include "core/packet/packet.h"

namespace roundtrip::capture {

using trace::Event;
using trace::Host;
using trace::Kind;
using trace::Log;
using trace::Phase;
using trace::Trace;

namespace {

Host sender_of(const Event& event) {
  return event.arg("from") == static_cast<std::uint64_t>(Host::Server) ? Host::Server
                                                                       : Host::Client;
}

void note_rung(const Trace& trace, const Event& event, PacketStories& stories) {
  const auto rung = event.arg("rung");
  stories.at_both_hosts = rung == static_cast<std::uint64_t>(trace::Rung::LabByRoot) ||
                          rung == static_cast<std::uint64_t>(trace::Rung::LabByHelper);
  if (const auto reason = event.arg("reason")) {
    stories.how_seen = trace.symbols().text({static_cast<std::uint32_t>(*reason)});
  }
}

// The first bytes of the excerpt that are all there.
std::string kept_of(const Trace& trace, std::uint32_t conn, Log log, ByteRange range) {
  Trace::Excerpt excerpt = trace.bytes(conn, log, range);
  const auto missing = std::find(excerpt.kept.begin(), excerpt.kept.end(), false);
  excerpt.data.resize(static_cast<std::size_t>(missing - excerpt.kept.begin()));
  return std::move(excerpt.data);
}

}  // namespace

PacketStories packet_stories(const Trace& trace) {
  PacketStories stories;
  std::unordered_map<std::uint32_t, std::size_t> by_id;  // an id may be used again
  std::array<std::optional<std::uint64_t>, 2> links;     // of what each host sends, so far
  const auto come_onto_link = [&links](PacketStory& story, std::uint64_t number) {
    story.onto_link = number;
    story.link = links[static_cast<std::size_t>(story.from)];
  };
  for (std::uint64_t number = trace.first(); number < trace.end(); ++number) {
    const Event& event = trace[number];
    if (event.phase == Phase::TraceWire) note_rung(trace, event, stories);
    if (event.phase == Phase::TraceLink) links[static_cast<std::size_t>(sender_of(event))] = number;
    if (event.phase == Phase::TracePacket && event.kind == Kind::AsyncBegin) {
      by_id.erase(event.id);
      if (!event.has_bytes() || event.log != Log::Wire) {
        ++stories.without_header;
        continue;
      }
      by_id[event.id] = stories.packets.size();
      stories.packets.push_back({});
      stories.packets.back().begin = number;
      stories.packets.back().from = sender_of(event);
      come_onto_link(stories.packets.back(), number);
      continue;
    }
    const auto known = by_id.find(event.id);
    if (known == by_id.end()) continue;
    PacketStory& story = stories.packets[known->second];
    switch (event.phase) {
      case Phase::TracePacket:
        if (event.kind != Kind::AsyncEnd) break;
        story.end = number;
        story.arrived = event.arg("from").has_value();
        break;
      case Phase::TracePacketHeld:
        if (event.begins()) story.hold = number;
        if (event.ends() && story.hold) {
          story.held = event.time - trace[*story.hold].time;
          come_onto_link(story, number);
        }
        break;
      case Phase::TracePacketDropped:
        story.dropped = number;
        break;
      case Phase::TracePacketChanged:
        story.changed = number;
        break;
      case Phase::TracePacketCopied:
        if (const auto first = event.arg("copy_of")) {
          story.copy_of = static_cast<std::uint32_t>(*first);
        }
        break;
      default:
        break;
    }
  }
  return stories;
}

// The log `in` holds what the host sent that asked for the connection: whoever sent its first SYN.
PacketContents::PacketContents(const Trace& trace, const PacketStories& stories) : trace_(trace) {
  std::unordered_map<std::uint32_t, Host> asking;
  for (const PacketStory& story : stories.packets) {
    const Event& begin = trace[story.begin];
    const std::uint64_t flags = begin.arg("flags").value_or(0);
    const bool syn = (flags & static_cast<std::uint64_t>(packet::TcpFlag::Syn)) != 0;
    const bool ack = (flags & static_cast<std::uint64_t>(packet::TcpFlag::Ack)) != 0;
    if (syn && !ack) asking.emplace(begin.conn, story.from);
  }
  for (const auto& [conn, host] : asking) {
    if (host == Host::Server) asked_by_server_.push_back(conn);
  }
  std::sort(asked_by_server_.begin(), asked_by_server_.end());
}

std::string PacketContents::header_of(const PacketStory& story) const {
  const Event& begin = trace_[story.begin];
  ByteRange header = begin.bytes();
  header.length = std::min<std::uint64_t>(header.length, capture_limits::packet_bytes);
  return kept_of(trace_, begin.conn, Log::Wire, header);
}

PacketContent PacketContents::of(const PacketStory& story) const {
  const Event& begin = trace_[story.begin];
  const std::uint64_t header_bytes = begin.bytes().length;
  const std::uint64_t payload = begin.arg("payload").value_or(0);
  PacketContent content{header_of(story), header_bytes + payload};
  const auto at = begin.arg("payload_at");
  if (content.bytes.size() < header_bytes || !at || payload == 0) return content;
  const bool by_server_host =
      std::binary_search(asked_by_server_.begin(), asked_by_server_.end(), begin.conn);
  const Host asking = by_server_host ? Host::Server : Host::Client;
  const std::uint64_t most = capture_limits::packet_bytes - content.bytes.size();
  content.bytes += kept_of(trace_, begin.conn, story.from == asking ? Log::In : Log::Out,
                           {*at, std::min(payload, most)});
  return content;
}

}  // namespace roundtrip::capture
