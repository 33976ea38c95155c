// Points and rectangles on the screen, and the few cuts that a layout is made of. Every `layout_x`
// and the label registry use these; there is no ImGui here.
// Unit: pixels of the picture, origin at the top left, y downwards. A Rect is half-open: the point
// (right, bottom) is outside. An empty Rect contains and overlaps nothing.
#pragma once

#include <algorithm>

namespace roundtrip::viz {

struct Point {
  float x = 0;
  float y = 0;
  constexpr bool operator==(const Point&) const = default;
};

struct Rect {
  float x = 0;
  float y = 0;
  float w = 0;
  float h = 0;

  static constexpr Rect from_corners(float left, float top, float right, float bottom) {
    return {left, top, right - left, bottom - top};
  }

  constexpr float right() const { return x + w; }
  constexpr float bottom() const { return y + h; }
  constexpr Point origin() const { return {x, y}; }
  constexpr Point center() const { return {x + w / 2, y + h / 2}; }
  constexpr bool empty() const { return !(w > 0 && h > 0); }
  constexpr bool operator==(const Rect&) const = default;

  constexpr bool contains(Point at) const {
    return at.x >= x && at.x < right() && at.y >= y && at.y < bottom();
  }
  constexpr bool contains(const Rect& other) const {
    return other.x >= x && other.right() <= right() && other.y >= y && other.bottom() <= bottom();
  }
  constexpr bool overlaps(const Rect& other) const {
    return !empty() && !other.empty() && x < other.right() && other.x < right() &&
           y < other.bottom() && other.y < bottom();
  }
  // The common part; empty (w or h is 0) where there is none.
  constexpr Rect intersection(const Rect& other) const {
    const float left = std::max(x, other.x);
    const float top = std::max(y, other.y);
    return {left, top, std::max(0.f, std::min(right(), other.right()) - left),
            std::max(0.f, std::min(bottom(), other.bottom()) - top)};
  }
  // Smaller by dx on the left and on the right, by dy above and below.
  constexpr Rect inset(float dx, float dy) const {
    return {x + dx, y + dy, std::max(0.f, w - 2 * dx), std::max(0.f, h - 2 * dy)};
  }
  constexpr Rect inset(float all) const { return inset(all, all); }
  constexpr Rect moved(float dx, float dy) const { return {x + dx, y + dy, w, h}; }

  // Each takes a strip off one side of this rectangle, and a gap after it, and returns the strip.
  // Never takes more than is there.
  constexpr Rect take_left(float width, float gap = 0) {
    const Rect strip{x, y, std::min(width, w), h};
    const float used = std::min(w, width + gap);
    x += used;
    w -= used;
    return strip;
  }
  constexpr Rect take_right(float width, float gap = 0) {
    const float taken = std::min(width, w);
    const Rect strip{right() - taken, y, taken, h};
    w -= std::min(w, width + gap);
    return strip;
  }
  constexpr Rect take_top(float height, float gap = 0) {
    const Rect strip{x, y, w, std::min(height, h)};
    const float used = std::min(h, height + gap);
    y += used;
    h -= used;
    return strip;
  }
  constexpr Rect take_bottom(float height, float gap = 0) {
    const float taken = std::min(height, h);
    const Rect strip{x, bottom() - taken, w, taken};
    h -= std::min(h, height + gap);
    return strip;
  }
};

}  // namespace roundtrip::viz
