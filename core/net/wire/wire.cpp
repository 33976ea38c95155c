#include "core/net/wire/wire.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/clock.h"
#include "core/net/wire/limits.h"

namespace roundtrip::net {
namespace {

class MachineClock final : public WireClock {
 public:
  WireMoment now() const override { return {read_ticks(), {monotonic_ns()}}; }
};

std::size_t index_of(Host host) {
  return static_cast<std::size_t>(host);
}

Error none_waits(PacketId id) {
  return {fmt::format("packet {} does not wait on the wire any more", id)};
}

}  // namespace

const WireClock& machine_clock() {
  static const MachineClock clock;
  return clock;
}

struct Wire::Waiting {
  WirePacket packet;  // its bytes and what they say are those below
  std::vector<std::uint8_t> bytes;
  Packet decoded;
  // Held: since when, and by which filter. Under way: until when.
  WireMoment since;
  std::string filter;
  Instant due;
};

Wire::Wire(Ends ends, WireSink& sink, const WireClock& clock)
    : ends_(ends), sink_(sink), clock_(clock), buffer_(wire_limits::frame_bytes) {}

Wire::~Wire() = default;

const LinkSettings& Wire::link(Host from) const {
  return links_[index_of(from)].settings();
}

void Wire::set_link(Host from, LinkSettings settings) {
  links_[index_of(from)].change(std::move(settings));
}

void Wire::cut_cable(bool is_cut) {
  for (Link& link : links_) link.cut(is_cut);
  if (!is_cut) return;
  const WireMoment now = clock_.now();
  for (auto& [place, waiting] : queue_) {
    waiting_bytes_ -= waiting->bytes.size();
    sink_.dropped(waiting->packet, now, DropReason::Cut, 0);
  }
  queue_.clear();
}

void Wire::hold(PacketFilter filter) {
  filter_ = std::move(filter);
}

std::vector<Wire::Held> Wire::held() const {
  std::vector<Held> all;
  for (const auto& [id, waiting] : held_) {
    const WirePacket& packet = waiting->packet;
    all.push_back({id, packet.copy_of, packet.from, waiting->since, waiting->decoded});
  }
  return all;
}

std::size_t Wire::under_way() const {
  return queue_.size();
}

Status Wire::release(PacketId id) {
  auto found = held_.extract(id);
  if (found.empty()) return Error{fmt::format("packet {} is not held", id)};
  Owned waiting = std::move(found.mapped());
  waiting_bytes_ -= waiting->bytes.size();
  const WireMoment now = clock_.now();
  sink_.released(waiting->packet, now);
  const WirePacket packet = waiting->packet;
  go_onto_link(packet, std::move(waiting), now);
  return Nothing{};
}

std::size_t Wire::release_all() {
  const std::size_t count = held_.size();
  while (!held_.empty()) static_cast<void>(release(held_.begin()->first));
  return count;
}

std::map<Wire::Place, Wire::Owned>::iterator Wire::find_under_way(PacketId id) {
  return std::find_if(queue_.begin(), queue_.end(),
                      [id](const auto& entry) { return entry.second->packet.id == id; });
}

Status Wire::drop(PacketId id) {
  Owned waiting;
  if (auto found = held_.extract(id); !found.empty()) {
    waiting = std::move(found.mapped());
  } else if (const auto under_way = find_under_way(id); under_way != queue_.end()) {
    waiting = std::move(under_way->second);
    queue_.erase(under_way);
  } else {
    return none_waits(id);
  }
  waiting_bytes_ -= waiting->bytes.size();
  sink_.dropped(waiting->packet, clock_.now(), DropReason::ByHand, 0);
  return Nothing{};
}

Result<PacketId> Wire::duplicate(PacketId id) {
  const WireMoment now = clock_.now();
  const auto held = held_.find(id);
  const auto under_way = held == held_.end() ? find_under_way(id) : queue_.end();
  if (held == held_.end() && under_way == queue_.end()) return none_waits(id);
  const Waiting& original = held != held_.end() ? *held->second : *under_way->second;
  Owned copy = copy_of(original.packet, CopyMaker::Hand, now);
  const WirePacket packet = copy->packet;
  sink_.duplicated(original.packet, packet);
  if (held != held_.end()) {
    keep_held(std::move(copy), original.filter, now);
  } else {
    go_onto_link(packet, std::move(copy), now);
  }
  return packet.id;
}

Wire::Owned Wire::own(const WirePacket& packet) const {
  auto waiting = std::make_unique<Waiting>();
  waiting->bytes.assign(packet.bytes.begin(), packet.bytes.end());
  waiting->decoded = *packet.decoded;
  waiting->packet = packet;
  waiting->packet.bytes = waiting->bytes;
  waiting->packet.decoded = &waiting->decoded;
  return waiting;
}

Wire::Owned Wire::copy_of(const WirePacket& original, CopyMaker maker, WireMoment now) {
  Owned copy = own(original);
  copy->packet.id = ++last_id_;
  copy->packet.copy_of = original.id;
  copy->packet.copied_by = maker;
  copy->packet.seen = now;
  return copy;
}

void Wire::keep_held(Owned waiting, const std::string& filter, WireMoment now) {
  const std::size_t bytes = waiting->bytes.size();
  if (held_.size() >= wire_limits::held_packets ||
      waiting_bytes_ + bytes > wire_limits::waiting_bytes) {
    sink_.dropped(waiting->packet, now, DropReason::HeldLimit, 0);
    return;
  }
  waiting_bytes_ += bytes;
  waiting->since = now;
  waiting->filter = filter;
  sink_.held(waiting->packet, now, filter);
  held_.emplace(waiting->packet.id, std::move(waiting));
}

void Wire::arrived(Host from, PacketBytes bytes) {
  WirePacket packet;
  packet.seen = clock_.now();
  packet.id = ++last_id_;
  packet.from = from;
  packet.bytes = bytes;
  decode_packet(bytes, decoded_);
  packet.decoded = &decoded_;
  sink_.seen(packet);
  if (filter_.fits(decoded_, from)) {
    keep_held(own(packet), filter_.text(), packet.seen);
  } else {
    go_onto_link(packet, nullptr, packet.seen);
  }
}

void Wire::go_onto_link(const WirePacket& packet, Owned owned, WireMoment now) {
  const Fate fate =
      links_[index_of(packet.from)].offer(*packet.decoded, packet.from, now.monotonic);
  if (fate.dropped) return sink_.dropped(packet, now, *fate.dropped, 0);
  Owned copy;
  if (fate.duplicate_due) {
    // Made of the packet as it came to the link, told before either of them has arrived.
    copy = copy_of(packet, CopyMaker::Link, now);
    sink_.duplicated(packet, copy->packet);
  }
  if (fate.corruption) {
    if (owned == nullptr) owned = own(packet);
    corrupt(*owned, *fate.corruption, now);
  }
  const WirePacket& goes = owned != nullptr ? owned->packet : packet;
  travel(goes, std::move(owned), fate, now);
  if (copy == nullptr) return;
  Fate of_copy = fate;
  of_copy.due = *fate.duplicate_due;
  const WirePacket told = copy->packet;
  travel(told, std::move(copy), of_copy, now);
}

void Wire::corrupt(Waiting& waiting, Corruption where, WireMoment now) {
  waiting.bytes[where.byte_index] ^= static_cast<std::uint8_t>(1 << where.bit);
  decode_packet(waiting.bytes, waiting.decoded);
  sink_.corrupted(waiting.packet, now, where);
}

void Wire::travel(const WirePacket& packet, Owned owned, const Fate& fate, WireMoment now) {
  if (fate.due <= now.monotonic) return deliver(packet, fate.due);
  if (owned == nullptr) owned = own(packet);
  const std::size_t bytes = owned->bytes.size();
  if (queue_.size() >= wire_limits::queued_packets ||
      waiting_bytes_ + bytes > wire_limits::waiting_bytes) {
    return sink_.dropped(owned->packet, now, DropReason::WaitingLimit, 0);
  }
  waiting_bytes_ += bytes;
  owned->due = fate.due;
  sink_.under_way(owned->packet, now, fate);
  queue_.emplace(Place{fate.due.ns, ++last_place_}, std::move(owned));
}

void Wire::deliver(const WirePacket& packet, Instant due) {
  Delivery delivery;
  delivery.due = due;
  delivery.began = clock_.now();
  const int error = end(other(packet.from)).write(packet.bytes);
  delivery.returned = clock_.now();
  ++delivered_;
  if (error != 0) return sink_.dropped(packet, delivery.returned, DropReason::Refused, error);
  sink_.delivered(packet, delivery);
}

void Wire::deliver_due() {
  while (!queue_.empty() && queue_.begin()->second->due <= clock_.now().monotonic) {
    const Owned waiting = std::move(queue_.extract(queue_.begin()).mapped());
    waiting_bytes_ -= waiting->bytes.size();
    deliver(waiting->packet, waiting->due);
  }
}

std::size_t Wire::read_from(Host host) {
  std::size_t count = 0;
  while (count < wire_limits::packets_per_turn && !is_closed(host)) {
    const FrameEnd::Read read = end(host).read(buffer_);
    if (read.error != 0) closed_[index_of(host)] = true;
    if (read.bytes == 0) break;
    ++count;
    arrived(host, {buffer_.data(), read.bytes});
  }
  return count;
}

Wire::Turn Wire::step() {
  const std::size_t before = delivered_;
  Turn turn;
  deliver_due();
  for (const Host host : both_hosts) {
    const std::size_t count = read_from(host);
    turn.read += count;
    turn.more |= count == wire_limits::packets_per_turn;
  }
  turn.delivered = delivered_ - before;
  return turn;
}

Wire::Turn Wire::settle() {
  Turn all;
  for (Turn one = step(); one.read > 0 || one.delivered > 0; one = step()) {
    all.read += one.read;
    all.delivered += one.delivered;
  }
  return all;
}

std::optional<Instant> Wire::next_due() const {
  return queue_.empty() ? std::nullopt : std::optional(queue_.begin()->second->due);
}

}  // namespace roundtrip::net
