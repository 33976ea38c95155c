#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "viz/theme.h"

using namespace roundtrip;
using namespace roundtrip::viz;

namespace {

struct Named {
  std::string name;
  Color color;
};

std::vector<Named> grounds(const Theme& theme) {
  return {{"ground", theme.ground}, {"panel", theme.panel}, {"raised", theme.raised}};
}

void require_contrast(const Named& ink, const Named& ground, float least) {
  INFO(ink.name, " on ", ground.name, " is ", contrast(ink.color, ground.color), ":1");
  CHECK(contrast(ink.color, ground.color) >= least);
}

// Every colour that panels write with, on every ground that they write on with it.
void check_words(const Theme& theme) {
  const Named ahead_words{"words of what is ahead", theme.text_ahead};
  for (const Named& ground : {Named{"panel", theme.panel}, Named{"selection", theme.selection}}) {
    require_contrast({"text", theme.text}, ground, 4.5f);
    require_contrast({"quiet text", theme.text_quiet}, ground, 4.5f);
  }
  require_contrast(ahead_words, {"panel", theme.panel}, 4.5f);
  require_contrast({"chosen lane", theme.accent}, {"panel", theme.panel}, 4.5f);
  require_contrast({"error", theme.error}, {"panel", theme.panel}, 4.5f);
  require_contrast({"error", theme.error}, {"flaw", theme.error_soft}, 4.5f);
  for (std::size_t group = 0; group < trace::group_count; ++group) {
    const GroupColors& colors = theme.groups[group];
    const std::string name = "group " + std::to_string(group + 1);
    const Named soft{name + " soft", colors.soft};
    // The row at the cursor of a list.
    require_contrast({"quiet text", theme.text_quiet}, soft, 4.5f);
    require_contrast({name + " ink", colors.ink}, soft, 4.5f);
    require_contrast({name + " ink", colors.ink}, {"selection", theme.selection}, 4.5f);
    require_contrast({"error", theme.error}, soft, 4.5f);
    // Bytes of a field, and of a line's end: of requests and answers only.
    const auto is = static_cast<trace::Group>(group);
    if (is == trace::Group::Read || is == trace::Group::Transmit) {
      require_contrast({"text", theme.text},
                       {name + " field", mix(colors.soft, colors.fill, 0.34f)}, 4.5f);
    }
    require_contrast({"line end", theme.text_quiet},
                     {name + " line end", mix(theme.panel, colors.soft, 0.6f)}, 4.5f);
    // Bars that are still to come.
    const GroupColors dim = ahead(theme, colors);
    require_contrast({"bar ahead", dim.on_fill}, {name + " ahead", dim.fill}, 4.5f);
    require_contrast({"text", theme.text}, {name + " soft ahead", dim.soft}, 4.5f);
  }
}

void check_theme(const Theme& theme) {
  for (const Named& ground : grounds(theme)) {
    require_contrast({"text", theme.text}, ground, 7);
    require_contrast({"quiet text", theme.text_quiet}, ground, 4.5f);
    require_contrast({"error", theme.error}, ground, 4.5f);
    require_contrast({"accent", theme.accent}, ground, 4.5f);
    require_contrast({"cursor", theme.cursor}, ground, 7);
    require_contrast({"hover", theme.hover}, ground, 4.5f);
    for (std::size_t group = 0; group < trace::group_count; ++group) {
      const std::string name = "group " + std::to_string(group + 1);
      require_contrast({name + " fill", theme.groups[group].fill}, ground, 3);
      require_contrast({name + " ink", theme.groups[group].ink}, ground, 4.5f);
    }
  }
  for (std::size_t group = 0; group < trace::group_count; ++group) {
    const GroupColors& colors = theme.groups[group];
    const std::string name = "group " + std::to_string(group + 1);
    require_contrast({"word", colors.on_fill}, {name + " fill", colors.fill}, 4.5f);
    require_contrast({"text", theme.text}, {name + " soft", colors.soft}, 4.5f);
    const Color pale = mix(colors.soft, colors.fill, 0.22f);
    require_contrast({"text", theme.text}, {name + " pale hatching", pale}, 4.5f);
  }
  check_words(theme);
  require_contrast({"on accent", theme.on_accent}, {"accent", theme.accent}, 4.5f);
  require_contrast({"on accent", theme.on_accent}, {"hovered accent", theme.accent_hovered}, 4.5f);
  require_contrast({"on error", theme.on_error}, {"error", theme.error}, 4.5f);
  require_contrast({"error", theme.error}, {"soft error", theme.error_soft}, 4.5f);
  require_contrast({"text", theme.text}, {"selection", theme.selection}, 7);
  require_contrast({"text", theme.text}, {"pressed", theme.pressed}, 7);
}

struct Vec3 {
  double x, y, z;
};

double linear(std::uint8_t channel) {
  const double value = channel / 255.0;
  return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
}

using Matrix = std::array<Vec3, 3>;

Vec3 times(const Matrix& m, Vec3 v) {
  const auto row = [v](Vec3 r) { return r.x * v.x + r.y * v.y + r.z * v.z; };
  return {row(m[0]), row(m[1]), row(m[2])};
}

// What each eye makes of linear light: Machado, Oliveira and Fernandes 2009, full strength.
constexpr Matrix all_cones = {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};
constexpr Matrix protanopia = {{{0.152286, 1.052583, -0.204868},
                                {0.114503, 0.786281, 0.099216},
                                {-0.003882, -0.048116, 1.051998}}};
constexpr Matrix deuteranopia = {{{0.367322, 0.860646, -0.227968},
                                  {0.280085, 0.672501, 0.047413},
                                  {-0.011820, 0.042940, 0.968881}}};

// Oklab, in which equal distances look about equally different.
Vec3 oklab(Vec3 light) {
  constexpr Matrix to_cones = {{{0.4122214708, 0.5363325363, 0.0514459929},
                                {0.2119034982, 0.6806995451, 0.1073969566},
                                {0.0883024619, 0.2817188376, 0.6299787005}}};
  constexpr Matrix to_lab = {{{0.2104542553, 0.7936177850, -0.0040720468},
                              {1.9779984951, -2.4285922050, 0.4505937099},
                              {0.0259040371, 0.7827717662, -0.8086757660}}};
  const Vec3 cones = times(to_cones, light);
  return times(to_lab, {std::cbrt(cones.x), std::cbrt(cones.y), std::cbrt(cones.z)});
}

double difference(const Matrix& eye, Color a, Color b) {
  const auto seen = [&eye](Color color) {
    Vec3 light = times(eye, {linear(color.r), linear(color.g), linear(color.b)});
    for (double* channel : {&light.x, &light.y, &light.z}) {
      *channel = std::clamp(*channel, 0.0, 1.0);
    }
    return oklab(light);
  };
  const Vec3 one = seen(a), other = seen(b);
  return std::hypot(one.x - other.x, one.y - other.y, one.z - other.z);
}

}  // namespace

TEST_CASE("theme: contrasts hold (light)") { check_theme(make_theme(ThemeKind::Light)); }
TEST_CASE("theme: contrasts hold (dark)") { check_theme(make_theme(ThemeKind::Dark)); }

TEST_CASE("theme: contrast is WCAG's") {
  CHECK(contrast(rgb(0xFFFFFF), rgb(0x000000)) == doctest::Approx(21));
  CHECK(contrast(rgb(0x777777), rgb(0xFFFFFF)) == doctest::Approx(4.48).epsilon(0.01));
}

TEST_CASE("theme: the six groups differ for every eye (light, dark)") {
  constexpr std::size_t life_groups = 6;
  constexpr double least = 0.055;
  for (const ThemeKind kind : {ThemeKind::Light, ThemeKind::Dark}) {
    const Theme theme = make_theme(kind);
    for (const Matrix& eye : {all_cones, protanopia, deuteranopia}) {
      for (std::size_t a = 0; a < life_groups; ++a) {
        for (std::size_t b = 0; b < a; ++b) {
          INFO("groups ", b + 1, " and ", a + 1);
          CHECK(difference(eye, theme.groups[a].fill, theme.groups[b].fill) >= least);
        }
      }
    }
  }
}

TEST_CASE("theme: sizes stand on the grid, and scale to whole pixels (1, 1.25, 2, projector)") {
  const Theme theme = make_theme(ThemeKind::Light);
  CHECK(theme.text_px == std::array<float, 3>{16, 20, 28});
  CHECK(theme.radius_px == 6);
  CHECK(theme.space(3) == 12);
  CHECK(theme.line_px(TextSize::Body) == 20);
  CHECK(theme.line_px(TextSize::Headline) == 36);
  CHECK(make_theme(ThemeKind::Dark, false, 2).text_px == std::array<float, 3>{32, 40, 56});
  CHECK(make_theme(ThemeKind::Dark, false, 1.25f).px(TextSize::Large) == 25);
  CHECK(make_theme(ThemeKind::Dark, false, 1.25f).space(1) == 5);
  const Theme projector = make_theme(ThemeKind::Light, true);
  CHECK(projector.px(TextSize::Body) == 24);
  CHECK(projector.px(TextSize::Headline) == 32);
  CHECK(projector.bytes_per_row == 8);
}
