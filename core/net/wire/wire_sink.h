// What the wire tells, packet by packet: whoever keeps a trace, draws or measures implements it.
// Each packet is seen once, or copied from one that was, and ends once: delivered or dropped. Of
// what still waits when the wire is let go of no end is told.
// Between, it may be held and released, and it may be under way on the link. A copy is a packet of
// its own that says of which it is one.
//   seen -> [held -> released] -> [under_way] -> delivered | dropped
// All calls come from the one thread that moves the packets, in the order in which things happened;
// they must not call the wire. What they are handed lives as long as the call.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/base/time.h"
#include "core/net/wire/host.h"
#include "core/net/wire/link.h"
#include "core/packet/packet.h"

namespace roundtrip::net {

// Of one wire, from 1, in the order of sight.
using PacketId = std::uint64_t;

// A moment on both clocks: raw ticks, as the trace's records have them (core/base/clock.h), and
// CLOCK_MONOTONIC, by which the wire itself goes.
struct WireMoment {
  std::uint64_t ticks = 0;
  Instant monotonic;
};

enum class CopyMaker : std::uint8_t { Link, Hand };

struct WirePacket {
  PacketId id = 0;
  PacketId copy_of = 0;  // 0: it came from a host
  std::optional<CopyMaker> copied_by;
  Host from = Host::Client;
  WireMoment seen;  // our read returned with it; of a copy: it was made
  PacketBytes bytes;
  const Packet* decoded = nullptr;  // what the bytes say
};

// The packet was handed to the other host's kernel between these two moments: its effects there may
// be earlier than `returned`, never earlier than `began`.
struct Delivery {
  WireMoment began;
  WireMoment returned;
  Instant due;  // as the link had it; `began` is later by what the machine was late
};

class WireSink {
 public:
  virtual ~WireSink() = default;

  virtual void seen(const WirePacket& packet) = 0;
  // It waits until a hand lets it go; `filter` is the one that it fitted.
  virtual void held(const WirePacket& packet, WireMoment when, std::string_view filter) = 0;
  virtual void released(const WirePacket& packet, WireMoment when) = 0;
  // It waits for the link until fate.due. Not told of a packet that goes on at once.
  virtual void under_way(const WirePacket& packet, WireMoment when, const Fate& fate) = 0;
  virtual void duplicated(const WirePacket& original, const WirePacket& copy) = 0;
  // The link has turned a bit: from here on the packet has other bytes.
  virtual void corrupted(const WirePacket& packet, WireMoment when, Corruption where) = 0;
  // `error`: errno where the host refused it, else 0.
  virtual void dropped(const WirePacket& packet, WireMoment when, DropReason reason, int error) = 0;
  virtual void delivered(const WirePacket& packet, const Delivery& delivery) = 0;
  // No packet can move just now: time for what takes longer. At `now`; not told by a wire that is
  // carried by hand.
  virtual void at_rest(Instant now) { static_cast<void>(now); }
};

}  // namespace roundtrip::net
