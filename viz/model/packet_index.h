// PacketIndex: the packets of every connection whose wire was seen, in the order in which they left
// their hosts, and for each the facts that tell what became of it. It follows a TraceIndex in
// bounded portions, beside Statistics; layouts only read, and look at the packets they show.
// A packet's number counts those of its connection from 0, evicted ones too. Where a late fact
// enters the trace, what stands behind it is taken anew. Memory: 24 bytes a packet. What the header
// says is taken apart on demand (packet_header.h). Beside them it keeps what was told of the wire
// as such: how it is seen, and how its link was set.
#pragma once

#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/trace/index.h"

namespace roundtrip::viz {

// Where a packet is at a cursor.
enum class PacketFate : std::uint8_t { Ahead, UnderWay, Waiting, Arrived, Dropped };

// One packet. What has not been told is absent; `no_event` where no fact tells it.
struct SeenPacket {
  std::uint32_t conn = 0;
  std::uint32_t id = 0;  // the wire's
  std::uint64_t number = 0;
  trace::Host from{};
  std::uint32_t flags = 0;  // packet::TcpFlag
  std::uint32_t marks = 0;  // trace::PacketMark
  ByteRange header;         // of the connection's log `wire`
  std::uint64_t payload_bytes = 0;
  std::optional<std::uint64_t> payload_at;  // of its sender's stream

  trace::EventNumber begin = trace::no_event;    // it leaves its host; of a copy: it is made
  trace::EventNumber end = trace::no_event;      // it reaches the other, or is lost for good
  trace::EventNumber held = trace::no_event;     // it begins to wait at the wire
  trace::EventNumber let_go = trace::no_event;   // and is let go
  trace::EventNumber dropped = trace::no_event;
  trace::EventNumber changed = trace::no_event;  // a bit of it is turned
  trace::EventNumber copied = trace::no_event;   // it is a copy

  bool has(trace::PacketMark mark) const {
    return (marks & static_cast<std::uint32_t>(mark)) != 0;
  }
  trace::Log payload_log() const {
    return from == trace::Host::Client ? trace::Log::In : trace::Log::Out;
  }
  PacketFate fate_at(std::uint64_t event) const;
};

class PacketIndex {
 public:
  explicit PacketIndex(const trace::TraceIndex& index) : index_(index) {}

  // Takes up to `most` further events that the index has taken. Returns how many it did.
  std::size_t follow(std::size_t most = SIZE_MAX);

  // Whether any packet of the connection is here.
  bool has(std::uint32_t conn) const { return first(conn) < end(conn); }
  // The numbers of its packets that are here: [first, end).
  std::uint64_t first(std::uint32_t conn) const;
  std::uint64_t end(std::uint32_t conn) const;
  SeenPacket packet(std::uint32_t conn, std::uint64_t number) const;
  // How many of them had left at an event: numbers below this have.
  std::uint64_t sent_before(std::uint32_t conn, std::uint64_t event) const;
  // The packet that an event tells of: one of the wire's own facts, or a step (SYN, segment out,
  // FIN in, …) that is the packet's leaving or arriving. Empty for any other event.
  std::optional<SeenPacket> packet_of(std::uint64_t event) const;
  // Those that wait at the wire, as far as is told: the one held first comes first.
  std::vector<SeenPacket> held() const;
  // How the wire is seen (trace.wire), and the last that was told up to an event of the link of
  // what a host sends (trace.link). Null where nothing was. They stay when events are evicted.
  const trace::Event* wire() const { return wire_ ? &*wire_ : nullptr; }
  const trace::Event* link(trace::Host from, std::uint64_t upto) const;
  std::size_t memory_bytes() const;

 private:
  // What was told of a packet beside its span and its hold, whose ends the index pairs.
  struct Record {
    trace::EventNumber begin = trace::no_event;
    trace::EventNumber held = trace::no_event;
    trace::EventNumber dropped = trace::no_event;
    trace::EventNumber changed = trace::no_event;
    trace::EventNumber copied = trace::no_event;
    std::uint32_t id = 0;
  };
  struct Records {
    std::vector<Record> here;   // in order of their begin
    std::uint64_t evicted = 0;  // before these
  };

  void take(trace::EventNumber number);
  bool take_of_wire(trace::EventNumber number);
  void cut_from(trace::EventNumber number);
  void trim_before(trace::EventNumber first);
  Record* newest(std::uint32_t conn, std::uint32_t id);
  SeenPacket told(std::uint32_t conn, const Records& records, std::size_t place) const;
  const Records* records(std::uint32_t conn) const;

  const trace::TraceIndex& index_;
  std::uint64_t followed_to_ = 0;
  std::uint64_t rewinds_seen_ = 0;
  std::uint64_t trimmed_to_ = 0;
  std::unordered_map<std::uint32_t, Records> conns_;
  std::vector<trace::EventNumber> holds_;  // begins without an end
  std::optional<trace::Event> wire_;
  std::vector<std::pair<trace::EventNumber, trace::Event>> links_;
};

}  // namespace roundtrip::viz
