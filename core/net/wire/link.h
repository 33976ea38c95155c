// What a link does to packets, one direction of the wire at a time: delay, jitter, bandwidth and a
// queue before it, loss, duplication, reordering, corruption, an MTU, and named drops. A pure rule:
// it moves nothing, reads no clock and draws no number of its own. What becomes of the n-th packet
// depends on the settings, the seed, n and the moments of packets before it; so a run repeats, and
// a setting that is changed leaves the chances of the others as they were.
// Packets keep their order, whatever the jitter, but for those that reordering picks out.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "core/base/result.h"
#include "core/base/time.h"
#include "core/net/wire/filter.h"
#include "core/trace/vocabulary.h"

namespace roundtrip::net {

// Drops the `nth` packet (from 1) of those that fit, counted since the settings were made.
struct DropRule {
  PacketFilter what;
  std::uint64_t nth = 1;
};

struct LinkSettings {
  Duration delay;
  Duration jitter;                     // at most so much earlier or later than the delay
  std::uint64_t bits_per_second = 0;   // 0: as fast as the machine
  std::uint32_t queue_packets = 1000;  // that may wait for the bandwidth
  double loss = 0;                     // chances from 0 to 1
  double duplication = 0;
  double reordering = 0;
  double corruption = 0;
  Duration reordered_by = Duration::milliseconds(1);  // so much longer a reordered packet takes
  std::uint32_t mtu_bytes = 0;                        // a longer packet is dropped; 0: none is
  std::vector<DropRule> drops;
  bool cut = false;
  std::uint64_t seed = 1;
};

// A sentence where a setting makes no sense.
Status check_link(const LinkSettings& settings);

using DropReason = trace::Drop;

// One bit of the packet is turned.
struct Corruption {
  std::uint64_t byte_index = 0;
  std::uint8_t bit = 0;
};

// What becomes of a packet on the link, and why it arrives when it does: it waits for those before
// it, then its bits are sent, then they travel.
struct Fate {
  std::optional<DropReason> dropped;
  Duration waits;    // in the queue
  Duration takes;    // to be sent, by the bandwidth
  Duration travels;  // delay with its jitter; longer where it may not overtake the one before
  bool reordered = false;
  Instant due;  // the sum of all
  std::optional<Corruption> corruption;
  std::optional<Instant> duplicate_due;  // a copy arrives as well
};

class Link {
 public:
  explicit Link(LinkSettings settings = {});

  const LinkSettings& settings() const { return settings_; }
  // From the next packet on; those under way go on as they were told.
  void change(LinkSettings settings);
  void cut(bool is_cut) { settings_.cut = is_cut; }

  // A packet comes to the link at `now`, which never goes back.
  Fate offer(const Packet& packet, Host from, Instant now);

 private:
  bool takes_into_queue(std::uint64_t bytes, Instant now, Fate& fate);
  void travel(std::uint64_t bytes, Instant now, Fate& fate);
  bool named_by_rule(const Packet& packet, Host from);
  // A number below 1 for one purpose of the packet that is offered.
  double chance(unsigned purpose) const;
  std::uint64_t number(unsigned purpose) const;

  LinkSettings settings_;
  std::vector<std::uint64_t> fitted_;  // so many packets fitted each rule
  std::uint64_t offered_ = 0;          // packets
  Instant free_at_{INT64_MIN};         // when the last bit that was accepted will have been sent
  Instant last_due_{INT64_MIN};
  std::deque<Instant> begins_;  // when each packet that may still wait begins to be sent
};

}  // namespace roundtrip::net
