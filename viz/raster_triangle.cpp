#include "viz/raster_triangle.h"

#include <array>
#include <cmath>
#include <utility>

namespace roundtrip::viz {
namespace {

constexpr std::int64_t sub = 256;  // steps in a pixel

struct Corner {
  std::int64_t x, y;  // in 1/256 pixel
  const ImDrawVert* vertex;
};

Corner corner_of(const ImDrawVert& vertex) {
  return {std::llround(vertex.pos.x * static_cast<float>(sub)),
          std::llround(vertex.pos.y * static_cast<float>(sub)), &vertex};
}

std::int64_t floor_divide(std::int64_t value, std::int64_t divisor) {
  const std::int64_t quotient = value / divisor;
  return quotient - (value % divisor != 0 && (value < 0) != (divisor < 0) ? 1 : 0);
}

// Twice the area of (a, b, p): positive where p is on the inner side of the edge from a to b.
std::int64_t side(const Corner& a, const Corner& b, std::int64_t x, std::int64_t y) {
  return (b.x - a.x) * (y - a.y) - (b.y - a.y) * (x - a.x);
}

// Narrows [left, right) to the pixels of this row that are on the inner side of the edge. A centre
// exactly on a left or top edge is inside, on any other outside.
void narrow(const Corner& a, const Corner& b, std::int64_t center_y, int& left, int& right) {
  const std::int64_t dx = b.x - a.x;
  const std::int64_t dy = b.y - a.y;
  const bool left_or_top = dy < 0 || (dy == 0 && dx > 0);
  const std::int64_t at_zero = side(a, b, sub / 2, center_y) - (left_or_top ? 0 : 1);
  const std::int64_t step = dy * sub;  // what one pixel to the right takes away
  if (step == 0) {
    if (at_zero < 0) right = left;
  } else if (step > 0) {
    right = static_cast<int>(
        std::clamp<std::int64_t>(floor_divide(at_zero, step) + 1, left, right));
  } else {
    left = static_cast<int>(
        std::clamp<std::int64_t>(-floor_divide(at_zero, -step), left, right));
  }
}

// A value given at the three corners, linear in between. Points are counted from the first corner,
// which keeps the products small and so exact.
struct Plane {
  float base, dx, dy;
  float at(float x, float y) const { return base + x * dx + y * dy; }
};

struct PlaneMaker {
  float ax, ay, bx, by, cx, cy, area;

  PlaneMaker(const Corner& a, const Corner& b, const Corner& c, std::int64_t twice_area)
      : ax(px(a.x)), ay(px(a.y)), bx(px(b.x)), by(px(b.y)), cx(px(c.x)), cy(px(c.y)),
        area(static_cast<float>(twice_area) / static_cast<float>(sub * sub)) {}

  static float px(std::int64_t value) { return static_cast<float>(value) / sub; }

  Plane through(float a, float b, float c) const {
    const float dx = ((b - a) * (cy - ay) - (c - a) * (by - ay)) / area;
    const float dy = ((c - a) * (bx - ax) - (b - a) * (cx - ax)) / area;
    return {a, dx, dy};
  }
};

// The atlas between four texels, 0 to 255.
float sample(const AlphaTexture& texture, float u, float v) {
  const float x = u - 0.5f;
  const float y = v - 0.5f;
  const float left = std::floor(x);
  const float top = std::floor(y);
  const auto texel = [&](float column, float row) {
    const int cx = std::clamp(static_cast<int>(column), 0, texture.width - 1);
    const int cy = std::clamp(static_cast<int>(row), 0, texture.height - 1);
    return static_cast<float>(texture.alpha[static_cast<std::size_t>(cy) * texture.width + cx]);
  };
  const float across = x - left;
  const float down = y - top;
  const float above = texel(left, top) + (texel(left + 1, top) - texel(left, top)) * across;
  const float below =
      texel(left, top + 1) + (texel(left + 1, top + 1) - texel(left, top + 1)) * across;
  return above + (below - above) * down;
}

std::uint8_t to_byte(float value) {
  return static_cast<std::uint8_t>(std::clamp(value, 0.f, 255.f) + 0.5f);
}

// What varies over the triangle, and how.
struct Shading {
  std::array<Plane, 4> channels;  // r, g, b, a
  Plane u, v;                     // in texels
  float origin_x, origin_y;       // the first corner
  bool one_color, only_alpha_varies, textured;
  Pixel color;  // of the first corner
};

Shading shading_of(const AlphaTexture& texture, const Corner& a, const Corner& b, const Corner& c,
                   std::int64_t twice_area) {
  const Pixel pa = pixel_of(a.vertex->col), pb = pixel_of(b.vertex->col),
              pc = pixel_of(c.vertex->col);
  const ImVec2 ta = a.vertex->uv, tb = b.vertex->uv, tc = c.vertex->uv;
  const PlaneMaker make(a, b, c, twice_area);
  Shading shading{};
  shading.origin_x = make.ax;
  shading.origin_y = make.ay;
  shading.color = pa;
  shading.one_color = pa == pb && pa == pc;
  shading.only_alpha_varies = pa.r == pb.r && pa.r == pc.r && pa.g == pb.g && pa.g == pc.g &&
                              pa.b == pb.b && pa.b == pc.b;
  shading.textured = ta.x != tb.x || ta.x != tc.x || ta.y != tb.y || ta.y != tc.y;
  shading.channels = {make.through(pa.r, pb.r, pc.r), make.through(pa.g, pb.g, pc.g),
                      make.through(pa.b, pb.b, pc.b), make.through(pa.a, pb.a, pc.a)};
  const auto width = static_cast<float>(texture.width);
  const auto height = static_cast<float>(texture.height);
  shading.u = make.through(ta.x * width, tb.x * width, tc.x * width);
  shading.v = make.through(ta.y * height, tb.y * height, tc.y * height);
  return shading;
}

void shade_span(const AlphaTexture& texture, const Shading& shading, Pixel* row, int y, int left,
                int right) {
  const float center_y = static_cast<float>(y) + 0.5f - shading.origin_y;
  for (int x = left; x < right; ++x) {
    const float center_x = static_cast<float>(x) + 0.5f - shading.origin_x;
    Pixel color = shading.color;
    if (!shading.only_alpha_varies) {
      color.r = to_byte(shading.channels[0].at(center_x, center_y));
      color.g = to_byte(shading.channels[1].at(center_x, center_y));
      color.b = to_byte(shading.channels[2].at(center_x, center_y));
    }
    float alpha = shading.channels[3].at(center_x, center_y);
    if (shading.textured) {
      alpha *= sample(texture, shading.u.at(center_x, center_y),
                      shading.v.at(center_x, center_y)) / 255.f;
    }
    blend(row[x], color, to_byte(alpha));
  }
}

}  // namespace

void draw_triangle(const Target& target, const ImDrawVert& first, const ImDrawVert& second,
                   const ImDrawVert& third) {
  // Far outside of the screen the integer products below would not fit; no screen is so large.
  constexpr float farthest_px = 1e6f;
  for (const ImDrawVert* vertex : {&first, &second, &third}) {
    if (!(std::abs(vertex->pos.x) < farthest_px && std::abs(vertex->pos.y) < farthest_px)) return;
  }
  const Corner a = corner_of(first);
  Corner b = corner_of(second);
  Corner c = corner_of(third);
  std::int64_t twice_area = side(a, b, c.x, c.y);
  if (twice_area == 0) return;
  if (twice_area < 0) {
    std::swap(b, c);
    twice_area = -twice_area;
  }
  const auto [top_y, bottom_y] = std::minmax({a.y, b.y, c.y});
  const auto [left_x, right_x] = std::minmax({a.x, b.x, c.x});
  const int top = std::max<int>(target.clip.top, static_cast<int>(floor_divide(top_y, sub)));
  const int bottom =
      std::min<int>(target.clip.bottom, static_cast<int>(floor_divide(bottom_y, sub)) + 1);
  const int least = std::max<int>(target.clip.left, static_cast<int>(floor_divide(left_x, sub)));
  const int most =
      std::min<int>(target.clip.right, static_cast<int>(floor_divide(right_x, sub)) + 1);
  if (top >= bottom || least >= most) return;

  const Shading shading = shading_of(target.texture, a, b, c, twice_area);
  const bool solid = shading.one_color && !shading.textured;
  for (int y = top; y < bottom; ++y) {
    const std::int64_t center_y = y * sub + sub / 2;
    int left = least;
    int right = most;
    narrow(a, b, center_y, left, right);
    narrow(b, c, center_y, left, right);
    narrow(c, a, center_y, left, right);
    if (left >= right) continue;
    if (solid) fill_span(target.image.row(y), left, right, shading.color);
    else shade_span(target.texture, shading, target.image.row(y), y, left, right);
  }
}

}  // namespace roundtrip::viz
