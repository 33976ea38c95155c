#include "viz/legend.h"

#include <array>
#include <cmath>
#include <string>

#include "viz/text.h"

namespace roundtrip::viz {
namespace {

using trace::Group;
using trace::Provenance;

struct Texture {
  Provenance provenance;
  std::string_view name;
  std::string_view meaning;
};
constexpr std::array<Texture, 5> textures = {{
    {Provenance::Observed, "observed", "our clock, a kernel stamp or a captured packet says so"},
    {Provenance::Derived, "derived", "computed from what was observed; in [brackets] as text"},
    {Provenance::Inferred, "inferred", "must have happened, about then; nobody saw it"},
    {Provenance::Injected, "injected", "a delay or fault that the scenario asked for"},
    {Provenance::Unknown, "unknown", "whether or when is not known; a dotted box: only in Go"},
}};

struct Mark {
  std::string_view name;
  std::string_view meaning;
};
constexpr std::array<Mark, 5> marks = {{
    {"unfinished", "it fades out: no end was seen"},
    {"many in one", "too small to draw apart; a heavy foot, and their number"},
    {"at the cursor", "it glows in every view at once"},
    {"to come", "paler, a box without ground: it happens after the cursor"},
    {"can't be held", "a kernel or the client does it, out of this program's reach"},
}};

struct State {
  trace::TaskState state;
  std::string_view name;
};
// In one row: a task …
constexpr std::array<State, 4> states = {{
    {trace::TaskState::Running, "task runs"},
    {trace::TaskState::Runnable, "is ready"},
    {trace::TaskState::Parked, "is parked"},
    {trace::TaskState::Blocking, "in the pool"},
}};

constexpr float swatch_steps = 12;
constexpr float state_swatch_steps = 8;
constexpr float gap_steps = 2;  // between the parts
constexpr std::size_t group_columns = 4;
constexpr std::size_t group_rows = (trace::group_count + group_columns - 1) / group_columns;
constexpr std::string_view texture_word = "Legend";

float name_column(const Canvas& canvas) {
  float width = 0;
  for (const Texture& texture : textures) {
    width = std::max(width, text_width(canvas, strong(canvas.theme), texture.name));
  }
  for (const Mark& mark : marks) {
    width = std::max(width, text_width(canvas, strong(canvas.theme), mark.name));
  }
  return std::ceil(width) + canvas.theme.space(3);
}

void draw_entry(const Canvas& canvas, Rect row, std::string_view name, std::string_view meaning,
                float name_px) {
  draw_text_in(canvas, row.take_left(name_px), strong(canvas.theme), name);
  draw_text_in(canvas, row, quiet(canvas.theme), meaning);
}

void draw_mark_swatch(const Canvas& canvas, const Rect& swatch, std::size_t which) {
  const Theme& theme = canvas.theme;
  const GroupColors& colors = theme.of(Group::Read);
  const ImU32 clear = with_alpha(colors.fill, 0);
  switch (which) {
    case 0:
      canvas.list->AddRectFilledMultiColor(top_left(swatch), bottom_right(swatch), colors.fill,
                                           clear, clear, colors.fill);
      break;
    case 1: {
      fill_rect(canvas, swatch, colors.fill);
      const float foot = std::round(swatch.h / 4);
      fill_rect(canvas, {swatch.x, swatch.bottom() - foot, swatch.w, foot},
                mix(colors.fill, theme.text, 0.45f), 0);
      break;
    }
    case 2:
      fill_rect(canvas, swatch.inset(theme.space(1)), colors.fill);
      glow(canvas, swatch.inset(theme.space(1)));
      break;
    case 3: fill_rect(canvas, swatch, faded(theme, colors.fill, theme.raised, 0.62f)); break;
    default: icon(canvas, swatch, Icon::Padlock, theme.text_quiet); break;
  }
}

}  // namespace

float legend_width(const Canvas& canvas) {
  float meaning = 0;
  for (const Texture& texture : textures) {
    meaning = std::max(meaning, text_width(canvas, quiet(canvas.theme), texture.meaning));
  }
  for (const Mark& mark : marks) {
    meaning = std::max(meaning, text_width(canvas, quiet(canvas.theme), mark.meaning));
  }
  float state = 0;
  for (const State& one : states) {
    state = std::max(state, text_width(canvas, words(canvas.theme), one.name));
  }
  const float of_states = states.size() * (std::ceil(state) +
                                           canvas.theme.space(state_swatch_steps + 5));
  return std::max(of_states, canvas.theme.space(swatch_steps + 3) + name_column(canvas) +
                                 std::ceil(meaning) + 1);
}

float legend_height(const Canvas& canvas) {
  const auto rows = static_cast<float>(textures.size() + marks.size() + 1 + group_rows);
  return rows * canvas.theme.row_px + 3 * canvas.theme.space(gap_steps);
}

float draw_legend(const Canvas& canvas, const Rect& rect) {
  const Theme& theme = canvas.theme;
  Rect rest = rect;
  const float name_px = name_column(canvas);
  const float swatch_px = theme.space(swatch_steps);
  for (const Texture& texture : textures) {
    Rect row = rest.take_top(theme.row_px);
    const Rect swatch = row.take_left(swatch_px, theme.space(3)).inset(0, theme.space(1));
    textured_rect(canvas, swatch, theme.of(Group::Read), texture.provenance);
    draw_entry(canvas, row, texture.name, texture.meaning, name_px);
  }
  rest.take_top(theme.space(gap_steps));
  for (std::size_t i = 0; i < marks.size(); ++i) {
    Rect row = rest.take_top(theme.row_px);
    const Rect swatch = row.take_left(swatch_px, theme.space(3)).inset(0, theme.space(1));
    draw_mark_swatch(canvas, swatch, i);
    draw_entry(canvas, row, marks[i].name, marks[i].meaning, name_px);
  }
  rest.take_top(theme.space(gap_steps));
  Rect row_of_states = rest.take_top(theme.row_px, theme.space(gap_steps));
  const float state_px = std::floor(rest.w / static_cast<float>(states.size()));
  for (const State& one : states) {
    Rect cell = row_of_states.take_left(state_px);
    const Rect swatch = cell.take_left(theme.space(state_swatch_steps), theme.space(2))
                            .inset(0, theme.space(1));
    state_rect(canvas, swatch, theme.of(Group::Task), one.state);
    draw_text_in(canvas, cell, words(theme), one.name);
  }
  const float column = std::floor(rest.w / static_cast<float>(group_columns));
  for (std::size_t i = 0; i < trace::group_count; ++i) {
    const auto group = static_cast<Group>(i);
    const auto across = static_cast<float>(i % group_columns);
    const auto down = static_cast<float>(i / group_columns);
    Rect cell{rest.x + across * column, rest.y + down * theme.row_px, column, theme.row_px};
    const Rect swatch = cell.take_left(theme.space(4), theme.space(2)).inset(0, theme.space(1));
    fill_rect(canvas, swatch, theme.of(group).fill);
    const std::string name = std::to_string(i + 1) + " " + std::string(trace::group_name(group));
    draw_text_in(canvas, cell, words(theme), name);
  }
  return legend_height(canvas);
}

float legend_button_width(const Canvas& canvas) {
  const Theme& theme = canvas.theme;
  return theme.space(17) + std::ceil(text_width(canvas, quiet(theme), texture_word)) + 1;
}

void legend_button(const Canvas& canvas, const Rect& rect) {
  const Theme& theme = canvas.theme;
  const Touch touched = touch(canvas, "legend", rect);
  if (touched.hovered) fill_rect(canvas, rect, theme.raised, theme.radius_px);
  Rect inside = rect.inset(theme.space(2), 0);
  for (const Provenance provenance :
       {Provenance::Observed, Provenance::Derived, Provenance::Inferred}) {
    const Rect swatch = inside.take_left(theme.space(3), theme.space(1))
                            .inset(0, std::floor((rect.h - theme.space(3)) / 2));
    textured_rect(canvas, swatch, theme.of(Group::Startup), provenance);
  }
  inside.take_left(theme.space(1));
  draw_text_in(canvas, inside, quiet(theme), texture_word);
  if (!touched.hovered) return;

  const float width = legend_width(canvas);
  const float height = legend_height(canvas);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(theme.space(4), theme.space(3)));
  const float left = std::max(canvas.area.x, rect.right() - width - theme.space(8));
  // Above the button, or as high as the screen allows.
  const float bottom = std::max(rect.y - theme.space(2),
                                canvas.area.y + height + 2 * theme.space(3) + theme.space(1));
  ImGui::SetNextWindowPos({left, bottom}, ImGuiCond_Always, {0, 1});
  ImGui::BeginTooltip();
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const Canvas over{ImGui::GetWindowDrawList(), theme, canvas.fonts, canvas.registry,
                    {at.x, at.y, width, height}};
  draw_legend(over, over.area);
  canvas.registry.raise();
  canvas.registry.add("legend-page", over.area);
  canvas.registry.lower();
  ImGui::Dummy({width, height});
  ImGui::EndTooltip();
  ImGui::PopStyleVar();
}

}  // namespace roundtrip::viz
