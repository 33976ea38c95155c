#include "viz/rasterizer.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "viz/imgui_compat.h"
#include "viz/raster_triangle.h"

namespace roundtrip::viz {
namespace {

// Six indices that make an upright rectangle in one colour, as ImDrawList::PrimRect writes them.
struct Quad {
  const ImDrawVert* top_left;
  const ImDrawVert* bottom_right;
};

std::optional<Quad> quad_at(const ImDrawVert* vertices, const ImDrawIdx* indices) {
  const ImDrawIdx a = indices[0], b = indices[1], c = indices[2], d = indices[5];
  if (indices[3] != a || indices[4] != c) return std::nullopt;
  const ImDrawVert &tl = vertices[a], &tr = vertices[b], &br = vertices[c], &bl = vertices[d];
  const bool upright = tl.pos.y == tr.pos.y && tr.pos.x == br.pos.x && br.pos.y == bl.pos.y &&
                       bl.pos.x == tl.pos.x && tl.pos.x <= br.pos.x && tl.pos.y <= br.pos.y;
  const bool one_color = tl.col == tr.col && tl.col == br.col && tl.col == bl.col;
  const bool texture_upright = tl.uv.y == tr.uv.y && tr.uv.x == br.uv.x && br.uv.y == bl.uv.y &&
                               bl.uv.x == tl.uv.x;
  if (!upright || !one_color || !texture_upright) return std::nullopt;
  return Quad{&tl, &br};
}

// The first pixel whose centre is at or after the edge.
int first_pixel(float edge) { return static_cast<int>(std::ceil(edge - 0.5f)); }

void fill_rect(const Target& target, const Quad& quad, Pixel color) {
  const int left = std::max(first_pixel(quad.top_left->pos.x), target.clip.left);
  const int right = std::min(first_pixel(quad.bottom_right->pos.x), target.clip.right);
  const int top = std::max(first_pixel(quad.top_left->pos.y), target.clip.top);
  const int bottom = std::min(first_pixel(quad.bottom_right->pos.y), target.clip.bottom);
  if (left >= right) return;
  for (int y = top; y < bottom; ++y) fill_span(target.image.row(y), left, right, color);
}

// A glyph drawn at its own size on whole pixels: coverage is copied, not sampled.
bool blit_glyph(const Target& target, const Quad& quad, Pixel color) {
  const AlphaTexture& texture = target.texture;
  const ImVec2 size = {quad.bottom_right->pos.x - quad.top_left->pos.x,
                       quad.bottom_right->pos.y - quad.top_left->pos.y};
  const float u = quad.top_left->uv.x * static_cast<float>(texture.width);
  const float v = quad.top_left->uv.y * static_cast<float>(texture.height);
  const float columns = quad.bottom_right->uv.x * static_cast<float>(texture.width) - u;
  const float rows = quad.bottom_right->uv.y * static_cast<float>(texture.height) - v;
  constexpr float close = 0.01f;
  if (std::abs(columns - size.x) > close || std::abs(rows - size.y) > close) return false;

  const int x = static_cast<int>(std::floor(quad.top_left->pos.x + 0.5f));
  const int y = static_cast<int>(std::floor(quad.top_left->pos.y + 0.5f));
  const int source_x = static_cast<int>(std::lround(u));
  const int source_y = static_cast<int>(std::lround(v));
  const int left = std::max(x, target.clip.left);
  const int right = std::min(x + static_cast<int>(std::lround(size.x)), target.clip.right);
  const int top = std::max(y, target.clip.top);
  const int bottom = std::min(y + static_cast<int>(std::lround(size.y)), target.clip.bottom);
  if (source_x < 0 || source_y < 0 || source_x + (right - x) > texture.width ||
      source_y + (bottom - y) > texture.height) {
    return false;
  }
  for (int row = top; row < bottom; ++row) {
    const std::uint8_t* coverage =
        texture.alpha + static_cast<std::size_t>(source_y + row - y) * texture.width + source_x - x;
    Pixel* pixels = target.image.row(row);
    for (int column = left; column < right; ++column) {
      if (coverage[column] != 0) {
        blend(pixels[column], color, divide_by_255(coverage[column] * unsigned{color.a}));
      }
    }
  }
  return true;
}

bool draw_quad(const Target& target, const Quad& quad) {
  const Pixel color = pixel_of(quad.top_left->col);
  const ImVec2 from = quad.top_left->uv;
  const ImVec2 to = quad.bottom_right->uv;
  if (from.x == to.x && from.y == to.y) {
    // One texel for the whole rectangle: ImGui's white pixel.
    fill_rect(target, quad, color);
    return true;
  }
  return blit_glyph(target, quad, color);
}

Clip clip_of(const ImDrawCmd& command, const ImDrawData& data, const Image& image) {
  return {std::max(0, static_cast<int>(command.ClipRect.x - data.DisplayPos.x)),
          std::max(0, static_cast<int>(command.ClipRect.y - data.DisplayPos.y)),
          std::min(image.width, static_cast<int>(command.ClipRect.z - data.DisplayPos.x)),
          std::min(image.height, static_cast<int>(command.ClipRect.w - data.DisplayPos.y))};
}

void draw_command(const Target& target, const ImDrawList& list, const ImDrawCmd& command) {
  const ImDrawVert* vertices = list.VtxBuffer.Data + command.VtxOffset;
  const ImDrawIdx* indices = list.IdxBuffer.Data + command.IdxOffset;
  for (unsigned at = 0; at + 3 <= command.ElemCount;) {
    if (at + 6 <= command.ElemCount) {
      const std::optional<Quad> quad = quad_at(vertices, indices + at);
      if (quad && draw_quad(target, *quad)) {
        at += 6;
        continue;
      }
    }
    draw_triangle(target, vertices[indices[at]], vertices[indices[at + 1]],
                  vertices[indices[at + 2]]);
    at += 3;
  }
}

}  // namespace

void rasterize(const ImDrawData& data, const AlphaTexture& texture, Image& image) {
  for (int index = 0; index < compat::list_count(data); ++index) {
    const ImDrawList& list = *data.CmdLists[index];
    for (const ImDrawCmd& command : list.CmdBuffer) {
      if (command.UserCallback != nullptr) continue;
      const Clip clip = clip_of(command, data, image);
      if (clip.left >= clip.right || clip.top >= clip.bottom) continue;
      draw_command({image, texture, clip}, list, command);
    }
  }
}

}  // namespace roundtrip::viz
