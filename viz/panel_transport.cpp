#include "viz/panel_transport.h"

#include <fmt/format.h>

#include <algorithm>

#include "viz/model/commands.h"
#include "viz/model/lesson_steps.h"
#include "viz/transport_menus.h"

namespace roundtrip::viz {
namespace {

std::string tip_of(Control control, const ViewState& state, bool next_leads) {
  switch (control) {
    case Control::Status: return "Open, save, search; how the screen looks; every command";
    case Control::Scenario:
      return fmt::format("Which lesson is ready ({} for the next one); run it",
                         keys_text(Command::NextScenario));
    case Control::Send: return tip_text("Send GET /hello to the server", Command::GoOn);
    case Control::Again:
      return tip_text(has_run(state) ? "Run the scenario once more" : "Run the scenario",
                      Command::RunAgain);
    case Control::Open: return tip_text("Open a saved trace", Command::Open);
    case Control::Save: return tip_text("Save this trace", Command::Save);
    case Control::First: return tip_text("To the first phase", Command::FirstPhase);
    case Control::Back: return tip_text("One step back", Command::StepBefore);
    case Control::Play:
      return tip_text(moves_by_itself(state) ? "Pause the view" : "Play, step by step",
                      Command::PlayOrPause);
    case Control::Next:
      if (next_leads) {
        return tip_text("Lead the held request on to its next stop", Command::NextStep);
      }
      if (!state.session.held) return tip_text("One step forward", Command::NextStep);
      return tip_text("One step forward in what has happened already; at the newest event it leads "
                      "the held request on", Command::NextStep);
    case Control::Last: return tip_text("To the newest event", Command::NewestEvent);
    case Control::Unit:
      return fmt::format("How long a step is ({} {} {} {})", keys_text(Command::ByByte),
                         keys_text(Command::ByEvent), keys_text(Command::ByPhase),
                         keys_text(Command::ByRequest));
    case Control::Pace:
      return fmt::format("How fast it plays ({} slower, {} faster)", keys_text(Command::Slower),
                         keys_text(Command::Faster));
    case Control::Hold:
      if (state.session.held) {
        return tip_text("Let the held request run on to its end", Command::Hold);
      }
      if (state.session.hold_next) return tip_text("Hold none after all", Command::Hold);
      return tip_text(fmt::format("Stop the next {} inside the server, so that its client waits; "
                                  "what kernels do can't be held. The arrow chooses which",
                                  held_words(state.hold_filter)), Command::Hold);
    case Control::Follow: return tip_text("Keep the newest event in sight", Command::Follow);
    case Control::Wire:
      return tip_text("How packets are seen here; to hold them, and to set their link",
                      Command::WireDrawer);
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
  const Color ink = !spec.enabled  ? faded(theme, theme.text_quiet, theme.raised, 0.45f)
                    : spec.primary ? theme.on_accent
                                   : theme.text;
  draw_box(canvas, spec.label, ink);
  if (spec.control == Control::Status) {
    const Color dot = state.session.live ? theme.of(trace::Group::Read).fill : theme.text_quiet;
    const Point center{spec.rect.x + theme.space(1.75f), spec.rect.center().y};
    canvas.list->AddCircleFilled({center.x, center.y}, theme.space(0.9f), dot, 16);
  }
  if (!spec.menu || spec.label.empty()) return;
  const float size = theme.space(2.5f);
  const Rect down{spec.rect.right() - theme.space(5), spec.rect.center().y - size / 2, size, size};
  icon(canvas, down, Icon::Down, ink);
}

void draw_control(const TransportButton& spec, const TransportLayout& layout,
                  const ViewState& state, const Canvas& canvas, Actions& actions) {
  const Theme& theme = canvas.theme;
  const std::string label = fmt::format("transport/{}", control_word(spec.control));
  const auto action = action_of(spec, state);
  // Where a button does something and has a menu too, its arrow opens the menu.
  bool arrow = false;
  if (action && spec.menu) {
    Rect rest = spec.rect;
    arrow = touch(canvas, label + "/menu", rest.take_right(theme.space(6))).clicked;
  }
  const bool quiet = spec.control == Control::Status || spec.control == Control::Scenario;
  const ButtonKind kind = spec.primary ? ButtonKind::Primary
                          : quiet      ? ButtonKind::Quiet
                                       : ButtonKind::Normal;
  const std::string tip_text = tip_of(spec.control, state, layout.next_leads);
  const bool pressed = button(canvas, spec.rect,
                              {.label = label,
                               .icon = icon_of(spec.control, state),
                               .kind = kind,
                               .enabled = spec.enabled,
                               .chosen = spec.on && spec.control != Control::Status,
                               .tip = tip_text});
  draw_words(spec, state, canvas);
  if (spec.label.cut) canvas.registry.add(label + "/text", spec.label.rect, true);
  if (pressed && action) actions.push_back(*action);
  draw_menu(canvas, spec, arrow || (pressed && !action), state, layout, actions);
}

void draw_sentence(const BannerItem& item, const std::string& label, const Newer& newer,
                   const Canvas& canvas, Actions& actions) {
  const Theme& theme = canvas.theme;
  Color ink = theme.text;
  switch (item.kind) {
    case BannerKind::Quiet: ink = theme.text_quiet; break;
    case BannerKind::Error:
      fill_rect(canvas, item.ground, theme.error_soft, theme.radius_px);
      ink = theme.error;
      break;
    case BannerKind::Held:
      fill_rect(canvas, item.ground, theme.selection, theme.radius_px);
      break;
    case BannerKind::Newer:
    case BannerKind::HeldElsewhere: {
      const Touch touched = touch(canvas, "transport/newer", item.ground);
      fill_rect(canvas, item.ground, touched.hovered ? theme.pressed : theme.selection,
                theme.radius_px);
      const float size = theme.space(2.5f);
      icon(canvas, {item.ground.right() - theme.space(4), item.ground.center().y - size / 2, size,
                    size},
           Icon::Right, theme.accent);
      const bool to_newer = item.kind == BannerKind::Newer;
      const bool to_held = item.held_at != trace::no_event;
      if (touched.clicked) {
        actions.push_back(to_newer  ? jump_to(newer)
                          : to_held ? Action{GoTo{item.held_at}}
                                    : Action{GoLast{}});
      }
      if (touched.hovered) {
        const bool to_request = to_newer && newer.requests > 0;
        tip(canvas, to_request ? std::string("To the first request that is newer")
                    : to_held  ? std::string("To where the request is held")
                               : tip_text("To the newest event", Command::NewestEvent));
      }
      break;
    }
  }
  for (const TextBox& one : item.lines) draw_box(canvas, one, ink);
  if (!leads_elsewhere(item.kind)) canvas.registry.add(label, item.ground, item.cut());
}

void draw_banner(const TransportLayout& layout, const Canvas& canvas, Actions& actions) {
  int number = 0;
  for (const BannerItem& item : layout.banner) {
    draw_sentence(item, fmt::format("transport/banner/{}", ++number), layout.newer, canvas,
                  actions);
  }
  for (const TransportNote& note : layout.notes) {
    draw_box(canvas, note.text);
    if (pointer_in(canvas, note.text.rect)) tip(canvas, note.means);
  }
}

}  // namespace

Actions draw_transport(const TransportLayout& layout, const ViewState& state,
                       const Canvas& canvas) {
  Actions actions;
  canvas.registry.add("transport", layout.area);
  for (const TransportButton& spec : layout.buttons) {
    draw_control(spec, layout, state, canvas, actions);
  }
  // What the bar has no room for is on the keyboard still.
  for (const Control control : {Control::Hold}) {
    const bool stands = std::any_of(
        layout.buttons.begin(), layout.buttons.end(),
        [control](const TransportButton& spec) { return spec.control == control; });
    if (stands || (control == Control::Hold && !state.session.live)) continue;
    TransportButton spec;
    spec.control = control;
    spec.rect = {layout.area.right(), layout.area.y, 0, canvas.theme.control_px};
    draw_menu(canvas, spec, false, state, layout, actions);
  }
  draw_banner(layout, canvas, actions);
  return actions;
}

}  // namespace roundtrip::viz
