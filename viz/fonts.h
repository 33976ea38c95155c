// The three faces of the screen in the three sizes of the theme: DejaVu Sans for words, its bold
// for weight, DejaVu Sans Mono for bytes and numbers. The window and HeadlessScreen load them once,
// and again when text sizes or the scale change (the window then also renews its texture).
// The files are looked for in $ROUNDTRIP_FONTS alone where that is set, else in assets/fonts of the
// working folder and where fonts-dejavu-core puts them. Where none is found, ImGui's own font
// serves, and `notice` says so.
// Transport icons are no glyphs: DejaVu lacks some of them; shapes.h draws them.
#pragma once

#include <imgui.h>

#include <array>
#include <cstdint>
#include <span>
#include <string>

#include "viz/theme.h"

namespace roundtrip::viz {

enum class Face : std::uint8_t { Words, Strong, Mono };
inline constexpr std::size_t face_count = 3;

struct Font {
  ImFont* font = nullptr;
  float px = 0;
};

struct Fonts {
  std::array<std::array<Font, text_size_count>, face_count> faces;
  std::string notice;  // one sentence when a file was missing, else empty

  const Font& at(Face face, TextSize size) const {
    return faces[static_cast<std::size_t>(face)][static_cast<std::size_t>(size)];
  }
};

// Draws every glyph, which takes a tenth of a second. Needs no ImGui context, so any thread may.
Fonts load_fonts(const Theme& theme, ImFontAtlas& atlas);
// The context's atlas is the one that they were loaded into.
void use_fonts(const Fonts& fonts);

// Every character beyond Latin-1 that the screen may rely on, in every face and size.
std::span<const char32_t> relied_glyphs();

}  // namespace roundtrip::viz
