#include "viz/model/state_diagram.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <map>
#include <tuple>

namespace roundtrip::viz {
namespace {

// A point of the grid: whole numbers are the middles of cells, halves the streets between them.
struct Spot {
  float column = 0;
  float row = 0;
};

Spot middle(const GridPlace& place) {
  return {static_cast<float>(place.column), static_cast<float>(place.row)};
}

// Lines to a state that is far away meet in the street before it. They leave and enter a box
// beside its middle, where no straight line runs: by this much of a cell, and of half a box.
constexpr float most_beside = 0.24f;
constexpr float most_beside_in_box = 0.7f;

// A street that a line goes along, between columns or between rows, and the side of it that the
// line comes from.
struct Street {
  bool between_columns = false;
  float at = 0;
  bool from_low = false;
  bool operator<(const Street& other) const {
    return std::tie(between_columns, at, from_low) <
           std::tie(other.between_columns, other.at, other.from_low);
  }
};

// None where they are neighbours.
std::optional<Street> street_of(const GridPlace& from, const GridPlace& to) {
  const int columns = std::abs(to.column - from.column);
  const int rows = std::abs(to.row - from.row);
  const Spot a = middle(from);
  const Spot b = middle(to);
  if (columns <= 1 && rows <= 1) return std::nullopt;
  // Around what stands between, on the outer side.
  if (columns == 0) return Street{true, a.column - 0.5f, false};
  if (columns == 1) return Street{true, (a.column + b.column) / 2, a.column < b.column};
  const bool low = rows == 0 || b.row > a.row;
  return Street{false, low ? a.row + 0.5f : a.row - 0.5f, low};
}

// Each line through a street has a lane of its own, on the side that it comes from: else lines of
// several moves would look like one between states that it does not join. In parts of the street.
float lane_of(const Street& street, std::size_t number) {
  constexpr std::array<float, 3> lanes = {0.32f, 0.2f, 0.08f};
  const float lane = lanes[number % lanes.size()];
  return street.from_low ? -lane : lane;
}

// The way between two boxes; `beside` and `lane`, beside the street's middle, in cells.
std::vector<Spot> way(const GridPlace& from, const GridPlace& to, float beside, float lane) {
  const int columns = std::abs(to.column - from.column);
  const Spot a = middle(from);
  const Spot b = middle(to);
  const auto through = street_of(from, to);
  if (!through) return {a, b};
  const float street = through->at + lane;
  if (columns == 0) return {a, {street, a.row}, {street, b.row}, b};
  if (columns == 1) {
    const float step = b.row > a.row ? 0.5f : -0.5f;
    return {a, {street, a.row + step}, {street, b.row - step}, b};
  }
  return {{a.column + beside, a.row},
          {a.column + beside, street},
          {b.column + beside, street},
          {b.column + beside, b.row}};
}

class Grid {
 public:
  Grid(const Machine& machine, const Rect& area, bool turned)
      : area_(area),
        turned_(turned),
        columns_(static_cast<float>(turned ? machine.rows : machine.columns)),
        rows_(static_cast<float>(turned ? machine.columns : machine.rows)) {}

  float cell_w() const { return area_.w / columns_; }
  float cell_h() const { return area_.h / rows_; }
  // How wide a street is, in cells.
  float street(bool between_columns, float node_w, float node_h) const {
    return between_columns != turned_ ? 1 - node_w / cell_w() : 1 - node_h / cell_h();
  }
  // How far beside its middle a line enters a box.
  float beside(float node_w, float node_h) const {
    const float half = turned_ ? node_h / cell_h() / 2 : node_w / cell_w() / 2;
    return std::min(most_beside, most_beside_in_box * half);
  }
  Point at(Spot spot) const {
    if (turned_) std::swap(spot.column, spot.row);
    return {area_.x + (spot.column + 0.5f) * cell_w(), area_.y + (spot.row + 0.5f) * cell_h()};
  }

 private:
  Rect area_;
  bool turned_;
  float columns_;
  float rows_;
};

// Where a line from inside a box leaves it.
Point leaving(const Rect& box, Point inside, Point outside) {
  const float dx = outside.x - inside.x;
  const float dy = outside.y - inside.y;
  float share = 1;
  if (dx > 0) share = std::min(share, (box.right() - inside.x) / dx);
  if (dx < 0) share = std::min(share, (box.x - inside.x) / dx);
  if (dy > 0) share = std::min(share, (box.bottom() - inside.y) / dy);
  if (dy < 0) share = std::min(share, (box.y - inside.y) / dy);
  return {inside.x + share * dx, inside.y + share * dy};
}

// Two that lead there and back run beside each other.
void move_aside(std::vector<Point>& points, float distance) {
  const float dx = points.back().x - points.front().x;
  const float dy = points.back().y - points.front().y;
  const float length = std::max(1.f, std::hypot(dx, dy));
  for (Point& point : points) {
    point.x -= dy / length * distance;
    point.y += dx / length * distance;
  }
}

// A state that follows itself: out of the right half of its upper edge and back.
std::vector<Point> loop(const Rect& box, float height) {
  const float left = std::round(box.right() - box.w * 0.45f);
  const float right = std::round(box.right() - box.w * 0.1f);
  return {{left, box.y}, {left, box.y - height}, {right, box.y - height}, {right, box.y}};
}

}  // namespace

std::optional<Diagram> place_diagram(const Machine& machine, const Rect& area,
                                     const DiagramSizes& sizes) {
  const auto fits = [&](const Grid& grid) {
    return grid.cell_w() >= sizes.node_w + sizes.street &&
           grid.cell_h() >= sizes.node_h + sizes.street;
  };
  Grid grid(machine, area, false);
  if (!fits(grid)) grid = Grid(machine, area, true);
  if (!fits(grid)) return std::nullopt;

  Diagram made;
  // A street of the width of a box leaves the arrows enough to be seen.
  const float w = std::floor(
      std::clamp(grid.cell_w() * 0.66f, sizes.node_w, std::max(sizes.node_w, sizes.most_node_w)));
  for (const GridPlace& place : machine.places) {
    const Point at = grid.at(middle(place));
    made.nodes.push_back(
        {std::round(at.x - w / 2), std::round(at.y - sizes.node_h / 2), w, sizes.node_h});
  }
  std::map<Street, std::size_t> lines_through;
  const auto count = static_cast<std::uint32_t>(machine.places.size());
  for (std::uint32_t from = 0; from < count; ++from) {
    for (std::uint32_t to = 0; to < count; ++to) {
      if (!machine.may_follow(from, to)) continue;
      DiagramEdge edge{from, to, {}};
      if (from == to) {
        // As high as the street above allows, and its arrow's head stands out of it.
        const float above = (grid.cell_h() - sizes.node_h) / 2;
        edge.points = loop(made.nodes[from], std::round(std::min(sizes.street, above * 0.75f)));
      } else {
        const auto street = street_of(machine.places[from], machine.places[to]);
        const bool around = machine.places[from].column == machine.places[to].column;
        float lane = 0;
        if (street && !around) {
          lane = lane_of(*street, lines_through[*street]++) *
                 grid.street(street->between_columns, w, sizes.node_h);
        }
        for (const Spot& spot : way(machine.places[from], machine.places[to],
                                     grid.beside(w, sizes.node_h), lane)) {
          edge.points.push_back(grid.at(spot));
        }
        if (machine.may_follow(to, from)) move_aside(edge.points, sizes.street / 4);
        std::vector<Point>& points = edge.points;
        const std::size_t last = points.size() - 1;
        const Point first = points[0];
        points[0] = leaving(made.nodes[from], first, points[1]);
        points[last] = leaving(made.nodes[to], points[last], last == 1 ? first : points[last - 1]);
      }
      made.edges.push_back(std::move(edge));
    }
  }
  return made;
}

}  // namespace roundtrip::viz
