// The wire: packets from one end to the other, under the policy of a link each way, with a hand
// that holds them, lets them go, drops or copies them. It does a step at a time on the thread that
// calls it, never blocks and starts no thread: tests carry packets by hand with it, and WireThread
// (wire_thread.h) runs one as fast as they come.
// A packet that a hand holds waits before the link; released, it goes onto the link as if it had
// just come. The limits are those of limits.h.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/base/result.h"
#include "core/net/wire/filter.h"
#include "core/net/wire/frame_end.h"
#include "core/net/wire/link.h"
#include "core/net/wire/wire_sink.h"

namespace roundtrip::net {

class WireClock {
 public:
  virtual ~WireClock() = default;
  virtual WireMoment now() const = 0;
};
const WireClock& machine_clock();

class Wire {
 public:
  struct Ends {
    FrameEnd& client;
    FrameEnd& server;
  };
  Wire(Ends ends, WireSink& sink, const WireClock& clock = machine_clock());
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;
  ~Wire();

  // What a link does to what this host sends. The settings have passed check_link.
  const LinkSettings& link(Host from) const;
  void set_link(Host from, LinkSettings settings);
  // Packets that are under way are lost where it is cut.
  void cut_cable(bool is_cut);

  // From now on what fits is held; what is held already stays so. A filter that fits nothing holds
  // nothing.
  void hold(PacketFilter filter);
  const PacketFilter& filter() const { return filter_; }
  struct Held {
    PacketId id = 0;
    PacketId copy_of = 0;
    Host from = Host::Client;
    WireMoment since;
    Packet decoded;
  };
  std::vector<Held> held() const;  // by their ids
  std::size_t under_way() const;
  PacketId newest() const { return last_id_; }

  Status release(PacketId id);
  std::size_t release_all();
  // Held or under way.
  Status drop(PacketId id);
  // The copy is held behind a held one; of one under way it goes onto the link.
  Result<PacketId> duplicate(PacketId id);

  // One turn: delivers what is due, then takes what waits at either end, up to
  // wire_limits::packets_per_turn from each, and what needs no waiting goes on at once.
  struct Turn {
    std::size_t read = 0;
    std::size_t delivered = 0;
    bool more = false;  // something may wait still
  };
  Turn step();
  // Steps until nothing waits that could move now. Two hosts that go on answering each other keep
  // it going, as long as they do.
  Turn settle();
  // When the next packet under way is due.
  std::optional<Instant> next_due() const;
  FrameEnd& end(Host host) { return host == Host::Client ? ends_.client : ends_.server; }
  // The other side of an end has gone: nothing is read there any more.
  bool is_closed(Host host) const { return closed_[static_cast<std::size_t>(host)]; }

 private:
  struct Waiting;  // a packet with bytes of its own
  using Owned = std::unique_ptr<Waiting>;
  using Place = std::pair<std::int64_t, std::uint64_t>;  // due, and which came first

  std::size_t read_from(Host host);
  void arrived(Host from, PacketBytes bytes);
  void keep_held(Owned waiting, const std::string& filter, WireMoment now);
  // `owned` is the packet with its own bytes, where it has them already.
  void go_onto_link(const WirePacket& packet, Owned owned, WireMoment now);
  void corrupt(Waiting& packet, Corruption where, WireMoment now);
  // Delivers it now, or lets it wait until it is due.
  void travel(const WirePacket& packet, Owned owned, const Fate& fate, WireMoment now);
  void deliver_due();
  void deliver(const WirePacket& packet, Instant due);
  Owned own(const WirePacket& packet) const;
  Owned copy_of(const WirePacket& original, CopyMaker maker, WireMoment now);
  std::map<Place, Owned>::iterator find_under_way(PacketId id);

  Ends ends_;
  WireSink& sink_;
  const WireClock& clock_;
  Link links_[2];
  bool closed_[2] = {};
  PacketFilter filter_;
  PacketId last_id_ = 0;
  std::uint64_t last_place_ = 0;
  std::size_t waiting_bytes_ = 0;
  std::size_t delivered_ = 0;  // or refused
  std::map<PacketId, Owned> held_;
  std::map<Place, Owned> queue_;  // the next due first
  std::vector<std::uint8_t> buffer_;
  Packet decoded_;
};

}  // namespace roundtrip::net
