#include "viz/model/packet_index.h"

#include <algorithm>

namespace roundtrip::viz {

using trace::Event;
using trace::EventNumber;
using trace::no_event;
using trace::Phase;

PacketFate SeenPacket::fate_at(std::uint64_t event) const {
  const auto told = [event](EventNumber fact) { return fact != no_event && fact <= event; };
  if (!told(begin)) return PacketFate::Ahead;
  if (told(dropped)) return PacketFate::Dropped;
  if (told(end)) return PacketFate::Arrived;
  return told(held) && !told(let_go) ? PacketFate::Waiting : PacketFate::UnderWay;
}

std::size_t PacketIndex::follow(std::size_t most) {
  const trace::Trace& trace = index_.trace();
  if (const auto back = index_.rewinds().lowest_since(rewinds_seen_)) {
    if (*back < followed_to_) cut_from(static_cast<EventNumber>(*back));
  }
  rewinds_seen_ = index_.rewinds().count();
  if (trace.first() > trimmed_to_) trim_before(static_cast<EventNumber>(trace.first()));
  followed_to_ = std::max(followed_to_, trace.first());
  const std::uint64_t until =
      index_.indexed_to() - followed_to_ > most ? followed_to_ + most : index_.indexed_to();
  const std::uint64_t from = followed_to_;
  for (; followed_to_ < until; ++followed_to_) take(static_cast<EventNumber>(followed_to_));
  return followed_to_ - from;
}

// Whether no packet's record is touched by it.
bool PacketIndex::take_of_wire(EventNumber number) {
  const Event& event = index_.trace()[number];
  if (event.phase == Phase::TraceWire) {
    // A capture says it of each connection too; the reason stands at the whole.
    if (!wire_ || event.conn == 0) wire_ = event;
  } else if (event.phase == Phase::TraceLink) {
    links_.emplace_back(number, event);
  } else if (event.phase == Phase::TracePacketHeld) {
    if (event.begins()) holds_.push_back(number);
    else std::erase(holds_, index_.partner(number));
  }
  return event.ends() || event.conn == 0;
}

void PacketIndex::take(EventNumber number) {
  if (take_of_wire(number)) return;
  const Event& event = index_.trace()[number];
  EventNumber Record::*told = nullptr;
  switch (event.phase) {
    case Phase::TracePacket:
      conns_[event.conn].here.push_back({number, no_event, no_event, no_event, no_event, event.id});
      return;
    case Phase::TracePacketHeld: told = &Record::held; break;
    case Phase::TracePacketDropped: told = &Record::dropped; break;
    case Phase::TracePacketChanged: told = &Record::changed; break;
    case Phase::TracePacketCopied: told = &Record::copied; break;
    default: return;
  }
  if (Record* const record = newest(event.conn, event.id)) record->*told = number;
}

// What is told of a packet is told while it is under way: it is found near the end.
PacketIndex::Record* PacketIndex::newest(std::uint32_t conn, std::uint32_t id) {
  const auto found = conns_.find(conn);
  if (found == conns_.end()) return nullptr;
  std::vector<Record>& here = found->second.here;
  const auto at = std::find_if(here.rbegin(), here.rend(),
                               [id](const Record& record) { return record.id == id; });
  return at == here.rend() ? nullptr : &*at;
}

void PacketIndex::cut_from(EventNumber number) {
  for (auto& [conn, records] : conns_) {
    std::vector<Record>& here = records.here;
    while (!here.empty() && here.back().begin >= number) here.pop_back();
    for (Record& record : here) {
      for (EventNumber* told : {&record.held, &record.dropped, &record.changed, &record.copied}) {
        if (*told != no_event && *told >= number) *told = no_event;
      }
    }
  }
  std::erase_if(holds_, [number](EventNumber hold) { return hold >= number; });
  std::erase_if(links_, [number](const auto& link) { return link.first >= number; });
  followed_to_ = number;
}

void PacketIndex::trim_before(EventNumber first) {
  trimmed_to_ = first;
  std::erase_if(holds_, [first](EventNumber hold) { return hold < first; });
  for (auto conn = conns_.begin(); conn != conns_.end();) {
    std::vector<Record>& here = conn->second.here;
    const auto kept = std::find_if(here.begin(), here.end(),
                                   [first](const Record& record) { return record.begin >= first; });
    conn->second.evicted += static_cast<std::uint64_t>(kept - here.begin());
    here.erase(here.begin(), kept);
    const bool gone = here.empty() && index_.connection(conn->first) == nullptr;
    conn = gone ? conns_.erase(conn) : std::next(conn);
  }
}

const PacketIndex::Records* PacketIndex::records(std::uint32_t conn) const {
  const auto found = conns_.find(conn);
  return found == conns_.end() ? nullptr : &found->second;
}

std::uint64_t PacketIndex::first(std::uint32_t conn) const {
  const Records* const all = records(conn);
  return all == nullptr ? 0 : all->evicted;
}

std::uint64_t PacketIndex::end(std::uint32_t conn) const {
  const Records* const all = records(conn);
  return all == nullptr ? 0 : all->evicted + all->here.size();
}

SeenPacket PacketIndex::packet(std::uint32_t conn, std::uint64_t number) const {
  const Records* const all = records(conn);
  CHECK_THAT(all != nullptr && number >= all->evicted && number < end(conn),
             "a packet that is not in the trace");
  return told(conn, *all, number - all->evicted);
}

SeenPacket PacketIndex::told(std::uint32_t conn, const Records& records, std::size_t place) const {
  const Record& record = records.here[place];
  const Event& begin = index_.trace()[record.begin];
  SeenPacket packet;
  packet.conn = conn;
  packet.id = record.id;
  packet.number = records.evicted + place;
  packet.from = static_cast<trace::Host>(begin.arg("from").value_or(0));
  packet.flags = static_cast<std::uint32_t>(begin.arg("flags").value_or(0));
  packet.marks = static_cast<std::uint32_t>(begin.arg("marks").value_or(0));
  packet.header = begin.bytes();
  packet.payload_bytes = begin.arg("payload").value_or(0);
  packet.payload_at = begin.arg("payload_at");
  packet.begin = record.begin;
  packet.end = index_.partner(record.begin);
  packet.held = record.held;
  packet.let_go = record.held == no_event ? no_event : index_.partner(record.held);
  packet.dropped = record.dropped;
  packet.changed = record.changed;
  packet.copied = record.copied;
  return packet;
}

std::uint64_t PacketIndex::sent_before(std::uint32_t conn, std::uint64_t event) const {
  const Records* const all = records(conn);
  if (all == nullptr) return 0;
  const auto later =
      std::upper_bound(all->here.begin(), all->here.end(), event,
                       [](std::uint64_t at, const Record& record) { return at < record.begin; });
  return all->evicted + static_cast<std::uint64_t>(later - all->here.begin());
}

std::optional<SeenPacket> PacketIndex::packet_of(std::uint64_t number) const {
  const trace::Trace& trace = index_.trace();
  if (number < trace.first() || number >= followed_to_) return std::nullopt;
  const Event& event = trace[number];
  const Records* const all = records(event.conn);
  if (all == nullptr) return std::nullopt;
  const bool of_the_wire = event.phase == Phase::TracePacket ||
                           event.phase == Phase::TracePacketHeld ||
                           event.phase == Phase::TracePacketDropped ||
                           event.phase == Phase::TracePacketChanged ||
                           event.phase == Phase::TracePacketCopied;
  if (!of_the_wire && event.row().lane != trace::Lane::Wire) return std::nullopt;
  // The wire stamps a step with the very moment of its packet. One that arrives left a while ago;
  // how many are under way at once is what the link holds.
  const auto fits = [&](const Record& record) {
    if (of_the_wire) return record.id == event.id;
    if (trace[record.begin].time == event.time) return true;
    const EventNumber end = index_.partner(record.begin);
    return end != no_event && trace[end].time == event.time && record.dropped == no_event;
  };
  constexpr std::size_t most_under_way = 4096;
  for (std::size_t place = sent_before(event.conn, number) - all->evicted, looked = 0;
       place > 0 && looked < most_under_way; --place, ++looked) {
    if (fits(all->here[place - 1])) return told(event.conn, *all, place - 1);
  }
  return std::nullopt;
}

std::vector<SeenPacket> PacketIndex::held() const {
  std::vector<SeenPacket> packets;
  for (const EventNumber hold : holds_) {
    const auto packet = packet_of(hold);
    if (!packet || packet->let_go != no_event) continue;
    if (packet->dropped == no_event && packet->end == no_event) packets.push_back(*packet);
  }
  return packets;
}

const Event* PacketIndex::link(trace::Host from, std::uint64_t upto) const {
  for (auto link = links_.rbegin(); link != links_.rend(); ++link) {
    const auto& [number, event] = *link;
    if (number <= upto && event.arg("from") == static_cast<std::uint64_t>(from)) return &event;
  }
  return nullptr;
}

std::size_t PacketIndex::memory_bytes() const {
  std::size_t bytes = 0;
  for (const auto& [conn, records] : conns_) bytes += records.here.capacity() * sizeof(Record);
  return bytes;
}

}  // namespace roundtrip::viz
