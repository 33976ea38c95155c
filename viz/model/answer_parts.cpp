#include "viz/model/answer_parts.h"

#include <algorithm>

#include "viz/model/format.h"
#include "viz/model/packet_header.h"

namespace roundtrip::viz {

using trace::EventNumber;
using trace::no_event;
using trace::Phase;

namespace {

constexpr std::uint64_t tcp_header_bytes = 20;
constexpr std::uint64_t time_stamp_bytes = 12;  // 10, and 2 that fill up to a multiple of 4
constexpr std::uint64_t ipv4_header_bytes = 20;
constexpr std::uint64_t ipv6_header_bytes = 40;
// No more of a head is read for its lines.
constexpr std::uint64_t most_head_bytes = 16 << 10;

std::string name_of(std::string_view line, bool first) {
  if (first) return "status line";
  if (line == "\r\n") return "blank line";
  return std::string(line.substr(0, std::min(line.find(':'), line.size() - 2)));
}

std::vector<HeadPart> counted_parts(const Teller& tell, EventNumber head) {
  std::vector<HeadPart> parts;
  for (const auto& [argument, name] :
       {std::pair<std::string_view, const char*>{"status_line", "status line"},
        {"date", "Date"}, {"length", "Content-Length"}, {"type", "Content-Type"},
        {"other", "others, blank line"}}) {
    const std::uint64_t bytes = tell.number(head, argument).value_or(0);
    if (bytes > 0) parts.push_back({name, bytes, std::nullopt});
  }
  return parts;
}

bool is_loopback(std::string_view address) {
  return address.starts_with("127.") || address.starts_with("[::1]");
}

}  // namespace

std::vector<HeadPart> head_parts(const Teller& tell, EventNumber head) {
  if (head == no_event) return {};
  const trace::Event& event = tell.view().trace[head];
  if (!event.has_bytes() || event.bytes().length > most_head_bytes) {
    return counted_parts(tell, head);
  }
  const ByteRange whole = event.bytes();
  const auto kept = tell.view().trace.bytes(event.conn, event.log, whole);
  if (!kept.whole) return counted_parts(tell, head);
  std::vector<HeadPart> parts;
  const std::string_view text = kept.data;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t feed = text.find("\r\n", at);
    const bool last = parts.size() + 1 == most_head_parts;
    const std::size_t next = feed == text.npos || last ? text.size() : feed + 2;
    parts.push_back({last ? "and more" : name_of(text.substr(at, next - at), at == 0), next - at,
                     ByteSpan{event.conn, event.log, {whole.offset + at, next - at}}});
    at = next;
  }
  return parts;
}

std::optional<bool> offers_time_stamps(std::string_view headers) {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(headers[at]); };
  if (headers.empty()) return std::nullopt;
  const unsigned version = byte(0) >> 4U;
  const std::size_t ip_bytes = version == 4 ? (byte(0) & 15U) * 4U
                               : version == 6 ? ipv6_header_bytes : 0;
  if (ip_bytes < ipv4_header_bytes || headers.size() < ip_bytes + tcp_header_bytes) {
    return std::nullopt;
  }
  const std::size_t end = ip_bytes + (byte(ip_bytes + 12) >> 4U) * 4U;
  if (end > headers.size()) return std::nullopt;
  // Kinds 0 and 1 stand alone, the others bring their length; 8 is the time-stamps.
  for (std::size_t at = ip_bytes + tcp_header_bytes; at < end;) {
    const unsigned kind = byte(at);
    if (kind == 0) break;
    if (kind == 8) return true;
    if (kind != 1 && (at + 1 >= end || byte(at + 1) < 2)) return std::nullopt;
    at += kind == 1 ? 1 : byte(at + 1);
  }
  return false;
}

PacketFacts packet_facts(const Teller& tell) {
  PacketFacts facts;
  const auto& view = tell.view();
  const EventNumber syn = tell.opening(Phase::ConnectionSyn);
  if (syn != no_event) {
    const trace::Event& event = view.trace[syn];
    if (event.has_bytes()) {
      facts.time_stamps =
          offers_time_stamps(view.trace.bytes(event.conn, event.log, event.bytes()).data);
    }
    facts.most_payload = event.arg("mss");
  }
  const std::string local =
      tell.argument(tell.opening(Phase::ConnectionObject), "local").text.value_or("");
  facts.loopback = is_loopback(local);
  facts.ip_bytes = local.starts_with('[') ? ipv6_header_bytes : ipv4_header_bytes;
  // Time-stamps stand in every segment if both sides offered them; of ours it is not known.
  facts.tcp_bytes = tcp_header_bytes + (facts.time_stamps.value_or(true) ? time_stamp_bytes : 0);
  facts.source = facts.time_stamps == false ? trace::Provenance::Derived
                                            : trace::Provenance::Inferred;
  const auto newest = tell.latest({Phase::TransmitSegmentOut, Phase::TransmitSegmentQueued}, 1);
  const EventNumber write = tell.newest(Phase::TransmitWrite);
  if (!newest.empty()) {
    facts.payload_bytes = view.trace[newest.front()].bytes().length;
    facts.payload = {byte_count(facts.payload_bytes).text(),
                     view.trace[newest.front()].provenance, newest.front()};
    if (const auto packet = view.statistics.packets().packet_of(newest.front())) {
      const PacketHeader header = PacketHeaders(view).read(*packet);
      if (const auto* const tcp = header.tcp()) {
        facts.on_wire = true;
        facts.tcp_bytes = tcp->range.length;
        facts.ip_bytes = tcp->range.offset;
        facts.time_stamps = tcp->option(packet::TcpOptionKind::Timestamps) != nullptr;
        facts.source = trace::Provenance::Derived;
      }
    }
  } else if (tell.end_of(write) != no_event) {
    const auto written = tell.number(write, "written");
    if (!written || *written == 0) return facts;
    facts.payload_bytes = *written;
    facts.payload = {byte_count(*written).text(), trace::Provenance::Inferred, tell.end_of(write)};
  }
  return facts;
}

}  // namespace roundtrip::viz
