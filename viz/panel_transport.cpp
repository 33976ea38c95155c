#include "viz/panel_transport.h"

#include <fmt/format.h>

#include <array>
#include <cmath>

#include "viz/imgui_compat.h"

namespace roundtrip::viz {
namespace {

std::string_view tip_of(Control control, const ViewState& state) {
  switch (control) {
    case Control::Status: return "How the screen looks; the sheet of keys";
    case Control::Scenario: return "Which lesson is ready (N for the next one); run it again";
    case Control::Send: return "Send GET /hello to the server (Enter)";
    case Control::Again: return "Run the scenario once more (R)";
    case Control::Open: return "Open a saved trace (Ctrl O)";
    case Control::Save: return "Save this trace (Ctrl S)";
    case Control::First: return "To the first phase (Home)";
    case Control::Back: return "One step back (Left arrow)";
    case Control::Play:
      return moves_by_itself(state) ? "Pause the view (Space)" : "Play, step by step (Space)";
    case Control::Next: return "One step forward (Right arrow)";
    case Control::Last: return "To the newest event (End)";
    case Control::Unit: return "How long a step is (1 2 3 4)";
    case Control::Pace: return "How fast it plays ([ slower, ] faster)";
    case Control::Hold:
      return state.session.held ? "Let the held request run on (H)"
                                : "Stop the next request inside the server, at its first phase (H)";
    case Control::Follow: return "Keep the newest event in sight (L)";
    case Control::Find:
      return "Go to an event number, a phase such as read.header, or end (Ctrl G)";
  }
  return "";
}

std::optional<Icon> icon_of(Control control, const ViewState& state) {
  switch (control) {
    case Control::First: return Icon::First;
    case Control::Back: return Icon::Previous;
    case Control::Play: return moves_by_itself(state) ? Icon::Pause : Icon::Play;
    case Control::Last: return Icon::Last;
    case Control::Find: return Icon::Search;
    default: return std::nullopt;
  }
}

void draw_words(const TransportButton& spec, const ViewState& state, const Canvas& canvas) {
  const Theme& theme = canvas.theme;
  const Color ink = !spec.enabled  ? mix(theme.text_quiet, theme.raised, 0.45f)
                    : spec.primary ? theme.on_accent
                                   : theme.text;
  draw_box(canvas, spec.label, ink);
  if (spec.control == Control::Status) {
    const Color dot = state.session.live ? theme.of(trace::Group::Read).fill : theme.text_quiet;
    const Point center{spec.rect.x + theme.space(1.25f), spec.rect.center().y};
    canvas.list->AddCircleFilled({center.x, center.y}, theme.space(0.9f), dot, 16);
  }
  if (!spec.menu || spec.label.empty()) return;
  const float size = theme.space(2.5f);
  const Rect down{spec.rect.right() - theme.space(5), spec.rect.center().y - size / 2, size, size};
  icon(canvas, down, Icon::Down, ink);
}

// ---- The menus.

void status_menu(const Canvas& canvas, const TransportButton& spec, bool open,
                 const ViewState& state, Actions& actions) {
  std::vector<MenuRow> rows = {{"Open a trace", "Ctrl O"},
                               {"Save this trace", "Ctrl S"},
                               {state.dark ? "Light ground" : "Dark ground", "T"},
                               {state.projector ? "Screen size" : "Projector size", "P"},
                               {"Larger", "+"},
                               {"Smaller", "−"},
                               {"Sheet of keys", "?"}};
  if (state.session.live_behind) rows.push_back({"Back to the live server", "V"});
  const auto row = menu(canvas, "menu/status", spec.rect, open, rows);
  if (!row) return;
  constexpr float step = 1.125f;
  switch (*row) {
    case 0: actions.push_back(Open{}); break;
    case 1: actions.push_back(Save{}); break;
    case 2: actions.push_back(SetDark{!state.dark}); break;
    case 3: actions.push_back(SetProjector{!state.projector}); break;
    case 4: actions.push_back(SetTextScale{state.text_scale * step}); break;
    case 5: actions.push_back(SetTextScale{state.text_scale / step}); break;
    case 6: actions.push_back(ToggleSheet{}); break;
    default: actions.push_back(ShowLive{}); break;
  }
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
  if (state.session.live) rows.push_back({"Run it again", "R"});
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
  const std::array<MenuRow, 2> rows = {
      {{"Send GET /hello", "Enter"}, {fmt::format("Run {} again", scenario), "R"}}};
  const auto row = menu(canvas, "menu/send", spec.rect, open, rows);
  if (!row) return;
  actions.push_back(*row == 0 ? Action{Send{}} : Action{RunAgain{}});
}

void unit_menu(const Canvas& canvas, const TransportButton& spec, bool open,
               const ViewState& state, Actions& actions) {
  constexpr std::array units = {StepUnit::Byte, StepUnit::Event, StepUnit::Phase,
                                StepUnit::Request};
  constexpr std::array<std::string_view, 4> keys = {"1", "2", "3", "4"};
  std::vector<MenuRow> rows;
  for (std::size_t i = 0; i < units.size(); ++i) {
    rows.push_back({fmt::format("by {}", step_unit_word(units[i])), std::string(keys[i])});
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

// A place, as it is typed. ImGui keeps the text until Enter.
void find_field(const Canvas& canvas, const TransportButton& spec, bool open, Actions& actions) {
  const Theme& theme = canvas.theme;
  if (open) ImGui::OpenPopup("menu/find");
  if (!ImGui::IsPopupOpen("menu/find")) return;
  const float width = theme.space(80);
  const float x = std::min(spec.rect.x, canvas.area.right() - width - theme.space(8));
  ImGui::SetNextWindowPos({x, spec.rect.bottom() + theme.space(1)});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(theme.space(2), theme.space(2)));
  const bool shown = ImGui::BeginPopup("menu/find", ImGuiWindowFlags_NoMove);
  ImGui::PopStyleVar();
  if (!shown) return;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const Rect rect{at.x, at.y, width, theme.control_px};
  const Canvas over{ImGui::GetWindowDrawList(), theme, canvas.fonts, canvas.registry, rect};
  const auto typed_text = text_field(over, "menu/find/field", rect, "",
                                     "an event number, read.header, end",
                                     ImGui::IsWindowAppearing());
  const bool entered = typed_text && typed_text->entered;
  if (entered) actions.push_back(GoToText{typed_text->text});
  if (entered || key_pressed(Key::Escape, false)) ImGui::CloseCurrentPopup();
  ImGui::EndPopup();
}

// Ctrl G opens the field also where the bar has no room for its button.
bool find_asked() {
  return !typing() && !ImGui::IsPopupOpen("", ImGuiPopupFlags_AnyPopupId) && modifiers().ctrl &&
         key_pressed(Key::G, false);
}

void open_menu(const Canvas& canvas, const TransportButton& spec, bool open,
               const ViewState& state, Actions& actions) {
  switch (spec.control) {
    case Control::Status: return status_menu(canvas, spec, open, state, actions);
    case Control::Scenario: return scenario_menu(canvas, spec, open, state, actions);
    case Control::Send: return send_menu(canvas, spec, open, state, actions);
    case Control::Unit: return unit_menu(canvas, spec, open, state, actions);
    case Control::Pace: return pace_menu(canvas, spec, open, state, actions);
    default: return;
  }
}

void draw_control(const TransportButton& spec, const ViewState& state, const Canvas& canvas,
                  Actions& actions) {
  const Theme& theme = canvas.theme;
  const std::string label = fmt::format("transport/{}", control_word(spec.control));
  // The arrow of Send opens its menu; the rest of it sends.
  bool arrow = false;
  if (spec.control == Control::Send && spec.menu) {
    Rect rest = spec.rect;
    arrow = touch(canvas, label + "/menu", rest.take_right(theme.space(6))).clicked;
  }
  const bool quiet = spec.control == Control::Status || spec.control == Control::Scenario;
  const ButtonKind kind = spec.primary ? ButtonKind::Primary
                          : quiet      ? ButtonKind::Quiet
                                       : ButtonKind::Normal;
  const bool pressed = button(canvas, spec.rect,
                              {.label = label,
                               .icon = icon_of(spec.control, state),
                               .kind = kind,
                               .enabled = spec.enabled,
                               .chosen = spec.on && spec.control != Control::Status,
                               .tip = tip_of(spec.control, state)});
  draw_words(spec, state, canvas);
  if (spec.label.cut) canvas.registry.add(label + "/text", spec.label.rect, true);
  const auto action = action_of(spec, state);
  if (pressed && action) actions.push_back(*action);
  const bool open = arrow || (pressed && !action);
  if (spec.control == Control::Find) {
    find_field(canvas, spec, open || find_asked(), actions);
  } else if (spec.menu) {
    open_menu(canvas, spec, open, state, actions);
  }
}

void draw_banner(const TransportLayout& layout, const Canvas& canvas, Actions& actions) {
  const Theme& theme = canvas.theme;
  if (layout.banner.empty()) return;
  // On a ground of its own the sentence moves in by as much as the ground stands out.
  const bool plain = layout.kind == BannerKind::Quiet;
  TextBox banner = layout.banner;
  if (!plain) banner.rect = banner.rect.moved(theme.space(2), 0);
  const Rect room = banner.rect.inset(-theme.space(2), 0);
  Color ink = theme.text_quiet;
  if (layout.kind == BannerKind::Error) {
    fill_rect(canvas, room, theme.error_soft, theme.radius_px);
    ink = theme.error;
  } else if (layout.kind == BannerKind::Held) {
    fill_rect(canvas, room, theme.selection, theme.radius_px);
    ink = theme.text;
  } else if (layout.kind == BannerKind::Newer) {
    Rect wide = room;
    wide.w += theme.space(4);
    const Touch touched = touch(canvas, "transport/newer", wide);
    fill_rect(canvas, wide, touched.hovered ? theme.pressed : theme.selection, theme.radius_px);
    const float size = theme.space(2.5f);
    icon(canvas, {wide.right() - theme.space(4), wide.center().y - size / 2, size, size},
         Icon::Right, theme.accent);
    if (touched.clicked) actions.push_back(jump_to(layout.newer));
    if (touched.hovered) {
      tip(canvas, layout.newer.requests > 0 ? "To the first request that is newer"
                                            : "To the newest event (End)");
    }
    ink = theme.text;
  }
  draw_box(canvas, banner, ink);
  if (layout.kind != BannerKind::Newer) {
    canvas.registry.add("transport/banner", layout.banner.rect, layout.banner.cut);
  }
  for (const TextBox& note : layout.notes) draw_box(canvas, note);
}

}  // namespace

Actions draw_transport(const TransportLayout& layout, const ViewState& state,
                       const Canvas& canvas) {
  Actions actions;
  canvas.registry.add("transport", layout.area);
  bool has_find = false;
  for (const TransportButton& spec : layout.buttons) {
    draw_control(spec, state, canvas, actions);
    has_find = has_find || spec.control == Control::Find;
  }
  if (!has_find) {
    TransportButton spec;
    spec.rect = {layout.area.right(), layout.area.y, 0, canvas.theme.control_px};
    const bool covered = state.sheet_open || state.session.question.has_value();
    find_field(canvas, spec, !covered && find_asked(), actions);
  }
  draw_banner(layout, canvas, actions);
  return actions;
}

}  // namespace roundtrip::viz
