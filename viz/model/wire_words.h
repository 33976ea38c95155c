// What is said of the wire: which rung of the ladder a trace stands on, why, and what would show
// more; the packets that are held; and the acts that the drawer's fields stand for, as lines of a
// wire block (core/scenario/wire_script.h). Called by the drawer (layout_wire), the bar and the
// banner. Texts only; nothing is done here.
#pragma once

#include <string>
#include <string_view>

#include "viz/model/packet_index.h"
#include "viz/model/trace_view.h"
#include "viz/model/view_state.h"

namespace roundtrip::viz {

// The rung of the ladder of what packets can be seen.
struct WireRung {
  std::string word;    // for the bar: "lab", "loopback", "capture"
  std::string gives;   // what is seen there, a sentence
  std::string reason;  // why it is this one; empty where none is above it
  std::string lift;    // what would show more
  bool wired = false;  // packets were asked for
};
WireRung wire_rung(const TraceView& view, const ViewState& state);

// "2 packets wait at the wire …": while there are some, also of the kernels' clocks; else empty.
std::string held_packets_text(const ViewState& state);
// "SYN from client"; "connection 1 · seq 0 len 0 · retransmission".
std::string packet_words(const SeenPacket& packet);
std::string packet_numbers(const TraceView& view, const SeenPacket& packet);

// The line of a wire block that sets a number of the link, and those about the n-th packet.
std::string link_act(const WireSheet& sheet, const NumberRow& row, std::string_view text);
std::string nth_act(const WireSheet& sheet);

// What 0 means where it is no amount, in place of the unit: "no limit"; else empty.
std::string_view zero_words(const NumberRow& row);
// Why a number would not do, by the name of its field instead of the setting's word.
std::string link_problem_text(std::string_view problem);

inline constexpr std::string_view clocks_go_on =
    "The kernels' own clocks go on meanwhile: retransmissions may come.";
// "both ways", "from client"; and as an act begins with it: "", "from client ".
std::string_view from_words(const std::optional<trace::Host>& from);
std::string act_prefix(const WireSheet& sheet);
// An argument that is a text; empty where the event has none.
std::string symbol_text(const TraceView& view, const trace::Event& event, std::string_view name);

}  // namespace roundtrip::viz
