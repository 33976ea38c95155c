// What an answer is made of on its way out: the lines of its head with their byte counts, and what
// TCP and IP put around it. Called by the layout of the finish, once a frame. Sizes of headers are
// known from the kind of address and, for time-stamps, from the client's SYN where that was kept;
// each says how it is known. Units: bytes. RFC 9112 section 4 and 5, RFC 9293 section 3.1,
// RFC 7323 section 3.2.
#pragma once

#include <vector>

#include "viz/model/teller.h"

namespace roundtrip::viz {

// A line of the head with its CR LF.
struct HeadPart {
  std::string name;  // "status line", a field's name, "blank line"
  std::uint64_t bytes = 0;
  std::optional<ByteSpan> span;  // where the head was kept
};
inline constexpr std::size_t most_head_parts = 24;

// From the bytes that were kept; else from the counts that the fact bears. What is beyond
// most_head_parts is the last part. `head`: a transmit.head.
std::vector<HeadPart> head_parts(const Teller& tell, trace::EventNumber head);

struct PacketFacts {
  Told payload;  // what was handed over as one piece; absent before anything was
  std::uint64_t payload_bytes = 0;
  std::uint64_t tcp_bytes = 0;
  std::uint64_t ip_bytes = 0;
  trace::Provenance source = trace::Provenance::Inferred;  // of the headers' sizes
  std::optional<bool> time_stamps;  // whether the client's SYN offered them
  std::optional<std::uint64_t> most_payload;  // the peer's largest segment
  bool loopback = false;
  bool on_wire = false;  // its very headers were seen
};
PacketFacts packet_facts(const Teller& tell);

// Whether the options of a SYN (IP and TCP headers as received) offer time-stamps; empty where
// they can't be read.
std::optional<bool> offers_time_stamps(std::string_view headers);

}  // namespace roundtrip::viz
