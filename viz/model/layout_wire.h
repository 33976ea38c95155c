// The drawer "Wire": how the packets of this trace are seen and what would show more; the packets
// that a hand holds at the wire; what the link does to the others. Everything that can be pressed
// carries its actions, so the panel (viz/panel_wire.h) only paints. What is held, and the sentences
// about the link, come from the trace; the numbers in the fields from the session that it is of, as
// no trace tells them one by one. A recording has no hand: it tells what was set at the cursor.
// Pure geometry. Unit: pixels; the content begins at the top of `area` and is as high as it is.
#pragma once

#include <string>
#include <vector>

#include "viz/model/actions.h"
#include "viz/model/packet_index.h"
#include "viz/model/text_box.h"
#include "viz/model/trace_view.h"

namespace roundtrip::viz {

// The rung of the ladder of what packets can be seen.
struct WireRung {
  std::string word;    // for the bar: "lab", "loopback", "capture"
  std::string gives;   // what is seen there, a sentence
  std::string reason;  // why it is this one; empty where none is above it
  std::string lift;    // what would show more
  bool wired = false;  // packets were asked for: the word stands in the bar at all times
};
WireRung wire_rung(const TraceView& view, const ViewState& state);

// "2 packets wait at the wire …": while there are some, also of the kernels' clocks; else empty.
std::string held_packets_text(const ViewState& state);
// "SYN from client"; "connection 1 · seq 0 len 0 · retransmission".
std::string packet_words(const SeenPacket& packet);
std::string packet_numbers(const TraceView& view, const SeenPacket& packet);

// The line of a wire block that sets a number of the link, and those about the n-th packet.
std::string link_act(const WireSheet& sheet, std::size_t row, std::string_view text);
std::string nth_act(const WireSheet& sheet);

struct WireText {
  TextBox box;
  bool error = false;
};
struct WireButton {
  std::string label;  // for tests: "wire/release/7"
  std::string text;
  std::string tip;
  Rect rect;
  Actions actions;
  bool enabled = true;
  bool chosen = false;
};
enum class WireEntry : std::uint8_t { Filter, Number, Nth, NthFilter };
struct WireField {
  WireEntry entry{};
  std::size_t row = 0;  // of a number
  std::string label;
  Rect rect{};
  std::string text{};
  std::string hint{};
  // Of a number: what is set; where it is dragged, from which value. None where directions differ.
  std::string in_force{};
  Rect drag{};
  double value = 0;
};

struct WireLayout {
  Rect area;
  std::vector<WireText> texts;
  std::vector<WireButton> buttons;
  std::vector<WireField> fields;
  std::vector<SeenPacket> held;  // as they are listed, the oldest first
  float content_px = 0;
};
WireLayout layout_wire(const TraceView& view, const Cursor& cursor, const ViewState& state,
                       const Ruler& ruler, const Rect& area);
std::string dump(const WireLayout& layout);

}  // namespace roundtrip::viz
