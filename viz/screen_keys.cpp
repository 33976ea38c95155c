#include "viz/screen_keys.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "viz/imgui_compat.h"
#include "viz/legend.h"
#include "viz/model/layout_transport.h"
#include "viz/model/tour.h"
#include "viz/panel_parts.h"

namespace roundtrip::viz {
namespace {

constexpr auto lines = std::to_array<KeyLine>({
    {"", "Step through the story"},
    {"→  ←  or  .  ,", "the next step, the step before"},
    {"Shift →  ←", "one byte"},
    {"Ctrl →  ←", "one event"},
    {"↓  ↑", "one phase"},
    {"Page ↓  ↑", "one request"},
    {"Home  End", "the first phase, the newest event"},
    {"Space   [  ]", "play and pause, slower, faster"},
    {"1  2  3  4", "step by byte, event, phase, request"},
    {"Ctrl G", "go to an event number or a phase"},
    {"Ctrl Z   Ctrl Y", "back to where you were, and forth"},
    {"", "Send, save, open"},
    {"Enter   R", "send GET /hello, run the scenario again"},
    {"N   V", "the next scenario, back to the live server"},
    {"H   Ctrl H", "hold the next request, let it go; which one"},
    {"Ctrl S   Ctrl O", "save this trace, open one"},
    {"", "Look at the timeline"},
    {"W  S", "zoom in and out, at the pointer or the cursor"},
    {"A  D", "earlier and later"},
    {"F", "the request at the cursor, and back"},
    {"C  E", "the chapter at the cursor, everything"},
    {"M   Shift M", "measure from cursor to selection, zoom to it"},
    {"Shift drag", "measure on the timeline"},
    {"L", "follow the server"},
    {"X", "stay with this connection, and back to all"},
    {"", "The screen"},
    {"Y  B  G  U", "the story, the bytes, the log, every view"},
    {"Tab   Z", "the next view, this view alone"},
    {"/", "filter the log"},
    {"T   P or F5", "light, dark, high contrast; projector"},
    {"+  −   Ctrl 0", "larger and smaller (Ctrl too), 100 %"},
    {"Q  I", "the list and explain, as drawers"},
    {"Esc   ?   F1", "clear what is chosen, this sheet, the tour"},
});
constexpr std::size_t left_lines = 16;  // whole sections

constexpr double zoom_step = 1.5;
constexpr double pan_step = 0.15;

struct Reader {
  const TraceView& view;
  const Cursor& cursor;
  const ViewState& state;
  std::optional<Instant> pointed;
  Actions& actions;
  Modifiers held = modifiers();

  bool plain(Key key) const { return key_pressed(key) && !held.ctrl && !held.alt; }
  bool control(Key key) const { return key_pressed(key, false) && held.ctrl; }
  template <class A>
  void when(bool pressed, A action) {
    if (pressed) actions.push_back(std::move(action));
  }
  std::optional<StepUnit> unit_of_arrow() const {
    if (held.shift) return StepUnit::Byte;
    if (held.ctrl) return StepUnit::Event;
    return std::nullopt;
  }

  void steps();
  void timeline();
  void session();
  void looks();
};

void Reader::steps() {
  when(key_pressed(Key::Right), StepForward{unit_of_arrow()});
  when(key_pressed(Key::Left), StepBack{unit_of_arrow()});
  when(typed(U'.'), StepForward{});
  when(typed(U','), StepBack{});
  when(key_pressed(Key::Down), StepForward{StepUnit::Phase});
  when(key_pressed(Key::Up), StepBack{StepUnit::Phase});
  when(key_pressed(Key::PageDown), StepForward{StepUnit::Request});
  when(key_pressed(Key::PageUp), StepBack{StepUnit::Request});
  when(plain(Key::Home), GoFirst{});
  when(plain(Key::End), GoLast{});
  if (key_pressed(Key::Space, false)) {
    actions.push_back(moves_by_itself(state) ? Action{Pause{}} : Action{Play{}});
  }
  when(typed(U'['), SetPace{state.pace / 2});
  when(typed(U']'), SetPace{state.pace * 2});
  when(typed(U'1'), SetUnit{StepUnit::Byte});
  when(typed(U'2'), SetUnit{StepUnit::Event});
  when(typed(U'3'), SetUnit{StepUnit::Phase});
  when(typed(U'4'), SetUnit{StepUnit::Request});
  if (control(Key::Z)) actions.push_back(held.shift ? Action{Redo{}} : Action{Undo{}});
  when(control(Key::Y), Redo{});
}

void Reader::timeline() {
  when(plain(Key::W), Zoom{zoom_step, pointed});
  when(plain(Key::S), Zoom{1 / zoom_step, pointed});
  when(plain(Key::A), Pan{-pan_step});
  when(plain(Key::D), Pan{pan_step});
  when(plain(Key::F), FitFocus{});
  when(plain(Key::C), FitChapter{});
  when(plain(Key::E), FitAll{});
  if (plain(Key::M)) {
    actions.push_back(held.shift ? Action{ZoomToMeasured{}} : Action{MeasureToSelection{}});
  }
  when(plain(Key::L) && state.session.live, Follow{!state.follow});
  const std::uint32_t conn = focus_at(view, cursor.event, state.chosen).conn;
  const bool stays = state.chosen != Focus{};
  when(plain(Key::X) && (stays || conn != 0), SelectFocus{stays ? Focus{} : Focus{conn, 0}});
}

void Reader::session() {
  when(key_pressed(Key::Enter, false) && state.session.live && !state.session.sending, Send{});
  when(plain(Key::R) && state.session.live && !state.session.sending, RunAgain{});
  if (plain(Key::N) && !state.session.scenarios.empty()) {
    const auto& all = state.session.scenarios;
    const auto ready =
        std::find(all.begin(), all.end(), state.lesson ? state.lesson->scenario : "");
    const bool more = ready != all.end() && ready + 1 != all.end();
    actions.push_back(ChooseScenario{more ? *(ready + 1) : all.front()});
  }
  when(plain(Key::V) && state.session.live_behind, ShowLive{});
  if (plain(Key::H) && (state.session.live || state.session.held)) {
    actions.push_back(state.session.held ? Action{ReleaseHeld{}}
                                         : Action{HoldNext{!state.session.hold_next}});
  }
  when(control(Key::S), Save{});
  when(control(Key::O), Open{});
}

void Reader::looks() {
  when(plain(Key::Y), SetPreset{Preset::Story});
  when(plain(Key::B), SetPreset{Preset::Bytes});
  when(plain(Key::G), SetPreset{Preset::Log});
  when(plain(Key::U), SetPreset{Preset::Everything});
  when(plain(Key::Z), ShowWhole{!state.whole});
  when(key_pressed(Key::Tab), TurnTabs{held.shift ? -1 : 1});
  when(typed(U'/'), TypeFilter{true});
  when(plain(Key::T), SetTheme{next_theme(state.theme)});
  when(plain(Key::P) || plain(Key::F5), SetProjector{!state.projector});
  const float scale = scale_in_force(state.text_scale, state.projector);
  when(typed(U'+') || control(Key::Equal), SetTextScale{larger_scale(scale)});
  when(typed(U'-') || control(Key::Minus), SetTextScale{smaller_scale(scale)});
  when(control(Key::Digit0), SetTextScale{1});
  when(typed(U'?'), ToggleSheet{});
  when(key_pressed(Key::F1, false), ShowTour{0});
  when(plain(Key::Q), ToggleDrawer{Drawer::Lifecycle});
  when(plain(Key::I), ToggleDrawer{Drawer::Explain});
  if (key_pressed(Key::Escape, false)) {
    // An open drawer goes first.
    const bool open = state.drawer != Drawer::None;
    actions.push_back(open ? Action{ToggleDrawer{state.drawer}} : Action{ClearSelection{}});
  }
}

}  // namespace

std::span<const KeyLine> key_lines() { return lines; }

Actions key_actions(const TraceView& view, const Cursor& cursor, const ViewState& state,
                    std::optional<Instant> pointed) {
  Actions actions;
  if (typing() || ImGui::IsPopupOpen("", ImGuiPopupFlags_AnyPopupId)) return actions;
  // The question for a file has its own keys.
  if (state.session.question) return actions;
  Reader reader{view, cursor, state, pointed, actions};
  if (state.sheet_open) {
    const bool away = key_pressed(Key::Escape, false) || key_pressed(Key::Enter, false) ||
                      typed(U'?');
    reader.when(away, ToggleSheet{});
    return actions;
  }
  if (state.tour) {
    const std::size_t step = *state.tour;
    const bool last = step + 1 >= tour_steps.size();
    reader.when(key_pressed(Key::Escape, false), ShowTour{});
    if (key_pressed(Key::Enter, false) || key_pressed(Key::Right, false)) {
      actions.push_back(ShowTour{last ? std::nullopt : std::optional<std::size_t>(step + 1)});
    }
    reader.when(key_pressed(Key::Left, false) && step > 0, ShowTour{step - 1});
    return actions;
  }
  reader.steps();
  reader.timeline();
  reader.session();
  reader.looks();
  return actions;
}

namespace {

// The lines of one column, from the top of `rest`.
void draw_lines(const Canvas& canvas, Rect rest, std::span<const KeyLine> shown, float keys_px) {
  const Theme& theme = canvas.theme;
  bool first = true;
  for (const KeyLine& key_line : shown) {
    if (key_line.keys.empty()) {
      if (!first) rest.take_top(theme.space(2));
      draw_text_in(canvas, rest.take_top(theme.row_px), strong(theme), key_line.does);
    } else {
      Rect row = rest.take_top(theme.row_px);
      draw_text_in(canvas, row.take_left(keys_px), mono(theme), key_line.keys);
      const bool cut = draw_text_in(canvas, row, quiet(theme), key_line.does);
      canvas.registry.add(std::string("sheet/").append(key_line.keys), row, cut);
    }
    first = false;
  }
}

}  // namespace

void draw_sheet(const Canvas& canvas, Actions& actions) {
  const Theme& theme = canvas.theme;
  const Overlay overlay(canvas, "sheet");
  const Canvas& over = overlay.canvas();
  const auto left = std::span(lines).first(left_lines);
  const auto right = std::span(lines).subspan(left_lines);
  const float rows = static_cast<float>(std::max(left.size(), right.size())) + 1;
  const float keys_height = rows * theme.row_px + theme.space(4);
  const float legend = legend_height(over);
  const float most_w = canvas.area.w - theme.space(8);
  const bool with_legend =
      keys_height + legend + theme.space(20) + theme.row_px < canvas.area.h;
  const float width = std::min(most_w, theme.space(250));
  const float height = std::min(canvas.area.h - theme.space(8),
                                keys_height + (with_legend ? legend + theme.space(8) : 0) +
                                    theme.row_px + theme.space(12));
  const Rect sheet{std::floor(canvas.area.center().x - width / 2),
                   std::floor(canvas.area.center().y - height / 2), width, height};
  if (touch(over, "sheet", canvas.area).clicked) actions.push_back(ToggleSheet{});
  fill_rect(over, sheet, theme.panel, theme.radius_px);
  Rect rest = sheet.inset(theme.space(6), theme.space(5));
  Rect top = rest.take_top(theme.row_px, theme.space(2));
  draw_text_in(over, top, quiet(theme), "Esc or a click puts it away", Align::Right);
  draw_text_in(over, top, strong(theme, TextSize::Large), "Keys");
  Rect keys = rest.take_top(keys_height, theme.space(4));
  const float half = std::floor(keys.w / 2);
  const float keys_px = mono_width(over) * 17;
  draw_lines(over, keys.take_left(half - theme.space(4), theme.space(8)), left, keys_px);
  draw_lines(over, keys, right, keys_px);
  if (with_legend) draw_legend(over, rest);
}

}  // namespace roundtrip::viz
