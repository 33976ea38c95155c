#include <doctest/doctest.h>

#include <algorithm>
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

// The least contrasts of a theme.
float words_least(const Theme& theme) { return theme.kind == ThemeKind::Contrast ? 7 : 4.5f; }
float fills_least(const Theme& theme) { return theme.kind == ThemeKind::Contrast ? 4.5f : 3; }

// Every colour that panels write with, on every ground that they write on with it.
void check_words(const Theme& theme) {
  const float least = words_least(theme);
  const Named ahead_words{"words of what is ahead", theme.text_ahead};
  for (const Named& ground : {Named{"panel", theme.panel}, Named{"selection", theme.selection}}) {
    require_contrast({"text", theme.text}, ground, least);
    require_contrast({"quiet text", theme.text_quiet}, ground, least);
  }
  require_contrast(ahead_words, {"panel", theme.panel}, least);
  require_contrast({"chosen lane", theme.accent}, {"panel", theme.panel}, least);
  require_contrast({"error", theme.error}, {"panel", theme.panel}, least);
  require_contrast({"error", theme.error}, {"flaw", theme.error_soft}, least);
  for (std::size_t group = 0; group < trace::group_count; ++group) {
    const GroupColors& colors = theme.groups[group];
    const std::string name = "group " + std::to_string(group + 1);
    const Named soft{name + " soft", colors.soft};
    // The row at the cursor of a list.
    require_contrast({"quiet text", theme.text_quiet}, soft, least);
    require_contrast({name + " ink", colors.ink}, soft, least);
    require_contrast({name + " ink", colors.ink}, {"selection", theme.selection}, least);
    require_contrast({"error", theme.error}, soft, least);
    // Bytes of a field, and of a line's end: of requests and answers only.
    const auto is = static_cast<trace::Group>(group);
    if (is == trace::Group::Read || is == trace::Group::Transmit) {
      require_contrast({"text", theme.text},
                       {name + " field", mix(colors.soft, colors.fill, 0.34f)}, least);
    }
    require_contrast({"line end", theme.text_quiet},
                     {name + " line end", mix(theme.panel, colors.soft, 0.6f)}, least);
    // Bars that are still to come.
    const GroupColors& dim = theme.groups_ahead[group];
    require_contrast({"bar ahead", dim.on_fill}, {name + " ahead", dim.fill}, least);
    require_contrast({"text", theme.text}, {name + " soft ahead", dim.soft}, least);
  }
}

void check_theme(const Theme& theme) {
  const float least = words_least(theme);
  for (const Named& ground : grounds(theme)) {
    require_contrast({"text", theme.text}, ground, 7);
    require_contrast({"quiet text", theme.text_quiet}, ground, least);
    require_contrast({"error", theme.error}, ground, least);
    require_contrast({"accent", theme.accent}, ground, least);
    require_contrast({"cursor", theme.cursor}, ground, 7);
    require_contrast({"hover", theme.hover}, ground, least);
    for (std::size_t group = 0; group < trace::group_count; ++group) {
      const std::string name = "group " + std::to_string(group + 1);
      require_contrast({name + " fill", theme.groups[group].fill}, ground, fills_least(theme));
      require_contrast({name + " ink", theme.groups[group].ink}, ground, least);
    }
  }
  for (std::size_t group = 0; group < trace::group_count; ++group) {
    const GroupColors& colors = theme.groups[group];
    const std::string name = "group " + std::to_string(group + 1);
    require_contrast({"word", colors.on_fill}, {name + " fill", colors.fill}, least);
    require_contrast({"text", theme.text}, {name + " soft", colors.soft}, least);
    const Color pale = mix(colors.soft, colors.fill, 0.22f);
    require_contrast({"text", theme.text}, {name + " pale hatching", pale}, least);
  }
  check_words(theme);
  require_contrast({"grip of a list's bar", theme.grip}, {"panel", theme.panel}, 3);
  require_contrast({"on accent", theme.on_accent}, {"accent", theme.accent}, least);
  require_contrast({"on accent", theme.on_accent}, {"hovered accent", theme.accent_hovered}, least);
  require_contrast({"on error", theme.on_error}, {"error", theme.error}, least);
  require_contrast({"error", theme.error}, {"soft error", theme.error_soft}, least);
  require_contrast({"text", theme.text}, {"selection", theme.selection}, 7);
  require_contrast({"text", theme.text}, {"pressed", theme.pressed}, 7);
}

}  // namespace

TEST_CASE("theme: contrasts hold (light)") { check_theme(make_theme(ThemeKind::Light)); }
TEST_CASE("theme: contrasts hold (dark)") { check_theme(make_theme(ThemeKind::Dark)); }
TEST_CASE("theme: contrasts hold, words at 7:1 and fills at 4.5:1 (high contrast)") {
  const Theme theme = make_theme(ThemeKind::Contrast);
  check_theme(theme);
  for (std::size_t group = 0; group < trace::group_count; ++group) {
    const std::string name = "group " + std::to_string(group + 1);
    const GroupColors& colors = theme.groups[group];
    // Nothing is pale: not what is to come, not what is beside the point.
    require_contrast({name + " ahead", theme.groups_ahead[group].fill}, {"panel", theme.panel},
                     4.5f);
    require_contrast({name + " faded", faded(theme, colors.fill, theme.panel, 0.5f)},
                     {"panel", theme.panel}, 4.5f);
  }
  // A line that is still to come is told from one that was taken, and both are seen.
  for (const GroupColors& colors : theme.groups) {
    const Color ahead = line_ahead(theme, colors.ink);
    require_contrast({"line ahead", ahead}, {"panel", theme.panel}, 4.5f);
    CHECK(contrast(ahead, theme.panel) < 0.6f * contrast(colors.ink, theme.panel));
  }
  CHECK(contrast(theme.text_ahead, theme.panel) < 0.5f * contrast(theme.text, theme.panel));
  for (const Named& ground : grounds(theme)) {
    require_contrast({"edge", theme.edge}, ground, 4.5f);
    require_contrast({"hairline", theme.hairline}, ground, 4.5f);
    require_contrast({"glow", theme.glow}, ground, 4.5f);
  }
  const Color off = faded(theme, theme.text_quiet, theme.raised, 0.45f);
  require_contrast({"a button that is off", off}, {"raised", theme.raised}, 4.5f);
  CHECK(theme.stroke_px > make_theme(ThemeKind::Dark).stroke_px);
}

TEST_CASE("theme: contrast is WCAG's") {
  CHECK(contrast(rgb(0xFFFFFF), rgb(0x000000)) == doctest::Approx(21));
  CHECK(contrast(rgb(0x777777), rgb(0xFFFFFF)) == doctest::Approx(4.48).epsilon(0.01));
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
