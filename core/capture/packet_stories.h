// What became of each packet that a trace tells of, put together from its facts: sent, held,
// copied, changed, dropped, arrived. Computed once from a whole trace; the export writes it down.
// Packets whose header was not kept (what is no TCP) are counted and left out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/trace/trace.h"

namespace roundtrip::capture {

struct PacketStory {
  std::uint64_t begin = 0;  // the numbers of its facts
  std::optional<std::uint64_t> end;
  std::optional<std::uint64_t> dropped;
  std::optional<std::uint64_t> changed;
  std::optional<std::uint32_t> copy_of;  // a packet's id
  trace::Host from = trace::Host::Client;
  bool arrived = false;
  std::optional<std::uint64_t> hold;  // it was held, from here
  std::optional<Duration> held;       // and let go
  std::uint64_t onto_link = 0;        // the fact with which it came onto the link
  std::optional<std::uint64_t> link;  // the fact that says how that link was then
};

struct PacketStories {
  std::vector<PacketStory> packets;  // in the order in which they were sent
  std::uint64_t without_header = 0;
  bool at_both_hosts = false;  // each was seen where it was sent and where it arrived
  std::string how_seen;        // why the wire was seen as it was; empty: not told
};

PacketStories packet_stories(const trace::Trace& trace);

// The bytes of a packet as it was sent, up to the first that was not kept, and how many it had.
struct PacketContent {
  std::string bytes;
  std::uint64_t original_bytes = 0;
};
class PacketContents {
 public:
  explicit PacketContents(const trace::Trace& trace, const PacketStories& stories);
  PacketContent of(const PacketStory& story) const;
  std::string header_of(const PacketStory& story) const;

 private:
  const trace::Trace& trace_;
  std::vector<std::uint32_t>
      asked_by_server_;  // connections that the server host asked for, sorted
};

}  // namespace roundtrip::capture
