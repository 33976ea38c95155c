// The drawer "Wire": how the packets of this trace are seen and what would show more; the packets
// that a hand holds at the wire; what the link does to the others; the accept queue at its end,
// with or without a wire. Everything that can be pressed carries its actions, so the panel
// (viz/panel_wire.h) only paints. What is held, and the sentences about the link, come from the
// trace; the numbers in the fields from the session that it is of, as no trace tells them one by
// one. A recording has no hand: it tells what was set at the cursor. Pure geometry. Unit: pixels;
// the content begins at the top of `area` and is as high as it is.
#pragma once

#include <string>
#include <vector>

#include "viz/model/actions.h"
#include "viz/model/picture.h"
#include "viz/model/text_box.h"
#include "viz/model/wire_words.h"

namespace roundtrip::viz {

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
enum class WireEntry : std::uint8_t { Filter, Link, Nth, NthFilter, Backlog };
struct WireField {
  WireEntry entry{};
  std::string label;
  Rect rect{};
  std::string text{};
  std::string hint{};
  // Of a number: its row, what is set; where it is dragged, from which value, in which steps. None
  // where directions differ.
  const NumberRow* row = nullptr;
  std::string in_force{};
  Rect drag{};
  double value = 0;
  double step = 1;
};

struct WireLayout {
  Rect area;
  std::vector<WireText> texts;
  std::vector<WireButton> buttons;
  std::vector<WireField> fields;
  std::vector<SeenPacket> held;  // as they are listed, the oldest first
  std::vector<PictureBar> slots;  // of the accept queue
  float content_px = 0;
};
WireLayout layout_wire(const TraceView& view, const Cursor& cursor, const ViewState& state,
                       const Ruler& ruler, const Rect& area);
std::string dump(const WireLayout& layout);

}  // namespace roundtrip::viz
