#include "viz/panel_transport.h"

#include <fmt/format.h>

#include <array>
#include <cmath>

#include "viz/imgui_compat.h"
#include "viz/model/commands.h"

namespace roundtrip::viz {
namespace {

std::string tip_of(Control control, const ViewState& state) {
  switch (control) {
    case Control::Status: return "How the screen looks; the sheet of keys";
    case Control::Scenario:
      return fmt::format("Which lesson is ready ({} for the next one); run it again",
                         keys_text(Command::NextScenario));
    case Control::Send: return tip_text("Send GET /hello to the server", Command::Send);
    case Control::Again: return tip_text("Run the scenario once more", Command::RunAgain);
    case Control::Open: return tip_text("Open a saved trace", Command::Open);
    case Control::Save: return tip_text("Save this trace", Command::Save);
    case Control::First: return tip_text("To the first phase", Command::FirstPhase);
    case Control::Back: return tip_text("One step back", Command::StepBefore);
    case Control::Play:
      return tip_text(moves_by_itself(state) ? "Pause the view" : "Play, step by step", Command::PlayOrPause);
    case Control::Next: return tip_text("One step forward", Command::NextStep);
    case Control::Last: return tip_text("To the newest event", Command::NewestEvent);
    case Control::Unit:
      return fmt::format("How long a step is ({} {} {} {})", keys_text(Command::ByByte),
                         keys_text(Command::ByEvent), keys_text(Command::ByPhase),
                         keys_text(Command::ByRequest));
    case Control::Pace:
      return fmt::format("How fast it plays ({} slower, {} faster)", keys_text(Command::Slower),
                         keys_text(Command::Faster));
    case Control::Hold:
      return tip_text(state.session.held
                          ? "Let the held request run on"
                          : "Stop the next request inside the server, at its first phase",
                      Command::Hold);
    case Control::Follow: return tip_text("Keep the newest event in sight", Command::Follow);
    case Control::Find:
      return tip_text("Search the trace, or go to an event number or a phase", Command::Search);
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
  std::vector<MenuRow> rows = {
      {"Open a trace", keys_text(Command::Open)},
      {"Save this trace", keys_text(Command::Save)},
      {state.dark ? "Light ground" : "Dark ground", keys_text(Command::Dark)},
      {state.projector ? "Screen size" : "Projector size", keys_text(Command::Projector)},
      {"Larger", keys_text(Command::Larger)},
      {"Smaller", keys_text(Command::Smaller)},
      {"Every command", keys_text(Command::Palette)},
      {"Sheet of keys", keys_text(Command::Sheet)}};
  if (state.session.live_behind) {
    rows.push_back({"Back to the live server", keys_text(Command::BackToLive)});
  }
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
    case 6: actions.push_back(OpenPalette{}); break;
    case 7: actions.push_back(ToggleSheet{}); break;
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
  if (state.session.live) rows.push_back({"Run it again", keys_text(Command::RunAgain)});
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
      {{"Send GET /hello", keys_text(Command::Send)},
       {fmt::format("Run {} again", scenario), keys_text(Command::RunAgain)}}};
  const auto row = menu(canvas, "menu/send", spec.rect, open, rows);
  if (!row) return;
  actions.push_back(*row == 0 ? Action{Send{}} : Action{RunAgain{}});
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
  if (spec.menu) {
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
  for (const TransportButton& spec : layout.buttons) draw_control(spec, state, canvas, actions);
  draw_banner(layout, canvas, actions);
  return actions;
}

}  // namespace roundtrip::viz
