// Where the states and the moves of a machine (state_machines.h) are drawn: states as boxes of one
// size in a grid, every move that the table allows as a line between two of them, through the
// streets between the boxes where they are no neighbours. Pure geometry; layout_states gives it
// its looks. Unit: pixels.
#pragma once

#include <optional>
#include <vector>

#include "viz/model/geometry.h"
#include "viz/model/state_machines.h"

namespace roundtrip::viz {

struct DiagramEdge {
  std::uint32_t from = 0;
  std::uint32_t to = 0;
  std::vector<Point> points;  // from the edge of one box to the edge of the other
};

struct Diagram {
  std::vector<Rect> nodes;  // by state
  std::vector<DiagramEdge> edges;
};

struct DiagramSizes {
  float node_w = 0;  // at least
  float most_node_w = 0;
  float node_h = 0;
  float street = 0;  // between boxes, at least
};

// Empty where the boxes have no room. A machine that does not fit in its width is turned.
std::optional<Diagram> place_diagram(const Machine& machine, const Rect& area,
                                     const DiagramSizes& sizes);

}  // namespace roundtrip::viz
