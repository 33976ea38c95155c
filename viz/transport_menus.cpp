#include "viz/transport_menus.h"

#include <fmt/format.h>

#include <array>
#include <optional>

#include "viz/imgui_compat.h"
#include "viz/model/commands.h"
#include "viz/model/lesson_steps.h"
#include "viz/panel_parts.h"

namespace roundtrip::viz {
namespace {

std::string_view look_words(ThemeKind kind) {
  switch (kind) {
    case ThemeKind::Light: return "Light ground";
    case ThemeKind::Dark: return "Dark ground";
    case ThemeKind::Contrast: return "High contrast";
  }
  return "";
}

void status_menu(const Canvas& canvas, const TransportButton& spec, bool open,
                 const ViewState& state, const TransportLayout& layout, Actions& actions) {
  const float scale = scale_in_force(state.text_scale, state.projector);
  std::vector<std::pair<MenuRow, Action>> all = {
      {{"Open a trace", keys_text(Command::Open)}, Open{}},
      {{"Save this trace", keys_text(Command::Save)}, Save{}},
      {{"Search the trace", keys_text(Command::Search)},
       OpenPalette{PaletteMode::Search, state.palette.text}}};
  for (const MenuChoice& choice : layout.in_menu) {
    all.push_back({{std::string(choice.words), choice.keys}, choice.action});
  }
  all.insert(all.end(),
             {{{std::string(look_words(next_theme(state.theme))), keys_text(Command::NextTheme)},
               SetTheme{next_theme(state.theme)}},
              {{state.projector ? "Screen size" : "Projector size", keys_text(Command::Projector)},
               SetProjector{!state.projector}},
              {{"Larger", keys_text(Command::Larger)}, SetTextScale{larger_scale(scale)}},
              {{"Smaller", keys_text(Command::Smaller)}, SetTextScale{smaller_scale(scale)}},
              {{"Every command", keys_text(Command::Palette)}, OpenPalette{}},
              {{"Sheet of keys", keys_text(Command::Sheet)}, ToggleSheet{}}});
  if (state.session.live_behind) {
    all.push_back({{state.session.behind_stopped ? "Back to what the stopped server recorded"
                                                 : "Back to the live server",
                    keys_text(Command::BackToLive)},
                   ShowLive{}});
  }
  std::vector<MenuRow> rows;
  for (const auto& [row, action] : all) rows.push_back(row);
  const auto row = menu(canvas, "menu/status", spec.rect, open, rows);
  if (row) actions.push_back(all[*row].second);
}

void scenario_menu(const Canvas& canvas, const TransportButton& spec, bool open,
                   const ViewState& state, Actions& actions) {
  std::vector<MenuRow> rows;
  int chosen = -1;
  for (const std::string& scenario : state.session.scenarios) {
    if (state.lesson && state.lesson->scenario == scenario) chosen = static_cast<int>(rows.size());
    rows.push_back({scenario, ""});
  }
  const std::size_t again = rows.size();
  if (state.session.can_send()) {
    rows.push_back({has_run(state) ? "Run it again" : "Run it", keys_text(Command::RunAgain)});
  }
  if (rows.empty()) return;
  const auto row = menu(canvas, "menu/scenario", spec.rect, open, rows, chosen);
  if (!row) return;
  if (*row == again) {
    actions.push_back(RunAgain{});
  } else {
    actions.push_back(ChooseScenario{state.session.scenarios[*row]});
  }
}

void send_menu(const Canvas& canvas, const TransportButton& spec, bool open,
               const ViewState& state, Actions& actions) {
  const std::string scenario = state.lesson ? state.lesson->scenario : "the scenario";
  std::vector<std::pair<MenuRow, Action>> all = {
      {{"Send GET /hello", keys_text(Command::GoOn)}, Send{}},
      {{fmt::format("Run {}{}", scenario, has_run(state) ? " again" : ""),
        keys_text(Command::RunAgain)},
       RunAgain{}}};
  if (state.session.has_load) all.push_back({{"Run under all three models", ""}, CompareModels{}});
  // Under which model it is served: the server starts anew for another.
  int chosen = -1;
  for (const trace::Model model : all_models) {
    if (state.session.model == model) chosen = static_cast<int>(all.size());
    all.push_back({{fmt::format("Serve by {}", model_choice(model)), ""}, ChooseModel{model}});
  }
  std::vector<MenuRow> rows;
  for (const auto& [row, action] : all) rows.push_back(row);
  const auto row = menu(canvas, "menu/send", spec.rect, open, rows, chosen);
  if (row && static_cast<int>(*row) != chosen) actions.push_back(all[*row].second);
}

void unit_menu(const Canvas& canvas, const TransportButton& spec, bool open,
               const ViewState& state, Actions& actions) {
  constexpr std::array units = {StepUnit::Byte, StepUnit::Event, StepUnit::Phase,
                                StepUnit::Request};
  constexpr std::array keys = {Command::ByByte, Command::ByEvent, Command::ByPhase,
                               Command::ByRequest};
  std::vector<MenuRow> rows;
  for (std::size_t i = 0; i < units.size(); ++i) {
    rows.push_back({fmt::format("by {}", step_unit_word(units[i])), keys_text(keys[i])});
  }
  const auto row = menu(canvas, "menu/unit", spec.rect, open, rows, static_cast<int>(state.unit));
  if (row) actions.push_back(SetUnit{units[*row]});
}

void pace_menu(const Canvas& canvas, const TransportButton& spec, bool open,
               const ViewState& state, Actions& actions) {
  constexpr std::array paces = {0.5, 1.0, 2.0, 5.0, 10.0, 50.0};
  std::vector<MenuRow> rows;
  int chosen = -1;
  for (const double pace : paces) {
    if (pace == state.pace) chosen = static_cast<int>(rows.size());
    rows.push_back({fmt::format("{:g} a second", pace), ""});
  }
  const auto row = menu(canvas, "menu/pace", spec.rect, open, rows, chosen);
  if (row) actions.push_back(SetPace{paces[*row]});
}

// A line to type into under a button, until Enter gives it or Esc puts it away. ImGui keeps the
// text until then.
std::optional<std::string> ask(const Canvas& canvas, const char* id, const Rect& under, bool open,
                               std::string_view hint) {
  const Theme& theme = canvas.theme;
  if (open) ImGui::OpenPopup(id);
  if (!ImGui::IsPopupOpen(id)) return std::nullopt;
  const float width = std::min(theme.space(80), canvas.area.w - theme.space(8));
  const float x = std::min(under.x, canvas.area.right() - width - theme.space(8));
  ImGui::SetNextWindowPos({std::max(x, canvas.area.x), under.bottom() + theme.space(1)});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(theme.space(2), theme.space(2)));
  const bool shown = ImGui::BeginPopup(id, ImGuiWindowFlags_NoMove);
  ImGui::PopStyleVar();
  if (!shown) return std::nullopt;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const Rect rect{at.x, at.y, width, theme.control_px};
  const Canvas over{ImGui::GetWindowDrawList(), theme, canvas.fonts, canvas.registry, rect};
  const auto typed_text = text_field(over, std::string(id) + "/field", rect, "", hint,
                                     ImGui::IsWindowAppearing());
  const bool entered = typed_text && typed_text->entered;
  if (entered || key_pressed(Key::Escape, false)) ImGui::CloseCurrentPopup();
  ImGui::EndPopup();
  return entered ? std::optional(typed_text->text) : std::nullopt;
}

// What the next hold is for; the last row opens the field that takes all of it as text.
void hold_menu(const Canvas& canvas, const TransportButton& spec, bool open,
               const ViewState& state, std::uint32_t focus_conn, Actions& actions) {
  std::vector<HoldFilter> filters = {{}, {0, "GET", ""}, {0, "POST", ""}};
  if (focus_conn != 0) filters.push_back({focus_conn, "", ""});
  std::vector<MenuRow> rows;
  int chosen = -1;
  for (const HoldFilter& filter : filters) {
    if (filter == state.hold_filter) chosen = static_cast<int>(rows.size());
    rows.push_back({fmt::format("the next {}", held_words(filter)), ""});
  }
  const std::size_t typed = rows.size();
  if (chosen < 0) chosen = static_cast<int>(typed);
  rows.push_back({"as you type it: a method, a path", keys_text(Command::HoldWhich)});
  const auto row = menu(canvas, "menu/hold", spec.rect, open, rows, chosen);
  if (row && *row < typed) actions.push_back(SetHoldFilter{filters[*row]});
  if (state.ask_hold) actions.push_back(AskHold{false});
  const auto words = ask(canvas, "menu/hold-what", spec.rect, row == typed || state.ask_hold,
                         "POST, /hello, connection 3; empty for any");
  if (words) actions.push_back(SetHoldFilter{hold_filter_of(*words)});
}

}  // namespace

void draw_menu(const Canvas& canvas, const TransportButton& spec, bool open,
               const ViewState& state, const TransportLayout& layout, Actions& actions) {
  switch (spec.control) {
    case Control::Status: return status_menu(canvas, spec, open, state, layout, actions);
    case Control::Scenario: return scenario_menu(canvas, spec, open, state, actions);
    case Control::Send: return send_menu(canvas, spec, open, state, actions);
    case Control::Unit: return unit_menu(canvas, spec, open, state, actions);
    case Control::Pace: return pace_menu(canvas, spec, open, state, actions);
    case Control::Hold: return hold_menu(canvas, spec, open, state, layout.focus_conn, actions);
    default: return;
  }
}

}  // namespace roundtrip::viz
