#include "core/net/wire/wire_recorder.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

namespace roundtrip::net {

using packet::TcpFlag;
using packet::TcpHeader;
using packet::TcpOptionKind;
using trace::Kind;
using trace::Log;
using trace::Phase;
using trace::Provenance;

namespace {

// Connections that are remembered; beyond them one is forgotten for each that begins.
constexpr std::size_t most_flows = 16'384;
// Where no SYN was seen, headers leave room for it: on the loopback the server may have kept it.
constexpr std::uint64_t syn_room_bytes = 128;

trace::Address address_of(const packet::IpAddress& ip, std::uint16_t port) {
  const auto& bytes = ip.bytes;
  return trace::Address::v4(std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 |
                                std::uint32_t{bytes[2]} << 8 | bytes[3],
                            port);
}

std::string_view text_of(PacketBytes bytes, ByteRange range) {
  return {reinterpret_cast<const char*>(bytes.data()) + range.offset, range.length};
}

// What our own limits, our end and the host do was not asked for; all else the scenario or a hand
// wanted.
Provenance provenance_of(DropReason reason) {
  const bool own = reason == DropReason::HeldLimit || reason == DropReason::WaitingLimit ||
                   reason == DropReason::Refused || reason == DropReason::WireGone;
  return own ? Provenance::Observed : Provenance::Injected;
}

Log log_of(Side sender) { return sender == Side::Client ? Log::In : Log::Out; }

}  // namespace

std::shared_ptr<WatchedConnection> WireRecorder::watched(const WirePacket& first,
                                                         const Flow& flow) {
  auto watched = std::make_shared<WatchedConnection>();
  watched->conn = flow.conn;
  watched->asked = other(flow.client);
  const Packet& decoded = *first.decoded;
  watched->at[static_cast<std::size_t>(first.from)] = {decoded.v4->source.value,
                                                       decoded.tcp->source_port.value};
  watched->at[static_cast<std::size_t>(other(first.from))] = {decoded.v4->destination.value,
                                                              decoded.tcp->destination_port.value};
  return watched;
}

// The flow of a packet by its addresses, whichever way it goes. A SYN begins one, and its sender is
// who asks; of a connection whose SYN was not seen the client host is taken for that.
std::shared_ptr<WireRecorder::Flow> WireRecorder::flow_of(const WirePacket& packet) {
  const Packet& decoded = *packet.decoded;
  if (!decoded.tcp || !decoded.v4) return nullptr;
  const TcpHeader& tcp = *decoded.tcp;
  const trace::Address from = address_of(decoded.v4->source.value, tcp.source_port.value);
  const trace::Address to = address_of(decoded.v4->destination.value, tcp.destination_port.value);
  const Key as_client{from.packed, to.packed};
  const Key as_server{to.packed, from.packed};
  const auto answer = flows_.find(as_server);
  if (answer != flows_.end()) return answer->second;
  const auto known = flows_.find(as_client);
  const bool begins = tcp.has(TcpFlag::Syn) && !tcp.has(TcpFlag::Ack);
  if (known != flows_.end() && !(begins && known->second->tcp.is_new_syn(tcp))) {
    return known->second;
  }
  if (flows_.size() >= most_flows) flows_.erase(flows_.begin());
  auto flow = std::make_shared<Flow>();
  flow->client = begins ? packet.from : Host::Client;
  const bool asks = packet.from == flow->client;
  flow->conn = asks ? numbers_.on_wire(from, to) : numbers_.on_wire(to, from);
  if (!begins) flow->header_bytes = syn_room_bytes;
  if (watch_) flow->watched = watched(packet, *flow);
  flows_[asks ? as_client : as_server] = flow;
  if (steps_ == Steps::ByServer) {
    // So that who asks for its state knows that its packets were seen at one point.
    trace::fact<Phase::TraceWire>(Kind::Instant, {packet.seen.ticks}, {0, flow->conn, 0, true}, {},
                                  trace::Rung::Capture);
  }
  return flow;
}

void WireRecorder::begin(const WirePacket& packet, const UnderWay& known, Provenance provenance) {
  const trace::Subject who{0, known.flow ? known.flow->conn : 0, 0, true};
  const auto& tcp = packet.decoded->tcp;
  const trace::Bytes header =
      known.flow ? trace::Bytes{Log::Wire, known.header} : trace::Bytes{};
  const trace::Stamp moment{packet.seen.ticks, provenance, static_cast<std::uint32_t>(packet.id)};
  trace::fact<Phase::TracePacket>(
      Kind::AsyncBegin, moment, who, header, known.told.payload_at, packet.from,
      tcp ? std::optional(tcp->payload.length) : std::nullopt,
      tcp ? std::optional(tcp->flags.value) : std::nullopt, known.told.marks);
}

void WireRecorder::seen(const WirePacket& packet) {
  UnderWay& known = under_way_[packet.id];
  known = {};
  known.flow = flow_of(packet);
  if (known.flow) {
    Flow& flow = *known.flow;
    const TcpHeader& tcp = *packet.decoded->tcp;
    const Side by = packet.from == flow.client ? Side::Client : Side::Server;
    known.told = flow.tcp.sent(by, tcp);
    const trace::Subject who{0, flow.conn, 0, true};
    const ByteRange header{0, tcp.payload.offset};
    known.header = {flow.header_bytes, header.length};
    flow.header_bytes += header.length;
    trace::keep_bytes(who, Log::Wire, known.header.offset, text_of(packet.bytes, header));
    const std::uint64_t at = known.told.payload_at.value_or(limits::kept_body_bytes);
    if (at < limits::kept_body_bytes && !tcp.payload.empty()) {
      const std::uint64_t most = limits::kept_body_bytes - at;
      trace::keep_bytes(who, log_of(by), at,
                        text_of(packet.bytes, tcp.payload).substr(0, most));
    }
  }
  begin(packet, known, Provenance::Observed);
  if (!known.flow) return;
  if (steps_ == Steps::FromPackets) tell_sent(packet, known);
  if (known.flow->watched) watch_->packet_passed(known.flow->watched);
}

// The steps that are there when a packet leaves its host.
void WireRecorder::tell_sent(const WirePacket& packet, const UnderWay& known) {
  Flow& flow = *known.flow;
  const TcpHeader& tcp = *packet.decoded->tcp;
  const trace::Subject who{0, flow.conn, 0, true};
  const trace::Bytes header{Log::Wire, known.header};
  const trace::Stamp moment{packet.seen.ticks};
  const bool by_client = packet.from == flow.client;
  if (known.told.first_syn && by_client) {
    const auto* mss = tcp.option(TcpOptionKind::MaximumSegmentSize);
    trace::fact<Phase::ConnectionSyn>(
        Kind::Instant, moment, who, header, tcp.sequence.value, tcp.window.value,
        mss != nullptr ? std::optional(mss->values[0]) : std::nullopt, known.header.length,
        trace::absent);
  }
  if (known.told.first_syn && !by_client) {
    trace::fact<Phase::ConnectionSynAck>(Kind::Instant, moment, who, header);
  }
  if (known.told.completes_handshake) {
    trace::fact<Phase::ConnectionAck>(Kind::Instant, moment, who, header);
  }
  if (!by_client && known.told.first_bytes) {
    trace::fact<Phase::TransmitSegmentOut>(
        Kind::Instant, moment, who,
        {Log::Out, {*known.told.payload_at, tcp.payload.length}});
  }
  if (!by_client && known.told.first_fin) {
    trace::fact<Phase::LifecycleFinOut>(Kind::Instant, moment, who, {});
  }
  const auto acks_fin = static_cast<std::uint32_t>(trace::PacketMark::AcknowledgesFin);
  if (!by_client && (known.told.marks & acks_fin) != 0) {
    trace::fact<Phase::LifecycleFinAckOut>(Kind::Instant, moment, who, {});
  }
  if (known.told.first_fin) {
    const Side side = by_client ? Side::Client : Side::Server;
    const Side peer = other(side);
    if (!flow.fin_arrived[static_cast<std::size_t>(peer)]) {
      if (!flow.closed_first) {
        flow.closed_first = side;
      } else {
        flow.crossed = true;
      }
    }
  }
  // A kernel answers everything that comes for a connection it does not have: once is the story.
  if (tcp.has(TcpFlag::Rst) && !by_client && !std::exchange(flow.reset_told, true)) {
    trace::fact<Phase::LifecycleReset>(Kind::Instant, moment, who, {}, false);
  }
}

// And those that are there when it reaches the other.
void WireRecorder::tell_arrived(const WirePacket& packet, const UnderWay& known,
                                std::uint64_t ticks) {
  Flow& flow = *known.flow;
  const TcpHeader& tcp = *packet.decoded->tcp;
  const trace::Subject who{0, flow.conn, 0, true};
  const trace::Stamp moment{ticks};
  const bool by_client = packet.from == flow.client;
  const Side sender = by_client ? Side::Client : Side::Server;
  const auto index = static_cast<std::size_t>(sender);
  const auto peer = static_cast<std::size_t>(other(sender));
  if (known.told.completes_handshake) {
    // Unless the queue is full: then the kernel drops the ACK, and no packet says so.
    trace::fact<Phase::ConnectionAcceptQueue>(
        Kind::AsyncBegin, {ticks, Provenance::Inferred, flow.conn}, who, {});
  }
  if (known.told.payload_at && !tcp.payload.empty()) {
    const std::uint64_t end = *known.told.payload_at + tcp.payload.length;
    if (by_client && end > flow.arrived[index]) {
      trace::fact<Phase::ReadSegment>(Kind::Instant, moment, who,
                                      {Log::In, {*known.told.payload_at, tcp.payload.length}});
    }
    flow.arrived[index] = std::max(flow.arrived[index], end);
  }
  if (known.told.acknowledged) {
    // Of a FIN no byte of the stream is acknowledged.
    const auto fin = flow.tcp.fin_at(other(sender));
    const std::uint64_t to = std::min(*known.told.acknowledged, fin.value_or(UINT64_MAX));
    const std::uint64_t from = flow.acknowledged[peer];
    if (by_client && to > from) {
      trace::fact<Phase::TransmitAckIn>(Kind::Instant, moment, who, {Log::Out, {from, to - from}});
    }
    flow.acknowledged[peer] = std::max(from, to);
  }
  const auto acks_fin = static_cast<std::uint32_t>(trace::PacketMark::AcknowledgesFin);
  if (by_client && (known.told.marks & acks_fin) != 0) {
    trace::fact<Phase::LifecycleFinAckIn>(Kind::Instant, moment, who, {});
  }
  if (tcp.has(TcpFlag::Fin) && !flow.fin_arrived[index]) {
    flow.fin_arrived[index] = true;
    if (by_client) trace::fact<Phase::LifecycleFinIn>(Kind::Instant, moment, who, {});
  }
  if ((known.told.marks & acks_fin) != 0) flow.fin_acknowledged[peer] = true;
  tell_time_wait(flow, other(sender), ticks);
  if (tcp.has(TcpFlag::Rst) && by_client && !std::exchange(flow.reset_told, true)) {
    trace::fact<Phase::LifecycleReset>(Kind::Instant, moment, who, {}, true);
  }
}

// Who closed first waits from when it has the other's FIN and the ACK of its own; FINs that cross
// leave both waiting. No packet says so: it is inferred.
void WireRecorder::tell_time_wait(Flow& flow, Side at, std::uint64_t ticks) {
  const auto index = static_cast<std::size_t>(at);
  const bool over = flow.fin_arrived[static_cast<std::size_t>(other(at))] &&
                    flow.fin_acknowledged[index];
  const bool waits = flow.crossed || flow.closed_first == at;
  if (!over || !waits || std::exchange(flow.time_wait_told[index], true)) return;
  trace::fact<Phase::LifecycleTimeWait>(Kind::Instant, {ticks, Provenance::Inferred},
                                        {0, flow.conn, 0, true}, {}, at == Side::Client);
}

void WireRecorder::held(const WirePacket& packet, WireMoment when, std::string_view filter) {
  UnderWay& known = under_way_[packet.id];
  known.is_held = true;
  trace::fact<Phase::TracePacketHeld>(
      Kind::AsyncBegin, {when.ticks, Provenance::Injected, static_cast<std::uint32_t>(packet.id)},
      {0, known.flow ? known.flow->conn : 0, 0, true}, {}, bus_.symbols().intern(filter));
  const std::lock_guard lock(held_mutex_);
  ++held_count_;
  held_more_.notify_all();
}

std::uint64_t WireRecorder::held_count() const {
  const std::lock_guard lock(held_mutex_);
  return held_count_;
}

void WireRecorder::wait_for_held(std::uint64_t seen) {
  std::unique_lock lock(held_mutex_);
  held_more_.wait_for(lock, std::chrono::milliseconds(50), [&] { return held_count_ != seen; });
}

void WireRecorder::end_hold(PacketId id, UnderWay& known, std::uint64_t ticks) {
  if (!known.is_held) return;
  known.is_held = false;
  trace::fact<Phase::TracePacketHeld>(
      Kind::AsyncEnd, {ticks, Provenance::Injected, static_cast<std::uint32_t>(id)},
      {0, known.flow ? known.flow->conn : 0, 0, true}, {});
}

void WireRecorder::released(const WirePacket& packet, WireMoment when) {
  end_hold(packet.id, under_way_[packet.id], when.ticks);
}

void WireRecorder::duplicated(const WirePacket& original, const WirePacket& copy) {
  const auto first = under_way_.find(original.id);
  UnderWay known;
  if (first != under_way_.end()) known = first->second;
  known.is_held = false;
  begin(copy, known, Provenance::Injected);
  trace::fact<Phase::TracePacketCopied>(
      Kind::AsyncInstant,
      {copy.seen.ticks, Provenance::Injected, static_cast<std::uint32_t>(copy.id)},
      {0, known.flow ? known.flow->conn : 0, 0, true}, {},
      static_cast<std::uint32_t>(original.id));
  under_way_[copy.id] = std::move(known);
}

void WireRecorder::corrupted(const WirePacket& packet, WireMoment when, Corruption where) {
  const UnderWay& known = under_way_[packet.id];
  trace::fact<Phase::TracePacketChanged>(
      Kind::AsyncInstant,
      {when.ticks, Provenance::Injected, static_cast<std::uint32_t>(packet.id)},
      {0, known.flow ? known.flow->conn : 0, 0, true}, {}, where.byte_index, where.bit);
}

void WireRecorder::tell_dropped(PacketId packet, UnderWay& known, std::uint64_t ticks,
                                DropReason reason, int error) {
  end_hold(packet, known, ticks);
  const trace::Subject who{0, known.flow ? known.flow->conn : 0, 0, true};
  const auto id = static_cast<std::uint32_t>(packet);
  trace::fact<Phase::TracePacketDropped>(
      Kind::AsyncInstant, {ticks, provenance_of(reason), id}, who, {}, reason,
      error != 0 ? std::optional(error) : std::nullopt);
  // Without flags: it never arrived.
  trace::fact<Phase::TracePacket>(Kind::AsyncEnd, {ticks, Provenance::Observed, id}, who, {});
}

void WireRecorder::dropped(const WirePacket& packet, WireMoment when, DropReason reason,
                           int error) {
  const auto found = under_way_.find(packet.id);
  if (found == under_way_.end()) return;
  tell_dropped(packet.id, found->second, when.ticks, reason, error);
  under_way_.erase(found);
}

void WireRecorder::detach() {
  std::vector<PacketId> waiting;
  for (const auto& [id, known] : under_way_) waiting.push_back(id);
  std::sort(waiting.begin(), waiting.end());
  const std::uint64_t ticks = read_ticks();
  for (const PacketId id : waiting) {
    tell_dropped(id, under_way_[id], ticks, DropReason::WireGone, 0);
  }
  under_way_.clear();
  recording_.reset();
}

void WireRecorder::delivered(const WirePacket& packet, const Delivery& delivery) {
  const auto found = under_way_.find(packet.id);
  if (found == under_way_.end()) return;
  const UnderWay known = std::move(found->second);
  under_way_.erase(found);
  const auto& tcp = packet.decoded->tcp;
  // What it does to the other host is never earlier than when we began to hand it over.
  const std::uint64_t ticks = delivery.began.ticks;
  trace::fact<Phase::TracePacket>(
      Kind::AsyncEnd, {ticks, Provenance::Observed, static_cast<std::uint32_t>(packet.id)},
      {0, known.flow ? known.flow->conn : 0, 0, true}, {}, trace::absent,
      packet.from, trace::absent,
      tcp ? std::optional(tcp->flags.value) : std::nullopt, known.told.marks);
  if (!known.flow || !tcp) return;
  if (steps_ == Steps::FromPackets) tell_arrived(packet, known, ticks);
  if (!known.flow->watched) return;
  watch_->packet_passed(known.flow->watched);
}

void WireRecorder::at_rest(Instant now) {
  if (watch_ && recording_) watch_->at_rest(now);
}

void WireRecorder::link_set(Host from, const LinkSettings& settings) {
  std::string words = fmt::format("{} ms one way", static_cast<double>(settings.delay.ns) / 1e6);
  const auto chance = [&words](double value, std::string_view what) {
    if (value > 0) words += fmt::format(", {}% {}", value * 100, what);
  };
  if (settings.jitter.ns > 0) {
    words += fmt::format(", give or take {} ms", static_cast<double>(settings.jitter.ns) / 1e6);
  }
  if (settings.bits_per_second > 0) {
    words += fmt::format(", {} bits a second, a queue of {}", settings.bits_per_second,
                         settings.queue_packets);
  }
  chance(settings.loss, "lost");
  chance(settings.duplication, "twice");
  chance(settings.reordering, "overtaken");
  if (settings.reordering > 0) {
    words += fmt::format(" by {} ms", static_cast<double>(settings.reordered_by.ns) / 1e6);
  }
  chance(settings.corruption, "corrupted");
  for (const DropRule& rule : settings.drops) {
    words += fmt::format(", drops number {} of {}", rule.nth, rule.what.text());
  }
  if (settings.mtu_bytes > 0) words += fmt::format(", MTU {}", settings.mtu_bytes);
  if (settings.cut) words += ", cut";
  const bool by_chance = settings.jitter.ns > 0 || settings.loss > 0 || settings.duplication > 0 ||
                         settings.reordering > 0 || settings.corruption > 0;
  if (by_chance) words += fmt::format(", seed {}", settings.seed);
  trace::fact<Phase::TraceLink>(
      Kind::Instant, {read_ticks(), Provenance::Injected}, {}, {},
      settings.bits_per_second > 0 ? std::optional(settings.bits_per_second) : std::nullopt,
      from, static_cast<std::uint64_t>(settings.delay.ns / 1000),
      bus_.symbols().intern(words));
}

}  // namespace roundtrip::net
