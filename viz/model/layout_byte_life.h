// The life of a byte as a card over the panels: a line that names the byte, then a row a step with
// its name, its moment and its words. It stands at the right, at the head or the foot of `room`,
// away from the pointer, as wide as its words ask for and the room allows; nothing of it is cut.
// Pure geometry; draw_byte_life paints it.
#pragma once

#include <vector>

#include "viz/model/byte_life.h"
#include "viz/model/text_box.h"

namespace roundtrip::viz {

struct LifeRow {
  Rect rect;
  TextBox what;
  TextBox when;
  std::vector<TextBox> words;
  trace::Group group{};
  trace::Provenance source = trace::Provenance::Unknown;
  bool ahead = false;
};

struct LifeCard {
  Rect rect;
  TextBox title;
  std::vector<LifeRow> rows;
};

// `room`: the panels that it may cover; `window`: what it never leaves.
LifeCard layout_byte_life(const TraceView& view, const ByteLife& life, const Ruler& ruler,
                          const Rect& room, const Rect& window, Point pointer);

}  // namespace roundtrip::viz
