#include "viz/text.h"

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <string>
#include <vector>

#include "viz/imgui_compat.h"

namespace roundtrip::viz {
namespace {

constexpr std::string_view ellipsis = "…";

Font font_of(const Canvas& canvas, const TextStyle& style) {
  return canvas.fonts.at(style.face, style.size);
}

float width_of(const Font& font, std::string_view text) {
  if (text.empty()) return 0;
  return font.font->CalcTextSizeA(font.px, FLT_MAX, 0, text.data(), text.data() + text.size()).x;
}

void put(const Canvas& canvas, const Font& font, float x, float y, Color color,
         std::string_view text) {
  if (text.empty()) return;
  canvas.list->AddText(font.font, font.px, {std::round(x), std::round(y)}, color, text.data(),
                       text.data() + text.size());
}

// The longest beginning of whole characters that is not wider than this.
std::string_view fitting(const Font& font, std::string_view text, float width) {
  const char* rest = nullptr;
  font.font->CalcTextSizeA(font.px, std::max(0.f, width), 0, text.data(),
                           text.data() + text.size(), &rest);
  return text.substr(0, static_cast<std::size_t>(rest - text.data()));
}

std::string cut_to(const Font& font, std::string_view text, float width) {
  std::string_view kept = fitting(font, text, width - width_of(font, ellipsis));
  while (!kept.empty() && kept.back() == ' ') kept.remove_suffix(1);
  return std::string(kept).append(ellipsis);
}

// One line of a paragraph without line feeds; takes it and the blanks after it off the text.
std::string_view take_line(const Font& font, std::string_view& text, float width) {
  const char* end = text.data() + text.size();
  const char* stop = compat::wrap_position(font.font, font.px, text.data(), end, width);
  // Not even one letter fits: draw one all the same, so that the text comes to an end. ImGui 1.90
  // does so by itself, but counts a byte where a letter may have several.
  if (stop == text.data()) ++stop;
  while (stop < end && (static_cast<unsigned char>(*stop) & 0xC0) == 0x80) ++stop;
  const auto length = static_cast<std::size_t>(stop - text.data());
  const std::string_view line = text.substr(0, length);
  text.remove_prefix(length);
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  return line;
}

std::vector<std::string_view> lines_of(const Font& font, std::string_view text, float width) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t feed = std::min(text.find('\n'), text.size());
    std::string_view paragraph = text.substr(0, feed);
    text.remove_prefix(std::min(text.size(), feed + 1));
    if (paragraph.empty()) lines.push_back(paragraph);
    while (!paragraph.empty()) lines.push_back(take_line(font, paragraph, width));
  }
  return lines;
}

// The gap between a number and its unit: half a digit.

}  // namespace

TextStyle words(const Theme& theme) { return {Face::Words, TextSize::Body, theme.text}; }
TextStyle quiet(const Theme& theme) { return {Face::Words, TextSize::Body, theme.text_quiet}; }
TextStyle strong(const Theme& theme, TextSize size) { return {Face::Strong, size, theme.text}; }
TextStyle mono(const Theme& theme) { return {Face::Mono, TextSize::Body, theme.text}; }

float text_width(const Canvas& canvas, const TextStyle& style, std::string_view text) {
  return width_of(font_of(canvas, style), text);
}

float mono_width(const Canvas& canvas, TextSize size) {
  return width_of(canvas.fonts.at(Face::Mono, size), "0");
}

float draw_text(const Canvas& canvas, Point at, const TextStyle& style, std::string_view text) {
  const Font font = font_of(canvas, style);
  put(canvas, font, at.x, at.y, style.color, text);
  return width_of(font, text);
}

bool draw_text_in(const Canvas& canvas, const Rect& rect, const TextStyle& style,
                  std::string_view text, Align align) {
  const Font font = font_of(canvas, style);
  const float y = rect.y + std::floor((rect.h - font.px) / 2);
  float width = width_of(font, text);
  // A hair of tolerance: widths are sums of floats.
  const bool cut = width > rect.w + 0.25f;
  std::string shortened;
  if (cut) {
    shortened = cut_to(font, text, rect.w);
    text = shortened;
    width = width_of(font, text);
  }
  const float room = std::max(0.f, rect.w - width);
  const float share = align == Align::Left ? 0.f : align == Align::Center ? 0.5f : 1.f;
  put(canvas, font, rect.x + std::floor(room * share), y, style.color, text);
  return cut;
}

// ImGui draws level text only: it is drawn so, and its corners turned around the middle.
bool draw_text_upright(const Canvas& canvas, const Rect& rect, const TextStyle& style,
                       std::string_view text, bool upwards) {
  const Point middle{std::floor(rect.center().x), std::floor(rect.center().y)};
  const float half = std::floor(rect.h / 2);
  const Rect level{middle.x - half, middle.y - std::floor(rect.w / 2), 2 * half, rect.w};
  // Where the level text would lie may be outside of what is visible.
  constexpr float anywhere_px = 1e5f;
  canvas.list->PushClipRect({-anywhere_px, -anywhere_px}, {anywhere_px, anywhere_px}, false);
  const int first = canvas.list->VtxBuffer.Size;
  const bool cut = draw_text_in(canvas, level, style, text, Align::Center);
  for (int i = first; i < canvas.list->VtxBuffer.Size; ++i) {
    ImVec2& corner = canvas.list->VtxBuffer[i].pos;
    const float along = corner.x - middle.x;
    const float across = corner.y - middle.y;
    corner = upwards ? ImVec2(middle.x + across, middle.y - along)
                     : ImVec2(middle.x - across, middle.y + along);
  }
  canvas.list->PopClipRect();
  return cut;
}

Wrapped draw_wrapped(const Canvas& canvas, const Rect& rect, const TextStyle& style,
                     std::string_view text) {
  const Font font = font_of(canvas, style);
  const float line_px = canvas.theme.line_px(style.size);
  const std::vector<std::string_view> lines = lines_of(font, text, rect.w);
  const auto room = static_cast<std::size_t>(std::max(0.f, std::floor(rect.h / line_px + 0.01f)));
  const std::size_t shown = std::min(lines.size(), room);
  Wrapped result{static_cast<float>(shown) * line_px, shown < lines.size()};
  for (std::size_t index = 0; index < shown; ++index) {
    const Rect line{rect.x, rect.y + static_cast<float>(index) * line_px, rect.w, line_px};
    if (result.cut && index + 1 == shown) {
      const std::string last = std::string(lines[index]).append(ellipsis);
      draw_text_in(canvas, line, style, last);
    } else {
      put(canvas, font, line.x, line.y + std::floor((line_px - font.px) / 2), style.color,
          lines[index]);
    }
  }
  return result;
}

float wrapped_height(const Canvas& canvas, const TextStyle& style, std::string_view text,
                     float width_px) {
  const std::size_t count_of_lines = lines_of(font_of(canvas, style), text, width_px).size();
  return static_cast<float>(count_of_lines) * canvas.theme.line_px(style.size);
}

}  // namespace roundtrip::viz
