// The icons of shapes.h. Each is drawn on a grid of 16 × 16 steps laid over its square.
#include <algorithm>
#include <cmath>

#include "viz/shapes.h"

namespace roundtrip::viz {
namespace {

struct Grid {
  const Canvas& canvas;
  ImVec2 origin;
  float step;
  Color color;

  ImVec2 at(float x, float y) const { return {origin.x + x * step, origin.y + y * step}; }
  // Bars stand on whole pixels, so that they are as sharp as text.
  void bar(float x, float y, float w, float h) const {
    const ImVec2 from = at(x, y);
    const ImVec2 to = at(x + w, y + h);
    canvas.list->AddRectFilled({std::round(from.x), std::round(from.y)},
                               {std::round(to.x), std::round(to.y)}, color);
  }
  void stroke(ImVec2 a, ImVec2 b, float steps = 2) const {
    canvas.list->AddLine(a, b, color, steps * step);
  }
  // Points right from x for `w` steps, or left where w is negative.
  void pointer(float x, float w, float top = 3, float bottom = 13) const {
    const ImVec2 a = at(x, top), b = at(x + w, (top + bottom) / 2), c = at(x, bottom);
    filled_triangle(canvas, {a.x, a.y}, {b.x, b.y}, {c.x, c.y}, color);
  }
};

void padlock(const Grid& grid) {
  const ImVec2 from = grid.at(3, 7.5f);
  const ImVec2 to = grid.at(13, 14.5f);
  grid.canvas.list->AddRectFilled(from, to, grid.color, grid.step * 1.5f);
  // The shackle: an arch over the body.
  ImDrawList* list = grid.canvas.list;
  list->PathLineTo(grid.at(5, 8));
  list->PathArcTo(grid.at(8, 5), 3 * grid.step, 3.14159265f, 2 * 3.14159265f, 12);
  list->PathLineTo(grid.at(11, 8));
  list->PathStroke(grid.color, ImDrawFlags_None, 1.8f * grid.step);
}

void search(const Grid& grid) {
  grid.canvas.list->AddCircle(grid.at(7, 7), 4.2f * grid.step, grid.color, 24, 1.8f * grid.step);
  grid.stroke(grid.at(10.2f, 10.2f), grid.at(14, 14), 2.2f);
}

void polyline(const Grid& grid, ImVec2 a, ImVec2 b, ImVec2 c) {
  const ImVec2 points[] = {a, b, c};
  grid.canvas.list->AddPolyline(points, 3, grid.color, ImDrawFlags_None, 2 * grid.step);
}

}  // namespace

void icon(const Canvas& canvas, const Rect& rect, Icon which, Color color) {
  const float side = std::min(rect.w, rect.h);
  const Point center = rect.center();
  const Grid grid{canvas,
                  {std::round(center.x - side / 2), std::round(center.y - side / 2)},
                  side / 16,
                  color};
  switch (which) {
    case Icon::Play:
      grid.pointer(3.5f, 10.5f, 2, 14);
      break;
    case Icon::Pause:
      grid.bar(3, 2, 4, 12);
      grid.bar(9, 2, 4, 12);
      break;
    case Icon::Next:
      grid.bar(2, 3, 2, 10);
      grid.pointer(6, 8.5f);
      break;
    case Icon::Previous:
      grid.bar(12, 3, 2, 10);
      grid.pointer(10, -8.5f);
      break;
    case Icon::First:
      grid.bar(1, 3, 2, 10);
      grid.pointer(9, -6);
      grid.pointer(15, -6);
      break;
    case Icon::Last:
      grid.bar(13, 3, 2, 10);
      grid.pointer(1, 6);
      grid.pointer(7, 6);
      break;
    case Icon::Padlock:
      padlock(grid);
      break;
    case Icon::Search:
      search(grid);
      break;
    case Icon::Check:
      polyline(grid, grid.at(2.5f, 8.5f), grid.at(6.5f, 12.5f), grid.at(13.5f, 4));
      break;
    case Icon::Cross:
      grid.stroke(grid.at(3.5f, 3.5f), grid.at(12.5f, 12.5f));
      grid.stroke(grid.at(12.5f, 3.5f), grid.at(3.5f, 12.5f));
      break;
    case Icon::Down:
      polyline(grid, grid.at(3.5f, 6), grid.at(8, 10.5f), grid.at(12.5f, 6));
      break;
    case Icon::Right:
      polyline(grid, grid.at(6, 3.5f), grid.at(10.5f, 8), grid.at(6, 12.5f));
      break;
    case Icon::Dot:
      canvas.list->AddCircleFilled(grid.at(8, 8), 4 * grid.step, color);
      break;
  }
}

}  // namespace roundtrip::viz
