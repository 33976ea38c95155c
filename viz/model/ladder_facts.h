// The facts of one chapter of a connection as arrows and marks of a ladder: the handshake, a
// request with its answer, or the end. Which chapter follows the cursor. Facts about one chapter
// that came while another was under way (a client that closes before write has returned) stand in
// both. Of a connection whose packets were seen, each packet is such a fact. Bounded: at most
// most_ladder_facts on each side of the cursor, and no more than most_facts_looked_at (teller.h)
// are looked at to find them. Called by layout_ladder.
#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "viz/model/packet_index.h"
#include "viz/model/view_state.h"

namespace roundtrip::viz {

inline constexpr std::size_t most_ladder_facts = 48;

// The client's own code, and the kernel under it: where nothing was seen on the wire the two are
// one column, Client. The kernel under the server; the server's own code.
enum class LadderColumn : std::uint8_t { Client, ClientKernel, Kernel, Program };

// Where the label of a fact stands: beside the client, beside the server, or on the packet's arrow.
enum class LadderSide : std::uint8_t { Left, Right, Middle };
inline constexpr std::array ladder_sides = {LadderSide::Left, LadderSide::Right,
                                            LadderSide::Middle};

enum class LadderChapter : std::uint8_t { None, Handshake, Request, End };

// One end of an arrow.
struct LadderEnd {
  LadderColumn at{};
  Instant time;
  trace::Provenance source = trace::Provenance::Observed;
};

// What an arrow needs to know of a packet beside its ends.
struct LadderPacket {
  SeenPacket seen;
  std::optional<TimeWindow> waits;  // at the wire, held
  bool arrives = false;             // else it ends between the hosts
  bool alarm = false;               // it was lost or damaged
};

struct LadderFact {
  trace::EventNumber event = trace::no_event;
  std::size_t row = 0;  // of the table
  LadderEnd from;
  LadderEnd to;  // at the same column: a mark
  std::string label;
  std::string sentence;  // the same at greater length
  std::optional<LadderPacket> packet = {};
  bool plain = false;  // a packet that says no more than its numbers do
  bool is_mark() const { return from.at == to.at; }
  LadderSide side() const {
    if (packet) return LadderSide::Middle;
    return std::min(from.at, to.at) <= LadderColumn::ClientKernel ? LadderSide::Left
                                                                  : LadderSide::Right;
  }
};

// While it lasts; without an end where none is known.
struct LadderStretch {
  LadderColumn at{};
  trace::EventNumber begin = trace::no_event;
  trace::EventNumber end = trace::no_event;
};

struct LadderFacts {
  LadderChapter chapter = LadderChapter::None;
  Focus focus;
  bool on_wire = false;  // packets were seen: four columns, and each packet an arrow
  bool at_one_point = false;  // on their way only, by a capture
  bool only_packets = false;  // and it was imported: nothing else is known of either host
  std::size_t request_place = 0;  // of the request among those of its connection, from 0
  std::vector<LadderFact> facts;  // in order of events
  std::vector<LadderStretch> stretches;
  std::size_t here = 0;     // how many of the facts have happened at the cursor
  std::size_t earlier = 0;  // facts of the chapter that are left out, before and after
  std::size_t later = 0;
  bool more_earlier = false;  // and there may be more than were counted
  bool more_later = false;
};

LadderFacts ladder_facts(const TraceView& view, const Cursor& cursor, const ViewState& state);

}  // namespace roundtrip::viz
