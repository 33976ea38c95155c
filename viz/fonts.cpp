#include "viz/fonts.h"

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <vector>

namespace roundtrip::viz {
namespace {

constexpr std::array<const char*, face_count> file_names = {
    "DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSansMono.ttf"};

// Every glyph is drawn at every start, so there are two sets. Words of the usual size may come from
// anywhere, a lesson or a message. Pairs of first and last, ended by 0.
constexpr ImWchar ranges_of_words[] = {
    0x0020, 0x00FF,  // Latin-1
    0x0391, 0x03C9,  // Greek
    0x2009, 0x2015,  // thin spaces, dashes
    0x2018, 0x2026,  // quotation marks, dagger, bullet, ellipsis
    0x202F, 0x203A,  // per mille, primes
    0x2070, 0x2089,  // raised and lowered digits
    0x2190, 0x21D5,  // arrows
    0x2200, 0x226B,  // mathematics
    0x2308, 0x230B, 0x2315, 0x2315,  // ceiling, floor, telephone recorder (a magnifier)
    0x2500, 0x25FF,  // box drawing, blocks, geometric shapes
    0x2713, 0x2717,  // check marks, crosses
    0xFFFD, 0xFFFD,
    0};

constexpr char32_t relied[] = {
    U'·', U'×', U'µ', U'±', U'°', U'Δ', U'Σ', U'α', U'β', U'λ', U'μ', U'π', U'ω', U'\u2009',
    U'\u202F', U'–', U'—', U'‘', U'’', U'“', U'”', U'•', U'…', U'₀', U'⁰', U'←', U'↑', U'→',
    U'↓', U'↔', U'⇄', U'⇒', U'↵', U'∅', U'−', U'∞', U'≈', U'≠', U'≤', U'≥', U'√', U'∑', U'─',
    U'│', U'┌', U'┐', U'└', U'┘', U'├', U'┤', U'┬', U'┴', U'┼', U'═', U'║', U'█', U'▇', U'░',
    U'▒', U'▓', U'■', U'□', U'▲', U'▶', U'▸', U'▼', U'▾', U'◀', U'◂', U'●', U'○', U'◆', U'✓',
    U'✗', U'\uFFFD'};

// All else is ours: Latin-1 and what is relied on.
constexpr auto ranges_of_our_own = [] {
  std::array<ImWchar, 2 + 2 * std::size(relied) + 1> ranges{0x0020, 0x00FF};
  std::size_t at = 2;
  for (const char32_t glyph : relied) {
    ranges[at++] = static_cast<ImWchar>(glyph);
    ranges[at++] = static_cast<ImWchar>(glyph);
  }
  return ranges;
}();

std::vector<std::filesystem::path> folders() {
  std::vector<std::filesystem::path> found;
  if (const char* chosen = std::getenv("ROUNDTRIP_FONTS")) return {chosen};
  found.emplace_back("assets/fonts");
  found.emplace_back("/usr/share/fonts/truetype/dejavu");         // Debian, Ubuntu
  found.emplace_back("/usr/share/fonts/TTF");                     // Arch
  found.emplace_back("/usr/share/fonts/dejavu-sans-fonts");       // Fedora
  found.emplace_back("/usr/share/fonts/dejavu-sans-mono-fonts");  // Fedora
  return found;
}

std::string find_file(const char* name) {
  for (const std::filesystem::path& folder : folders()) {
    std::error_code ignored;
    const std::filesystem::path file = folder / name;
    if (std::filesystem::is_regular_file(file, ignored)) return file.string();
  }
  return {};
}

ImFont* add_font(ImFontAtlas& atlas, const std::string& file, float px, const ImWchar* ranges) {
  ImFontConfig config;
  config.SizePixels = px;
  config.OversampleH = 1;
  config.OversampleV = 1;
  config.PixelSnapH = true;
  config.GlyphRanges = ranges;
  if (!file.empty()) {
    if (ImFont* font = atlas.AddFontFromFileTTF(file.c_str(), px, &config, ranges)) return font;
  }
  config.GlyphRanges = nullptr;
  return atlas.AddFontDefault(&config);
}

}  // namespace

Fonts load_fonts(const Theme& theme, ImFontAtlas& atlas) {
  atlas.Clear();
  Fonts fonts;
  std::array<std::string, face_count> files;
  for (std::size_t face = 0; face < face_count; ++face) files[face] = find_file(file_names[face]);
  const auto words = static_cast<std::size_t>(Face::Words);
  const auto strong = static_cast<std::size_t>(Face::Strong);
  const auto mono = static_cast<std::size_t>(Face::Mono);
  if (files[words].empty() || files[mono].empty()) {
    fonts.notice = fmt::format(
        "the font {} was not found, so letters are coarse and some signs are missing: install "
        "fonts-dejavu-core, or name its folder in ROUNDTRIP_FONTS",
        files[words].empty() ? file_names[words] : file_names[mono]);
  }
  if (files[strong].empty()) files[strong] = files[words];

  for (std::size_t face = 0; face < face_count; ++face) {
    for (std::size_t size = 0; size < text_size_count; ++size) {
      const float px = theme.text_px[size];
      const bool anything = face == words && size == static_cast<std::size_t>(TextSize::Body);
      const ImWchar* ranges = anything ? ranges_of_words : ranges_of_our_own.data();
      fonts.faces[face][size] = {add_font(atlas, files[face], px, ranges), px};
    }
  }
#if IMGUI_VERSION_NUM < 19200
  atlas.Build();
#endif
  return fonts;
}

void use_fonts(const Fonts& fonts) {
  ImGui::GetIO().FontDefault = fonts.at(Face::Words, TextSize::Body).font;
}

std::span<const char32_t> relied_glyphs() { return relied; }

}  // namespace roundtrip::viz
