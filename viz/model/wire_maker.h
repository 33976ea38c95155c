// What makes the layout of the drawer of the wire, part by part from the top down: layout_wire.cpp
// has the packets and the link, layout_wire_queue.cpp the accept queue. Made for one frame, by
// layout_wire alone. Unit: pixels.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "viz/model/layout_wire.h"

namespace roundtrip::viz {

// Places one thing below the other.
struct WireMaker {
  const TraceView& view;
  const Cursor& cursor;
  const ViewState& state;
  const Ruler& ruler;
  WireLayout layout{};
  Rect rest{};

  const WireStatus& status() const { return state.session.wire; }
  const WireSheet& sheet() const { return state.wire; }
  float gap() const { return ruler.space(2); }

  void text(std::string_view words, Voice voice, bool error = false) {
    if (words.empty()) return;
    for (TextBox& line : wrap_text(ruler, rest, words, voice)) {
      layout.texts.push_back({std::move(line), error});
    }
    rest.take_top(ruler.space(1));
  }
  void heading(std::string_view words) {
    rest.take_top(ruler.space(3));
    text(words, Voice::Strong);
  }
  float width_of(std::string_view words) const {
    return std::ceil(ruler.width(words, Voice::Body)) + ruler.space(6);
  }
  // Beside each other, in as many lines as they need.
  void flow(std::vector<WireButton> buttons) {
    Rect line;
    for (WireButton& one : buttons) {
      const float width = std::min(width_of(one.text), rest.w);
      if (line.w < width) line = rest.take_top(ruler.control_px, ruler.space(1));
      one.rect = line.take_left(width, ruler.space(1));
      layout.buttons.push_back(std::move(one));
    }
    rest.take_top(ruler.space(1));
  }
  WireButton does(std::string label, std::string words, const std::string& act,
                  std::string tip) const {
    return {std::move(label), std::move(words), std::move(tip), {}, {HandleWire{act}}};
  }
  void name(std::string_view words, const Rect& place, Voice voice = Voice::Body) {
    layout.texts.push_back({fit_text(ruler, place, words, voice)});
  }

  // The arrow says that it can be dragged.
  static std::string drag_name(const NumberRow& row) { return fmt::format("{} ↔", row.name); }
  float drag_px(const NumberRow& row) const {
    return std::ceil(ruler.width(drag_name(row), Voice::Body)) + ruler.space(2);
  }

  void rung();
  void packets();
  void held_packet(const SeenPacket& packet);
  void link();
  void directions();
  void numbers();
  void link_number(std::size_t row, const Rect& place, float name_px, float unit_px);
  WireField number(WireEntry entry, const NumberRow& row, Rect place, float name_px,
                   std::string_view unit, float unit_px);
  void set_number(WireField& field, double value) const;
  void nth();
  void told_link();
  void accept_queue();
  void slots(std::uint64_t fit, std::uint64_t waiting);
};

}  // namespace roundtrip::viz
